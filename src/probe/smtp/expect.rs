//! Does a mail server offer what it should? Pure.

use super::wire::Reply;
use crate::{
    model::Check,
    probe::{Findings, printable},
    raw::Pattern,
};

/// How much of a banner is shown, in characters.
const SHOWN: usize = 80;

/// What a mail server said of itself.
#[derive(Debug)]
pub(in crate::probe) struct Offer {
    /// The text of its greeting.
    pub(super) banner: Vec<u8>,
    /// What it can do, as it said last.
    pub(super) extensions: Reply,
    /// Whether it offered STARTTLS before.
    pub(super) starttls: bool,
}

/// What is expected of it.
#[derive(Debug, Default)]
pub(in crate::probe) struct Expected {
    pub(super) banner: Option<Pattern>,
    pub(super) extensions: Vec<String>,
    pub(super) mechanisms: Vec<String>,
}

impl Expected {
    /// Tells what `offer` breaks.
    pub(super) fn judge(&self, offer: &Offer, findings: &mut Findings) {
        if let Some(pattern) = &self.banner
            && !pattern.is_match(&String::from_utf8_lossy(&offer.banner))
        {
            let got = format!("\"{}\"", printable(&offer.banner, SHOWN));
            findings.broken(Check::Banner, "", format!("matches `{}`", pattern.as_str()), got);
        }
        for missing in self.extensions.iter().filter(|name| !offer.has(name)) {
            findings.broken(Check::Extensions, missing, "offered", "not offered");
        }
        let mechanisms = offer.extensions.mechanisms();
        for missing in self.mechanisms.iter().filter(|name| !mechanisms.contains(name)) {
            findings.broken(Check::Mechanisms, missing, "offered", "not offered");
        }
    }
}

impl Offer {
    fn has(&self, extension: &str) -> bool {
        self.extensions.offers(extension.as_bytes())
            || (self.starttls && extension.eq_ignore_ascii_case("STARTTLS"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::Expectations;

    fn broken(expected: Expected, starttls: bool) -> Vec<(&'static str, String)> {
        let lines = [&b"mail"[..], b"SIZE 1000", b"AUTH PLAIN LOGIN"].map(<[u8]>::to_vec).to_vec();
        let offer = Offer {
            banner: b"mail.example ESMTP \xff".to_vec(),
            extensions: Reply { code: 250, lines },
            starttls,
        };
        let expectations = Expectations { must: expected, should: None };
        let findings = expectations.judge(|expected, findings| expected.judge(&offer, findings));
        findings.into_iter().map(|finding| (finding.check.label(), finding.subject)).collect()
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn what_is_missing_is_told() {
        let extensions = |starttls| {
            let extensions = names(&["size", "STARTTLS", "8BITMIME"]);
            broken(Expected { extensions, ..Expected::default() }, starttls)
        };
        assert_eq!(extensions(true), [("expect_extensions", "8BITMIME".to_owned())]);
        assert_eq!(extensions(false).len(), 2);
        let mechanisms = names(&["PLAIN", "XOAUTH2"]);
        let told = broken(Expected { mechanisms, ..Expected::default() }, false);
        assert_eq!(told, [("expect_mechanisms", "XOAUTH2".to_owned())]);
    }

    #[test]
    fn the_banner_is_matched_as_text() {
        let banner = |text: &str| {
            let pattern = crate::raw::Given::default()
                .check(text, |pattern: Pattern, _: &mut crate::raw::Door<'_>| Some(pattern));
            broken(Expected { banner: pattern.ok(), ..Expected::default() }, false)
        };
        assert_eq!(banner("^mail.* ESMTP"), []);
        assert_eq!(banner("^other"), [("expect_banner", String::new())]);
    }
}
