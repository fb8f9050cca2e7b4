//! Does a journey go as far as a clinician would come?

mod settings;

use std::{collections::VecDeque, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::mpsc,
};

use super::Journey;
use crate::{
    model::{Fault, Ours, Outcome, Seen, Weight},
    probe::{
        Agent, Ask,
        http::tests::{NOW, fault, ours, told, words},
        kind::Look as _,
        looking::look_as,
    },
    raw::Given,
};

/// A server that keeps its connections, answers each request with the next of its replies, and tells what it was asked and over which
/// connection.
struct Ward {
    at: String,
    asked: mpsc::UnboundedReceiver<(usize, String)>,
}

impl Ward {
    async fn open(replies: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap().to_string();
        let (tell, asked) = mpsc::unbounded_channel();
        let mut replies: VecDeque<String> = replies.iter().map(|reply| reply.replace("{at}", &at)).collect();
        tokio::spawn(async move {
            for visit in 0.. {
                let (mut stream, _) = listener.accept().await.unwrap();
                while let Some(asked) = request(&mut stream).await {
                    let _ = tell.send((visit, asked));
                    let Some(reply) = replies.pop_front() else { std::future::pending().await };
                    if reply.is_empty() {
                        break;
                    }
                    if reply.contains("Late") {
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                    let _ = stream.write_all(reply.as_bytes()).await;
                    if reply.contains("Connection: close") {
                        break;
                    }
                }
            }
        });
        Self { at, asked }
    }

    /// What it was asked: the first line, the cookies and the body, behind the number of the connection.
    fn asked(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.asked.try_recv().ok())
            .map(|(visit, asked)| {
                let (head, body) = asked.split_once("\r\n\r\n").unwrap();
                let line = head.lines().next().unwrap().trim_end_matches(" HTTP/1.1");
                let cookie = head.lines().find_map(|line| line.strip_prefix("Cookie: ")).unwrap_or_default();
                format!("{visit} {line} [{cookie}] {body}")
            })
            .collect()
    }
}

async fn request(stream: &mut tokio::net::TcpStream) -> Option<String> {
    let mut asked = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&asked);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return Some(text.into_owned());
            }
        }
        if stream.read_buf(&mut asked).await.unwrap_or(0) == 0 {
            return None;
        }
    }
}

