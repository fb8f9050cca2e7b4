//! Does a question get its answer, and only where it may be asked?

use std::{path::Path, sync::Arc};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use super::{Modules, Question, Refused, Rule};
use crate::{
    model::Moment,
    raw::{Common, Door, Given, Problems, yaml},
};

fn read(text: &str, given: &Given) -> (Option<Modules>, Problems) {
    let (mut problems, mut common) = (Problems::default(), Common::default());
    let file = problems.file("blackbox.yml", text);
    let node = yaml::read(&mut problems, file);
    let mut door = Door::new(Path::new(""), given, &mut problems, &mut common);
    let modules = node.and_then(|node| Modules::read(&node, Path::new(""), &mut door));
    (modules, problems)
}

pub(super) fn modules(text: &str, allow: &[&str]) -> Arc<Modules> {
    let (modules, problems) = read(text, &Given::default());
    assert!(problems.is_empty(), "{problems}");
    let rule =
        |text: &&str| Given::default().check(&format!("{text:?}"), |rule: Rule, _| Some(rule)).unwrap();
    Arc::new(modules.unwrap().allowing(allow.iter().map(rule).collect(), Vec::new()))
}

async fn ask(modules: &Modules, query: &str) -> Result<String, Refused> {
    modules.answer(&Question::read(query), None, Moment::from_ms(1_790_000_000_000)).await
}

fn value<'a>(page: &'a str, series: &str) -> &'a str {
    let found = page.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    found.unwrap_or_else(|| panic!("{series}: {page}"))
}

/// A server that says `reply` to every request, and how often it was asked.
async fn saying(reply: impl AsRef<[u8]> + Send + 'static) -> (String, Arc<std::sync::atomic::AtomicU32>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (at, asked) = (listener.local_addr().unwrap(), Arc::<std::sync::atomic::AtomicU32>::default());
    let count = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(reply.as_ref()).await;
        }
    });
    (at.to_string(), asked)
}

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nLast-Modified: Wed, 21 Oct 2015 07:28:00 GMT\r\n\
                  X-Node: a\r\nX-Node: b\r\n\r\nhello";

#[tokio::test]
async fn a_good_reply_has_its_metrics() {
    let (at, _) = saying(OK).await;
    let modules = modules("modules: {m: {prober: http, http: }}", &["127.0.0.1"]);
    let page = ask(&modules, &format!("module=m&target={at}")).await.unwrap();
    for (series, wanted) in [
        ("probe_success", "1"),
        ("probe_http_status_code", "200"),
        ("probe_http_content_length", "5"),
        ("probe_http_uncompressed_body_length", "5"),
        ("probe_http_version", "1.1"),
        ("probe_http_ssl", "0"),
        ("probe_http_last_modified_timestamp_seconds", "1445412480"),
        ("probe_ip_protocol", "4"),
        ("probe_ip_addr_hash", "3668918509"),
        ("probe_failed_due_to_regex", "0"),
    ] {
        assert_eq!(value(&page, series), wanted, "{series}");
    }
    assert_eq!(page.matches("probe_http_duration_seconds{phase=").count(), 5);
}

#[tokio::test]
async fn expressions_judge_headers_and_body_once_the_status_is_right() {
    let (at, _) = saying(OK).await;
    for (rules, success, by_regex) in [
        ("fail_if_body_not_matches_regexp: [hell, o$]", "1", "0"),
        ("fail_if_body_not_matches_regexp: [hell, goodbye]", "0", "1"),
        ("fail_if_body_matches_regexp: [^h]", "0", "1"),
        ("fail_if_body_matches_regexp: [^h], valid_status_codes: [404]", "0", "0"),
        ("fail_if_header_matches: [{header: x-node, regexp: b}]", "0", "1"),
        ("fail_if_header_matches: [{header: x-node, regexp: c}]", "1", "0"),
        ("fail_if_header_matches: [{header: X-Other, regexp: c}]", "0", "1"),
        ("fail_if_header_matches: [{header: X-Other, regexp: c, allow_missing: true}]", "1", "0"),
        ("fail_if_header_not_matches: [{header: X-Node, regexp: b}]", "1", "0"),
        ("fail_if_header_not_matches: [{header: X-Node, regexp: c}]", "0", "1"),
        ("fail_if_not_ssl: true", "0", "0"),
        ("fail_if_ssl: true", "1", "0"),
        ("valid_http_versions: [HTTP/2.0]", "0", "0"),
        ("body_size_limit: 4B", "0", "0"),
        ("body_size_limit: 5B", "1", "0"),
    ] {
        let modules =
            modules(&format!("modules: {{m: {{prober: http, http: {{{rules}}}}}}}"), &["127.0.0.0/8"]);
        let page = ask(&modules, &format!("module=m&target={at}")).await.unwrap();
        let got = (value(&page, "probe_success"), value(&page, "probe_failed_due_to_regex"));
        assert_eq!(got, (success, by_regex), "{rules}");
    }
}

