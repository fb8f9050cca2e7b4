//! Is what the port did what it should have done? Pure.

use std::net::SocketAddr;

use crate::{
    model::{Check, Finding},
    probe::{Expectations, Findings},
};

/// What came of the look.
#[derive(Debug)]
pub(in crate::probe) enum Reply {
    /// The connection stood, and every step was taken.
    Walked,
    /// A step that was waited for never came.
    Missed {
        /// Which step, counted from 1.
        step: usize,
        /// What was waited for.
        expected: String,
        /// What came instead, printable.
        got: String,
    },
    /// What each address did where the port must be closed.
    Knocked(Vec<(SocketAddr, Answer)>),
}

/// What an address did when its port was knocked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::probe) enum Answer {
    /// It let us in.
    Open,
    /// It, or a firewall before it, said no.
    Refused,
    /// It said nothing.
    Silent,
}

/// How a port must be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::probe) enum Closed {
    /// In whatever way.
    Either,
    /// With a refusal.
    Refused,
    /// With no answer, as a firewall does that drops.
    Silent,
}

/// What is expected besides the steps.
#[derive(Debug, Default)]
pub(in crate::probe) struct Expected {
    pub(super) closed: Option<Closed>,
}

/// Every expectation that `reply` broke. A step that never came is always hard: nothing after it was taken.
pub(super) fn judge(reply: &Reply, expectations: &Expectations<Expected>) -> Vec<Finding> {
    match reply {
        Reply::Walked => Vec::new(),
        Reply::Missed { step, expected, got } => {
            vec![Finding::hard(Check::Reply, format!("step {step}"), expected, got)]
        }
        Reply::Knocked(answers) => expectations.judge(|expected, findings| {
            expected.closed.iter().for_each(|closed| closed.judge(answers, findings));
        }),
    }
}

impl Closed {
    fn judge(self, answers: &[(SocketAddr, Answer)], findings: &mut Findings) {
        for (address, answer) in answers.iter().filter(|(_, answer)| !self.allows(*answer)) {
            findings.broken(Check::Closed, address.to_string(), self.words(), answer.words());
        }
    }

    fn allows(self, answer: Answer) -> bool {
        match self {
            Self::Either => answer != Answer::Open,
            Self::Refused => answer == Answer::Refused,
            Self::Silent => answer == Answer::Silent,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Either => "closed",
            Self::Refused => "closed, with a refusal",
            Self::Silent => "closed, without an answer",
        }
    }
}

impl Answer {
    fn words(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Refused => "refused",
            Self::Silent => "no answer",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Weight;

    fn broken(closed: Closed, answers: &[Answer]) -> usize {
        let at = |answer: &Answer| (SocketAddr::from(([127, 0, 0, 1], 23)), *answer);
        let reply = Reply::Knocked(answers.iter().map(at).collect());
        let expectations = Expectations { must: Expected { closed: Some(closed) }, should: None };
        judge(&reply, &expectations).len()
    }

    #[test]
    fn every_address_must_be_closed() {
        assert_eq!(broken(Closed::Either, &[Answer::Refused, Answer::Silent]), 0);
        assert_eq!(broken(Closed::Either, &[Answer::Refused, Answer::Open]), 1);
        assert_eq!(broken(Closed::Refused, &[Answer::Refused, Answer::Silent]), 1);
        assert_eq!(broken(Closed::Silent, &[Answer::Refused, Answer::Open]), 2);
    }

    #[test]
    fn a_missed_step_is_told_once_and_is_hard() {
        let reply = Reply::Missed { step: 2, expected: "x".into(), got: "y".into() };
        let both = Expectations { must: Expected::default(), should: Some(Expected::default()) };
        let findings = judge(&reply, &both);
        assert_eq!(findings.len(), 1);
        assert_eq!((findings[0].weight, findings[0].subject.as_str()), (Weight::Fail, "step 2"));
    }
}
