//! How many looks can this process have in flight? As many as it may open descriptors for.

use rustix::process::{Resource, getrlimit, setrlimit};

/// Raises the soft limit of open descriptors to the hard one; a refusal leaves it as it is. Returns what is in force,
/// `None` where there is no limit.
pub fn raise_descriptors() -> Option<u64> {
    let mut limit = getrlimit(Resource::Nofile);
    let before = limit.current;
    limit.current = limit.maximum;
    match setrlimit(Resource::Nofile, limit) {
        Ok(()) => limit.maximum,
        Err(error) => {
            tracing::warn!(%error, limit = before, "the limit of open descriptors stays as it is");
            before
        }
    }
}
