//! Where do redirects lead?

use super::{Fault, Outcome, Phase, fault, given, look, seen, server, server::Server, told, words};
use crate::raw::Given;

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

fn to(status: u16, location: &str) -> String {
    format!("HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 1000\r\n\r\n")
}

#[tokio::test]
async fn redirects_are_followed_and_every_hop_has_its_phases() {
    let hops =
        [to(301, "/a?b=1"), to(302, "c"), to(307, "//{at}/d"), to(308, "http://{at}/e#f"), OK.to_owned()];
    let mut server = server(&hops.each_ref().map(String::as_str)).await;
    let seen = seen("{url: 'http://{at}/', expect: {final_url: 'http://{at}/e'}}", &server).await;
    assert_eq!((&seen.outcome, seen.details.redirects), (&Outcome::Up, 4));
    let receives = seen.timeline.spans().iter().filter(|span| span.phase == Phase::Receive);
    assert_eq!(receives.map(|span| span.hop).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
    for wanted in ["GET / ", "GET /a?b=1 ", "GET /c ", "GET /d ", "GET /e "] {
        assert!(server.asked().await.starts_with(wanted), "{wanted}");
    }
}

#[tokio::test]
async fn without_redirects_a_302_is_a_reply_to_be_judged() {
    let moved = "HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 5\r\n\r\nMoved";
    let holds = "{url: 'http://{at}/', redirects: 0, expect: {status: 302, headers: {Location: /login}, body: {contains: Moved}}}";
    assert_eq!(seen(holds, &server(&[moved]).await).await.outcome, Outcome::Up);
    let seen = seen("{url: 'http://{at}/', redirects: 0}", &server(&[moved]).await).await;
    assert_eq!(told(seen.outcome.findings()), ["expect_status: 2xx | 302 Found"]);
}

#[tokio::test]
async fn the_method_changes_as_browsers_change_it() {
    for (status, method, wanted, with_body) in [
        (301, "POST", "GET", false),
        (302, "POST", "GET", false),
        (303, "PUT", "GET", false),
        (303, "HEAD", "HEAD", false),
        (302, "PUT", "PUT", true),
        (307, "POST", "POST", true),
        (308, "POST", "POST", true),
    ] {
        let mut server = server(&[&to(status, "/next"), OK]).await;
        let body = if method == "HEAD" { "" } else { ", body: hello, headers: {Content-Type: text/plain}" };
        seen(&format!("{{url: 'http://{{at}}/', method: {method}{body}}}"), &server).await;
        server.asked().await;
        let asked = server.asked().await;
        assert!(asked.starts_with(&format!("{wanted} /next ")), "{status} {method}: {asked}");
        assert_eq!(
            (asked.ends_with("hello"), asked.contains("Content-Type")),
            (with_body, with_body),
            "{status} {asked}"
        );
    }
}

/// The host that was configured, and another one that it sends us to.
async fn two(status: u16, back: bool) -> (Server, Server) {
    let other =
        server(&[if back { "HTTP/1.1 302 Found\r\nLocation: http://HOME/in\r\n\r\n" } else { OK }]).await;
    let elsewhere = format!("http://localhost:{}/", other.at.rsplit(':').next().unwrap());
    (server(&[&to(status, &elsewhere), OK]).await, other)
}

const LOGGED_IN: &str = "
url: 'http://{at}/'
auth: {bearer: '${env:TOKEN}'}
headers: {X-Key: '${env:TOKEN}', Cookie: a=b, Accept-Language: cy}
host: epr.example
";

fn logged_in(server: &Server, more: &str) -> super::Http {
    given(
        &Given::default().variable("TOKEN", "t0p"),
        &format!("{LOGGED_IN}{more}").replace("{at}", &server.at),
    )
}

#[tokio::test]
async fn credentials_stay_with_the_host_they_were_given_for() {
    let mut home = server(&[&to(302, "http://{at}/again"), OK]).await;
    assert_eq!(look(&logged_in(&home, "")).await.outcome, Outcome::Up);
    for _ in 0..2 {
        let asked = home.asked().await;
        assert!(
            asked.contains("Bearer t0p")
                && asked.contains("X-Key: t0p")
                && asked.contains("Host: epr.example")
        );
    }

    let (mut home, mut other) = two(302, false).await;
    assert_eq!(look(&logged_in(&home, "")).await.outcome, Outcome::Up);
    assert!(home.asked().await.contains("Bearer t0p"));
    let asked = other.asked().await;
    assert!(!asked.contains("t0p") && !asked.contains("a=b") && !asked.contains("epr.example"), "{asked}");
    assert!(asked.contains("Accept-Language: cy") && asked.contains("Host: localhost:"), "{asked}");
}

#[tokio::test]
async fn a_body_is_not_sent_on_to_a_stranger() {
    let (home, mut other) = two(307, false).await;
    let seen = look(&logged_in(&home, "method: POST\nbody: secret")).await;
    assert_eq!(fault(&seen), Fault::Redirect);
    assert!(words(&seen).ends_with("would send our request's body to another host"), "{}", words(&seen));
    assert_eq!(other.rest(), None);
}

#[tokio::test]
async fn a_failure_on_the_way_says_where() {
    let server = server(&[&to(302, "/a?token=1"), ""]).await;
    let seen = seen("{url: 'http://{at}/'}", &server).await;
    let wanted = "http://{at}/a, where redirects led: the connection was closed in the phase \"wait\"";
    assert_eq!(words(&seen), wanted.replace("{at}", &server.at));
}

#[tokio::test]
async fn what_leads_nowhere_is_told() {
    let circle = to(302, "/");
    for (replies, settings, wanted) in [
        (
            vec![to(302, "/a?token=1"), to(302, "/b"), to(302, "/a?token=1")],
            "",
            "the redirects lead in a circle: back to http://{at}/a",
        ),
        (vec![circle], "", "the redirects lead in a circle: back to http://{at}/"),
        (
            vec![to(302, "/a"), to(302, "/b")],
            ", redirects: 1",
            "more than 1 redirects; the next leads to http://{at}/b",
        ),
        (
            vec!["HTTP/1.1 302 Found\r\n\r\n".to_owned()],
            "",
            "a redirect without the header Location leads nowhere",
        ),
        (
            vec![to(302, "ftp://epr/?a=b")],
            "",
            "the redirect to \"ftp://epr/\" leads nowhere: its scheme is ftp",
        ),
        (vec![to(302, "http://")], "", "the redirect to \"http://\" leads nowhere: empty host"),
        (
            vec![to(302, "http://epr:0/")],
            "",
            "the redirect to \"http://epr:0/\" leads nowhere: the port is not from 1 to 65535",
        ),
    ] {
        let server = server(&replies.iter().map(String::as_str).collect::<Vec<_>>()).await;
        let seen = seen(&format!("{{url: 'http://{{at}}/'{settings}}}"), &server).await;
        assert_eq!(fault(&seen), Fault::Redirect);
        assert_eq!(words(&seen), wanted.replace("{at}", &server.at));
    }
}
