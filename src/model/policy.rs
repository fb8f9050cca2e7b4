//! How often is a probe looked at, when is it believed, and what does it mean for its service?

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How often a probe looks, and how long it waits. `timeout` is never longer than `interval`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cadence {
    interval: Duration,
    timeout: Duration,
}

impl Cadence {
    /// `None` if either is under a millisecond or `timeout` is longer than `interval`.
    pub fn new(interval: Duration, timeout: Duration) -> Option<Self> {
        let sound = timeout >= Duration::from_millis(1) && timeout <= interval;
        sound.then_some(Self { interval, timeout })
    }

    /// From one due look to the next.
    pub fn interval(self) -> Duration {
        self.interval
    }

    /// The deadline of one look, over all its phases.
    pub fn timeout(self) -> Duration {
        self.timeout
    }
}

/// After how many looks in a row a probe is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirm {
    /// Bad looks in a row until it is down. At least 1.
    pub failures: u32,
    /// From a look that contradicts belief to the quick recheck after it.
    pub recheck: Duration,
    /// Good looks in a row until it is up again. At least 1.
    pub successes: u32,
}

impl Default for Confirm {
    fn default() -> Self {
        Self { failures: 2, recheck: Duration::from_secs(3), successes: 2 }
    }
}

/// The worst that a probe's state can mean for its service.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Impact {
    /// Nothing: it is looked at for its own sake.
    None,
    /// One of several that stand in for each other is gone: the service is at risk.
    Redundancy,
    /// The service works, but badly.
    Degraded,
    /// Some function of the service is missing.
    Partial,
    /// The service is down.
    #[default]
    Outage,
}
