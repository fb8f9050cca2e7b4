//! What must hold, what should hold, and how is a broken expectation told? The same way by every kind.

use crate::{
    model::{Check, Finding, Weight},
    raw::{Door, Field},
};

/// What is written under `expect:` (or the look is down) and under `warn:` (or it is degraded), both in one shape.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Expectations<T> {
    /// What must hold.
    pub(crate) must: T,
    /// What should hold.
    pub(crate) should: Option<T>,
}

impl<T: Default> Expectations<T> {
    /// Checks both with `parse`.
    pub(crate) fn parse<R>(
        expect: Option<Field<R>>,
        warn: Option<Field<R>>,
        door: &mut Door<'_>,
        parse: impl Fn(R, &mut Door<'_>) -> T,
    ) -> Self {
        let mut checked = |raw: Option<Field<R>>| raw.and_then(Field::good).map(|raw| parse(raw, door));
        Self { must: checked(expect).unwrap_or_default(), should: checked(warn) }
    }

    /// Every expectation that `check` finds broken.
    pub(crate) fn judge(&self, check: impl Fn(&T, &mut Findings)) -> Vec<Finding> {
        let mut findings = Findings { weight: Weight::Fail, found: Vec::new() };
        check(&self.must, &mut findings);
        findings.weight = Weight::Warn;
        self.should.iter().for_each(|should| check(should, &mut findings));
        findings.found
    }
}

/// The broken expectations of one look.
#[derive(Debug)]
pub(crate) struct Findings {
    weight: Weight,
    found: Vec<Finding>,
}

impl Findings {
    /// `subject` should have been `expected` and is `got`.
    pub(crate) fn broken(
        &mut self,
        check: Check,
        subject: impl Into<String>,
        expected: impl Into<String>,
        got: impl Into<String>,
    ) {
        let (subject, expected, got) = (subject.into(), expected.into(), got.into());
        self.found.push(Finding { check, subject, expected, got, weight: self.weight });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_shape_two_severities() {
        let bounds = Expectations { must: 7, should: Some(21) };
        let told = |got: i32| -> Vec<Weight> {
            let findings = bounds.judge(|bound, findings| {
                if got < *bound {
                    findings.broken(Check::ExpiresIn, "", bound.to_string(), got.to_string());
                }
            });
            findings.iter().map(|finding| finding.weight).collect()
        };
        assert_eq!(told(30), []);
        assert_eq!(told(14), [Weight::Warn]);
        assert_eq!(told(3), [Weight::Fail, Weight::Warn]);
    }
}
