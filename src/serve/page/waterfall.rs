//! How is a look drawn: where its time went, how others before it went, and how a day of them was?

use std::{fmt::Write as _, time::Duration};

use crate::{
    ledger::Hour,
    model::{Moment, Period, Phase, Timeline},
    report::words,
    serve::board::Recent,
};

/// The phases of a look, one after the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Waterfall {
    pub(super) bars: Vec<Bar>,
    /// Each phase in words: `wait 12 ms`.
    pub(super) words: Vec<(&'static str, String)>,
    /// Each step in words, if it has any: `open record 120 ms`.
    pub(super) steps: Vec<(String, String)>,
    pub(super) total: String,
}

/// A part of a picture.
#[derive(Clone, Debug)]
pub(super) struct Bar {
    pub(super) class: &'static str,
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// The last looks of a probe, a bar each.
#[derive(Clone, Debug)]
pub(super) struct Sparkline {
    pub(super) bars: Vec<Bar>,
    pub(super) words: String,
}

/// How long good looks took, hour by hour.
#[derive(Clone, Debug)]
pub(super) struct Course {
    /// Between half of all and 95 of 100.
    pub(super) band: String,
    /// Half of all.
    pub(super) line: String,
    /// What the top of the picture stands for.
    pub(super) top: String,
    pub(super) words: String,
}

impl Waterfall {
    /// The look of a probe with these steps, if it has any.
    pub(super) fn of(timeline: &Timeline, steps: &[String]) -> Self {
        let total = timeline.total().as_secs_f64().max(1e-6);
        let share = |at: Duration| rounded(at.as_secs_f64() / total * 100.0);
        let bars = timeline.spans().iter().map(|span| Bar {
            class: span.phase.label(),
            x: share(span.began),
            y: 0.0,
            width: share(span.ended.saturating_sub(span.began)).max(0.4),
            height: 10.0,
        });
        let step = |(hop, took)| Some((steps.get(usize::from(hop))?.clone(), words::latency(took)));
        let told = |phase: Phase| Some((phase.label(), words::latency(timeline.of(phase)?)));
        Self {
            bars: bars.collect(),
            words: Phase::ALL.into_iter().filter_map(told).collect(),
            steps: timeline.hops().filter_map(step).collect(),
            total: words::latency(timeline.total()),
        }
    }
}

impl Sparkline {
    const HEIGHT: f64 = 24.0;

    pub(super) fn of<'r>(recent: impl ExactSizeIterator<Item = &'r Recent>) -> Option<Self> {
        let looks: Vec<&Recent> = recent.collect();
        let longest = looks.iter().map(|look| look.took).max()?.as_secs_f64().max(1e-6);
        let bars = looks.iter().zip(0_u32..).map(|(look, at)| {
            let good = ["up", "degraded"].contains(&look.outcome);
            let height = if good { look.took.as_secs_f64() / longest * Self::HEIGHT } else { Self::HEIGHT };
            let height = rounded(height.max(1.5));
            Bar {
                class: look.outcome,
                x: f64::from(at) * 4.0,
                y: rounded(Self::HEIGHT - height),
                width: 3.0,
                height,
            }
        });
        Some(Self { bars: bars.collect(), words: spark_words(&looks) })
    }

    pub(super) fn width(&self) -> usize {
        self.bars.len() * 4
    }
}

fn spark_words(looks: &[&Recent]) -> String {
    let of = |outcome: &str| looks.iter().filter(|look| look.outcome == outcome).count();
    let told = ["up", "degraded", "down", "unknown"].into_iter().filter(|outcome| of(outcome) > 0);
    let told: Vec<String> = told.map(|outcome| format!("{} {outcome}", of(outcome))).collect();
    let times = || looks.iter().map(|look| look.took);
    let (least, most) = (times().min().unwrap_or_default(), times().max().unwrap_or_default());
    let (least, most) = (words::latency(least), words::latency(most));
    format!("Last {} looks: {}; {least} to {most}", looks.len(), told.join(", "))
}

impl Course {
    const WIDTH: f64 = 480.0;
    const HEIGHT: f64 = 60.0;

