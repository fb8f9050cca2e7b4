//! How does an `http` module read in our words?

use super::{
    Map, Pen, Subject, auth, family,
    node::{list, number, one, text, yes},
    tls,
};
use crate::{
    blackbox::{
        file::{RawHttp, Text, got, is_on},
        size,
    },
    raw::{Field, Node, Pattern, Span, is_secret},
};

/// How many redirects are followed, as Go's client does.
const REDIRECTS: i128 = 10;
/// How much of a body is read, where the module does not say.
const BODY: u64 = 4 << 20;
/// The most that our kind reads.
const MOST: u64 = 16 << 20;

/// Headers that belong to the connection.
const OF_THE_CONNECTION: [&str; 8] = [
    "content-length",
    "transfer-encoding",
    "connection",
    "keep-alive",
    "proxy-connection",
    "upgrade",
    "te",
    "expect",
];

pub(super) fn settings(raw: &RawHttp, at: Span, subject: Subject<'_>, pen: &mut Pen) -> Node {
    tell_what_is_not_done(raw, pen);
    let mut map = Map::new(at);
    map.put("url", text(at, subject.target));
    map.put("method", method(raw, pen));
    let mut headers = Map::new(raw.headers.as_ref().map_or(at, Field::span));
    let mut host = subject.hostname.map(|name| text(at, name));
    fill_headers(raw, &mut headers, &mut host, pen);
    let auth = auth::settings(raw, &mut headers, pen);
    let headers = headers.some();
    let secret = auth.is_some() || headers.as_ref().is_some_and(holds_credential);
    tls::anybody(raw.tls_config.as_ref(), secret, pen);
    let name = host.as_ref().filter(|_| !subject.target.starts_with("http:")).map(bare_host);
    map.put("headers", headers);
    map.put("body", body(raw, pen));
    map.put("auth", auth);
    map.put("tls", tls::settings(raw.tls_config.as_ref(), name.as_ref(), at, pen));
    map.put("host", host);
    map.put("proxy", raw.proxy_url.as_ref().and_then(|url| proxy(url, pen)));
    map.put("family", family(raw.preferred_ip_protocol.as_ref(), raw.ip_protocol_fallback.as_ref(), at));
    map.put("redirects", number(at, if follows(raw) { REDIRECTS } else { 0 }));
    let http1 = raw.enable_http2.as_ref().filter(|http2| http2.get() == Some(&false));
    map.put("version", http1.map(|http2| text(http2.span(), "http1")));
    let gzip = raw.compression.as_ref().filter(|how| is(how, "gzip"));
    map.put("gzip", gzip.map(|gzip| yes(gzip.span(), true)));
    let limit = raw.body_size_limit.as_ref().and_then(|limit| size::read(limit, pen));
    let read = limit.map_or(BODY, |limit| limit.saturating_add(1)).clamp(1, MOST);
    map.put("body_limit", number(at, read));
    map.put("expect", expect(raw, limit, at, pen));
    map.node()
}

fn tell_what_is_not_done(raw: &RawHttp, pen: &mut Pen) {
    let cel = [&raw.fail_if_body_json_matches_cel, &raw.fail_if_body_json_not_matches_cel];
    for cel in cel.into_iter().flatten() {
        let why = "CEL is not read here: write a probe of our own with `json: {path: …}`";
        pen.cannot::<()>(cel.span(), why);
    }
    let others = [
        (raw.proxy_connect_header.as_ref().map(Field::span), "no headers are sent to a proxy here"),
        (raw.no_proxy.as_ref().map(Field::span), "a proxy is asked for every target here (`no_proxy`)"),
        (raw.http_headers.as_ref().map(Field::span), "write `headers` instead of `http_headers`"),
        (on(raw.proxy_from_environment.as_ref()), "no proxy is taken from the environment here"),
        (on(raw.enable_http3.as_ref()), "HTTP/3 is not spoken here"),
    ];
    for (span, why) in others {
        if let Some(span) = span {
            pen.cannot::<()>(span, why);
        }
    }
    if let Some(packed) =
        raw.compression.as_ref().filter(|how| !["", "gzip", "identity"].iter().any(|known| is(how, known)))
    {
        pen.cannot::<()>(packed.span(), "of packed bodies only gzip is unpacked here");
    }
}

fn on(field: Option<&Field<bool>>) -> Option<Span> {
    field.filter(|field| is_on(Some(field))).map(Field::span)
}

fn is(field: &Field<Text>, text: &str) -> bool {
    field.get().is_some_and(|written| written.0 == text)
}

fn follows(raw: &RawHttp) -> bool {
    let no = is_on(raw.no_follow_redirects.as_ref());
    !no && got(raw.follow_redirects.as_ref()) != Some(&false)
}

fn method(raw: &RawHttp, pen: &mut Pen) -> Option<Node> {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    let field = raw.method.as_ref()?;
    let method = &field.get()?.0;
    if method.is_empty() {
        return None;
    }
    if !KNOWN.contains(&method.as_str()) {
        return pen
            .cannot(field.span(), "the method is none of GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS");
    }
    Some(text(field.span(), method))
}

