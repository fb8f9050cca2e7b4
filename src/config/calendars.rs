//! What share of the time is promised, and of which time?

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    except::{Except, Holidays},
    hours::{Days, Minute, days},
};
use crate::{
    model::{Calendar, Counting, Objective, ServiceState, Share},
    raw::{Door, Entries, Field, OneOrMany, Problem, Span, advice},
};

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
    /// `scotland-bank-holidays`, `northern-ireland-bank-holidays`, or one of `holidays`).
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
    counts: Option<Field<OneOrMany<Counted>>>,
}

/// A state that counts as unavailable.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Counted {
    /// The service is down.
    Down,
    /// Some function of it is missing.
    Partial,
}

impl RawCalendar {
    /// The calendar, checked between its keys.
    fn checked(self, name: &str, holidays: &Holidays, door: &mut Door<'_>) -> Option<Calendar> {
        if let (Some(from), Some(to)) = (self.from.get(), self.to.get())
            && to <= from
        {
            let cure = "write a later `to`; for a span over midnight use the opposite span and `outside`";
            door.problem(self.to.span(), "the span ends before it begins", cure);
        }
        let except = holidays.days(self.except, door);
        let days = days(self.days, door);
        let (from, until) = (self.from.good()?.0, self.to.good()?.0);
        Some(Calendar { name: name.to_owned(), days: days?, from, until, except })
    }
}

impl RawObjective {
    /// The objective, checked between its keys; a name that no calendar has is told.
    pub(super) fn checked(self, calendars: &mut Calendars, door: &mut Door<'_>) -> Option<Objective> {
        for name in [&self.during, &self.outside].into_iter().flatten() {
            calendars.refer(name, door);
        }
        let (target, counts) = (share(self.target, door), counted(self.counts, door));
        Some(Objective { target: target?, when: counting(self.during, self.outside, door)?, counts })
    }
}

fn share(field: Field<f64>, door: &mut Door<'_>) -> Option<Share> {
    let span = field.span();
    let share = Share::of_percent(field.good()?);
    if share.is_none() {
        let cure = "write a percentage above 0 and up to 100, with four decimals at most, like 99.9";
        door.problem(span, "this share cannot be promised", cure);
    }
    share
}

fn counting(
    during: Option<Field<String>>,
    outside: Option<Field<String>>,
    door: &mut Door<'_>,
) -> Option<Counting> {
    match (during, outside) {
        (None, None) => Some(Counting::Always),
        (Some(during), None) => during.good().map(Counting::During),
        (None, Some(outside)) => outside.good().map(Counting::Outside),
        (Some(_), Some(outside)) => {
            let message = "an objective counts during a calendar or outside of one, not both";
            door.problem(outside.span(), message, "keep one of the two, or make two objectives");
            None
        }
    }
}

fn counted(field: Option<Field<OneOrMany<Counted>>>, door: &mut Door<'_>) -> Vec<ServiceState> {
    let Some(field) = field else { return vec![ServiceState::Down] };
    let span = field.span();
    let mut states: Vec<_> =
        field.good().map_or(Vec::new(), OneOrMany::good).into_iter().map(state).collect();
    if !states.contains(&ServiceState::Down) {
        door.problem(span, "a service that is down is never available", "write [down] or [down, partial]");
    }
    states.sort_unstable();
    states.dedup();
    states
}

fn state(counted: Counted) -> ServiceState {
    match counted {
        Counted::Down => ServiceState::Down,
        Counted::Partial => ServiceState::Partial,
    }
}

/// Every calendar by its name.
#[derive(Default)]
pub(super) struct Calendars(BTreeMap<String, Written>);

/// A calendar as it is written, and where.
struct Written {
    span: Span,
    used: bool,
    raw: Option<RawCalendar>,
}

impl Calendars {
    /// Takes in the calendars of one file.
    pub(super) fn take_in(&mut self, written: Option<Field<Entries<RawCalendar>>>, door: &mut Door<'_>) {
        for (key, calendar) in written.and_then(Field::good).into_iter().flat_map(|entries| entries.0) {
            let written = Written { span: key.span, used: false, raw: calendar.good() };
            if let Some(first) = self.0.insert(key.text.clone(), written) {
                let problem = Problem::new(key.span, format!("there are two calendars `{}`", key.text));
                door.tell(problem.cure("rename one of them").beside(first.span, "the other one"));
            }
        }
    }

    fn refer(&mut self, name: &Field<String>, door: &mut Door<'_>) {
        let Some(text) = name.get() else { return };
        if let Some(calendar) = self.0.get_mut(text) {
            calendar.used = true;
            return;
        }
        let known: Vec<&str> = self.0.keys().map(String::as_str).collect();
        door.problem(name.span(), format!("there is no calendar `{text}`"), advice(text, &known));
    }

    /// All of them, once every list of holidays and every objective is known.
    pub(super) fn close(self, holidays: &Holidays, door: &mut Door<'_>) -> Vec<Calendar> {
        let mut calendars = Vec::new();
        for (name, Written { span, used, raw }) in self.0 {
            if !used {
                door.warn(Problem::new(span, format!("no objective refers to the calendar `{name}`")));
            }
            calendars.extend(raw.and_then(|raw| raw.checked(&name, holidays, door)));
        }
        calendars
    }
}
