//! What work is planned?

use std::collections::HashMap;

use aws_lc_rs::digest;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    every::RawEvery,
    except::{Except, Holidays, OneDay},
    hours::{Clock, LocalTime, Minute},
    texts::Line,
};
use crate::{
    model::{Maintenance, Moment, Period, Repeat, Slug, When},
    raw::{Door, Field, OneOrMany, Problem, Span, advice},
};

/// Planned work on some services, once or again and again. Probing goes on while it lasts.
#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawMaintenance {
    /// The services that it touches.
    services: Field<OneOrMany<Slug>>,
    /// On which days it begins, if it comes again and again. Left out: it happens once.
    every: Option<Field<RawEvery>>,
    /// When it begins, in local time: `"2026-12-06T22:00"`, or with `every` the time of day: `"22:00"`.
    from: Field<Clock>,
    /// When it ends, in local time; with `every` the time of day, of the next day if it is not after `from`.
    to: Field<Clock>,
    /// The first day on which it may begin. Only with `every`.
    first: Option<Field<OneDay>>,
    /// The last day on which it may begin. Only with `every`.
    last: Option<Field<OneDay>>,
    /// Days on which it does not begin: dates and lists of holidays. Only with `every`.
    except: Option<Field<OneOrMany<Except>>>,
    /// What is done.
    reason: Field<Line>,
    /// Who announced it: a person, a board, a change number.
    declared_by: Field<Line>,
    /// When it is said to have been announced, in local time. A printed claim: what counts is when the agent knew.
    declared_at: Option<Field<LocalTime>>,
}

/// What planned work is checked against.
pub(super) struct Setting<'s> {
    pub(super) services: &'s [&'s str],
    pub(super) holidays: &'s Holidays,
    pub(super) zone: &'s TimeZone,
}

/// Checks all planned work.
pub(super) fn check(
    works: Vec<Field<RawMaintenance>>,
    setting: &Setting<'_>,
    door: &mut Door<'_>,
) -> Vec<Maintenance> {
    let mut places: HashMap<Slug, Span> = HashMap::new();
    let mut checked = Vec::new();
    for field in works {
        let span = field.span();
        let Some(work) = field.good().and_then(|raw| raw.checked(setting, door)) else { continue };
        if let Some(first) = places.insert(work.id.clone(), span) {
            let problem = Problem::new(span, "this work is announced twice");
            door.tell(
                problem.cure("keep one of the two").beside(first, "the same services at the same time"),
            );
        }
        checked.push(work);
    }
    checked
}

impl RawMaintenance {
    fn checked(mut self, setting: &Setting<'_>, door: &mut Door<'_>) -> Option<Maintenance> {
        let when = self.when(setting, door);
        let services = named(self.services, setting.services, door);
        let declared_at = self.declared_at.and_then(Field::good).map(|at| moment(at, setting.zone));
        let (reason, declared_by) = (self.reason.good()?.0, self.declared_by.good()?.0);
        let (services, when) = (services?, when?);
        Some(Maintenance {
            id: id(&services, &when)?,
            services,
            when,
            reason,
            declared_by,
            declared_at,
            by_hand: false,
        })
    }

    fn when(&mut self, setting: &Setting<'_>, door: &mut Door<'_>) -> Option<When> {
        match self.every.take() {
            Some(every) => self.repeated(every, setting, door).map(When::Repeated),
            None => self.once(setting.zone, door).map(When::Once),
        }
    }

    fn once(&self, zone: &TimeZone, door: &mut Door<'_>) -> Option<Period> {
        let days = [self.first.as_ref().map(Field::span), self.last.as_ref().map(Field::span)];
        for span in days.into_iter().chain([self.except.as_ref().map(Field::span)]).flatten() {
            let message = "work that happens once has no first, last or excepted day";
            door.problem(span, message, "leave it out, or say on which days it comes again: `every`");
        }
        let (from, to) = (local(&self.from, door), local(&self.to, door));
        let period = Period::new(moment(from?, zone), moment(to?, zone));
        if to <= from {
            let problem = Problem::new(self.to.span(), "the work ends before it begins");
            door.tell(problem.cure("write a later `to`").beside(self.from.span(), "it begins here"));
        } else if period.is_empty() {
            let message = "the clocks go forward just then: nothing is left of this work";
            door.problem(self.from.span(), message, "write an hour that the day has");
        }
        Some(period)
    }

    fn repeated(
        &mut self,
        every: Field<RawEvery>,
        setting: &Setting<'_>,
        door: &mut Door<'_>,
    ) -> Option<Repeat> {
        let every = RawEvery::checked(every, door);
        let except = setting.holidays.days(self.except.take(), door);
        let (from, until) = (daily(&self.from, door), daily(&self.to, door));
        if from == Some(Minute::END) {
            door.problem(self.from.span(), "a day has no minute after its end", "write \"00:00\"");
        }
        let first = self.first.as_ref().and_then(Field::get).map(|day| day.0);
        let last = self.last.as_ref().and_then(Field::get).map(|day| day.0);
        if let (Some(_), Some(span)) =
            (first.filter(|first| last.is_some_and(|last| last < *first)), &self.last)
        {
            door.problem(span.span(), "the last day is before the first", "write a later `last`");
        }
        let zone = setting.zone.iana_name().unwrap_or("UTC").to_owned();
        Some(Repeat { zone, every: every?, from: from?.0, until: until?.0, first, last, except })
    }
}

fn named(field: Field<OneOrMany<Slug>>, known: &[&str], door: &mut Door<'_>) -> Option<Vec<Slug>> {
    let span = field.span();
    let list = field.good()?;
    if list.0.is_empty() {
        door.problem(span, "the work touches no service", "name at least one");
    }
    for service in &list.0 {
        if let Some(id) = service.get().filter(|id| !known.contains(&id.as_str())) {
            let message = format!("there is no service `{id}`");
            door.problem(service.span(), message, advice(id.as_str(), known));
        }
    }
    let mut services = list.good();
    services.sort_unstable();
    services.dedup();
    Some(services)
}

fn local(field: &Field<Clock>, door: &mut Door<'_>) -> Option<LocalTime> {
    match field.get()? {
        Clock::Local(at) => Some(*at),
        Clock::Daily(_) => {
            let cure = "write the day as well, like \"2026-12-06T22:00\", or add `every: {week: sun}`";
            door.problem(field.span(), "this does not say on which day", cure);
            None
        }
    }
}

fn daily(field: &Field<Clock>, door: &mut Door<'_>) -> Option<Minute> {
    match field.get()? {
        Clock::Daily(minute) => Some(*minute),
        Clock::Local(_) => {
            let cure = "write a time of day like \"22:00\"; `first` and `last` say from when until when it comes again";
            door.problem(field.span(), "work that comes again has no one date", cure);
            None
        }
    }
}

/// The instant of a local time: the first of two, or moved on by what the clocks skip.
fn moment(at: LocalTime, zone: &TimeZone) -> Moment {
    let at = zone.to_timestamp(at.0).unwrap_or(jiff::Timestamp::MAX);
    Moment::from_ms(at.as_millisecond())
}

/// A name made from whom it touches and when, so that a better word for the reason makes no other work of it.
fn id(services: &[Slug], when: &When) -> Option<Slug> {
    let content = serde_json::to_vec(&(services, when)).ok()?;
    let bytes = digest::digest(&digest::SHA256, &content);
    let number = bytes.as_ref().first_chunk().copied().map(u32::from_be_bytes)?;
    let first = services.first()?.as_str();
    format!("{}-{number:08x}", &first[..first.len().min(Slug::MAX - 9)]).parse().ok()
}
