//! What do looks mean? Pure: the state machine of a probe, the state of a service.
