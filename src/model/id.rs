//! Which site, service or probe is meant?

use std::{fmt, str::FromStr, sync::Arc};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A short name that is safe in a URL, a label and a file name: lower-case letters, digits, `.`, `_` and `-`,
/// beginning with a letter or a digit, at most 100 characters. Cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Slug(Arc<str>);

/// Why a text is no [`Slug`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a name: use 1 to 100 of a-z, 0-9, '.', '_' and '-', beginning with a letter or a digit"
)]
pub struct BadSlug(String);

impl Slug {
    /// The longest slug, in characters.
    pub const MAX: usize = 100;

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The nearest slug to any text: other characters become `-`; `None` where nothing usable is left.
    pub fn nearest(text: &str) -> Option<Self> {
        let lower = text.to_lowercase();
        let mapped: String = lower.chars().map(|c| if Self::allows(c) { c } else { '-' }).collect();
        let trimmed = mapped.trim_start_matches(['-', '.', '_']).trim_end_matches('-');
        let cut: String = trimmed.chars().take(Self::MAX).collect();
        cut.parse().ok()
    }

    fn allows(c: char) -> bool {
        c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-')
    }
}

impl FromStr for Slug {
    type Err = BadSlug;

    fn from_str(text: &str) -> Result<Self, BadSlug> {
        let starts_well = text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
        if starts_well && text.len() <= Self::MAX && text.chars().all(Self::allows) {
            Ok(Self(text.into()))
        } else {
            Err(BadSlug(text.chars().take(Self::MAX + 1).collect()))
        }
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One probe of one service, written `service/probe`. Never given to another probe.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct ProbeId {
    /// The service that is looked at.
    pub service: Slug,
    /// The probe's name within its service.
    pub probe: Slug,
}

impl ProbeId {
    /// The probe `probe` of `service`.
    pub fn new(service: Slug, probe: Slug) -> Self {
        Self { service, probe }
    }
}

impl fmt::Display for ProbeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.service, self.probe)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_strict_and_nearest_mends() {
        for bad in ["", "-a", "A", "a b", "é", &"a".repeat(101)] {
            assert!(bad.parse::<Slug>().is_err(), "{bad:?}");
        }
        assert_eq!("ward-7.pc_1".parse::<Slug>().unwrap().as_str(), "ward-7.pc_1");
        assert_eq!(Slug::nearest("https://EPR Ward/7").unwrap().as_str(), "https---epr-ward-7");
        assert_eq!(Slug::nearest("[::1]:53").unwrap().as_str(), "1--53");
        assert_eq!(Slug::nearest("///"), None);
    }
}
