//! Does a real authoritative name server, Knot DNS, answer as we read it?

use wardround::{
    model::{Fault, Outcome, Phase, Seen},
    probe::Agent,
};

use super::started::{Started, free_address};
use crate::looks::{fault, look_by};

const ZONE: &str = r#"
$ORIGIN ward.test.
$TTL 300
@          SOA   ns1 hostmaster 2026112201 3600 900 604800 60
@          NS    ns1
@          NS    NS2
@          MX    10 mail
@          MX    20 mail.elsewhere.test.
@          CAA   0 issue "ca.example; account=7"
@          TXT   "v=spf1 " "-all"
ns1        A     127.0.0.1
ns2        A     127.0.0.1
epr        A     10.20.0.7
epr        A     10.20.0.8
epr        AAAA  2001:db8::7
www        CNAME front
front      CNAME epr
away       CNAME epr.elsewhere.test.
_ldap._tcp SRV   0 100 389 dc1
odd        TXT   "\000\255 caf\195\169"
"#;

const CONFIG: &str = "
server:
    listen: 127.0.0.1@PORT
    rundir: .
database:
    storage: .
log:
  - target: stderr
    any: info
zone:
  - domain: ward.test
    file: zone
    storage: .
  - domain: 20.10.in-addr.arpa
    file: reverse
    storage: .
";

/// A server with `ZONE`, and where it listens.
struct Knot {
    _started: Started,
    at: std::net::SocketAddr,
}

impl Knot {
    async fn start() -> Self {
        let at = free_address();
        let config = CONFIG.replace("PORT", &at.port().to_string());
        let big = format!(" \"{}\"", "x".repeat(240)).repeat(16);
        let zone = format!("{ZONE}big TXT{big}\n");
        let reverse = "@ 60 SOA ns1.ward.test. h.ward.test. 1 2 3 4 5\n@ NS ns1.ward.test.\n7.0 60 PTR EPR.ward.test.\n";
        let files = [("knot.conf", &*config), ("zone", &zone), ("reverse", reverse)];
        let started = Started::by("knot", "knotd", &["-c", "knot.conf"], &files).listens(at).await;
        Self { _started: started, at }
    }

    async fn asked(&self, name: &str, kind: &str, more: &str) -> Seen {
        let settings = format!("dns: {{server: '{}', name: {name}, type: {kind}{more}}}", self.at);
        look_by(&Agent::new(&[]).unwrap(), &settings).await
    }
}

fn broken(seen: &Seen) -> Vec<&str> {
    seen.outcome.findings().iter().map(|finding| finding.check.label()).collect()
}

