//! Were we told to wait? Whoever answers 429 (too many requests) is left alone for as long as he says.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use hyper::{HeaderMap, StatusCode, header};

use crate::model::{Failure, Moment, Ours};

/// The longest that we let ourselves be told to wait.
const LONGEST: Duration = Duration::from_hours(1);

/// Until when one server is left alone.
#[derive(Debug, Default)]
pub(crate) struct Patience {
    until: Mutex<Option<Moment>>,
}

impl Patience {
    /// Whether a request may go out at the time `at`.
    pub(crate) fn allows(&self, at: Moment) -> Result<(), Failure> {
        match *self.until.lock().unwrap_or_else(PoisonError::into_inner) {
            // A clock that was set back must not make us wait for longer than we would have waited.
            Some(until) if at < until && until.since(at) <= LONGEST => Err(throttled(Some(until))),
            _ => Ok(()),
        }
    }

    /// Heeds what a reply to the look that began `at` says.
    pub(crate) fn heed(&self, status: StatusCode, headers: &HeaderMap, at: Moment) -> Result<(), Failure> {
        if status != StatusCode::TOO_MANY_REQUESTS {
            return Ok(());
        }
        let until = retry_after(headers, at).map(|wait| at + wait.min(LONGEST));
        *self.until.lock().unwrap_or_else(PoisonError::into_inner) = until;
        Err(throttled(until))
    }
}

fn throttled(until: Option<Moment>) -> Failure {
    let words = match until {
        Some(until) => format!("too many requests (429): told to wait until {until}"),
        None => "too many requests (429), says the server, and not for how long to wait".to_owned(),
    };
    Failure::ours(Ours::Throttled, words)
}

/// In how long we may ask again: seconds, or a date.
fn retry_after(headers: &HeaderMap, at: Moment) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More seconds than can be counted are more than we wait.
        return (!text.is_empty()).then(|| Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(Moment::from_ms(date.as_millisecond()).since(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Moment = Moment::from_ms(1_790_000_000_000);

    fn after_429(retry_after: Option<&str>) -> Patience {
        let patience = Patience::default();
        let headers = retry_after.map(|text| (header::RETRY_AFTER, text.try_into().unwrap()));
        let headers = headers.into_iter().collect();
        let failure = patience.heed(StatusCode::TOO_MANY_REQUESTS, &headers, AT).unwrap_err();
        assert_eq!(failure.cause, crate::model::Cause::Ours(Ours::Throttled));
        patience
    }

    /// For how many seconds nothing goes out.
    fn waits(retry_after: Option<&str>) -> Option<u64> {
        let patience = after_429(retry_after);
        let free = |seconds: &u64| patience.allows(AT + Duration::from_secs(*seconds)).is_ok();
        (0..=3601).find(free)
    }

    #[test]
    fn what_was_asked_for_is_waited_for_and_no_more_than_an_hour() {
        assert_eq!(waits(Some("7")), Some(7));
        assert_eq!(waits(Some("Mon, 21 Sep 2026 14:13:30 GMT")), Some(10));
        assert_eq!(waits(Some("99999999999999999999999")), Some(3600));
        for at_once in [None, Some(""), Some("soon"), Some("-1"), Some("Mon, 21 Sep 2020 14:13:30 GMT")] {
            assert_eq!(waits(at_once), Some(0), "{at_once:?}");
        }
    }

    #[test]
    fn a_clock_set_back_waits_no_longer() {
        let patience = after_429(Some("60"));
        assert!(patience.allows(Moment::from_ms(0)).is_ok());
    }

    #[test]
    fn any_other_status_asks_for_no_patience() {
        let headers = HeaderMap::from_iter([(header::RETRY_AFTER, 60.into())]);
        let patience = Patience::default();
        assert!(patience.heed(StatusCode::SERVICE_UNAVAILABLE, &headers, AT).is_ok());
        assert!(patience.allows(AT).is_ok());
    }
}
