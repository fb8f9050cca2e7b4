//! What is counted? One catalogue of every series, fed by entries, rendered for Prometheus.
