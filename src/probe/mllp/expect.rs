//! Did the engine acknowledge as it should? Pure.

use super::{
    message::Charset,
    wire::{Acknowledgement, Code},
};
use crate::{
    model::{Check, Finding},
    probe::{Expectations, Findings, printable},
};

/// How much of a name is shown, in characters.
const SHOWN: usize = 80;

/// What came of the look.
#[derive(Debug)]
pub(in crate::probe) enum Reply {
    /// The connection stood; nobody was asked.
    Open,
    /// Our message was acknowledged.
    Answered {
        /// What the acknowledgement says of it.
        acknowledgement: Acknowledgement,
        /// MSH-3: who answered.
        application: Vec<u8>,
    },
}

/// What is expected of the answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::probe) struct Expected {
    /// One of these codes.
    pub(super) acknowledgement: Option<Vec<Code>>,
    /// This application answers.
    pub(super) application: Option<String>,
    /// In which it writes its name.
    pub(super) charset: Charset,
}

/// Every expectation that `reply` broke.
pub(super) fn judge(reply: &Reply, expectations: &Expectations<Expected>) -> Vec<Finding> {
    let Reply::Answered { acknowledgement, application } = reply else { return Vec::new() };
    expectations.judge(|expected, findings| {
        expected.judge_code(acknowledgement, findings);
        expected.judge_application(application, findings);
    })
}

impl Expected {
    fn judge_code(&self, got: &Acknowledgement, findings: &mut Findings) {
        let Some(wanted) = &self.acknowledgement else { return };
        if !wanted.contains(&got.code) {
            let names: Vec<&str> = wanted.iter().map(|code| code.name()).collect();
            let error = got.error.as_ref().map_or(String::new(), |code| format!(", error {code}"));
            let told = format!("{}{error}", got.code.name());
            findings.broken(Check::Acknowledgement, "MSA-1", names.join(" or "), told);
        }
    }

    fn judge_application(&self, got: &[u8], findings: &mut Findings) {
        let Some(wanted) = &self.application else { return };
        let name = self.charset.decode(got);
        if name != *wanted {
            let shown = format!("\"{}\"", printable(name.as_bytes(), SHOWN));
            findings.broken(Check::Reply, "MSH-3", format!("\"{wanted}\""), shown);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Weight;

    fn found(code: Code, must: Expected, should: Option<Expected>) -> Vec<(Weight, String)> {
        let acknowledgement = Acknowledgement { code, of: b"W1".to_vec(), error: Some("207".into()) };
        let reply = Reply::Answered { acknowledgement, application: b"ENGIN\xc9".to_vec() };
        let findings = judge(&reply, &Expectations { must, should });
        findings
            .iter()
            .map(|finding| (finding.weight, Finding::words(std::slice::from_ref(finding))))
            .collect()
    }

    fn accepting() -> Expected {
        Expected { acknowledgement: Some(Code::ACCEPTING.to_vec()), ..Expected::default() }
    }

    #[test]
    fn a_negative_acknowledgement_is_told_by_its_codes() {
        let told = "expect_acknowledgement MSA-1: expected AA or CA, got AE, error 207".to_owned();
        assert_eq!(found(Code::Ae, accepting(), None), [(Weight::Fail, told.clone())]);
        assert_eq!(found(Code::Ae, Expected::default(), Some(accepting())), [(Weight::Warn, told)]);
        assert_eq!(found(Code::Ca, accepting(), Some(accepting())), []);
        assert_eq!(found(Code::Cr, Expected::default(), None), []);
    }

    #[test]
    fn who_answers_is_read_in_the_charset() {
        let named =
            |charset| Expected { application: Some("ENGINÉ".into()), charset, ..Expected::default() };
        assert_eq!(found(Code::Aa, named(Charset::Latin1), None), []);
        let told = found(Code::Aa, named(Charset::Utf8), None);
        assert!(told[0].1.starts_with("expect_reply MSH-3: expected \"ENGINÉ\", got \"ENGIN"), "{told:?}");
    }
}