#[tokio::test]
async fn every_type_is_read_as_it_is_written() {
    let knot = Knot::start().await;
    for (name, kind, answers) in [
        ("EPR.Ward.Test", "A", "[10.20.0.8, 10.20.0.7]"),
        ("epr.ward.test.", "AAAA", "'2001:DB8:0::7'"),
        ("www.ward.test", "CNAME", "front.ward.test"),
        ("ward.test", "MX", "['20 mail.elsewhere.test', '10 mail.ward.test']"),
        ("ward.test", "NS", "[ns1.ward.test, ns2.ward.test]"),
        ("10.20.0.7", "PTR", "epr.ward.test"),
        ("ward.test", "SOA", "'ns1.ward.test hostmaster.ward.test 2026112201 3600 900 604800 60'"),
        ("_ldap._tcp.ward.test", "SRV", "'0 100 389 dc1.ward.test'"),
        ("ward.test", "TXT", "v=spf1 -all"),
        ("ward.test", "CAA", r#"'0 issue "ca.example; account=7"'"#),
    ] {
        let seen = knot.asked(name, kind, &format!(", expect: {{answers: {answers}, flags: aa}}")).await;
        assert_eq!(seen.outcome, Outcome::Up, "{kind}: {:?}", seen.details.dns);
    }
}

#[tokio::test]
async fn a_wrong_answer_breaks_what_was_expected() {
    let knot = Knot::start().await;
    for (kind, good, bad, label) in [
        ("A", "answers: [10.20.0.7, 10.20.0.8]", "answers: 10.20.0.7", "expect_answers"),
        ("A", "answers: {contains: 10.20.0.7}", "answers: {contains: 10.20.0.9}", "expect_answers"),
        ("A", "answers: {none_of: 10.20.0.9}", "answers: {none_of: 10.20.0.8}", "expect_answers"),
        ("A", "answers: {count: 2}", "answers: {count: {at_least: 3}}", "expect_answers"),
        ("A", "answers: {matches: ^10}", "answers: {matches: 7$}", "expect_answers"),
        ("A", "ttl: {at_most: 5m}", "ttl: {at_most: 299s}", "expect_ttl"),
        ("A", "flags: aa", "flags: ra", "expect_flags"),
        ("A", "rcode: [NOERROR, NXDOMAIN]", "rcode: NXDOMAIN", "expect_rcode"),
        ("SOA", "serial: {at_least: 2026112201}", "serial: {at_least: 2026112202}", "expect_serial"),
    ] {
        let name = if kind == "SOA" { "ward.test" } else { "epr.ward.test" };
        let seen = knot.asked(name, kind, &format!(", expect: {{{good}}}, warn: {{{bad}}}")).await;
        assert!(matches!(seen.outcome, Outcome::Degraded(_)), "{good}, {bad}: {:?}", seen.outcome);
        assert_eq!(broken(&seen), [label], "{bad}");
    }
}

#[tokio::test]
async fn aliases_are_followed_and_told() {
    let knot = Knot::start().await;
    let seen = knot.asked("www.ward.test", "A", ", expect: {answers: [10.20.0.7, 10.20.0.8]}").await;
    assert_eq!(seen.outcome, Outcome::Up);
    assert_eq!(seen.details.dns.unwrap().chain, ["front.ward.test", "epr.ward.test"]);
    let seen = knot.asked("away.ward.test", "A", "").await;
    assert_eq!(broken(&seen), ["expect_answers"], "an authoritative server does not follow it further");
    assert_eq!(seen.details.dns.unwrap().chain, ["epr.elsewhere.test"]);
}

#[tokio::test]
async fn what_is_not_there_is_told_apart() {
    let knot = Knot::start().await;
    let nobody = knot.asked("nobody.ward.test", "A", "").await;
    assert_eq!(broken(&nobody), ["expect_rcode"]);
    let facts = nobody.details.dns.unwrap();
    assert_eq!((&*facts.rcode, facts.serial), ("NXDOMAIN", Some(2_026_112_201)));
    assert_eq!(knot.asked("nobody.ward.test", "A", ", expect: {rcode: NXDOMAIN}").await.outcome, Outcome::Up);
    assert_eq!(broken(&knot.asked("ns1.ward.test", "AAAA", "").await), ["expect_answers"]);
    let refused = knot.asked("elsewhere.test", "A", "").await;
    assert_eq!(refused.outcome.findings()[0].got, "REFUSED");
}

#[tokio::test]
async fn bytes_that_are_no_text_are_shown() {
    let seen = Knot::start().await.asked("odd.ward.test", "TXT", "").await;
    assert_eq!(seen.details.dns.unwrap().answers, ["\\u{0}\\xff café"]);
}

#[tokio::test]
async fn what_does_not_fit_a_datagram_comes_over_tcp() {
    let knot = Knot::start().await;
    for more in ["", ", edns: 0", ", edns: 4096", ", dnssec: true"] {
        let seen = knot
            .asked("big.ward.test", "TXT", &format!("{more}, expect: {{answers: {{matches: '^x+$'}}}}"))
            .await;
        assert_eq!(seen.outcome, Outcome::Up, "{more}");
        assert!(seen.details.dns.unwrap().over_tcp);
        let hops: Vec<(Phase, u8)> =
            seen.timeline.spans().iter().map(|span| (span.phase, span.hop)).collect();
        assert_eq!(hops.last(), Some(&(Phase::Receive, 1)), "{hops:?}");
    }
    let seen = knot.asked("big.ward.test", "TXT", ", transport: tcp").await;
    assert_eq!((&seen.outcome, seen.details.dns.unwrap().over_tcp), (&Outcome::Up, false));
}

#[tokio::test]
async fn a_server_that_was_stopped_is_refused() {
    let knot = Knot::start().await;
    let at = knot.at;
    drop(knot);
    let settings = format!("dns: {{server: '{at}', name: epr.ward.test, type: A}}");
    let seen = look_by(&Agent::new(&[]).unwrap(), &settings).await;
    assert_eq!(fault(&seen), Fault::ConnectionRefused);
}
