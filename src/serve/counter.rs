//! How are connections taken, each to its place?

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    time::sleep,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    connection,
    door::{Arrivals, Certificate, Place},
};
use crate::{
    config::{PerClient, Plan},
    metrics::Metrics,
};

/// How long to leave a listener alone that could not accept: most likely no file descriptor is left.
const BREATH: Duration = Duration::from_millis(100);

/// Where connections arrive, and what awaits them.
pub(super) struct Counter {
    pub(super) listener: TcpListener,
    pub(super) routes: Router,
    /// Our own certificate, if TLS is spoken here.
    pub(super) certificate: Option<Certificate>,
    pub(super) plans: watch::Receiver<Option<Arc<Plan>>>,
    pub(super) metrics: Metrics,
}

impl Counter {
    /// Serves until `stop`; then replies under way are ended, within a grace of 5 seconds.
    pub(super) async fn serve(self, stop: CancellationToken) {
        let (arrivals, connections) = (Arrivals::new(), TaskTracker::new());
        while let Some((stream, peer, place)) = stop.run_until_cancelled(self.next(&arrivals)).await {
            let (routes, stop) = (self.routes.clone(), stop.clone());
            let tls = self.certificate.as_ref().map(Certificate::acceptor);
            connections.spawn(async move {
                connection::serve(stream, peer, tls, routes, stop).await;
                drop(place);
            });
        }
        connections.close();
        connections.wait().await;
    }

    /// The next connection of somebody who has not too many.
    async fn next(&self, arrivals: &Arrivals) -> (TcpStream, SocketAddr, Place) {
        loop {
            let Some(room) = arrivals.room().await else { std::future::pending().await };
            match self.listener.accept().await {
                Ok((stream, peer)) => match arrivals.seat(room, peer, self.most(peer)) {
                    Some(place) => return (stream, peer, place),
                    None => self.metrics.asked().turned_away(),
                },
                Err(_) => sleep(BREATH).await,
            }
        }
    }

    /// How many connections `peer` may have. A proxy has as many as it has clients.
    fn most(&self, peer: SocketAddr) -> u32 {
        let plan = self.plans.borrow();
        let Some(serving) = plan.as_deref().map(Plan::serve) else { return PerClient::default().connections };
        let is_proxy = serving.proxies().contains(&peer.ip().to_canonical());
        if is_proxy { u32::MAX } else { serving.per_client().connections }
    }
}
