//! How was each service on each of the last 90 days?

use std::{collections::HashMap, ops::ControlFlow, sync::Arc, time::Duration};

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use tokio::{select, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{NoPast, Past};
use crate::{
    ledger::{Ledger, LedgerError, Sqlite, Whose},
    model::{Moment, Period, Slug},
    report::{Account, Tally},
    serve::board::Board,
};

/// How many days are shown, today included.
pub const DAYS: usize = 90;

/// So long what was read last is good enough, whatever has changed.
const FRESH: Duration = Duration::from_mins(1);

/// So long it is good enough though nothing has changed: time passes.
const STALE: Duration = Duration::from_mins(10);

/// The last days of every service.
#[derive(Clone, Debug, Default)]
pub struct Strips {
    /// When they were read; none if they never were.
    pub at: Option<Moment>,
    /// The days, the earliest first; the last is today.
    pub days: Vec<Date>,
    /// What became of each day, of each service. A day outside the service's life is empty.
    pub services: HashMap<Slug, Vec<Tally>>,
}

impl Past {
    /// The last days as they were read last: at most ten minutes ago, and a minute after a change.
    pub fn strips(&self) -> Arc<Strips> {
        self.0.strips.borrow().clone()
    }

    /// Reads the strips anew as `board` changes and time passes, until `stop`.
    pub async fn keep(self, board: Board, wall: fn() -> Moment, stop: CancellationToken) {
        let mut changes = board.changes();
        let kept = async {
            loop {
                changes.borrow_and_update();
                let began = wall();
                if let Err(why) = self.read_strips(began).await {
                    tracing::warn!("the last {DAYS} days are not shown as they were: {why}");
                }
                sleep(FRESH.max(wall().since(began) * 20)).await;
                select! { biased;
                    Ok(()) = changes.changed() => {}
                    () = sleep(STALE) => {}
                }
            }
        };
        stop.run_until_cancelled(kept).await;
    }

    /// Reads them at `now`.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn read_strips(&self, now: Moment) -> Result<(), NoPast> {
        let strips = self.ask(move |ledger| strips(ledger, now)).await?;
        self.0.strips.send_replace(Arc::new(strips));
        Ok(())
    }
}

fn strips(ledger: &Sqlite, now: Moment) -> Result<Strips, LedgerError> {
    let _held = ledger.hold()?;
    let outline = ledger.tail()?.outline;
    let zone = TimeZone::get(&outline.zone).unwrap_or(TimeZone::UTC);
    let days = days(now, &zone);
    let Some((_, first)) = days.first() else { return Ok(Strips::default()) };
    let whole = Period::new(first.from, now);
    let ids: Vec<&Slug> = outline.services.iter().map(|service| &service.id).collect();
    let account = account(ledger, &ids, whole, now)?;
    let each = |id: &&Slug| {
        let tallies = days.iter().map(|(_, day)| account.tally(id, *day)).collect();
        ((*id).clone(), tallies)
    };
    let services = ids.iter().map(each).collect();
    Ok(Strips { at: Some(now), days: days.iter().map(|(date, _)| *date).collect(), services })
}

/// What is remembered of these services in `period`.
fn account(ledger: &Sqlite, services: &[&Slug], period: Period, now: Moment) -> Result<Account, LedgerError> {
    let mut account = Account::default();
    let agent = std::iter::once(Whose::Agent);
    for whose in agent.chain(services.iter().map(|id| Whose::Service(id))) {
        ledger.history(whose, period, &mut |_, entry| {
            account.absorb(&entry);
            ControlFlow::Continue(())
        })?;
    }
    account.known_until(now);
    Ok(account)
}

/// The last days until `now`, the earliest first.
fn days(now: Moment, zone: &TimeZone) -> Vec<(Date, Period)> {
    let Ok(at) = Timestamp::from_millisecond(now.as_ms()) else { return Vec::new() };
    let today = at.to_zoned(zone.clone()).date();
    let began = |date: Date| {
        let began = date.to_zoned(zone.clone()).ok()?;
        Some(Moment::from_ms(began.timestamp().as_millisecond()))
    };
    let day = |back: usize| {
        let date = today.checked_sub(i64::try_from(back).ok()?.days()).ok()?;
        let until = began(date.tomorrow().ok()?)?.min(now);
        Some((date, Period::new(began(date)?, until)))
    };
    (0..DAYS).rev().filter_map(day).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_zone() {
        let london = TimeZone::get("Europe/London").unwrap();
        let now: Timestamp = "2026-10-26T10:00:00Z".parse().unwrap();
        let days = days(Moment::from_ms(now.as_millisecond()), &london);
        let hours = |(date, period): &(Date, Period)| (date.to_string(), period.length().as_secs() / 3600);
        let last: Vec<_> = days[DAYS - 3..].iter().map(hours).collect();
        let told = last.iter().map(|(date, hours)| (date.as_str(), *hours)).collect::<Vec<_>>();
        assert_eq!(told, [("2026-10-24", 24), ("2026-10-25", 25), ("2026-10-26", 10)]);
        assert_eq!(days.len(), DAYS);
    }
}
