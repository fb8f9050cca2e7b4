//! Does a reply say what it should? Always the whole set of answers, never one of them. Pure.

use super::reply::{Flag, Rcode, Reply};
use crate::{
    model::Check,
    probe::{Bounds, Findings},
    raw::{Lapse, Pattern},
};

/// How many values are named in one finding.
const NAMED: usize = 8;

/// What is expected of a reply.
#[derive(Debug, Default)]
pub(in crate::probe) struct Expected {
    /// One of these; whatever, if there is none.
    pub(super) rcodes: Vec<Rcode>,
    pub(super) answers: Answers,
    pub(super) ttl: Option<Bounds<Lapse>>,
    pub(super) flags: Vec<Flag>,
    pub(super) serial: Option<Bounds<u32>>,
}

/// What is expected of the set of answers.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// Just these, in any order.
    pub(super) equals: Option<Vec<String>>,
    pub(super) contains: Vec<String>,
    pub(super) none_of: Vec<String>,
    /// Each answer matches each of these, and there is one.
    pub(super) matches: Vec<Pattern>,
    pub(super) count: Option<Bounds<u32>>,
}

impl Expected {
    /// Where nothing else is said: the name exists and has a record of the type.
    pub(super) fn or_something_useful(mut self) -> Self {
        if self.rcodes.is_empty() {
            self.rcodes.push(Rcode::NoError);
        }
        let answers = &mut self.answers;
        let says_otherwise = answers.equals.is_some() || !answers.none_of.is_empty();
        if !says_otherwise && self.rcodes == [Rcode::NoError] {
            answers.count.get_or_insert_with(|| Bounds::at_least(1));
        }
        self
    }

    /// Tells what `reply` breaks; nothing of its answers where the question fared badly.
    pub(super) fn judge(&self, reply: &Reply, findings: &mut Findings) {
        if !self.rcodes.is_empty() && !self.rcodes.contains(&reply.rcode) {
            let labels: Vec<String> = self.rcodes.iter().map(|rcode| rcode.label()).collect();
            findings.broken(Check::Rcode, "", labels.join(" or "), reply.rcode.label());
            return;
        }
        self.answers.judge(&reply.answers, findings);
        self.judge_ttl(reply, findings);
        self.judge_flags(reply, findings);
        self.judge_serial(reply, findings);
    }

    fn judge_ttl(&self, reply: &Reply, findings: &mut Findings) {
        let Some(bounds) = &self.ttl else { return };
        let lapse = |seconds: u32| Lapse(std::time::Duration::from_secs(seconds.into()));
        let got = match reply.ttl {
            Some((least, most)) if bounds.allow(&lapse(least)) && bounds.allow(&lapse(most)) => return,
            Some((least, most)) if least == most => lapse(least).to_string(),
            Some((least, most)) => format!("from {} to {}", lapse(least), lapse(most)),
            None => "no answer".to_owned(),
        };
        findings.broken(Check::Ttl, "", bounds.words(), got);
    }

    fn judge_flags(&self, reply: &Reply, findings: &mut Findings) {
        for flag in self.flags.iter().filter(|flag| !reply.flags.contains(flag)) {
            findings.broken(Check::Flags, flag.label(), "set", "not set");
        }
    }

    fn judge_serial(&self, reply: &Reply, findings: &mut Findings) {
        let Some(bounds) = &self.serial else { return };
        let got = match reply.serial {
            Some(serial) if bounds.allow(&serial) => return,
            Some(serial) => serial.to_string(),
            None => "no SOA record".to_owned(),
        };
        findings.broken(Check::Serial, "", bounds.words(), got);
    }
}

impl Answers {
    fn judge(&self, answers: &[String], findings: &mut Findings) {
        let mut broken = |subject: &str, expected: String| {
            findings.broken(Check::Answers, subject, expected, listed(answers));
        };
        if let Some(equals) = &self.equals
            && !is_same_set(equals, answers)
        {
            broken("equals", format!("just {}", listed(equals)));
        }
        for missing in self.contains.iter().filter(|value| !answers.contains(value)) {
            broken("contains", missing.clone());
        }
        for found in self.none_of.iter().filter(|value| answers.contains(value)) {
            broken("none_of", format!("not {found}"));
        }
        for pattern in &self.matches {
            if answers.is_empty() || !answers.iter().all(|answer| pattern.is_match(answer)) {
                broken("matches", format!("each matches `{}`", pattern.as_str()));
            }
        }
        if let Some(count) = &self.count
            && !count.allow(&u32::try_from(answers.len()).unwrap_or(u32::MAX))
        {
            broken("count", format!("{} of them", count.words()));
        }
    }
}

fn is_same_set(one: &[String], other: &[String]) -> bool {
    one.iter().all(|value| other.contains(value)) && other.iter().all(|value| one.contains(value))
}

