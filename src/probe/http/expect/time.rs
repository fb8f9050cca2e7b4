//! How are times in a reply read, and spans told?

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::model::Moment;

/// Numbers below this are seconds since 1970, from here on milliseconds: both until the year 5138.
const MILLISECONDS: f64 = 1e11;

const DAY: Duration = Duration::from_hours(24);

/// The instant that a value names: RFC 3339 with its offset, or seconds or milliseconds since 1970.
pub(super) fn moment(value: &Value) -> Option<Moment> {
    match value {
        Value::String(text) => {
            text.trim().parse::<Timestamp>().ok().map(|at| Moment::from_ms(at.as_millisecond()))
        }
        Value::Number(number) => number.as_f64().map(since_1970),
        _ => None,
    }
}

fn since_1970(number: f64) -> Moment {
    let ms = if number.abs() < MILLISECONDS { number * 1000.0 } else { number };
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the cast saturates: a time that far off breaks every bound"
    )]
    Moment::from_ms(ms as i64)
}

/// `3 days 4h`, `12m 5s`.
pub(in crate::probe) fn span(span: Duration) -> String {
    let days = span.as_secs() / DAY.as_secs();
    let seconds = SignedDuration::from_secs(i64::try_from(span.as_secs()).unwrap_or(i64::MAX));
    if days >= 2 { format!("{days} days") } else { format!("{seconds:#}") }
}

/// `2026-12-01T00:00:00.000Z, in 3 days` or `…, 5m ago`.
pub(in crate::probe) fn until(end: Moment, at: Moment) -> String {
    if end > at {
        format!("{end}, in {}", span(end.since(at)))
    } else {
        format!("{end}, {} ago", span(at.since(end)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_are_read_and_told() {
        let ms = |value: Value| moment(&value).map(Moment::as_ms);
        assert_eq!(ms(json!("2026-09-21T15:13:20+01:00")), Some(1_790_000_000_000));
        assert_eq!(ms(json!(1_790_000_000)), Some(1_790_000_000_000));
        assert_eq!(ms(json!(1_790_000_000.25)), Some(1_790_000_000_250));
        assert_eq!(ms(json!(1_790_000_000_000_i64)), Some(1_790_000_000_000));
        for none in
            [json!("2026-09-21T15:13:20"), json!("2026-09-21"), json!("soon"), json!(null), json!([1])]
        {
            assert_eq!(ms(none.clone()), None, "{none}");
        }
        assert_eq!(span(Duration::from_secs(725)), "12m 5s");
        assert_eq!(span(Duration::from_hours(100)), "4 days");
        let at = Moment::from_ms(0);
        assert_eq!(until(at + Duration::from_mins(5), at), "1970-01-01T00:05:00.000Z, in 5m");
        assert_eq!(until(at, at + Duration::from_mins(5)), "1970-01-01T00:00:00.000Z, 5m ago");
    }
}
