//! What were we asked to watch? `probes.yaml` in, a checked `Plan` or every problem at once out.
