//! What can be asked over HTTP? The metrics and the agent's own health.

mod connection;
mod exposition;
mod patient;
mod routes;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot},
    time::sleep,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    metrics::Metrics,
    model::{Announcement, By, Remark, Slug},
};

/// Where the loop sends its answer: `Err` carries words for the asker.
pub type Answer = oneshot::Sender<Result<(), String>>;

/// What the loop is asked over HTTP. To answer at all proves that the loop turns.
#[derive(Debug)]
pub enum Ask {
    /// Is a plan in force? Answered at once; `Err` says why not.
    Ready(Answer),
    /// Announce planned work. `Ok` names it.
    Announce(Announcement, By, oneshot::Sender<Result<Slug, String>>),
    /// Take back planned work that was announced by hand.
    Withdraw(Slug, By, Answer),
    /// Write something beside an incident, which exists.
    Note(Slug, Remark, By, Answer),
    /// Read the configuration again. Answered when it is done; `Err` carries the problems.
    Reload(By, Answer),
}

/// What the routes need.
#[derive(Clone, Debug)]
pub struct Serve {
    /// What `/metrics` shows.
    pub metrics: Metrics,
    /// The way to the loop.
    pub asks: mpsc::Sender<Ask>,
}

/// How many connections are open at once; one more waits for one to end.
const CONNECTIONS: usize = 64;

/// How long to leave a listener alone that could not accept: most likely no file descriptor is left.
const BREATH: Duration = Duration::from_millis(100);

/// Serves on `listener` until `stop`; then replies under way are ended, within a grace of 5 seconds.
pub async fn serve(listener: TcpListener, serve: Serve, stop: CancellationToken) {
    let (routes, places) = (routes::routes(serve), Arc::new(Semaphore::new(CONNECTIONS)));
    let connections = TaskTracker::new();
    while let Some((stream, peer, place)) = stop.run_until_cancelled(next(&listener, &places)).await {
        let (routes, stop) = (routes.clone(), stop.clone());
        connections.spawn(async move {
            connection::serve(stream, peer, routes, stop).await;
            drop(place);
        });
    }
    connections.close();
    connections.wait().await;
}

type Place = Option<OwnedSemaphorePermit>;

async fn next(listener: &TcpListener, places: &Arc<Semaphore>) -> (TcpStream, SocketAddr, Place) {
    let place = Arc::clone(places).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, place),
            Err(_) => sleep(BREATH).await,
        }
    }
}
