//! May this URL be told things, with this credential, over this way?

use hyper::header::HeaderValue;

use super::{client::Client, peer::Peer, raw::RawCall};
use crate::{
    probe::{Place, Proxy, RawAuth, RawTls, Tls},
    raw::{Door, Field, Problem, Refusal, Secret, Span, TextSource},
};

/// The protocol that is offered where TLS is spoken.
const ALPN: [&str; 1] = ["http/1.1"];

/// What is to be asked for below the URL that is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Below {
    /// This path. What is written is an address that anybody may know.
    Path(&'static str),
    /// Nothing: the URL is asked for as it is, and may be a secret.
    Nothing,
}

impl Client {
    /// Checks what was written.
    pub(super) fn parse(raw: RawCall, below: Below, door: &mut Door<'_>) -> Option<Self> {
        let at = raw.url.span();
        let sealed = raw.url.get().is_some_and(TextSource::holds_secret);
        let secret = sealed || raw.auth.is_some();
        let authorization = raw.auth.and_then(|auth| authorization(auth, door));
        let proxy = raw.proxy.and_then(|proxy| Proxy::parse(proxy, door));
        let Some(place) = place(raw.url, below, door) else {
            raw.tls.and_then(|tls| Tls::parse(tls.good()?, at, &ALPN, door)); // so that it is checked too
            return None;
        };
        let tls =
            if place.is_secure() { Some(secured(raw.tls, at, door)?) } else { unsecured(raw.tls, door) };
        let peer = Peer::new(place.endpoint.clone(), tls, proxy);
        if secret && !place.is_secure() && !peer.is_here() {
            let problem =
                Problem::new(at, "a secret is sent in clear: this is http:// and not on this machine");
            door.warn(problem.cure("write https://…"));
        }
        Some(Self { place, peer, authorization, quotes: !sealed && below != Below::Nothing })
    }
}

fn place(raw: Field<TextSource>, below: Below, door: &mut Door<'_>) -> Option<Place> {
    let at = raw.span();
    if below == Below::Nothing && !raw.get().is_some_and(TextSource::holds_secret) {
        door.hide(at);
    }
    let url = door.text(raw)?;
    let place = match below {
        Below::Nothing => Place::parse(url.expose().trim()),
        Below::Path(path) => joined(url.expose().trim(), path),
    };
    place.map_err(|refusal| door.refuse(at, refusal)).ok()
}

fn joined(url: &str, path: &str) -> Result<Place, Refusal> {
    let refuse = |why: &str, cure: String| Err(Refusal::new(why).cure(cure));
    let bare = url.trim_end_matches('/');
    if url.contains(['?', '#']) {
        return refuse("there is no `?` and no `#` in such an address", "take them out".to_owned());
    }
    if bare.contains("/api/v") {
        return refuse(
            "this is the address of an API: write that of the program which has it",
            format!("leave out /{path}: it is added"),
        );
    }
    Place::parse(&format!("{bare}/{path}"))
}

fn secured(raw: Option<Field<RawTls>>, at: Span, door: &mut Door<'_>) -> Option<Tls> {
    let at = raw.as_ref().map_or(at, Field::span);
    Tls::parse(raw.map_or_else(|| Some(RawTls::default()), Field::good)?, at, &ALPN, door)
}

fn unsecured(raw: Option<Field<RawTls>>, door: &mut Door<'_>) -> Option<Tls> {
    let at = raw?.span();
    door.problem(at, "there is no TLS at http://", "write url: https://…, or leave this out");
    None
}

fn authorization(raw: Field<RawAuth>, door: &mut Door<'_>) -> Option<HeaderValue> {
    let at = raw.span();
    let secret: Secret = raw.good()?.value(door)?;
    let Ok(mut value) = HeaderValue::try_from(secret.expose()) else {
        door.problem(at, "a header cannot hold control characters or line breaks", "take them out");
        return None;
    };
    value.set_sensitive(true);
    Some(value)
}
