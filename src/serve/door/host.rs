//! Which name were we asked by, and may it be ours?

use std::{fmt, net::IpAddr};

use axum::{
    extract::Request,
    http::{StatusCode, header, uri::Authority},
};

use super::Refusal;
use crate::config::Serving;

/// The host and port that a request names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Host(Authority);

impl Host {
    /// Of a request; `None` where it names none, as old programs do.
    pub(super) fn of(request: &Request) -> Result<Option<Self>, Refusal> {
        let mut written = request.headers().get_all(header::HOST).iter();
        let first = written.next().map(|host| Authority::try_from(host.as_bytes()));
        let first = first.transpose().map_err(|_| bad("the Host of this request cannot be read"))?;
        let absolute = request.uri().authority().cloned();
        let differ = absolute.as_ref().zip(first.as_ref()).is_some_and(|(one, other)| one != other);
        if written.next().is_some() || differ {
            return Err(bad("this request names two hosts"));
        }
        let host = absolute.or(first);
        if host.as_ref().is_some_and(|host| host.as_str().contains('@')) {
            return Err(bad("the Host of this request holds a user"));
        }
        Ok(host.map(Self))
    }

    /// Whether it can only mean this machine, whatever name servers say.
    pub(super) fn is_here(&self) -> bool {
        self.address().map_or_else(|| self.0.host().eq_ignore_ascii_case("localhost"), |ip| ip.is_loopback())
    }

    /// Whether no page from elsewhere can have been served under this name: a name of somebody else's that was made to lead
    /// here (DNS rebinding) has a dot in it.
    pub(super) fn is_ours(&self, serving: &Serving) -> bool {
        let name = self.0.host();
        let known = serving.url().and_then(|url| url.host_str());
        self.address().is_some()
            || !name.contains('.')
            || name.to_ascii_lowercase().ends_with(".localhost")
            || known.is_some_and(|known| known.eq_ignore_ascii_case(name))
    }

    /// Whether `other` is the same host at the same port, where `port` is meant if none is written.
    pub(super) fn is(&self, other: &str, other_port: u16, port: u16) -> bool {
        let bare = |text: &str| text.trim_matches(['[', ']']).to_ascii_lowercase();
        bare(self.0.host()) == bare(other) && self.0.port_u16().unwrap_or(port) == other_port
    }

    fn address(&self) -> Option<IpAddr> {
        self.0.host().trim_matches(['[', ']']).parse().ok()
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

fn bad(words: &'static str) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, words)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn host(uri: &str, hosts: &[&str]) -> Result<Option<String>, StatusCode> {
        let request = hosts.iter().fold(Request::builder().uri(uri), |all, host| all.header("host", *host));
        let host = Host::of(&request.body(Body::empty()).unwrap());
        host.map(|host| host.map(|host| host.to_string())).map_err(|refusal| refusal.status)
    }

    #[test]
    fn one_host_is_named_or_none() {
        assert_eq!(host("/", &["a:1"]), Ok(Some("a:1".to_owned())));
        assert_eq!(host("/", &[]), Ok(None));
        assert_eq!(host("http://a:1/", &["A:1"]), Ok(Some("a:1".to_owned())));
        for (uri, hosts) in [
            ("/", &["a", "a"][..]),
            ("http://a/", &["b"]),
            ("/", &["a/b"]),
            ("/", &["a b"]),
            ("/", &["u@a"]),
            ("/", &[""]),
        ] {
            assert_eq!(host(uri, hosts), Err(StatusCode::BAD_REQUEST), "{uri} {hosts:?}");
        }
    }

    #[test]
    fn a_name_that_somebody_else_may_own_is_not_ours() {
        let serving = Serving::default();
        let ours = |host: &str| Host(host.parse().unwrap()).is_ours(&serving);
        for host in ["127.0.0.1:9715", "[::1]", "10.1.2.3", "localhost:1", "wardround", "a.localhost"] {
            assert!(ours(host), "{host}");
        }
        for host in ["evil.example", "localhost.evil.example:9715", "127.0.0.1.evil.example", "wardround."] {
            assert!(!ours(host), "{host}");
        }
    }

    #[test]
    fn only_loopback_is_here() {
        let here = |host: &str| Host(host.parse().unwrap()).is_here();
        assert!(["127.0.0.1", "127.9.9.9:1", "[::1]:1", "LOCALHOST:9715"].into_iter().all(here));
        assert!(!["10.0.0.1", "localhost.evil.example", "[2001:db8::1]", "0.0.0.0"].into_iter().any(here));
    }
}
