//! What does the provider hand back through the browser? Whoever can make somebody follow a link can write it as well.

use url::form_urlencoded;

/// What stands in the query of the way back.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Handed {
    pub(super) code: Option<String>,
    pub(super) state: Option<String>,
    /// Who hands it back (RFC 9207).
    pub(super) issuer: Option<String>,
    pub(super) error: Option<String>,
}

impl Handed {
    /// Reads it; nothing, if something of it is said twice.
    pub(super) fn read(query: &str) -> Option<Self> {
        let mut handed = Self::default();
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            let place = match &*key {
                "code" => &mut handed.code,
                "state" => &mut handed.state,
                "iss" => &mut handed.issuer,
                "error" => &mut handed.error,
                _ => continue,
            };
            if place.replace(value.into_owned()).is_some() {
                return None;
            }
        }
        Some(handed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_said_once() {
        let handed = Handed::read("code=a%2Bb&state=c&session_state=x&iss=https%3A%2F%2Fid&x=y&x=y").unwrap();
        assert_eq!((handed.code.as_deref(), handed.issuer.as_deref()), (Some("a+b"), Some("https://id")));
        assert_eq!(Handed::read("").unwrap(), Handed::default());
        for twice in ["code=a&code=b", "state=a&state=a", "error=&error="] {
            assert_eq!(Handed::read(twice), None, "{twice}");
        }
    }
}
