//! Which time have two lists of periods in common? Lists are in order, and nothing in them overlaps.

use super::Stretch;
use crate::model::{Moment, Period};

/// The parts of the stretches that lie in `spans`.
pub(super) fn inside(stretches: &[Stretch], spans: &[Period]) -> Vec<Stretch> {
    let cut = |stretch: &Stretch| {
        let Stretch { period, state } = *stretch;
        touching(spans, period).map(move |span| Stretch { period: span.within(period), state })
    };
    stretches.iter().flat_map(cut).collect()
}

/// How much of `period` lies in `spans`, piece by piece.
pub(super) fn touching(spans: &[Period], period: Period) -> impl Iterator<Item = Period> {
    let first = spans.partition_point(|span| span.until <= period.from);
    spans[first..].iter().copied().take_while(move |span| span.from < period.until)
}

/// What of `period` is in none of `spans`.
pub(super) fn outside(spans: &[Period], period: Period) -> Vec<Period> {
    let ends = touching(spans, period).map(|span| span.from).chain([period.until]);
    let begins = [period.from].into_iter().chain(touching(spans, period).map(|span| span.until));
    let between = |(from, until): (Moment, Moment)| Period::new(from, until);
    begins.zip(ends).map(between).filter(|gap| !gap.is_empty()).collect()
}

/// The same time, in order and with nothing twice.
pub(super) fn united(mut spans: Vec<Period>) -> Vec<Period> {
    spans.sort();
    let mut united: Vec<Period> = Vec::new();
    for span in spans {
        match united.last_mut().filter(|last| span.from <= last.until) {
            Some(last) => last.until = last.until.max(span.until),
            None => united.push(span),
        }
    }
    united
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn span(from: i64, until: i64) -> Period {
        Period::new(Moment::from_ms(from), Moment::from_ms(until))
    }

    proptest! {
        #[test]
        fn inside_and_outside_are_the_whole(ends in proptest::collection::btree_set(0_i64..100, 0..20)) {
            let ends: Vec<i64> = ends.into_iter().collect();
            let spans: Vec<Period> = ends.chunks_exact(2).map(|pair| span(pair[0], pair[1])).collect();
            let whole = span(20, 80);
            for ms in 20..80 {
                let at = Moment::from_ms(ms);
                let within = touching(&spans, whole).any(|one| one.contains(at));
                let without = outside(&spans, whole).iter().any(|one| one.contains(at));
                prop_assert!(within != without, "{ms}");
            }
        }
    }

    #[test]
    fn nothing_counts_twice() {
        let spans = united(vec![span(5, 9), span(0, 3), span(3, 4), span(6, 12)]);
        assert_eq!(spans, [span(0, 4), span(5, 12)]);
    }
}
