//! Where does a request go? A checked `http://` or `https://` URL, and the ones that redirects lead to.

use std::fmt;

use hyper::{Uri, header::HeaderValue};
use serde::{Deserialize, Deserializer, de::Error};
use url::{Position, Url};

use crate::{
    model::{Endpoint, Host},
    probe::printable,
    raw::Refusal,
};

/// A checked URL, with all that is derived from it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Place {
    url: Url,
    /// The host and the port.
    pub(crate) endpoint: Endpoint,
    /// The URL as a request line needs it: no user, no fragment.
    pub(crate) uri: Uri,
    /// What the header `Host` says.
    pub(crate) authority: HeaderValue,
}

/// How many characters of a URL are told.
const TOLD: usize = 200;

impl Place {
    /// Whether TLS is spoken.
    pub(crate) fn is_secure(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// The URL as text, with its query: for expectations, not for labels.
    pub(crate) fn as_str(&self) -> &str {
        self.url.as_str()
    }

    /// The URL without its query, which may hold a token.
    pub(in crate::probe) fn shown(&self) -> &str {
        &self.url[..Position::AfterPath]
    }

    /// The same as far as people read: where somebody sends us may be as long as all headers.
    pub(in crate::probe) fn told(&self) -> String {
        printable(self.shown().as_bytes(), TOLD)
    }

    /// What of the query must not be told: all of it, and each of its values that is long enough to be a secret.
    pub(in crate::probe) fn of_query(&self) -> Vec<String> {
        const SHORTEST: usize = 8;
        let values = self.url.query_pairs().map(|(_, value)| value.into_owned());
        let long = values.filter(|value| value.len() >= SHORTEST);
        self.url.query().map(str::to_owned).into_iter().chain(long).collect()
    }

    /// Whether what may be said here may be said at `other` too: the same host and port, or its own change to TLS.
    pub(in crate::probe) fn is_home_to(&self, other: &Self) -> bool {
        let ports = (self.endpoint.port, other.endpoint.port);
        let same = self.is_secure() == other.is_secure() && ports.0 == ports.1;
        let upgraded = !self.is_secure() && other.is_secure() && ports == (80, 443);
        self.endpoint.host == other.endpoint.host && (same || upgraded)
    }

    /// Where a `Location` leads from here.
    pub(crate) fn follow(&self, location: &str) -> Result<Self, String> {
        let mut url = self.url.join(location).map_err(|why| why.to_string())?;
        if !["http", "https"].contains(&url.scheme()) {
            return Err(format!("its scheme is {}", url.scheme()));
        }
        // A user that a stranger put there is nobody of ours. Both fail only for URLs without a host.
        let _ = (url.set_username(""), url.set_password(None));
        Self::of(url)
    }

    /// Checks a URL as it is written in a configuration.
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        let refuse = |why: &str, cure: &str| Err(Refusal::new(why).cure(cure));
        let Some((scheme, _)) = text.split_once("://") else {
            return refuse("this is no URL", "write it in full, like \"https://epr.example.nhs.uk/login\"");
        };
        if !["http", "https"].contains(&scheme.to_ascii_lowercase().as_str()) {
            return refuse("only http:// and https:// are looked at here", "write https://… or http://…");
        }
        let url =
            Url::parse(text).map_err(|why| Refusal::new(format!("this is no URL: {why}")).cure(CURE))?;
        if !url.username().is_empty() || url.password().is_some() {
            let cure = "take `user:password@` out of it and write auth: {basic: {user: …, password: \"${env:NAME}\"}}";
            return refuse("a URL must not hold a user or a password", cure);
        }
        Self::of(url).map_err(|why| Refusal::new(why).cure(CURE))
    }

    fn of(mut url: Url) -> Result<Self, String> {
        url.set_fragment(None);
        let host = url.host_str().unwrap_or_default();
        let host: Host =
            host.parse().map_err(|_| format!("`{host}` is neither a host name nor an address"))?;
        let port = url.port_or_known_default().filter(|port| *port != 0);
        let port = port.ok_or_else(|| "the port is not from 1 to 65535".to_owned())?;
        let uri = Uri::try_from(url.as_str()).map_err(|why| format!("it cannot be asked for: {why}"))?;
        let authority = &url[Position::BeforeHost..Position::AfterPort];
        let authority = HeaderValue::try_from(authority).map_err(|why| why.to_string())?;
        Ok(Self { endpoint: Endpoint { host, port }, uri, authority, url })
    }
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

const CURE: &str = "write it like \"https://epr.example.nhs.uk/login\" or \"http://[2001:db8::1]:8080/\"";

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.shown())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_checked_at_the_door() {
        let shown = |text: &str| {
            Place::parse(text).map(|place| (place.shown().to_owned(), place.endpoint.to_string()))
        };
        let right = |text: &str, url: &str, endpoint: &str| {
            assert_eq!(shown(text), Ok((url.to_owned(), endpoint.to_owned())), "{text}");
        };
        right("https://EPR.example/a b?token=1#x", "https://epr.example/a%20b", "epr.example:443");
        right("http://[::1]:8080", "http://[::1]:8080/", "[::1]:8080");
        right("http://127.0.0.1", "http://127.0.0.1/", "127.0.0.1:80");
        right("https://epr.example.:8443/", "https://epr.example.:8443/", "epr.example:8443");
        for bad in [
            "epr.example",
            "https:epr",
            "ftp://epr/",
            "https://",
            "https://a:0/",
            "https://u:p@epr/",
            "https://u@epr/",
            "https://a:70000/",
        ] {
            assert!(shown(bad).is_err(), "{bad}");
        }
    }
}