fn reply(head: &str, body: &str) -> String {
    format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

const SIGN_IN: &str =
    "HTTP/1.1 200 OK\r\nSet-Cookie: visit=1\r\nContent-Length: 26\r\n\r\n<input value=\"c/srf&4711\">";
const WELCOME: &str =
    "HTTP/1.1 302 Found\r\nLocation: /home\r\nSet-Cookie: session=s; Path=/\r\nContent-Length: 2\r\n\r\nok";
const JOURNEY: &str = r#"
    - {name: sign-in page, url: /login, take: {csrf: {regex: 'value="([^"]+)"'}}}
    - name: log in
      url: /login
      method: POST
      purpose: log-in
      form: {user: '${env:USER}', csrf: '${take:csrf}'}
      expect: {body: {contains: Welcome}}
    - {name: search, url: '/find?q=9990000018&t=${take:csrf}', take: {id: {json: '$.found[0].id'}}}
    - {name: open record, url: '/record/${take:id}', expect: {body: {contains: Allergies}}}
    - {name: log out, url: /logout, method: POST, purpose: log-out, always: true, json: '{"t": "${take:csrf}"}'}
"#;

fn journey(at: &str, settings: &str, steps: &str) -> Journey {
    let given = Given::default().variable("USER", "wr").variable("PASSWORD", "p");
    let text = format!("base: 'http://{at}/app/'\n{settings}\nsteps:{steps}");
    given.check(&text, Journey::parse).unwrap_or_else(|problems| panic!("{problems}"))
}

async fn look_for(timeout: Duration, journey: &Journey) -> Seen {
    let ask = Ask { timeout, slow: None, at: NOW };
    look_as(journey, ask, &Agent::new(&[]).unwrap(), None).await.0
}

async fn seen(replies: &[&str]) -> (Seen, Vec<String>) {
    let mut ward = Ward::open(replies).await;
    let seen = look_for(Duration::from_secs(5), &journey(&ward.at, "", JOURNEY)).await;
    (seen, ward.asked())
}

fn hops(seen: &Seen) -> Vec<u8> {
    let mut hops: Vec<u8> = seen.timeline.spans().iter().map(|span| span.hop).collect();
    hops.dedup();
    hops
}

#[tokio::test]
async fn a_journey_is_walked_in_one_session() {
    let (home, found) = (reply("200 OK", "Welcome"), reply("200 OK", r#"{"found":[{"id":7}]}"#));
    let (record, bye) = (reply("200 OK", "Allergies: none"), reply("200 OK", "bye"));
    let (seen, asked) = seen(&[SIGN_IN, WELCOME, &home, &found, &record, &bye]).await;
    assert_eq!(seen.outcome, Outcome::Up);
    assert_eq!(
        asked,
        [
            "0 GET /login [] ",
            "0 POST /login [visit=1] user=wr&csrf=c%2Fsrf%264711",
            "0 GET /home [visit=1; session=s] ",
            "0 GET /find?q=9990000018&t=c%2Fsrf%264711 [visit=1; session=s] ",
            "0 GET /record/7 [visit=1; session=s] ",
            r#"0 POST /logout [visit=1; session=s] {"t": "c/srf&4711"}"#,
        ]
    );
    assert_eq!(hops(&seen), [0, 1, 2, 3]);
    let spans = seen.timeline.spans();
    assert!(spans.windows(2).all(|pair| pair[0].ended == pair[1].began), "{spans:?}");
}

#[tokio::test]
async fn a_step_that_fails_ends_the_journey_and_is_named() {
    let wrong = reply("200 OK", "Wrong password");
    let (seen, asked) = seen(&[SIGN_IN, &wrong, &reply("200 OK", "bye")]).await;
    assert_eq!(asked.len(), 3, "{asked:?}");
    assert!(asked[2].contains("/logout"), "{asked:?}");
    assert_eq!(hops(&seen), [0, 1]);
    assert_eq!(
        seen.words(),
        "step \"log in\": expect_body: expected contains \"Welcome\", got \"Wrong password\""
    );
}

#[tokio::test]
async fn what_cannot_be_taken_ends_the_journey() {
    let (seen, _) =
        seen(&[SIGN_IN, WELCOME, &reply("200 OK", "Welcome"), &reply("200 OK", "{}"), &reply("200 OK", "")])
            .await;
    assert_eq!(
        told(seen.outcome.findings()),
        ["expect_take step \"search\", id: a value at $.found[0].id | nothing of the kind"]
    );
}

/// However it is written, a URL takes it for the folder above.
#[tokio::test]
async fn what_is_taken_does_not_climb() {
    let steps =
        "\n  - {name: a, url: /a, take: {id: {json: $.id}}}\n  - {name: b, url: '/record/${take:id}/delete'}";
    let mut ward = Ward::open(&[&reply("200 OK", r#"{"id": ".."}"#), &reply("200 OK", "")]).await;
    let seen = look_for(Duration::from_secs(5), &journey(&ward.at, "", steps)).await;
    assert_eq!(fault(&seen), Fault::Redirect);
    assert!(words(&seen).ends_with("leads nowhere: it is a folder (`.` or `..`)"), "{}", words(&seen));
    assert_eq!(ward.asked().len(), 1);
}

#[tokio::test]
async fn a_fault_is_named_by_its_step_and_what_is_always_taken_is_taken() {
    let (seen, asked) = seen(&[
        SIGN_IN,
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 9\r\n\r\nhalf",
        &reply("200 OK", "bye"),
    ])
    .await;
    assert_eq!(
        (fault(&seen), words(&seen)),
        (Fault::Truncated, "step \"log in\": the connection was closed in the middle of the reply")
    );
    assert!(asked[2].starts_with("1 POST /logout [visit=1]"), "{asked:?}");
}

#[tokio::test]
async fn a_step_that_hangs_leaves_time_to_log_out() {
    let hang = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n";
    let mut ward = Ward::open(&[SIGN_IN, hang, &reply("200 OK", "bye")]).await;
    let steps = "\n  - {name: a, url: /a}\n  - {name: b, url: /b}\n  - {name: out, url: /out, always: true}";
    let seen = look_for(Duration::from_secs(1), &journey(&ward.at, "", steps)).await;
    assert_eq!(fault(&seen), Fault::Timeout(crate::model::Phase::Receive));
    assert!(
        words(&seen).starts_with("step \"b\": no end of the phase \"receive\" within the timeout of "),
        "{seen:?}"
    );
    let total = seen.timeline.total();
    assert!(total < Duration::from_millis(900), "{total:?}");
    let asked = ward.asked();
    assert!(asked.len() < 3 || asked[2].contains("/out"), "{asked:?}");
}

#[tokio::test]
async fn a_log_out_that_fails_degrades() {
    let steps = "\n  - {name: a, url: /a}\n  - {name: out, url: /out, always: true}";
    for (last, finding) in [
        (reply("500 Broken", ""), "expect_status step \"out\": 2xx | 500 Internal Server Error"),
        (
            "nonsense\r\n\r\n".to_owned(),
            "expect_step step \"out\": done | the reply is broken HTTP: invalid HTTP version parsed",
        ),
    ] {
        let ward = Ward::open(&[&reply("200 OK", ""), &last]).await;
        let seen = look_for(Duration::from_secs(5), &journey(&ward.at, "", steps)).await;
        assert!(matches!(seen.outcome, Outcome::Degraded(_)), "{seen:?}");
        assert_eq!(told(seen.outcome.findings()), [finding]);
        assert_eq!(hops(&seen), [0]);
    }
}

#[tokio::test]
async fn a_slow_step_degrades_and_is_named() {
    let ward = Ward::open(&[&reply("200 Late", "")]).await;
    let seen =
        look_for(Duration::from_secs(5), &journey(&ward.at, "", "\n  - {name: a, url: /a, slow: 1ms}")).await;
    let Outcome::Degraded(findings) = &seen.outcome else { panic!("{seen:?}") };
    assert_eq!((findings[0].subject.as_str(), findings[0].weight), ("step \"a\"", Weight::Warn));
}

#[tokio::test]
async fn a_connection_that_ended_is_made_anew() {
    let close = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    let mut ward = Ward::open(&[close, &reply("200 OK", "")]).await;
    let steps = "\n  - {name: a, url: /a}\n  - {name: b, url: b}";
    let seen = look_for(Duration::from_secs(5), &journey(&ward.at, "", steps)).await;
    assert_eq!(seen.outcome, Outcome::Up);
    assert_eq!(ward.asked(), ["0 GET /a [] ", "1 GET /app/b [] "]);
}

#[tokio::test]
async fn a_connection_that_was_given_up_is_made_anew_where_that_does_no_harm() {
    let (fine, given_up) = (reply("200 OK", ""), "");
    let agreed = "writes: {agreed_by: 'safety officer, 2 November'}";
    for (step, again) in [
        ("{name: b, url: /b}", true),
        ("{name: b, url: /b, method: POST, purpose: search}", true),
        ("{name: b, url: /b, method: POST}", false),
    ] {
        let mut ward = Ward::open(&[&fine, given_up, &fine]).await;
        let steps = format!("\n  - {{name: a, url: /a}}\n  - {step}");
        let seen = look_for(Duration::from_secs(5), &journey(&ward.at, agreed, &steps)).await;
        let visits: Vec<char> = ward.asked().iter().map(|asked| asked.chars().next().unwrap()).collect();
        if again {
            assert_eq!((&seen.outcome, &visits[..]), (&Outcome::Up, &['0', '0', '1'][..]), "{step}");
        } else {
            assert_eq!((fault(&seen), &visits[..]), (Fault::Closed, &['0', '0'][..]), "{step}");
        }
    }
    let ward = Ward::open(&[given_up, &fine]).await;
    let seen = look_for(Duration::from_secs(5), &journey(&ward.at, "", "\n  - {name: a, url: /a}")).await;
    assert_eq!(fault(&seen), Fault::Closed, "a new connection was not kept too long");
}

#[tokio::test]
async fn who_comes_back_with_another_cookie_goes_in_no_circle() {
    let back = "HTTP/1.1 302 Found\r\nLocation: ?\r\nSet-Cookie: seen=1\r\nContent-Length: 0\r\n\r\n";
    let mut ward = Ward::open(&[back, &reply("200 OK", "")]).await;
    let steps = "\n  - {name: a, url: '/a?'}";
    assert_eq!(look_for(Duration::from_secs(5), &journey(&ward.at, "", steps)).await.outcome, Outcome::Up);
    assert_eq!(ward.asked(), ["0 GET /a? [] ", "0 GET /a? [seen=1] "]);
    let ward = Ward::open(&[back, back]).await;
    let seen = look_for(Duration::from_secs(5), &journey(&ward.at, "", steps)).await;
    assert_eq!(fault(&seen), Fault::Redirect);
    assert!(words(&seen).contains("lead in a circle"), "{seen:?}");
}

#[tokio::test]
async fn what_is_taken_is_read_as_a_browser_reads_it() {
    let html = r#"<form action="/in?a=1&amp;b=&#x27;2&#39;">"#;
    let page = |kind: &str| {
        format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n{html}", html.len())
    };
    let moved = "HTTP/1.1 302 Found\r\nLocation: /c?code=a%2Fb%3D&x=1\r\nContent-Length: 0\r\n\r\n";
    let steps = r#"
    - {name: a, url: /a, take: {form: {regex: 'action="([^"]+)"'}}}
    - {name: b, url: '${take:form}', take: {code: {url: 'code=([^&]+)'}}}
    - {name: c, url: /d, method: POST, purpose: log-in, form: {code: '${take:code}'}}
"#;
    for (kind, asked) in [
        ("text/HTML; charset=utf-8", "0 GET /in?a=1&b=%272%27 [] "),
        ("text/plain", "0 GET /in?a=1&amp;b=& [] "),
    ] {
        let mut ward = Ward::open(&[&page(kind), moved, &reply("200 OK", ""), &reply("200 OK", "")]).await;
        let seen = look_for(Duration::from_secs(5), &journey(&ward.at, "", steps)).await;
        assert_eq!(seen.outcome, Outcome::Up);
        let heard = ward.asked();
        assert_eq!((&*heard[1], &*heard[3]), (asked, "0 POST /d [] code=a%2Fb%3D"), "{heard:?}");
    }
}

#[tokio::test]
async fn a_log_out_may_take_two_steps() {
    let (fine, form) = (reply("200 OK", ""), reply("200 OK", "xsrf=47"));
    let steps = "
  - {name: a, url: /a}
  - {name: ask, url: /out, always: true, take: {xsrf: {regex: 'xsrf=(.+)'}}}
  - {name: confirm, url: '/out?${take:xsrf}', always: true}";
    let mut ward = Ward::open(&[&fine, &form, &fine]).await;
    let seen = look_for(Duration::from_secs(5), &journey(&ward.at, "", steps)).await;
    assert_eq!((seen.outcome, ward.asked().pop().unwrap()), (Outcome::Up, "0 GET /out?47 [] ".to_owned()));
    let mut ward = Ward::open(&[&fine, &fine]).await;
    let seen = look_for(Duration::from_secs(5), &journey(&ward.at, "", steps)).await;
    assert!(matches!(seen.outcome, Outcome::Degraded(_)), "{seen:?}");
    assert_eq!(
        told(seen.outcome.findings()),
        ["expect_take step \"ask\", xsrf: a match of /xsrf=(.+)/ | nothing of the kind"]
    );
    assert_eq!(ward.asked().len(), 2);
}

#[tokio::test]
async fn a_refused_log_in_is_our_failure() {
    let ward = Ward::open(&[&reply("401 Unauthorized", "")]).await;
    let steps = "\n  - {name: log in, url: /a, method: POST, purpose: log-in, form: {p: '${env:PASSWORD}'}}";
    let seen = look_for(Duration::from_secs(5), &journey(&ward.at, "", steps)).await;
    assert_eq!(
        (ours(&seen), words(&seen)),
        (Ours::CredentialRefused, "step \"log in\": our credential was refused with the status 401")
    );
}
