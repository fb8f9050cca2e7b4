//! How are 90 days shown in a strip? A bar a day: what most of it was, what was worst of it, and what nobody saw; and in words.

use std::{fmt::Write as _, time::Duration};

use jiff::civil::Date;

use crate::report::{Tally, words};

/// Days in a strip, and what each was.
#[derive(Clone, Debug, Default)]
pub(super) struct Strip {
    /// How wide it is, in its own units: [`Strip::DAY`] a day.
    pub(super) width: usize,
    /// A path for each look that a day, or a part of its bar, can have.
    pub(super) layers: Vec<Layer>,
    /// All of it, for those who do not see it.
    pub(super) words: String,
    /// Every day in words.
    pub(super) days: Vec<Day>,
}

/// Parts of bars that look the same.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    /// The class, which has the colour.
    pub(super) class: &'static str,
    /// What it is filled with, where that is a pattern.
    pub(super) fill: &'static str,
    /// The path.
    pub(super) path: String,
}

/// One day in words.
#[derive(Clone, Debug)]
pub(super) struct Day {
    pub(super) name: String,
    pub(super) words: String,
    /// Whether nothing is to be said of it but that all was well.
    pub(super) clean: bool,
}

/// What a part of a bar can look like: its class, its fill, from where down and how high.
type Look = (&'static str, &'static str, usize, usize);

const NONE: Look = ("none", "", 21, 3);
const UP: Look = ("up", "", 0, 24);
const UNSEEN: Look = ("unknown", "url(#unseen)", 0, 24);
const WORK: Look = ("work", "url(#planned)", 0, 24);
const AT_RISK: Look = ("at_risk", "", 15, 9);
const DEGRADED: Look = ("degraded", "", 11, 13);
const PARTIAL: Look = ("partial", "", 6, 18);
const DOWN: Look = ("down", "", 0, 24);
const SOME_UNSEEN: Look = ("some-unknown", "", 0, 4);
const SOME_WORK: Look = ("some-work", "", 4, 4);

/// In the order in which they are painted.
const LOOKS: [Look; 10] = [NONE, UP, UNSEEN, WORK, AT_RISK, DEGRADED, PARTIAL, DOWN, SOME_UNSEEN, SOME_WORK];

impl Strip {
    /// How wide a day is.
    pub(super) const DAY: usize = 4;

    /// So many stretches of days are told in words; a page of the service has all.
    const TOLD: usize = 8;

    pub(super) fn of(dates: &[Date], tallies: &[Tally]) -> Self {
        let looks: Vec<Vec<Look>> = tallies.iter().map(|tally| looks(*tally)).collect();
        let layers = LOOKS.iter().filter_map(|look| layer(*look, &looks)).collect();
        let days: Vec<Day> = dates.iter().zip(tallies).map(|(date, tally)| Day::of(*date, *tally)).collect();
        Self { width: tallies.len() * Self::DAY, layers, words: told(&days), days }
    }
}

impl Day {
    fn of(date: Date, tally: Tally) -> Self {
        let words = day_words(tally);
        Self { name: date.strftime("%-d %B").to_string(), clean: words == "up", words }
    }
}

/// What there is to see of a day.
fn looks(tally: Tally) -> Vec<Look> {
    let half = tally.total() / 2;
    let ground = match () {
        () if tally.total().is_zero() => NONE,
        () if tally.unknown > half => UNSEEN,
        () if tally.maintenance > half => WORK,
        () => UP,
    };
    let troubles =
        [(DOWN, tally.down), (PARTIAL, tally.partial), (DEGRADED, tally.degraded), (AT_RISK, tally.at_risk)];
    let worst = troubles.into_iter().find(|(_, lasted)| !lasted.is_zero()).map(|(look, _)| look);
    let some = |look, of: Duration, whole| (ground != whole && !of.is_zero()).then_some(look);
    let caps = [some(SOME_UNSEEN, tally.unknown, UNSEEN), some(SOME_WORK, tally.maintenance, WORK)];
    [Some(ground), worst].into_iter().chain(caps).flatten().collect()
}

/// The path of everything that looks like this; `None` if nothing does.
fn layer(look: Look, days: &[Vec<Look>]) -> Option<Layer> {
    let (class, fill, top, height) = look;
    let mut path = String::new();
    let mut day = 0;
    while day < days.len() {
        let run = days[day..].iter().take_while(|looks| looks.contains(&look)).count();
        if run > 0 {
            let (x, width) = (day * Strip::DAY, run * Strip::DAY);
            // Writing to a string cannot fail.
            let _ = write!(path, "M{x} {top}h{width}v{height}h-{width}z");
        }
        day += run.max(1);
    }
    (!path.is_empty()).then_some(Layer { class, fill, path })
}

