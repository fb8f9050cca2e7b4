//! Which past do the dashboards' questions need? Every series that a question reads, for as long and for as many services as it asks.

use std::{
    collections::BTreeMap,
    fs,
    sync::{
        LazyLock,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use regex::Regex;

use super::{
    series::{FIRST, Labels, is_scraped, series},
    told::Told,
};
use crate::{
    picked::Picked,
    shipped::{Dashboard, Target, seconds},
};

/// Where the past ends, in seconds.
const END: u64 = 1_795_000_000;
const SCRAPE: u64 = 15;
/// What is asked of one moment, which is at most a step before the end, needs no more than this.
const SHORT: u64 = 3 * 3_600;

/// How much of a family is asked for: what is so now, all the past of one service, or of all.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Depth {
    Now,
    One,
    All,
}

/// How long it was, and how many services there were.
#[derive(Clone, Copy)]
pub(crate) struct Past {
    pub(crate) seconds: u64,
    pub(crate) services: usize,
}

impl Past {
    /// Tells a Prometheus all that `dashboards` read, from two threads. Returns how many samples that were.
    pub(crate) fn told(self, dashboards: &[Dashboard], prometheus: impl Fn() -> Told + Sync) -> usize {
        let needs: Vec<_> = needs(dashboards).into_iter().collect();
        let (paces, next, samples) = (paces(), AtomicUsize::new(0), AtomicUsize::new(0));
        let work = || {
            let mut told = prometheus();
            while let Some((name, depth)) = needs.get(next.fetch_add(1, Ordering::Relaxed)) {
                let pace = paces.get(name).copied().unwrap_or(SCRAPE);
                samples.fetch_add(self.tell(name, *depth, pace, &mut told), Ordering::Relaxed);
            }
            told.send();
        };
        thread::scope(|scope| [scope.spawn(work), scope.spawn(work)].map(|it| it.join().unwrap()));
        samples.into_inner()
    }

    /// Tells a family.
    fn tell(self, name: &str, depth: Depth, pace: u64, told: &mut Told) -> usize {
        let mut count = 0;
        for (labels, n) in series(name, self.services).iter().zip(0..) {
            let length = if is_whole(depth, labels) { self.seconds } else { SHORT };
            let kept = (1..=length / pace).filter(|sample| !is_rare(name) || sample % 100 < 2);
            let at = |sample| 1_000 * (END - (length / pace - sample) * pace);
            let samples: Vec<_> = kept.map(|sample| (at(sample), value(name, n, sample))).collect();
            count += samples.len();
            told.series(labels, samples.into_iter());
        }
        count
    }

    /// The time of all of it, in so many steps at most, none of them shorter than `shortest` seconds.
    pub(crate) fn whole(self, points: f64, shortest: f64) -> Picked {
        last(self.seconds, points, shortest)
    }
}

/// The last `length` seconds, likewise.
#[expect(clippy::cast_precision_loss, reason = "years of seconds are exact")]
pub(crate) fn last(length: u64, points: f64, shortest: f64) -> Picked {
    Picked::stretch(END as f64, length as f64, points, shortest, SCRAPE as f64)
}

fn is_whole(depth: Depth, labels: &Labels) -> bool {
    let other = labels.iter().any(|(label, value)| label == "service" && value != FIRST);
    depth == Depth::All || depth == Depth::One && !other
}

/// How much of each family the dashboards ask for.
fn needs(dashboards: &[Dashboard]) -> BTreeMap<String, Depth> {
    let mut needs = BTreeMap::new();
    for dashboard in dashboards {
        let whole = if of_one_service(dashboard) { Depth::One } else { Depth::All };
        let depth = |target: &Target| if is_long(target) { whole } else { Depth::Now };
        let panels = dashboard.panels.iter().flat_map(|panel| &panel.targets);
        let asked = panels.chain(&dashboard.annotations).map(|it| (depth(it), &it.expression));
        let offered = dashboard.variables.iter().map(|it| (Depth::Now, &it.query));
        for (depth, expression) in asked.chain(offered) {
            for name in names(expression) {
                let needed = needs.entry(name).or_insert(depth);
                *needed = depth.max(*needed);
            }
        }
    }
    needs
}

fn of_one_service(dashboard: &Dashboard) -> bool {
    dashboard.variables.iter().any(|variable| variable.name == "service" && !variable.many)
}

/// Asks along the time, or of one moment about a long time before it.
fn is_long(target: &Target) -> bool {
    static WINDOW: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\[(?:\$__range|\d+[dw])").expect("a pattern of ours is a regex"));
    !target.instant || WINDOW.is_match(&target.expression)
}

fn names(expression: &str) -> impl Iterator<Item = String> {
    static NAME: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\b(?:wardround|process|scrape)_\w+|\b[a-z]\w*(?::\w+)+")
            .expect("a pattern of ours is a regex")
    });
    NAME.find_iter(expression).map(|found| found.as_str().to_owned())
}

/// How often each rule records, in seconds.
fn paces() -> BTreeMap<String, u64> {
    let rules = concat!(env!("CARGO_MANIFEST_DIR"), "/alerts/wardround-records.yaml");
    let (mut paces, mut pace) = (BTreeMap::new(), SCRAPE);
    for line in fs::read_to_string(rules).unwrap().lines() {
        if line.starts_with("  - name: ") {
            pace = SCRAPE;
        } else if let Some(interval) = line.strip_prefix("    interval: ") {
            pace = whole_seconds(interval);
        } else if let Some(name) = line.strip_prefix("      - record: ") {
            paces.insert(name.to_owned(), pace);
        }
    }
    paces
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "no length is less than none")]
pub(crate) fn whole_seconds(length: &str) -> u64 {
    seconds(length).expect("a length of time") as u64
}

/// Recorded only while something is wrong.
fn is_rare(name: &str) -> bool {
    [":any1m", ":not4m", "failures:increase4m"].iter().any(|end| name.ends_with(end))
}

/// A number that is never the same for long, so that nothing is quicker than it would be.
#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn value(name: &str, series: u64, sample: u64) -> f64 {
    let grows = ["_total", "_bucket", "_sum", "_count"].iter().any(|end| name.ends_with(end));
    match name {
        _ if name.ends_with(":not4m") => 0.0,
        _ if is_rare(name) || name.contains("_info") || name.contains("incident_open") => 1.0,
        // Some of the days before the end, and of those after it.
        _ if name.contains("_timestamp_") || name.contains("start_time") => {
            (END - 1_000_000 + 500_000 * (series % 9)) as f64
        }
        _ if name.contains("state") => ((sample / 50 + series) % 4) as f64,
        _ if is_scraped(name) && grows => (sample * (1 + series % 7)) as f64,
        _ => ((sample * 7 + series * 31) % 97 + series % 7 * 100) as f64,
    }
}
