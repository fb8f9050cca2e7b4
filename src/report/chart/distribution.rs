//! How long did looks take? The whole distribution, and where it is told from.

use std::{collections::BTreeMap, time::Duration};

use super::{
    WIDTH,
    colour::{BLACK, BLUE, DARK_GREY, DARK_RED, PALE_GREY, RED},
    number::took,
    scale::Scale,
    svg::{Element, group, label, line, picture, rect},
};

const HEIGHT: f64 = 200.0;
const LEFT: f64 = 16.0;
const RIGHT: f64 = WIDTH - 16.0;
const TOP: f64 = 62.0;
const BOTTOM: f64 = HEIGHT - 26.0;
/// Bars to a tenfold of the time.
const FINE: f64 = 16.0;

/// How long good looks took over a period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Latencies {
    /// At most so long, and how many of them: buckets that are not empty, in order.
    pub buckets: Vec<(Duration, u64)>,
    /// Half of all took no longer.
    pub p50: Option<Duration>,
    /// 95 in 100 took no longer.
    pub p95: Option<Duration>,
    /// 99 in 100 took no longer.
    pub p99: Option<Duration>,
    /// From when on one counts as slow.
    pub slow: Option<Duration>,
}

impl Latencies {
    fn count(&self) -> u64 {
        self.buckets.iter().fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }

    fn marks(&self) -> Vec<(String, Duration)> {
        let named = [("half", self.p50), ("95 %", self.p95), ("99 %", self.p99)];
        let told = |(name, at): (&str, Option<Duration>)| Some((format!("{name} within {}", took(at?)), at?));
        named.into_iter().filter_map(told).collect()
    }
}

/// The distribution, as an `<svg>` element; `None` if no look was good.
pub fn distribution(name: &str, latencies: &Latencies) -> Option<String> {
    let (scale, ticks) = axis(latencies)?;
    let axis = group().set("fill", DARK_GREY).children(ticks.into_iter().map(|at| {
        let x = scale.place(log(at));
        let name = label(x, BOTTOM + 17.0, &took(at)).set("text-anchor", "middle");
        group().child(&line((x, TOP), (x, BOTTOM), PALE_GREY)).child(&name)
    }));
    let layers = [axis, bars(latencies, scale), marks(latencies, scale)];
    Some(picture(WIDTH, HEIGHT, name, &described(latencies)).children(layers).to_string())
}

fn described(latencies: &Latencies) -> String {
    let marks: Vec<_> = latencies.marks().into_iter().map(|(words, _)| words).collect();
    format!("Of {} good looks {}.", latencies.count(), marks.join(", "))
}

/// From the round time below all to the one above.
fn axis(latencies: &Latencies) -> Option<(Scale, Vec<Duration>)> {
    let (first, last) = (latencies.buckets.first()?.0, latencies.buckets.last()?.0);
    let (first, last) =
        (first.min(latencies.slow.unwrap_or(first)), last.max(latencies.slow.unwrap_or(last)));
    let low = round_times().take_while(|at| *at <= first.mul_f64(0.97)).last().unwrap_or_default();
    let high = round_times().find(|at| *at > last).unwrap_or(last);
    let ticks = round_times().filter(|at| (low..=high).contains(at)).collect();
    Some((Scale::new((log(low), log(high)), (LEFT, RIGHT)), ticks))
}

/// 1, 2 and 5 microseconds, and so on up to days.
fn round_times() -> impl Iterator<Item = Duration> {
    let powers = std::iter::successors(Some(1_u64), |power| power.checked_mul(10)).take(12);
    powers.flat_map(|power| [1, 2, 5].map(|factor| Duration::from_micros(factor * power)))
}

/// A bar to a fraction of a tenfold; one of few looks among many is seen all the same.
fn bars(latencies: &Latencies, scale: Scale) -> Element {
    let mut counts: BTreeMap<i32, u64> = BTreeMap::new();
    for (at, count) in &latencies.buckets {
        let held = counts.entry(bar(*at)).or_default();
        *held = held.saturating_add(*count);
    }
    let most = counts.values().copied().max().unwrap_or(1);
    let bars = counts.into_iter().map(|(bar, count)| {
        let (left, right) = (scale.place(f64::from(bar) / FINE), scale.place(f64::from(bar + 1) / FINE));
        let height = (share(count, most) * (BOTTOM - TOP)).max(1.5);
        rect(left, BOTTOM - height, (right - left - 1.0).max(1.0), height)
    });
    group().set("fill", BLUE).children(bars).child(&line((LEFT, BOTTOM), (RIGHT, BOTTOM), BLACK))
}

#[expect(clippy::cast_possible_truncation, reason = "a logarithm of a duration is small")]
fn bar(at: Duration) -> i32 {
    // A bucket's upper end belongs to it, not to the next.
    (log(at) * FINE - 1e-9).floor() as i32
}

#[expect(clippy::cast_precision_loss, reason = "a height, not a figure")]
fn share(count: u64, most: u64) -> f64 {
    count as f64 / most.max(1) as f64
}

/// Lines with their words above, each a step higher than the one before.
fn marks(latencies: &Latencies, scale: Scale) -> Element {
    let slow = latencies.slow.map(|at| (format!("slow from {}", took(at)), at, RED));
    let marks = latencies.marks().into_iter().map(|(words, at)| (words, at, BLACK)).chain(slow);
    group().children(marks.zip(0_u32..).map(|((words, at, colour), number)| {
        let (x, y) = (scale.place(log(at)), 12.0 + 14.0 * f64::from(number));
        let line = line((x, y + 3.0), (x, BOTTOM), colour).at("stroke-width", 1.5);
        let dashed = if colour == RED { line.set("stroke-dasharray", "2 3") } else { line };
        let (x, anchor) = if x > WIDTH * 0.75 { (x - 4.0, "end") } else { (x + 4.0, "start") };
        let ink = if colour == RED { DARK_RED } else { BLACK };
        group().child(&dashed).child(&label(x, y + 2.0, &words).set("text-anchor", anchor).set("fill", ink))
    }))
}

fn log(time: Duration) -> f64 {
    time.as_secs_f64().max(1e-6).log10()
}