/// What a day was, in words: all but its good part.
fn day_words(tally: Tally) -> String {
    let Tally { up: _, at_risk, degraded, partial, down, maintenance, unknown } = tally;
    let parts = [
        ("down", down),
        ("partial", partial),
        ("degraded", degraded),
        ("at risk", at_risk),
        ("planned work", maintenance),
        ("not seen", unknown),
    ];
    let told = parts.into_iter().filter(|(_, lasted)| !lasted.is_zero());
    let told: Vec<String> = told.map(|(name, lasted)| format!("{name} {}", words::up(lasted))).collect();
    match tally.total().is_zero() {
        true => "not watched".into(),
        false if told.is_empty() => "up".into(),
        false => told.join(", "),
    }
}

/// All days in words: those that were well together, others each, or in a row where they are alike.
fn told(days: &[Day]) -> String {
    let clean = days.iter().filter(|day| day.clean).count();
    let mut told = vec![match clean {
        0 => format!("Last {} days", days.len()),
        all if all == days.len() => format!("Last {all} days: up on all of them"),
        some => format!("Last {} days: up on {some} of them", days.len()),
    }];
    let alike: Vec<&[Day]> = days.chunk_by(|one, other| one.words == other.words).collect();
    let notable: Vec<_> = alike.into_iter().rev().filter(|run| !run[0].clean).collect();
    told.extend(notable.iter().take(Strip::TOLD).map(|run| stretch(run)));
    if notable.len() > Strip::TOLD {
        told.push(format!("and {} more", notable.len() - Strip::TOLD));
    }
    told.join("; ")
}

fn stretch(run: &[Day]) -> String {
    let (first, last) = (&run[0], &run[run.len() - 1]);
    let and = if run.len() > 1 { format!(" to {}", last.name) } else { String::new() };
    format!("{}{and}: {}", first.name, first.words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strip(tallies: &[Tally]) -> Strip {
        let first: Date = "2026-11-01".parse().unwrap();
        let dates: Vec<Date> = first.series(jiff::ToSpan::day(1)).take(tallies.len()).collect();
        Strip::of(&dates, tallies)
    }

    fn up() -> Tally {
        Tally { up: Duration::from_hours(24), ..Tally::default() }
    }

    #[test]
    fn every_kind_of_day_is_told() {
        let outage = Tally { down: Duration::from_millis(61_001), ..up() };
        let unseen =
            Tally { up: Duration::from_secs(1), unknown: Duration::from_hours(23), ..Tally::default() };
        let work = Tally { maintenance: Duration::from_hours(2), ..up() };
        let strip = strip(&[Tally::default(), Tally::default(), up(), outage, unseen, work]);
        assert_eq!(
            strip.words,
            "Last 6 days: up on 1 of them; 6 November: planned work 2 h; 5 November: not seen 23 h; \
             4 November: down 1 m 2 s; 1 November to 2 November: not watched"
        );
        let painted: Vec<_> = strip.layers.iter().map(|layer| (layer.class, layer.path.as_str())).collect();
        assert_eq!(painted[0], ("none", "M0 21h8v3h-8z"));
        assert_eq!(painted[1], ("up", "M8 0h8v24h-8zM20 0h4v24h-4z"));
        assert_eq!(painted[2].0, "unknown");
        assert!(
            painted.contains(&("down", "M12 0h4v24h-4z"))
                && painted.contains(&("some-work", "M20 4h4v4h-4z"))
        );
    }

    #[test]
    fn many_bad_days_are_not_all_told() {
        let days: Vec<_> = (1..=20).map(|n| Tally { down: Duration::from_secs(n), ..up() }).collect();
        let words = strip(&days).words;
        assert!(
            words.starts_with("Last 20 days; 20 November: down 20 s") && words.ends_with("; and 12 more"),
            "{words}"
        );
    }

    #[test]
    fn a_day_is_never_called_up_that_was_not() {
        let blink = Tally { unknown: Duration::from_millis(1), ..up() };
        let strip = strip(&[up(), blink]);
        assert_eq!(strip.words, "Last 2 days: up on 1 of them; 2 November: not seen 1 s");
        assert!(strip.layers.iter().any(|layer| layer.class == "some-unknown"));
    }
}
