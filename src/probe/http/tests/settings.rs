//! Is everything that is wrong told, with what to write instead?

use insta::assert_snapshot;

use crate::{
    probe::{http::Http, kind::Look},
    raw::Given,
};

fn told(text: &str) -> String {
    let given = Given::default().variable("TOKEN", "t0p").variable("LINES", "a\nb");
    given.check(text, Http::parse).unwrap_err().to_string()
}

#[test]
fn urls() {
    for url in ["epr.example", "ftp://epr/", "https://", "https://u:hunter2@epr/", "https://epr:0/"] {
        let words = told(&format!("{{url: '{url}', redirects: 0, tls: {{}}}}"));
        assert!(!words.contains("hunter2"), "{words}");
        assert_snapshot!(words);
    }
}

#[test]
fn requests() {
    assert_snapshot!(told(
        "
url: http://epr.example/
method: get
headers:
  Host: epr
  Content-Length: 5
  'X Key': a
  X-Twice: a
  x-twice: b
  X-Lines: '${env:LINES}'
  Authorization: Bearer t0p
auth: {basic: {user: 'a:b', password: hunter2}}
host: a b
refused: up
version: http3
redirects: 21
body_limit: 0
proxy: 'https://u:p@proxy:3128'
family: v5
expect: {}
"
    ));
}

#[test]
fn expectations() {
    assert_snapshot!(told(
        "
url: http://epr.example/
method: HEAD
redirects: 0
expect:
  status: 20x
  headers: {X-A: {absent: true, equals: b}, X-B: {}, 'X C': d}
  body: {contains: ['', ok], matches: '(', not_contains: []}
  json: [{path: status}, {path: $.a, exists: false, equals: 1}, {equals: 1}]
  size: {at_least: 2, at_most: 1}
  final_url: {match: a}
  http_version: HTTP/3
  tls_version: TLS 1.1
  expires_in: 21
warn:
  tls_version: TLS 1.3
  expires_in: 21d
"
    ));
    assert_snapshot!(told("{url: 'http://epr.example/', expect: {status: [301, 302]}}"));
}
