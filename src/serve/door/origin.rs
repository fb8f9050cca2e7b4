//! Is a change asked for by a page of ours, or by a strange one that a browser shows?

use axum::http::{HeaderMap, HeaderName, header};
use url::Url;

use super::host::Host;
use crate::config::Serving;

/// What a browser says of the page that asks. Pages cannot write it themselves.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whose page asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// One of ours.
    Ours,
    /// Somebody else's, or one that hides where it is from.
    Foreign,
    /// None: no browser asks. Browsers have said it with every change since 2020.
    Unsaid,
}

impl Origin {
    /// Of a request that was asked of `host`.
    pub(super) fn of(headers: &HeaderMap, host: Option<&Host>, serving: &Serving) -> Self {
        // `none`: no page asks, but somebody who typed the address.
        let site = headers.get(FETCH_SITE).filter(|site| *site != "none").map(|site| site == "same-origin");
        let mut origins = headers.get_all(header::ORIGIN).iter();
        let origin = origins.next().map(|origin| {
            let origin = origin.to_str().ok().and_then(|text| Url::parse(text).ok());
            origins.next().is_none() && origin.is_some_and(|origin| is_ours(&origin, host, serving))
        });
        match (site, origin) {
            (Some(false), _) | (None, Some(false)) => Self::Foreign,
            (Some(true), _) | (None, Some(true)) => Self::Ours,
            (None, None) => Self::Unsaid,
        }
    }
}

/// Whether `origin` is the host that was asked, or the one by which others reach us.
fn is_ours(origin: &Url, host: Option<&Host>, serving: &Serving) -> bool {
    let known = serving.url().is_some_and(|url| url.origin() == origin.origin());
    let secure = origin.scheme() == "https";
    let fits = if serving.tls().is_some() { secure } else { !secure && origin.scheme() == "http" };
    let (Some(host), Some(name)) = (host, origin.host_str()) else { return known };
    let port = if secure { 443 } else { 80 };
    known || fits && host.is(name, origin.port_or_known_default().unwrap_or(port), port)
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, extract::Request};

    use super::*;

    fn origin(headers: &[(&str, &str)]) -> Origin {
        let request = headers.iter().fold(Request::builder(), |all, (name, value)| all.header(*name, *value));
        let request = request.body(Body::empty()).unwrap();
        let host = Host::of(&request).ok().flatten();
        Origin::of(request.headers(), host.as_ref(), &Serving::default())
    }

    #[test]
    fn our_own_pages_are_known() {
        for headers in [
            &[("host", "wardround:9715"), ("origin", "http://wardround:9715")][..],
            &[("host", "wardround"), ("origin", "http://wardround")],
            &[("host", "wardround:80"), ("origin", "http://WARDROUND")],
            &[("host", "[::1]:9715"), ("origin", "http://[::1]:9715")],
            &[("host", "elsewhere"), ("sec-fetch-site", "same-origin")],
        ] {
            assert_eq!(origin(headers), Origin::Ours, "{headers:?}");
        }
        assert_eq!(origin(&[("host", "wardround")]), Origin::Unsaid);
        let typed = ("sec-fetch-site", "none");
        assert_eq!(origin(&[("host", "wardround"), typed]), Origin::Unsaid);
        let foreign = ("origin", "http://evil.example");
        assert_eq!(origin(&[("host", "wardround"), typed, foreign]), Origin::Foreign);
    }

    #[test]
    fn strange_pages_are_known() {
        let host = ("host", "wardround:9715");
        for origin in [
            "null",
            "http://evil.example",
            "http://wardround:9716",
            "http://wardround",
            "https://wardround:9715",
            "http://wardround:9715.evil.example",
            "http://wardround.evil.example:9715",
            "file://",
            "",
            "wardround:9715",
        ] {
            assert_eq!(self::origin(&[host, ("origin", origin)]), Origin::Foreign, "{origin}");
        }
        let ours = ("origin", "http://wardround:9715");
        assert_eq!(origin(&[host, ours, ours]), Origin::Foreign, "twice");
        for site in ["cross-site", "same-site", "", "same-origin, cross-site", "none, cross-site"] {
            assert_eq!(origin(&[host, ours, ("sec-fetch-site", site)]), Origin::Foreign, "{site}");
        }
    }
}
