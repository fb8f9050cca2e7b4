//! On which days does planned work come again?

use schemars::JsonSchema;
use serde::Deserialize;

use super::hours::{Days, day, days};
use crate::{
    model::Every,
    raw::{Door, Field, OneOrMany, Refusal, Writing, written_as_text},
};

/// On which days the work begins: of each week, or of each month.
#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawEvery {
    /// Days of each week: `sun`, `mon-fri`, or a list of such.
    week: Option<Field<OneOrMany<Days>>>,
    /// One day of each month: `second tue`, `last sun`, `second last fri`.
    month: Option<Field<Nth>>,
}

impl RawEvery {
    /// The days, if exactly one of the two is written.
    pub(super) fn checked(field: Field<Self>, door: &mut Door<'_>) -> Option<Every> {
        let span = field.span();
        let cure = "write {week: sun} or {month: second tue}";
        match field.good()? {
            Self { week: Some(week), month: None } => days(week, door).map(Every::Week),
            Self { week: None, month: Some(month) } => month.good().map(|nth| nth.0),
            Self { week: None, month: None } => {
                door.problem(span, "this does not say on which days", cure);
                None
            }
            Self { month: Some(month), .. } => {
                door.problem(month.span(), "the days are of each week or of each month, not both", cure);
                None
            }
        }
    }
}

/// One day of each month: `second tue`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Nth(Every);

const NTH: [&str; 5] = ["first", "second", "third", "fourth", "fifth"];

impl Nth {
    fn parse(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let nth = |word: &str| (1_i8..).zip(NTH).find(|(_, known)| *known == word).map(|(nth, _)| nth);
        let (nth, of_week) = match words.as_slice() {
            ["last", of_week] => (-1, of_week),
            [word, "last", of_week] => (-nth(word)?, of_week),
            [word, of_week] => (nth(word)?, of_week),
            _ => return None,
        };
        Some(Self(Every::Month { nth, day: day(of_week)? }))
    }
}

written_as_text!(
    Nth,
    Writing {
        wanted: "a day of the month by its weekday",
        example: "second tue",
        parse: |text| {
            let refusal = || Refusal::new(format!("`{text}` is no day of each month"));
            let cure = "write `first` to `fifth` or `last`, and `mon` to `sun`: `second tue`, `last sun`";
            Self::parse(text).ok_or_else(|| refusal().cure(cure))
        },
    },
    { "type": "string", "pattern": "^((first|second|third|fourth|fifth)( +last)?|last) +(mon|tue|wed|thu|fri|sat|sun)$" }
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Day;

    #[test]
    fn days_of_the_month_are_counted_from_either_end() {
        let parsed = |text| match Nth::parse(text) {
            Some(Nth(Every::Month { nth, day })) => Some((nth, day)),
            _ => None,
        };
        assert_eq!(parsed("second tue"), Some((2, Day::Tue)));
        assert_eq!(parsed("last sun"), Some((-1, Day::Sun)));
        assert_eq!(parsed("second last fri"), Some((-2, Day::Fri)));
        for bad in ["", "tue", "sixth tue", "last", "last last tue", "second tuesday", "second tue tue"] {
            assert_eq!(parsed(bad), None, "{bad}");
        }
    }
}
