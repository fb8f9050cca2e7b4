//! Does the directory hold what it should? Pure.

use crate::{
    model::{Check, Finding},
    probe::{Bounds, Expectations, Findings},
};

/// What came of the look.
#[derive(Debug, Default)]
pub(in crate::probe) struct Reply {
    /// What the directory says of itself, where it was asked.
    pub(super) root: Option<Root>,
    /// What the search found, where there is one.
    pub(super) found: Option<Found>,
}

/// What a directory says of itself in its rootDSE.
#[derive(Debug, Default)]
pub(super) struct Root {
    pub(super) naming_contexts: Vec<String>,
    /// Controls, extensions, features, SASL mechanisms and versions of LDAP.
    pub(super) supported: Vec<String>,
}

/// What a search found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) entries: u32,
    /// There are more, which were not sent.
    pub(super) more: bool,
    /// Parts of the answer that other servers have, who were not asked.
    pub(super) references: u32,
}

/// What is expected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::probe) struct Expected {
    pub(super) naming_contexts: Vec<String>,
    pub(super) supported: Vec<String>,
    pub(super) entries: Option<Bounds<u32>>,
}

impl Expected {
    /// Whether the directory must be asked about itself.
    pub(super) fn is_of_root(&self) -> bool {
        !self.naming_contexts.is_empty() || !self.supported.is_empty()
    }

    fn judge(&self, reply: &Reply, findings: &mut Findings) {
        if let Some(root) = &reply.root {
            missing(Check::NamingContexts, &self.naming_contexts, &root.naming_contexts, findings);
            missing(Check::Supported, &self.supported, &root.supported, findings);
        }
        if let (Some(bounds), Some(found)) = (&self.entries, reply.found)
            && !found.fits(bounds)
        {
            findings.broken(Check::Entries, "", bounds.words(), found.words());
        }
    }
}

/// Every expectation that `reply` broke.
pub(super) fn judge(reply: &Reply, expectations: &Expectations<Expected>) -> Vec<Finding> {
    expectations.judge(|expected, findings| expected.judge(reply, findings))
}

/// Of what there is besides only the number is told.
fn missing(check: Check, wanted: &[String], got: &[String], findings: &mut Findings) {
    for wanted in wanted.iter().filter(|wanted| !got.iter().any(|got| plain(got) == plain(wanted))) {
        findings.broken(check, "", wanted.clone(), format!("none such among {}", got.len()));
    }
}

/// Names of entries are alike whatever their case, and with blanks behind their commas or without.
fn plain(name: &str) -> String {
    name.split(',').map(|part| part.trim().to_lowercase()).collect::<Vec<_>>().join(",")
}

impl Found {
    /// Where more would have been found, nobody knows how many: then every larger number must fit too.
    fn fits(self, bounds: &Bounds<u32>) -> bool {
        bounds.allow(&self.entries) && (!self.more || bounds.allow(&u32::MAX))
    }

    fn words(self) -> String {
        let entries =
            if self.more { format!("more than {}", self.entries) } else { self.entries.to_string() };
        match self.references {
            0 => entries,
            count => format!("{entries}, and {count} referred to other servers, which are not asked"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(expected: Expected, reply: &Reply) -> Vec<String> {
        let findings = judge(reply, &Expectations { must: expected, should: None });
        findings.iter().map(|finding| Finding::words(std::slice::from_ref(finding))).collect()
    }

    fn counted(bounds: Bounds<u32>, entries: u32, more: bool, references: u32) -> Vec<String> {
        let found = Some(Found { entries, more, references });
        let expected = Expected { entries: Some(bounds), ..Expected::default() };
        told(expected, &Reply { root: None, found })
    }

    #[test]
    fn what_the_directory_says_of_itself_is_compared_without_case_and_blanks() {
        let root = |contexts: &[&str]| Reply {
            root: Some(Root {
                naming_contexts: contexts.iter().map(ToString::to_string).collect(),
                ..Root::default()
            }),
            found: None,
        };
        let expected = || Expected { naming_contexts: vec!["DC=ri, DC=test".into()], ..Expected::default() };
        assert_eq!(told(expected(), &root(&["dc=ri,dc=test", "cn=x"])), [""; 0]);
        let words = "expect_naming_contexts: expected DC=ri, DC=test, got none such among 1";
        assert_eq!(told(expected(), &root(&["dc=other"])), [words]);
    }

    #[test]
    fn entries_are_counted_and_what_is_cut_off_is_no_number() {
        assert_eq!(counted(Bounds::exactly(2), 2, false, 0), [""; 0]);
        assert_eq!(counted(Bounds::exactly(2), 2, true, 0), ["expect_entries: expected 2, got more than 2"]);
        assert_eq!(counted(Bounds::at_least(2), 2, true, 0), [""; 0]);
        let words = "expect_entries: expected at least 1, got 0, and 3 referred to other servers, which are not asked";
        assert_eq!(counted(Bounds::at_least(1), 0, false, 3), [words]);
    }
}
