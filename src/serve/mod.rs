//! What can be asked over HTTP? The metrics and the agent's own health.