fn fill_headers(raw: &RawHttp, headers: &mut Map, host: &mut Option<Node>, pen: &mut Pen) {
    for (key, value) in got(raw.headers.as_ref()).map_or(&[][..], |entries| &entries.0) {
        let (name, span) = (key.text.to_ascii_lowercase(), value.span());
        let Some(Text(value)) = value.get() else { continue };
        match name.as_str() {
            "host" => *host = Some(text(span, value)),
            "accept-encoding" if value == "identity" || raw.compression.is_some() => {}
            "accept-encoding" => {
                pen.cannot::<()>(span, "write `compression: gzip` instead of this header");
            }
            name if is_secret(name) => headers.put(&key.text, pen.secret(span, &upper(name), value)),
            name if OF_THE_CONNECTION.contains(&name) => {
                pen.otherwise(span, "this header is left out: it is set as the exchange needs it");
            }
            _ => headers.put(&key.text, pen.plain(span, "HEADER", value)),
        }
    }
}

fn upper(name: &str) -> String {
    name.to_ascii_uppercase().replace('-', "_")
}

fn holds_credential(headers: &Node) -> bool {
    headers.entries().unwrap_or_default().iter().any(|(key, _)| is_secret(&key.text))
}

/// A host as certificates name it: without its port.
fn bare_host(host: &Node) -> Node {
    let crate::raw::Value::Str(written) = &host.value else { return host.clone() };
    let bare = written.rsplit_once(':').filter(|(_, port)| port.bytes().all(|c| c.is_ascii_digit()));
    text(host.span, bare.map_or(written.as_str(), |(bare, _)| bare))
}

fn body(raw: &RawHttp, pen: &mut Pen) -> Option<Node> {
    match (&raw.body, &raw.body_file) {
        (Some(body), _) => Some(pen.plain(body.span(), "BODY", &body.get()?.0)),
        (None, Some(file)) => Some(one(file.span(), "file", text(file.span(), file.get()?))),
        (None, None) => None,
    }
}

fn proxy(url: &Field<Text>, pen: &mut Pen) -> Option<Node> {
    let written = url::Url::parse(&url.get()?.0).ok();
    let Some(plain) = written.filter(|written| written.scheme() == "http") else {
        return pen.cannot(url.span(), "a proxy is written http://host:port here");
    };
    pen.otherwise(url.span(), "the proxy is asked with CONNECT for http:// targets too");
    let mut bare = plain.clone();
    // Both fail only for URLs without a host.
    let _ = (bare.set_username(""), bare.set_password(None));
    let mut map = Map::new(url.span());
    map.put("url", text(url.span(), bare.as_str()));
    if let Some(password) = plain.password() {
        let mut basic = Map::new(url.span());
        basic.put("user", pen.plain(url.span(), "PROXY_USER", plain.username()));
        basic.put("password", pen.secret(url.span(), "PROXY_PASSWORD", password));
        map.put("auth", one(url.span(), "basic", basic.node()));
    }
    Some(map.node())
}

fn expect(raw: &RawHttp, limit: Option<u64>, at: Span, pen: &mut Pen) -> Option<Node> {
    let mut map = Map::new(at);
    let codes = numbers(raw.valid_status_codes.as_ref());
    map.put("status", list(raw.valid_status_codes.as_ref().map_or(at, Field::span), codes));
    let mut body = Map::new(at);
    body.put("not_matches", patterns(raw.fail_if_body_matches_regexp.as_ref()));
    body.put("matches", patterns(raw.fail_if_body_not_matches_regexp.as_ref()));
    map.put("body", body.some());
    map.put("size", limit.map(|limit| one(at, "at_most", number(at, limit))));
    let scheme = match (on(raw.fail_if_ssl.as_ref()), on(raw.fail_if_not_ssl.as_ref())) {
        (Some(span), Some(_)) => pen.cannot(span, "nothing is both with TLS and without"),
        (Some(span), None) => Some(text(span, "^http:")),
        (None, Some(span)) => Some(text(span, "^https:")),
        (None, None) => None,
    };
    map.put("final_url", scheme.map(|scheme| one(scheme.span, "matches", scheme)));
    map.put("http_version", versions(raw, pen));
    map.some()
}

fn numbers(codes: Option<&Field<Vec<Field<u16>>>>) -> Vec<Node> {
    let codes = got(codes).map_or(&[][..], Vec::as_slice);
    codes.iter().filter_map(|code| Some(number(code.span(), *code.get()?))).collect()
}

fn patterns(patterns: Option<&Field<Vec<Field<Pattern>>>>) -> Option<Node> {
    let field = patterns?;
    let items = field.get()?.iter();
    list(field.span(), items.filter_map(|item| Some(text(item.span(), item.get()?.as_str()))).collect())
}

fn versions(raw: &RawHttp, pen: &mut Pen) -> Option<Node> {
    let field = raw.valid_http_versions.as_ref()?;
    let mut names = Vec::new();
    for version in field.get()? {
        match version.get()?.0.as_str() {
            "HTTP/2.0" | "HTTP/2" => names.push(text(version.span(), "HTTP/2")),
            known @ ("HTTP/1.0" | "HTTP/1.1") => names.push(text(version.span(), known)),
            _ => {
                return pen
                    .cannot(version.span(), "the versions known here are HTTP/1.0, HTTP/1.1 and HTTP/2.0");
            }
        }
    }
    list(field.span(), names)
}
