//! What do all looks share?

use std::{net::SocketAddr, sync::Arc};

use super::dial::{Chains, Resolver};

/// What all looks of this process share: the way names are resolved, and the certificates already read.
#[derive(Debug)]
pub struct Agent {
    pub(crate) resolver: Resolver,
    pub(crate) chains: Arc<Chains>,
}

impl Agent {
    /// An agent that asks these name servers, or the system's if there are none.
    ///
    /// # Errors
    /// The system's resolver configuration could not be read (source: `/etc/resolv.conf`).
    pub fn new(servers: &[SocketAddr]) -> Result<Self, String> {
        // The first random byte of a process takes 40 ms to come by; that is ours, and no look may be charged for it.
        let _ = aws_lc_rs::rand::fill(&mut [0; 1]);
        Ok(Self { resolver: Resolver::new(servers)?, chains: Arc::default() })
    }
}
