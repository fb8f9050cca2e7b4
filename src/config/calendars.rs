//! What share of the time is promised, and of which time? Checked to the letter; reports will read them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::hours::{Days, Except, Minute};
use crate::raw::{Door, Entries, Field, OneOrMany, Problem, Span, advice};

/// A span of the week.
#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawCalendar {
    /// Days of the week: `mon-fri`, `sat`, or a list of such.
    days: Field<OneOrMany<Days>>,
    /// The first minute of the day that counts: `"08:00"`.
    from: Field<Minute>,
    /// The first minute of the day that no longer counts: `"18:30"`; `"24:00"` is the end of the day.
    to: Field<Minute>,
    /// Days that do not count: dates (`2026-12-25`) and lists of holidays (`england-and-wales-bank-holidays`,
    /// `scotland-bank-holidays`, `northern-ireland-bank-holidays`).
    #[expect(dead_code, reason = "told when wrong; reports will read it")]
    except: Option<Field<OneOrMany<Except>>>,
}

/// A promise.
#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawObjective {
    /// The share of counted time that the service is up, in percent: above 0, at most 100.
    #[schemars(extend("exclusiveMinimum" = 0, "maximum" = 100))]
    target: Field<f64>,
    /// The calendar within which time counts. Without it and `outside`, all time counts.
    during: Option<Field<String>>,
    /// The calendar outside of which time counts.
    outside: Option<Field<String>>,
    /// Which states of the service count as unavailable.
    #[schemars(extend("default" = ["down"]))]
    #[expect(dead_code, reason = "told when wrong; reports will read it")]
    counts: Option<Field<OneOrMany<Counted>>>,
}

/// A state that counts as unavailable.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Counted {
    /// The service is down.
    Down,
    /// Some function of it is missing.
    Partial,
}

impl RawCalendar {
    /// Tells what is wrong between its keys.
    pub(super) fn check(&self, door: &mut Door<'_>) {
        if let (Some(from), Some(to)) = (self.from.get(), self.to.get())
            && to <= from
        {
            let cure = "write a later `to`; for a span over midnight use the opposite span and `outside`";
            door.problem(self.to.span(), "the span ends before it begins", cure);
        }
        if let Some(days) = self.days.get()
            && days.0.is_empty()
        {
            door.problem(self.days.span(), "the span has no days", "write days like `mon-fri`");
        }
    }
}

impl RawObjective {
    /// Tells what is wrong between its keys, and names that no calendar has.
    pub(super) fn check(&self, calendars: &mut Calendars, door: &mut Door<'_>) {
        if self.target.get().is_some_and(|target| !(*target > 0.0 && *target <= 100.0)) {
            let cure = "write a percentage above 0 and up to 100, like 99.9";
            door.problem(self.target.span(), "this share cannot be promised", cure);
        }
        if let (Some(_), Some(outside)) = (&self.during, &self.outside) {
            let cure = "keep one of the two, or make two objectives";
            door.problem(
                outside.span(),
                "an objective counts during a calendar or outside of one, not both",
                cure,
            );
        }
        for name in [&self.during, &self.outside].into_iter().flatten() {
            calendars.refer(name, door);
        }
    }
}

/// Every calendar by its name, where it is written, and whether an objective refers to it.
#[derive(Default)]
pub(super) struct Calendars(BTreeMap<String, (Span, bool)>);

impl Calendars {
    /// Takes in the calendars of one file.
    pub(super) fn take_in(&mut self, written: Option<Field<Entries<RawCalendar>>>, door: &mut Door<'_>) {
        for (key, calendar) in written.and_then(Field::good).into_iter().flat_map(|entries| entries.0) {
            if let Some(calendar) = calendar.get() {
                calendar.check(door);
            }
            if let Some((first, _)) = self.0.insert(key.text.clone(), (key.span, false)) {
                let problem = Problem::new(key.span, format!("there are two calendars `{}`", key.text));
                door.tell(problem.cure("rename one of them").beside(first, "the other one"));
            }
        }
    }

    fn refer(&mut self, name: &Field<String>, door: &mut Door<'_>) {
        let Some(text) = name.get() else { return };
        if let Some((_, used)) = self.0.get_mut(text) {
            *used = true;
            return;
        }
        let known: Vec<&str> = self.0.keys().map(String::as_str).collect();
        door.problem(name.span(), format!("there is no calendar `{text}`"), advice(text, &known));
    }

    /// Those to which nothing refers.
    pub(super) fn unused(&self) -> impl Iterator<Item = Problem> {
        let unused = self.0.iter().filter(|(_, (_, used))| !used);
        unused.map(|(name, (span, _))| {
            Problem::new(*span, format!("no objective refers to the calendar `{name}`"))
        })
    }
}
