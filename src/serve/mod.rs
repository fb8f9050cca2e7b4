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
//! counter       how connections are taken
//! connection    how one client is served, however it behaves
//! ```

mod agent;
mod api;
mod badge;
pub mod board;
mod connection;
mod counter;
mod desk;
pub mod door;
mod exposition;
mod feed;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod page;
pub mod past;
mod patient;
mod probe;
pub mod routes;
pub mod sites;
#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use tokio::{
    net::TcpListener,
    sync::{mpsc, oneshot, watch},
};
use tokio_util::sync::CancellationToken;

use self::{board::Board, counter::Counter, desk::Desk, door::Certificate, past::Past, sites::Sites};
use crate::{
    config::{Plan, ServeTls},
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
    /// Remember that somebody did this, which changes nothing here: signed in, or was refused.
    Remember(By, String),
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

/// How many expositions are written at once; it bounds what a crowd of scrapers can cost.
const SCRAPES: usize = 4;

/// Serves on `listener` until `stop`, from the first plan on; then replies under way are ended, within a grace of 5 seconds.
/// What that plan says of TLS and of a listener for metrics holds until the end.
pub async fn serve(listener: TcpListener, serve: Serve, stop: CancellationToken) {
    let (mut plans, metrics) = (serve.plans.clone(), serve.metrics.clone());
    let Some(first) = stop.run_until_cancelled(plans.wait_for(Option::is_some)).await else { return };
    let serving = first.ok().and_then(|plan| Some(plan.as_ref()?.serve().clone())).unwrap_or_default();
    let desk = Desk::new(serve, SCRAPES);
    let certificate = match serving.tls().cloned() {
        Some(tls) => match stop.run_until_cancelled(certificate(tls, &plans, &metrics)).await {
            Some(certificate) => Some(certificate),
            None => return,
        },
        None => None,
    };
    tokio::spawn(door::tell_changes(serving, plans.clone()));
    tokio::spawn(page::keep(desk.clone(), stop.clone()));
    let routes = routes::routes(desk);
    Counter { listener, routes, certificate, plans, metrics }.serve(stop).await;
}

/// Serves metrics and health alone on `listener`, to whoever reaches it, until `stop`.
pub async fn serve_metrics(listener: TcpListener, serve: Serve, stop: CancellationToken) {
    let (plans, metrics) = (serve.plans.clone(), serve.metrics.clone());
    let routes = routes::of_metrics(Desk::new(serve, SCRAPES));
    Counter { listener, routes, certificate: None, plans, metrics }.serve(stop).await;
}

/// What is shown of us, followed as long as somebody is served.
async fn certificate(
    tls: ServeTls,
    plans: &watch::Receiver<Option<Arc<Plan>>>,
    metrics: &Metrics,
) -> Certificate {
    let (certificate, keeper) = Certificate::begin(tls, metrics.clone()).await;
    tokio::spawn(keeper.keep(plans.clone()));
    certificate
}
