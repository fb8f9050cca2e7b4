//! How many connections are there, and from whom?

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{bucket::network, lock};

/// How many connections are open at once; one more waits for one to end.
const CONNECTIONS: usize = 1024;

/// The connections that are open.
#[derive(Debug)]
pub(in crate::serve) struct Arrivals {
    places: Arc<Semaphore>,
    held: Arc<Mutex<HashMap<IpAddr, u32>>>,
}

/// A place for one connection, free again once it is dropped.
#[derive(Debug)]
pub(in crate::serve) struct Place {
    from: IpAddr,
    held: Arc<Mutex<HashMap<IpAddr, u32>>>,
    _permit: OwnedSemaphorePermit,
}

impl Arrivals {
    pub(in crate::serve) fn new() -> Self {
        Self { places: Arc::new(Semaphore::new(CONNECTIONS)), held: Arc::default() }
    }

    /// Waits until one more may come.
    pub(in crate::serve) async fn room(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).acquire_owned().await.ok()
    }

    /// A place for a connection from `peer`, unless it has `most` already.
    pub(in crate::serve) fn seat(
        &self,
        permit: OwnedSemaphorePermit,
        peer: SocketAddr,
        most: u32,
    ) -> Option<Place> {
        let from = network(peer.ip());
        let mut held = lock(&self.held);
        let count = held.entry(from).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Place { from, held: Arc::clone(&self.held), _permit: permit })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = lock(&self.held);
        if let Some(count) = held.get_mut(&self.from) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.from);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_address_takes_no_more_than_its_places_and_gives_them_back() {
        let arrivals = Arrivals::new();
        let seat = async |peer: &str| arrivals.seat(arrivals.room().await.unwrap(), peer.parse().unwrap(), 2);
        let [one, two] = [seat("192.0.2.1:1").await, seat("192.0.2.1:2").await];
        assert!(one.is_some() && two.is_some() && seat("192.0.2.1:3").await.is_none());
        let other = seat("192.0.2.2:1").await;
        assert!(other.is_some());
        drop((one, other));
        let again = seat("192.0.2.1:4").await;
        assert!(again.is_some() && seat("192.0.2.1:5").await.is_none());
        drop((two, again));
        assert!(lock(&arrivals.held).is_empty() && arrivals.places.available_permits() == CONNECTIONS);
    }
}
