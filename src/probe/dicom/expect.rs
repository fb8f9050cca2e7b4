//! Is the answer to an echo what it should be? Pure.

use std::fmt;

use super::command::Response;
use crate::{
    model::{Check, Failure, Ours},
    probe::Findings,
    raw::{Refusal, Writing, written_as_text},
};

/// The status of an echo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Status(u16);

/// Statuses that an echo can have (PS3.7, 9.1.5 and C), and what they are called.
const NAMES: [(u16, &str); 8] = [
    (0x0000, "success"),
    (0x0110, "processing failure"),
    (0x0122, "SOP class not supported"),
    (NOT_AUTHORISED, "not authorised"),
    (0x0210, "duplicate invocation"),
    (0x0211, "unrecognised operation"),
    (0x0212, "mistyped argument"),
    (0x0213, "resource limitation"),
];
const NOT_AUTHORISED: u16 = 0x0124;

/// What is expected of an answer.
#[derive(Debug, Default)]
pub(in crate::probe) struct Expected {
    /// One of these; whatever, if there is none.
    pub(super) statuses: Vec<Status>,
}

impl Expected {
    /// Where nothing else is said: success.
    pub(super) fn or_success(mut self) -> Self {
        if self.statuses.is_empty() {
            self.statuses.push(Status(0));
        }
        self
    }

    fn allows(&self, status: Option<Status>) -> bool {
        self.statuses.is_empty() || status.is_some_and(|status| self.statuses.contains(&status))
    }

    /// Tells what `response` breaks.
    pub(super) fn judge(&self, response: &Response, findings: &mut Findings) {
        let status = response.status.map(Status);
        if !self.allows(status) {
            let wanted: Vec<String> = self.statuses.iter().map(ToString::to_string).collect();
            let got = status.map_or_else(|| "no status".to_owned(), |status| status.to_string());
            findings.broken(Check::EchoStatus, "", wanted.join(" or "), got);
        }
    }

    /// An echo that is refused to us alone says nothing of how others fare.
    pub(super) fn admit(&self, response: &Response) -> Result<(), Failure> {
        let status = response.status.map(Status);
        if status == Some(Status(NOT_AUTHORISED)) && !self.allows(status) {
            return Err(Failure::ours(
                Ours::CredentialRefused,
                "we are not authorised to ask for an echo (0124)",
            ));
        }
        Ok(())
    }
}

impl Status {
    fn parse(text: &str) -> Result<Self, Refusal> {
        let named = NAMES.iter().find(|(_, name)| name.eq_ignore_ascii_case(text)).map(|(code, _)| *code);
        let is_code = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let code = u16::from_str_radix(text, 16).ok().filter(|_| is_code);
        named.or(code).map(Self).ok_or_else(|| {
            Refusal::new(format!("`{text}` is no status of an echo"))
                .cure("write \"success\", or the status in four hexadecimal digits: \"0122\"")
        })
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = NAMES.iter().find(|(code, _)| *code == self.0).map_or("", |(_, name)| name);
        write!(f, "{name}{}({:04x})", if name.is_empty() { "" } else { " " }, self.0)
    }
}

written_as_text!(
    Status,
    Writing { wanted: "a status of C-ECHO", example: "0122", parse: Status::parse },
    { "type": "string" }
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{model::Weight, probe::Expectations};

    fn status(text: &str) -> Status {
        Status::parse(text).unwrap()
    }

    fn of(status: Option<u16>) -> Response {
        Response { status, ..Response::default() }
    }

    #[test]
    fn statuses_have_names_and_numbers() {
        assert_eq!(status("success"), Status(0));
        assert_eq!(status("0122"), status("SOP class not supported"));
        assert_eq!(status("a900").to_string(), "(a900)");
        assert_eq!(status("0211").to_string(), "unrecognised operation (0211)");
        for bad in ["", "0", "00000", "+123", "0x01", "fail"] {
            assert!(Status::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn success_is_expected_and_absence_is_none() {
        let judged = |response| {
            let must = Expected::default().or_success();
            let should = Some(Expected { statuses: vec![status("0210"), status("0000")] });
            Expectations { must, should }.judge(|expected, findings| expected.judge(&response, findings))
        };
        assert_eq!(judged(of(Some(0))), []);
        let duplicate = judged(of(Some(0x0210)));
        assert_eq!((duplicate.len(), duplicate[0].weight), (1, Weight::Fail));
        assert_eq!(
            (&*duplicate[0].expected, &*duplicate[0].got),
            ("success (0000)", "duplicate invocation (0210)")
        );
        assert_eq!(
            judged(of(None)).iter().map(|finding| &*finding.got).collect::<Vec<_>>(),
            ["no status"; 2]
        );
    }

    #[test]
    fn what_is_refused_to_us_alone_is_ours() {
        let usual = Expected::default().or_success();
        assert!(usual.admit(&of(Some(NOT_AUTHORISED))).is_err());
        assert!(usual.admit(&of(Some(0x0122))).is_ok());
        let wanted = Expected { statuses: vec![status("0124")] };
        assert!(wanted.admit(&of(Some(NOT_AUTHORISED))).is_ok());
    }
}
