//! How does the service manager that started us learn that we are well? By systemd's notify protocol.

use std::{sync::Arc, time::Duration};

use sd_notify::NotifyState;
use tokio::{sync::watch, time::sleep};
use tokio_util::sync::CancellationToken;

use crate::{config::Plan, metrics::Metrics, model::Moment};

/// Whether anybody wants to know.
pub fn is_managed() -> bool {
    std::env::var_os("NOTIFY_SOCKET").is_some()
}

/// Says when a plan is in force, then that the loop turns (as often as is wanted, and only while it does), and when we stop.
pub async fn tell_manager(
    mut plans: watch::Receiver<Option<Arc<Plan>>>,
    metrics: Metrics,
    stop: CancellationToken,
) {
    let told = async {
        if let Ok(plan) = plans.wait_for(Option::is_some).await {
            let probes = plan.as_ref().map_or(0, |plan| plan.probes().len());
            tell(&[NotifyState::Ready, NotifyState::Status(&format!("{probes} probes"))]);
        }
        match sd_notify::watchdog_enabled() {
            Some(patience) => {
                let bark = || tell(&[NotifyState::Watchdog]);
                bark_while_it_turns(|| metrics.turned(), patience / 3, bark).await;
            }
            None => std::future::pending().await,
        }
    };
    stop.run_until_cancelled(told).await;
    tell(&[NotifyState::Stopping]);
}

/// A loop that hangs does not turn, and nothing is said: whoever waits starts us anew.
async fn bark_while_it_turns(turned: impl Fn() -> Moment, every: Duration, bark: impl Fn()) {
    let mut before = turned();
    loop {
        sleep(every).await;
        let now = turned();
        if now != before {
            bark();
        }
        before = now;
    }
}

fn tell(what: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(what) {
        tracing::warn!(%error, "the service manager could not be told");
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_loop_that_hangs_is_not_called_well() {
        let (turns, barks) = (Cell::new(0), Cell::new(0));
        let turned = || {
            turns.set((turns.get() + 1).min(5)); // it turns five times, and hangs
            Moment::from_ms(turns.get())
        };
        let watched = bark_while_it_turns(turned, Duration::from_secs(10), || barks.set(barks.get() + 1));
        timeout(Duration::from_mins(10), watched).await.unwrap_err();
        assert_eq!(barks.get(), 4);
    }
}
