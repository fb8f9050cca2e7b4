//! Which cookies go with a request? Those that its own host set, for as long as one session lasts. Pure.

use hyper::{
    HeaderMap,
    header::{self, HeaderValue},
};
use jiff::fmt::rfc2822::DateTimeParser;

use super::place::Place;
use crate::model::{Host, Moment};

/// The cookies of one session.
#[derive(Default)]
pub(super) struct Jar {
    cookies: Vec<Cookie>,
}

/// A cookie. Does not print: it lets us in.
struct Cookie {
    name: String,
    value: String,
    host: Host,
    /// Whether hosts below its own may see it too.
    below: bool,
    path: String,
    secure: bool,
}

/// The most cookies that are kept.
const MOST: usize = 64;

/// The longest cookie that is kept, in bytes.
const LONGEST: usize = 4096;

impl Jar {
    /// What the cookies say: none of it may be told on.
    pub(super) fn values(&self) -> impl Iterator<Item = &str> {
        self.cookies.iter().map(|cookie| cookie.value.as_str())
    }

    /// Keeps what a reply from `place` sets, at the time `at`.
    pub(super) fn keep(&mut self, place: &Place, headers: &HeaderMap, at: Moment) {
        for line in headers.get_all(header::SET_COOKIE) {
            let line = str::from_utf8(line.as_bytes()).ok();
            let Some((cookie, gone)) = line.and_then(|line| Cookie::read(line, place, at)) else { continue };
            self.cookies.retain(|held| !held.is_replaced_by(&cookie));
            if !gone && self.cookies.len() < MOST {
                self.cookies.push(cookie);
            }
        }
    }

