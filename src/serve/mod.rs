//! What can be asked over HTTP?
//!
//! ```text
//! routes        the one table of what can be asked, and by whom
//! door          who asks
//! desk          what the routes share; how the loop is asked
//! board         how everything stands now
//! past          how it was, from the ledger
//! page          what people see
//! sites         how other sites see it, from their agents
//! api           what programs ask
//! feed, badge   what others show of us
//! agent         metrics, health, reload
//! probe         what is answered for blackbox_exporter
//! connection    how one client is served, however it behaves
//! ```

mod agent;
mod api;
mod badge;
pub mod board;
mod connection;
mod desk;
pub mod door;
mod exposition;
mod feed;
mod page;
pub mod past;
mod patient;
mod probe;
pub mod routes;
pub mod sites;
#[cfg(test)]
mod tests;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot, watch},
    time::sleep,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::{board::Board, desk::Desk, past::Past, sites::Sites};
use crate::{
    config::Plan,
    metrics::Metrics,
    model::{Announcement, By, Moment, Remark, Slug},
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
    /// The plan in force.
    pub plans: watch::Receiver<Option<Arc<Plan>>>,
    /// How everything stands.
    pub board: Board,
    /// How it was.
    pub past: Past,
    /// How other sites see it.
    pub sites: Sites,
    /// The time.
    pub wall: fn() -> Moment,
    /// The time since some beginning, which no clock that is set changes.
    pub ticks: fn() -> Duration,
}

/// How many connections are open at once; one more waits for one to end.
const CONNECTIONS: usize = 1024;

/// How many expositions are written at once; it bounds what a crowd of scrapers can cost.
const SCRAPES: usize = 4;

/// How long to leave a listener alone that could not accept: most likely no file descriptor is left.
const BREATH: Duration = Duration::from_millis(100);

/// Serves on `listener` until `stop`; then replies under way are ended, within a grace of 5 seconds.
pub async fn serve(listener: TcpListener, serve: Serve, stop: CancellationToken) {
    let (desk, places) = (Desk::new(serve, SCRAPES), Arc::new(Semaphore::new(CONNECTIONS)));
    let (routes, connections) = (routes::routes(desk.clone()), TaskTracker::new());
    connections.spawn(page::keep(desk, stop.clone()));
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
