//! What does a browser hold for us?

use axum::http::{HeaderMap, HeaderValue, header};

/// How many cookies of our name are looked at: a neighbour under the same domain may have set some.
const MOST: usize = 4;

/// What a browser holds for us, and for how long.
pub(super) struct Cookie {
    name: &'static str,
    /// Where it is shown.
    path: &'static str,
    /// In seconds.
    life: u32,
}

/// A session: as long as one can last.
pub(super) const SESSION: Cookie = Cookie { name: "session", path: "/", life: 7 * 24 * 60 * 60 };

/// That a sign-in by a provider was begun in this browser: as long as that may take.
pub(super) const BEGUN: Cookie = Cookie { name: "sign-in", path: "/sign-in", life: 10 * 60 };

impl Cookie {
    /// What it is called. A browser takes `__Host-` from this very host and by TLS only; for a path of it there is `__Secure-`.
    fn named(&self, secure: bool) -> String {
        let prefix = match (secure, self.path) {
            (false, _) => "",
            (true, "/") => "__Host-",
            (true, _) => "__Secure-",
        };
        format!("{prefix}wardround-{}", self.name)
    }

    /// What the browser holds.
    pub(super) fn held<'h>(&self, headers: &'h HeaderMap, secure: bool) -> Vec<&'h str> {
        let name = self.named(secure);
        let all = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.filter(|(known, _)| *known == name).map(|(_, value)| value).take(MOST).collect()
    }

    /// To be held.
    pub(super) fn hold(&self, value: &str, secure: bool) -> Option<HeaderValue> {
        self.written(value, self.life, secure)
    }

    /// To be held no more.
    pub(super) fn drop(&self, secure: bool) -> Option<HeaderValue> {
        self.written("", 0, secure)
    }

    fn written(&self, value: &str, life: u32, secure: bool) -> Option<HeaderValue> {
        let (name, path) = (self.named(secure), self.path);
        let secure = if secure { "; Secure" } else { "" };
        let text = format!("{name}={value}; Path={path}; Max-Age={life}; HttpOnly; SameSite=Lax{secure}");
        let mut cookie = HeaderValue::try_from(text).ok()?;
        cookie.set_sensitive(true);
        Some(cookie)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_out_of_reach_of_scripts_and_neighbours() {
        let line = SESSION.hold("abc", true).unwrap();
        let whole = "__Host-wardround-session=abc; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure";
        assert_eq!(line.to_str().unwrap(), whole);
        let line = SESSION.drop(false).unwrap();
        assert_eq!(line.to_str().unwrap(), "wardround-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
        let line = BEGUN.hold("abc", true).unwrap();
        let whole =
            "__Secure-wardround-sign-in=abc; Path=/sign-in; Max-Age=600; HttpOnly; SameSite=Lax; Secure";
        assert_eq!(line.to_str().unwrap(), whole);
    }

    #[test]
    fn ours_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append("cookie", "a=b; wardround-session=one;wardround-session=two".parse().unwrap());
        headers.append("cookie", "wardround-session=three=; x".parse().unwrap());
        assert_eq!(SESSION.held(&headers, false), ["one", "two", "three="]);
        assert!(SESSION.held(&headers, true).is_empty());
    }
}