    /// Of the hours of `period`; `None` if no look was good.
    pub(super) fn of(hours: &[Hour], period: Period) -> Option<Self> {
        let told = |hour: &Hour| Some((hour.from, hour.latency.quantile(0.5)?, hour.latency.quantile(0.95)?));
        let told: Vec<_> = hours.iter().filter_map(told).collect();
        let top = told.iter().map(|(.., p95)| *p95).max()?;
        let whole = period.length().as_secs_f64().max(1.0);
        let x = |at: Moment| rounded(at.since(period.from).as_secs_f64() / whole * Self::WIDTH);
        let y = |took: Duration| {
            rounded(Self::HEIGHT - took.as_secs_f64() / top.as_secs_f64().max(1e-6) * (Self::HEIGHT - 4.0))
        };
        let (mut band, mut line) = (String::new(), String::new());
        for (from, p50, p95) in &told {
            // Writing to a string cannot fail.
            let (left, right) = (x(*from), x((*from + Hour::LENGTH).min(period.until)));
            let (low, high) = (y(*p50), y(*p95));
            let _ = write!(band, "M{left} {high}H{right}V{low}H{left}z");
            let _ = write!(line, "M{left} {low}H{right}");
        }
        let mut all = Hour::new(period.from);
        for hour in hours {
            all.merge(hour);
        }
        Some(Self { band, line, top: words::latency(top), words: course_words(&all) })
    }
}

fn course_words(all: &Hour) -> String {
    let within = |share| all.latency.quantile(share).map(words::latency).unwrap_or_default();
    let bad = all.outcomes[2] + all.outcomes[3];
    let bad = if bad > 0 { format!("; {bad} of {} looks were not good", all.looks()) } else { String::new() };
    format!(
        "Half within {}, 95 in 100 within {}, 99 in 100 within {}{bad}",
        within(0.5),
        within(0.95),
        within(0.99)
    )
}

/// To a tenth.
fn rounded(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn phases_lie_end_to_end() {
        let mut timeline = Timeline::default();
        timeline.enter(Phase::Resolve, 0, ms(0));
        timeline.enter(Phase::Connect, 0, ms(25));
        timeline.enter(Phase::Wait, 0, ms(50));
        timeline.end(ms(100));
        let waterfall = Waterfall::of(&timeline, &[]);
        let bars: Vec<_> = waterfall.bars.iter().map(|bar| (bar.class, bar.x, bar.width)).collect();
        assert_eq!(bars, [("resolve", 0.0, 25.0), ("connect", 25.0, 25.0), ("wait", 50.0, 50.0)]);
        assert_eq!(waterfall.words[2], ("wait", "50 ms".to_owned()));
        assert!(Waterfall::of(&Timeline::default(), &[]).bars.is_empty());
    }

    #[test]
    fn a_failed_look_is_as_high_as_the_longest() {
        let look = |took, outcome| Recent { began: Moment::from_ms(0), took: ms(took), outcome };
        let looks = [look(10, "up"), look(40, "up"), look(1, "down")];
        let line = Sparkline::of(looks.iter()).unwrap();
        assert_eq!(line.bars.iter().map(|bar| bar.height).collect::<Vec<_>>(), [6.0, 24.0, 24.0]);
        assert_eq!(line.words, "Last 3 looks: 2 up, 1 down; 1 ms to 40 ms");
        assert!(Sparkline::of([].iter()).is_none());
    }

    #[test]
    fn an_hour_without_good_looks_is_left_empty() {
        let period = Period::new(Moment::from_ms(0), Moment::from_ms(3 * 3_600_000));
        let mut hours: Vec<Hour> = (0..3).map(|n| Hour::new(Moment::from_ms(n * 3_600_000))).collect();
        hours[0].latency.record(ms(10));
        hours[2].latency.record(ms(20));
        hours[1].outcomes[2] = 5;
        let course = Course::of(&hours, period).unwrap();
        assert_eq!(course.line.matches('M').count(), 2);
        assert!(course.line.starts_with("M0 ") && course.line.contains("M320 "), "{}", course.line);
        assert!(course.words.contains("5 of 5 looks were not good"), "{}", course.words);
        assert!(Course::of(&hours[1..2], period).is_none());
    }
}