fn listed(values: &[String]) -> String {
    if values.is_empty() {
        return "none".to_owned();
    }
    let mut text = values.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if values.len() > NAMED {
        text = format!("{text}, … ({} in all)", values.len());
    }
    text
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::probe::Expectations;

    fn owned(values: &[&str]) -> Vec<String> {
        values.iter().copied().map(str::to_owned).collect()
    }

    fn reply(answers: &[&str]) -> Reply {
        let ttl = (!answers.is_empty()).then_some((60, 300));
        Reply { answers: owned(answers), ttl, flags: vec![Flag::Aa], serial: Some(7), ..Reply::default() }
    }

    fn told(expected: Expected, reply: &Reply) -> Vec<(&'static str, String, String)> {
        let expectations = Expectations { must: expected, should: None };
        let findings = expectations.judge(|expected, findings| expected.judge(reply, findings));
        let told = findings.into_iter();
        told.map(|finding| (finding.check.label(), finding.expected, finding.got)).collect()
    }

    fn broken(answers: Answers, came: &[&str]) -> bool {
        !told(Expected { answers, ..Expected::default() }, &reply(came)).is_empty()
    }

    #[test]
    fn by_default_there_is_an_answer() {
        let usual = || Expected::default().or_something_useful();
        assert_eq!(told(usual(), &reply(&["10.0.0.1"])), []);
        assert_eq!(
            told(usual(), &reply(&[])),
            [("expect_answers", "at least 1 of them".into(), "none".into())]
        );
        let gone = Reply { rcode: Rcode::NxDomain, ..reply(&[]) };
        assert_eq!(told(usual(), &gone), [("expect_rcode", "NOERROR".into(), "NXDOMAIN".into())]);
        let wanted =
            || Expected { rcodes: vec![Rcode::NxDomain], ..Expected::default() }.or_something_useful();
        assert_eq!(told(wanted(), &gone), []);
        assert_eq!(told(wanted(), &reply(&["a"])).len(), 1, "a name that must not exist");
        let none_of = Answers { none_of: owned(&["a"]), ..Answers::default() };
        let free = Expected { answers: none_of, ..Expected::default() }.or_something_useful();
        assert_eq!(told(free, &reply(&[])), []);
    }

    #[test]
    fn the_whole_set_is_looked_at() {
        let equals = |values: &[&str]| Answers { equals: Some(owned(values)), ..Answers::default() };
        assert!(!broken(equals(&["a", "b"]), &["b", "a"]));
        assert!(broken(equals(&["a", "b"]), &["a"]), "one is missing");
        assert!(broken(equals(&["a", "b"]), &["a", "b", "evil"]), "one too many");
        assert!(!broken(equals(&[]), &[]));
        let contains = |values: &[&str]| Answers { contains: owned(values), ..Answers::default() };
        assert!(!broken(contains(&["a"]), &["b", "a"]) && broken(contains(&["a", "c"]), &["b", "a"]));
        let none_of = |values: &[&str]| Answers { none_of: owned(values), ..Answers::default() };
        assert!(!broken(none_of(&["evil"]), &["a"]) && broken(none_of(&["evil"]), &["a", "evil"]));
        let count = |bounds| Answers { count: Some(bounds), ..Answers::default() };
        assert!(!broken(count(Bounds::exactly(2)), &["a", "b"]) && broken(count(Bounds::exactly(2)), &["a"]));
    }

    #[test]
    fn the_ttl_of_each_answer_counts_and_absent_is_broken() {
        let within = |least, most| Expected {
            ttl: Some(Bounds::between(Lapse(Duration::from_secs(least)), Lapse(Duration::from_secs(most)))),
            ..Expected::default()
        };
        assert_eq!(told(within(60, 300), &reply(&["a", "b"])), []);
        assert_eq!(
            told(within(61, 300), &reply(&["a", "b"])),
            [("expect_ttl", "from 1m 1s to 5m".into(), "from 1m to 5m".into())]
        );
        assert_eq!(told(within(60, 299), &reply(&["a", "b"])).len(), 1);
        assert_eq!(told(within(60, 300), &reply(&[]))[0].2, "no answer");
    }

    #[test]
    fn flags_and_serial() {
        let expected = || Expected {
            flags: vec![Flag::Aa, Flag::Ad],
            serial: Some(Bounds::at_least(8)),
            ..Expected::default()
        };
        let labels: Vec<_> = told(expected(), &reply(&["a"])).into_iter().map(|finding| finding.0).collect();
        assert_eq!(labels, ["expect_flags", "expect_serial"]);
        let bare = Reply { serial: None, flags: vec![Flag::Aa, Flag::Ad], ..Reply::default() };
        assert_eq!(told(expected(), &bare), [("expect_serial", "at least 8".into(), "no SOA record".into())]);
    }

    #[test]
    fn a_long_set_is_cut() {
        let many: Vec<String> = (0..100).map(|number| number.to_string()).collect();
        assert_eq!(listed(&many), "0, 1, 2, 3, 4, 5, 6, 7, … (100 in all)");
    }
}