    /// What the header `Cookie` says to `place`: the most special path first.
    pub(super) fn show(&self, place: &Place) -> Option<HeaderValue> {
        let mut shown: Vec<&Cookie> = self.cookies.iter().filter(|cookie| cookie.goes_to(place)).collect();
        shown.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<_> = shown.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        let mut value = HeaderValue::try_from(pairs.join("; ")).ok().filter(|_| !pairs.is_empty())?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl Cookie {
    /// A cookie as `place` sets it, and whether it is set to be forgotten; `None` where it is not for `place` to set.
    fn read(line: &str, place: &Place, at: Moment) -> Option<(Self, bool)> {
        let mut parts = line.split(';').map(str::trim);
        let (name, value) = parts.next()?.split_once('=')?;
        let mut cookie = Self {
            name: name.trim().to_owned(),
            value: value.trim().to_owned(),
            host: place.endpoint.host.clone(),
            below: false,
            path: folder(place.uri.path()).to_owned(),
            secure: false,
        };
        let mut gone = false;
        let mut aged = false;
        for part in parts {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            match key.trim().to_ascii_lowercase().as_str() {
                "domain" if !value.is_empty() => cookie.widen(value)?,
                "path" if value.starts_with('/') => value.clone_into(&mut cookie.path),
                "secure" => cookie.secure = true,
                "max-age" if is_number(value) => (gone, aged) = (is_spent(value), true),
                "expires" if !aged => gone = is_past(value, at),
                _ => {}
            }
        }
        let may = !cookie.secure || is_safe(place);
        let kept = !cookie.name.is_empty() && line.len() <= LONGEST && may;
        kept.then_some((cookie, gone))
    }

    /// For all hosts below `domain` too, of which its own must be one; an address has none below.
    fn widen(&mut self, domain: &str) -> Option<()> {
        let domain: Host = domain.trim_start_matches('.').parse().ok()?;
        let (Host::Name(own), Host::Name(wide)) = (&self.host, &domain) else {
            return (self.host == domain).then_some(());
        };
        let within = own == wide || is_below(own, wide) && wide.contains('.');
        (self.host, self.below) = (domain.clone(), true);
        within.then_some(())
    }

    fn is_replaced_by(&self, other: &Self) -> bool {
        self.name == other.name && self.host == other.host && self.path == other.path
    }

    fn goes_to(&self, place: &Place) -> bool {
        let below = match (&place.endpoint.host, &self.host) {
            (Host::Name(host), Host::Name(own)) => self.below && is_below(host, own),
            _ => false,
        };
        let path = place.uri.path();
        let within = path
            .strip_prefix(&*self.path)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || self.path.ends_with('/'));
        (place.endpoint.host == self.host || below) && within && (!self.secure || is_safe(place))
    }
}

/// Whether nobody on the way can listen: as browsers see it, this machine is as good as TLS.
fn is_safe(place: &Place) -> bool {
    place.is_secure() || place.endpoint.host.is_here()
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether no second of this number is left, however large it is.
fn is_spent(number: &str) -> bool {
    number.starts_with('-') || number.bytes().all(|byte| byte == b'0')
}

fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

/// The folder of a path, which is a cookie's unless it says otherwise.
fn folder(path: &str) -> &str {
    match path.rfind('/') {
        None | Some(0) => "/",
        Some(end) => &path[..end],
    }
}

fn is_past(date: &str, at: Moment) -> bool {
    // Many servers write the date with hyphens.
    let date = date.replace('-', " ");
    let parsed = DateTimeParser::new().parse_timestamp(&date);
    parsed.is_ok_and(|date| Moment::from_ms(date.as_millisecond()) <= at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Moment = Moment::from_ms(1_790_000_000_000);

    fn place(url: &str) -> Place {
        Place::parse(url).unwrap()
    }

    fn shown(set: &[(&str, &str)], to: &str) -> String {
        let mut jar = Jar::default();
        for (from, line) in set {
            let headers = HeaderMap::from_iter([(
                header::SET_COOKIE,
                HeaderValue::from_bytes(line.as_bytes()).unwrap(),
            )]);
            jar.keep(&place(from), &headers, AT);
        }
        jar.show(&place(to))
            .map_or(String::new(), |value| String::from_utf8(value.as_bytes().to_vec()).unwrap())
    }

    const EPR: &str = "https://epr.trust.example/app/login";

    #[test]
    fn a_cookie_goes_back_to_its_own_host_and_path() {
        let session = [(EPR, "session=a=b; HttpOnly; SameSite=Lax")];
        assert_eq!(shown(&session, "https://epr.trust.example/app/record"), "session=a=b");
        for elsewhere in [
            "https://epr.trust.example/",
            "https://epr.trust.example/apple",
            "https://other.trust.example/app/record",
            "https://trust.example/app/record",
        ] {
            assert_eq!(shown(&session, elsewhere), "", "{elsewhere}");
        }
        let both = [(EPR, "wide=1; Path=/"), (EPR, "narrow=2")];
        assert_eq!(shown(&both, EPR), "narrow=2; wide=1");
    }

    #[test]
    fn a_domain_is_widened_by_those_who_belong_to_it_alone() {
        let of = |domain: &str| [(EPR, format!("s=1; Path=/; Domain={domain}"))];
        let to = |domain: &str, url: &str| {
            let set = of(domain);
            shown(&[(set[0].0, &set[0].1)], url)
        };
        assert_eq!(to(".trust.example", "https://sso.trust.example/"), "s=1");
        assert_eq!(to("trust.example", "https://distrust.example/"), "");
        assert_eq!(to("other.example", "https://other.example/"), "");
        assert_eq!(to("example", "https://bad.example/"), "");
    }

    #[test]
    fn what_is_secure_stays_secure() {
        assert_eq!(shown(&[(EPR, "s=1; Path=/; Secure")], "http://epr.trust.example/"), "");
        assert_eq!(shown(&[("http://epr.trust.example/", "s=1; Secure")], "https://epr.trust.example/"), "");
        for here in ["http://127.0.0.1:8080/", "http://[::1]/", "http://localhost/"] {
            assert_eq!(shown(&[(here, "s=1; Secure")], here), "s=1", "{here}");
        }
    }

    #[test]
    fn a_cookie_is_replaced_and_forgotten() {
        let set = |second| shown(&[(EPR, "s=1"), (EPR, second)], EPR);
        assert_eq!(set("s=2"), "s=2");
        for gone in [
            "s=; Max-Age=0",
            "s=; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
            "s=; Expires=Thu, 01-Jan-1970 00:00:00 GMT",
            "s=; Expires=Thu, 01-Jan-70 00:00:00 GMT",
            "s=; Max-Age=-1",
        ] {
            assert_eq!(set(gone), "", "{gone}");
        }
        for stays in [
            "s=3; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
            "s=3; Max-Age=99999999999999999999",
            "s=3; Max-Age=soon; Expires=never",
            "s=3; SameSite=None; Partitioned; Priority=High",
        ] {
            assert_eq!(set(stays), "s=3", "{stays}");
        }
        assert_eq!(set("ward=Élan"), "s=1; ward=Élan");
    }

    #[test]
    fn too_much_is_left_out() {
        let many: Vec<String> = (0..100).map(|n| format!("c{n}=1")).collect();
        let many: Vec<_> = many.iter().map(|line| (EPR, &**line)).collect();
        assert_eq!(shown(&many, EPR).split("; ").count(), MOST);
        assert_eq!(shown(&[(EPR, &format!("s={}", "x".repeat(5000)))], EPR), "");
        assert_eq!(shown(&[(EPR, "nothing"), (EPR, "=1")], EPR), "");
    }
}
