//! How does a browser hold a session?

use axum::http::{HeaderMap, HeaderValue, header};

/// How many cookies of our name are looked at: a neighbour under the same domain may have set some.
const MOST: usize = 4;

/// How long a browser keeps it, in seconds: as long as a session can last.
const LIFE: u32 = 7 * 24 * 60 * 60;

/// What a cookie is called. A browser takes `__Host-` from this very host and by TLS only.
fn named(name: &str, secure: bool) -> String {
    format!("{}wardround-{name}", if secure { "__Host-" } else { "" })
}

/// What the browser holds under `name`.
pub(super) fn held<'h>(headers: &'h HeaderMap, name: &str, secure: bool) -> Vec<&'h str> {
    let name = named(name, secure);
    let all = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(known, _)| *known == name).map(|(_, value)| value).take(MOST).collect()
}

/// A cookie to be held.
pub(super) fn hold(name: &str, value: &str, secure: bool) -> Option<HeaderValue> {
    written(name, value, LIFE, secure)
}

/// No cookie any more.
pub(super) fn drop(name: &str, secure: bool) -> Option<HeaderValue> {
    written(name, "", 0, secure)
}

fn written(name: &str, value: &str, life: u32, secure: bool) -> Option<HeaderValue> {
    let name = named(name, secure);
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; Max-Age={life}; HttpOnly; SameSite=Lax{secure}");
    let mut cookie = HeaderValue::try_from(text).ok()?;
    cookie.set_sensitive(true);
    Some(cookie)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_out_of_reach_of_scripts_and_neighbours() {
        let line = hold("session", "abc", true).unwrap();
        let whole = "__Host-wardround-session=abc; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure";
        assert_eq!(line.to_str().unwrap(), whole);
        let line = drop("session", false).unwrap();
        assert_eq!(line.to_str().unwrap(), "wardround-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn ours_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append("cookie", "a=b; wardround-session=one;wardround-session=two".parse().unwrap());
        headers.append("cookie", "wardround-session=three=; x".parse().unwrap());
        assert_eq!(held(&headers, "session", false), ["one", "two", "three="]);
        assert!(held(&headers, "session", true).is_empty());
    }
}
