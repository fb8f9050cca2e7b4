//! What is kept of a look?

use std::time::Duration;

use super::histogram::micros;
use crate::model::{Cadence, Details, Observation, Outcome, Seen, Timeline};

/// The look as it will be read again: durations in whole microseconds, the cadence in whole milliseconds, and of the
/// details of an up look only the HTTP status.
pub(super) fn kept(look: &Observation) -> Observation {
    Observation {
        probe: look.probe.clone(),
        late: whole(look.late),
        cadence: cadence(look.cadence),
        seen: seen(&look.seen),
        ..*look
    }
}

/// The end of each span in microseconds after the look's beginning, in order.
pub(super) fn ends(timeline: &Timeline) -> impl Iterator<Item = u64> {
    timeline.spans().iter().scan(0, |last, span| {
        *last = micros(span.ended).max(*last);
        Some(*last)
    })
}

/// Interval and timeout in milliseconds.
pub(super) fn millis(cadence: Cadence) -> (u64, u64) {
    let ms = |span: Duration| u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
    (ms(cadence.interval()), ms(cadence.timeout()))
}

fn whole(span: Duration) -> Duration {
    Duration::from_micros(micros(span))
}

fn cadence(given: Cadence) -> Cadence {
    let (interval, timeout) = millis(given);
    Cadence::new(Duration::from_millis(interval), Duration::from_millis(timeout)).unwrap_or(given)
}

fn seen(seen: &Seen) -> Seen {
    let details = match seen.outcome {
        Outcome::Up => Details { http_status: seen.details.http_status, ..Details::default() },
        _ => seen.details.clone(),
    };
    Seen { timeline: timeline(&seen.timeline), outcome: seen.outcome.clone(), details }
}

fn timeline(given: &Timeline) -> Timeline {
    let mut whole = Timeline::default();
    let mut began = Duration::ZERO;
    for (span, end) in given.spans().iter().zip(ends(given)) {
        whole.enter(span.phase, span.hop, began);
        began = Duration::from_micros(end);
        whole.end(began);
    }
    whole
}
