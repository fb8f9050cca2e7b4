//! Which days are left out? Dates, and lists of holidays: those that are built in and the hospital's own.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::holidays::{BUILT_IN, built_in};
use crate::{
    model::Slug,
    raw::{
        Door, Entries, Field, OneOrMany, Problem, Refusal, Span, Writing, listed, nearest, written_as_text,
    },
};

/// A day of the calendar: `2026-12-25`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OneDay(pub(super) Date);

written_as_text!(
    OneDay,
    Writing {
        wanted: "a date",
        example: "2026-12-25",
        parse: |text| {
            let refusal = || Refusal::new(format!("`{text}` is no date")).cure("write it like 2026-12-25");
            text.parse().ok().filter(|_| text.len() == 10).map(Self).ok_or_else(refusal)
        },
    },
    { "type": "string", "format": "date" }
);

/// A day, or the days of a named list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Except {
    Day(Date),
    List(String),
}

written_as_text!(
    Except,
    Writing {
        wanted: "a date or a list of holidays",
        example: "2026-12-25",
        parse: |text| {
            let day = text.parse().ok().filter(|_| text.len() == 10);
            Ok(day.map_or_else(|| Self::List(text.to_owned()), Self::Day))
        },
    },
    { "anyOf": [{ "type": "string", "format": "date" }, { "type": "string", "pattern": "^[a-z]", "examples": BUILT_IN }] }
);

/// The days of each list of the hospital's own, as they are written.
pub(super) type RawHolidays = Entries<OneOrMany<OneDay>>;

/// The hospital's own lists of holidays, and where each is written.
#[derive(Default)]
pub(super) struct Holidays(BTreeMap<String, (Span, Vec<Date>)>);

impl Holidays {
    /// Takes in the lists of one file.
    pub(super) fn take_in(&mut self, written: Option<Field<RawHolidays>>, door: &mut Door<'_>) {
        for (key, days) in written.and_then(Field::good).into_iter().flat_map(|entries| entries.0) {
            let sound =
                key.text.parse::<Slug>().is_ok() && key.text.starts_with(|c: char| c.is_ascii_lowercase());
            if !sound || BUILT_IN.contains(&key.text.as_str()) {
                let message = format!("`{}` cannot name a list of holidays of your own", key.text);
                door.problem(key.span, message, "name it like `our-trust`");
            }
            let days = days.good().map_or(Vec::new(), OneOrMany::good).into_iter().map(|day| day.0).collect();
            if let Some((first, _)) = self.0.insert(key.text.clone(), (key.span, days)) {
                let problem =
                    Problem::new(key.span, format!("there are two lists of holidays `{}`", key.text));
                door.tell(problem.cure("make one of them").beside(first, "the other one"));
            }
        }
    }

    /// All days that are left out, in order.
    pub(super) fn days(&self, except: Option<Field<OneOrMany<Except>>>, door: &mut Door<'_>) -> Vec<Date> {
        let fields = except.and_then(Field::good).map_or(Vec::new(), |list| list.0);
        let mut days: Vec<Date> = fields.into_iter().flat_map(|field| self.of(field, door)).collect();
        days.sort_unstable();
        days.dedup();
        days
    }

    fn of(&self, field: Field<Except>, door: &mut Door<'_>) -> Vec<Date> {
        let span = field.span();
        let name = match field.good() {
            Some(Except::List(name)) => name,
            Some(Except::Day(day)) => return vec![day],
            None => return Vec::new(),
        };
        let own = || self.0.get(&name).map(|(_, days)| days.clone());
        built_in(&name).or_else(own).unwrap_or_else(|| {
            door.problem(
                span,
                format!("`{name}` is neither a date nor a list of holidays"),
                self.cure(&name),
            );
            Vec::new()
        })
    }

    fn cure(&self, name: &str) -> String {
        let known: Vec<&str> = BUILT_IN.into_iter().chain(self.0.keys().map(String::as_str)).collect();
        let near = nearest(name, &known).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        format!("{near}write a date like 2026-12-25, or one of {}", listed(&known))
    }
}
