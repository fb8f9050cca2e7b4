//! What do the signals mean? SIGTERM and SIGINT stop, SIGHUP reloads.

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::{mpsc, oneshot},
};
use tokio_util::sync::CancellationToken;

use crate::{model::By, serve::Ask};

/// Cancels `stop` at the first SIGTERM or SIGINT.
///
/// # Errors
/// The handlers could not be installed.
pub fn stop_on_signals(stop: CancellationToken) -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        stop.cancel();
    });
    Ok(())
}

/// Asks for a reload at each SIGHUP. What comes of it is in the log and in the metrics.
///
/// # Errors
/// The handler could not be installed.
pub fn hang_ups(asks: mpsc::Sender<Ask>) -> std::io::Result<()> {
    let mut hang_up = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        while hang_up.recv().await.is_some() {
            let (answer, done) = oneshot::channel();
            let by = By { name: "the signal HUP".into(), from: String::new() };
            if asks.send(Ask::Reload(by, answer)).await.is_err() {
                break;
            }
            drop(done.await);
        }
    });
    Ok(())
}
