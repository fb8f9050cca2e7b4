//! Between which bounds must a value lie, and how is that written?

use std::fmt::Display;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::raw::{Brief, Door, Field};

/// A lower and an upper bound; either may be left out.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct RawBounds<T> {
    /// The least that will do.
    at_least: Option<Field<T>>,
    /// The most that will do.
    at_most: Option<Field<T>>,
}

/// Bounds, checked: at least one is there, and they leave room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds<T> {
    least: Option<T>,
    most: Option<T>,
}

impl<T: PartialOrd + Clone + Display> Bounds<T> {
    /// Checks what was written.
    pub(crate) fn parse(raw: Field<RawBounds<T>>, door: &mut Door<'_>) -> Option<Self> {
        let span = raw.span();
        let raw = raw.good()?;
        if raw.at_least.is_none() && raw.at_most.is_none() {
            door.problem(span, "there is no bound here", "write {at_least: …}, {at_most: …} or both");
        }
        let (least, most) = (raw.at_least.and_then(Field::good), raw.at_most.and_then(Field::good));
        if least.as_ref().zip(most.as_ref()).is_some_and(|(least, most)| least > most) {
            door.problem(span, "nothing lies between these bounds", "let `at_least` be the smaller one");
        }
        Some(Self { least, most })
    }

    /// Checks what was written as one value or as a map.
    pub(crate) fn written(raw: Field<Brief<T, RawBounds<T>>>, door: &mut Door<'_>) -> Option<Self> {
        let span = raw.span();
        match raw.good()? {
            Brief::Brief(value) => Some(Self::exactly(value)),
            Brief::Full(raw) => Self::parse(Field::new(span, raw), door),
        }
    }

    /// No less than `least`.
    pub(crate) fn at_least(least: T) -> Self {
        Self { least: Some(least), most: None }
    }

    /// No less than `least` and no more than `most`.
    pub(crate) fn between(least: T, most: T) -> Self {
        Self { least: Some(least), most: Some(most) }
    }

    /// Just `value`.
    pub(crate) fn exactly(value: T) -> Self {
        Self::between(value.clone(), value)
    }

    /// Whether `value` lies between them.
    pub(crate) fn allow(&self, value: &T) -> bool {
        self.least.as_ref().is_none_or(|least| least <= value)
            && self.most.as_ref().is_none_or(|most| value <= most)
    }

    /// For a person: `at least 1`, `from 1 to 3`.
    pub(crate) fn words(&self) -> String {
        match (&self.least, &self.most) {
            (Some(least), Some(most)) if least == most => least.to_string(),
            (Some(least), Some(most)) => format!("from {least} to {most}"),
            (Some(least), None) => format!("at least {least}"),
            (None, Some(most)) => format!("at most {most}"),
            (None, None) => "anything".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::Given;

    fn bounds(text: &str) -> Result<Bounds<u32>, String> {
        let read = |raw: RawBounds<u32>, door: &mut Door<'_>| {
            Bounds::parse(Field::new(crate::raw::Span::default(), raw), door)
        };
        Given::default().check(text, read).map_err(|problems| problems.to_string())
    }

    #[test]
    fn both_ends_belong_to_it() {
        let both = bounds("{at_least: 1, at_most: 3}").unwrap();
        assert_eq!([0, 1, 3, 4].map(|value| both.allow(&value)), [false, true, true, false]);
        assert_eq!(both.words(), "from 1 to 3");
        assert_eq!(bounds("{at_most: 3}").unwrap().words(), "at most 3");
        assert_eq!(Bounds::at_least(2).words(), "at least 2");
        assert_eq!(Bounds::exactly(2).words(), "2");
    }

    #[test]
    fn bounds_that_bound_nothing_are_told() {
        assert!(bounds("{}").unwrap_err().contains("there is no bound here"));
        assert!(bounds("{at_least: 2, at_most: 1}").unwrap_err().contains("nothing lies between"));
    }
}