#[tokio::test]
async fn nobody_is_asked_whom_the_configuration_does_not_name() {
    let (at, asked) = saying(OK).await;
    let modules = modules(
        "modules: {m: {prober: http}, t: {prober: tcp}, d: {prober: dns, dns: {query_name: a}}}",
        &["epr.example"],
    );
    for query in [
        format!("module=m&target={at}"),
        format!("module=m&target=http://epr.example.{at}/"),
        format!("module=m&target=http://{at}%23.epr.example/"),
        format!("module=t&target={at}"),
        format!("module=d&target={at}"),
    ] {
        let refused = ask(&modules, &query).await.unwrap_err();
        assert!([400, 403].contains(&refused.status), "{query}: {refused:?}");
    }
    let refused = ask(&modules, &format!("module=m&target={at}")).await.unwrap_err();
    assert_eq!(refused.status, 403);
    // A backslash is a slash: this is a path at the host that may be asked.
    let page = ask(&modules, &format!("module=m&target=http://epr.example%5c@{at}/")).await.unwrap();
    assert_eq!(value(&page, "probe_success"), "0");
    assert_eq!(asked.load(std::sync::atomic::Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_redirect_leads_to_nobody_else() {
    let (elsewhere, asked) = saying(OK).await;
    let location =
        format!("HTTP/1.1 302 Found\r\nLocation: http://{elsewhere}/\r\nContent-Length: 0\r\n\r\n");
    let (at, _) = saying(location).await;
    let text = "modules: {m: {prober: http}}";
    let modules = modules(text, &[&at]);
    let page = ask(&modules, &format!("module=m&target={at}")).await.unwrap();
    assert_eq!((value(&page, "probe_success"), value(&page, "probe_http_status_code")), ("0", "302"));
    assert_eq!(asked.load(std::sync::atomic::Ordering::Relaxed), 0);
    let page = ask(&self::modules(text, &["127.0.0.1"]), &format!("module=m&target={at}")).await.unwrap();
    assert_eq!((value(&page, "probe_success"), value(&page, "probe_http_redirects")), ("1", "1"));
}

#[tokio::test]
async fn a_question_that_makes_no_sense_is_told_so() {
    let text = "modules: {m: {prober: http}, ping: {prober: icmp, icmp: {ttl: 5}}, i: {prober: icmp}, t: {prober: tcp}}";
    let modules = modules(text, &["0.0.0.0/0"]);
    for (query, status, words) in [
        ("target=127.0.0.1:1&module=<b>no</b>", 400, "Unknown module \"<b>no</b>\""),
        ("target=127.0.0.1:1", 400, "Unknown module \"http_2xx\""),
        ("module=m", 400, "Target parameter is missing"),
        ("module=ping&target=127.0.0.1", 400, "a `ttl` of their own"),
        ("module=i&target=127.0.0.1:80", 400, "no host"),
        ("module=i&target=::1", 403, "may not be probed"),
        ("module=m&target=http://u:p@127.0.0.1/", 400, "must not hold a user"),
        ("module=m&target=http://a%20b/", 400, "no URL"),
        ("module=t&target=127.0.0.1", 400, "no host:port"),
        ("module=m&target=%00%ff", 400, "no URL"),
    ] {
        let refused = ask(&modules, query).await.unwrap_err();
        assert_eq!(refused.status, status, "{query}");
        assert!(refused.words.contains(words), "{query}: {}", refused.words);
    }
    let long = format!("module=m&target={}", "a".repeat(100_000));
    assert_eq!(ask(&modules, &long).await.unwrap_err().status, 400);
}

#[tokio::test]
async fn a_refused_connection_is_zeros() {
    let at = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let modules = modules("modules: {m: {prober: http}, t: {prober: tcp}}", &["127.0.0.1"]);
    for (module, lines) in [("m", 17), ("t", 6)] {
        let page = ask(&modules, &format!("module={module}&target={at}")).await.unwrap();
        assert_eq!(value(&page, "probe_success"), "0");
        assert_eq!(page.lines().filter(|line| !line.starts_with('#')).count(), lines, "{page}");
    }
}

#[tokio::test]
async fn a_line_fills_labels_and_answers() {
    let (at, _) = saying(b"\r\nSSH-2.0-\"quoted\"\xc3\x28\r\n").await;
    let text = r#"
modules:
  ssh:
    prober: tcp
    tcp:
      query_response:
        - send: hello
        - expect: "^SSH-(?P<version>[0-9.]+)-(.*)$"
          labels: [{name: version, value: "${version}"}, {name: rest, value: "$2"}]
"#;
    let page = ask(&modules(text, &["127.0.0.1"]), &format!("module=ssh&target={at}")).await.unwrap();
    assert_eq!(value(&page, "probe_success"), "1", "{page}");
    assert!(page.contains("probe_expect_info{rest=\"\\\"quoted\\\""), "{page}");
}

#[tokio::test]
async fn debug_shows_no_secret() {
    let (at, _) = saying(OK).await;
    let text = r#"
modules:
  m:
    prober: http
    http:
      method: POST
      body: '{"pw": "hunter2"}'
      headers: {X-Api-Key: hunter2, Accept: text/html, Cookie: s=hunter2}
      basic_auth: {username: anna, password: "hunter2 ${HOME}"}
      proxy_url: http://u:hunter2@127.0.0.1:1
"#;
    let page =
        ask(&modules(text, &["127.0.0.1"]), &format!("module=m&debug=true&target={at}")).await.unwrap();
    assert!(!page.contains("hunter2"), "{page}");
    assert!(page.contains("password: ***") && page.contains("Accept: text/html"), "{page}");
    assert!(
        page.contains("Metrics that would have been returned:") && page.contains("probe_success 0"),
        "{page}"
    );
}

#[test]
fn what_is_wrong_is_told_at_its_place_and_what_cannot_be_done_is_a_warning() {
    let bad = "
modules:
  a:
    prober: http
    http: {fail_if_body_matches_regex: [x], valid_status_codes: 200, method: GET}
  b:
    prober: htpp
  c:
    prober: tcp
    tcp: {tls: true, tls_config: {ca_file: nowhere.pem}}
  d:
    prober: http
    http: {fail_if_body_matches_regexp: ['(']}
";
    insta::assert_snapshot!(read(bad, &Given::default()).1.to_string());
    let odd = "
modules:
  a: {prober: icmp, icmp: {ttl: 3, payload_size: 4000, dont_fragment: true}}
  f: {prober: icmp, icmp: {payload_size: 8, ttl: 0, dont_fragment: false}}
  g: {prober: unix}
  b: {prober: http, http: {oauth2: {client_id: x}, compression: br}}
  c: {prober: http, http: {basic_auth: {username: u, password: p}, tls_config: {insecure_skip_verify: true}}}
  d: {prober: dns, dns: {query_name: a, query_class: CH, query_type: LOC}}
  e: {prober: tcp, tcp: {tls_config: {min_version: TLS10}, tls: true}}
";
    let (modules, problems) = read(odd, &Given::default());
    assert!(problems.is_empty() && modules.is_some(), "{problems}");
    insta::assert_snapshot!(problems.warnings());
}

#[test]
fn a_module_reads_in_our_words() {
    let text = r#"
modules:
  full:
    prober: http
    timeout: 5s
    http:
      valid_status_codes: [200, 301]
      valid_http_versions: [HTTP/1.1, HTTP/2.0]
      preferred_ip_protocol: ip4
      ip_protocol_fallback: false
      method: POST
      headers: {Host: epr.example, X-Number: 7, X-Odd: "${HOME}"}
      body: text
      fail_if_not_ssl: true
      fail_if_body_not_matches_regexp: ["Sign in"]
      authorization: {credentials: token}
      tls_config: {server_name: other.example}
      body_size_limit: 1MB
      no_follow_redirects: false
"#;
    let (modules, problems) = read(text, &Given::default());
    assert!(problems.is_empty(), "{problems}");
    let modules = modules.unwrap();
    let module = modules.module("full").unwrap();
    let (mut pen, subject) =
        (super::draft::Pen::new("full"), super::draft::Subject { target: "https://a/", hostname: None });
    let draft = super::draft::draft(&module.raw, subject, &mut pen).unwrap();
    insta::assert_snapshot!(super::masked::plain(&draft.settings, 0));
    assert_eq!(pen.variables.keys().collect::<Vec<_>>(), ["FULL_HEADER", "FULL_TOKEN"]);
    modules.kind(module, subject).unwrap();
}
