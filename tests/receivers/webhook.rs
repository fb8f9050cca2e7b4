//! Does a webhook get a message that it can read without knowing us, and nobody else its URL?

use serde_json::{Value, json};
use wardround::{
    notify::{Undelivered, Webhook},
    raw::Given,
};

use super::{
    Channel, NOW, agent,
    far_end::{Answer, FarEnd},
    message, over, receiver, receiver_of,
};

fn webhook(far_end: &FarEnd, more: &str) -> Webhook {
    let given = Given::default()
        .file("url", format!("http://{}/hunter2/in?key=hunter2\n", far_end.address))
        .variable("TOKEN", "hunter3");
    match receiver_of(&format!("{{webhook: {{url: {{file: url}}{more}}}}}"), &given).channel() {
        Channel::Webhook(webhook) => webhook.clone(),
        other => panic!("{other:?}"),
    }
}

async fn refused(answer: Answer) -> Undelivered {
    let far_end = FarEnd::start(move |_| answer.clone()).await;
    webhook(&far_end, "").deliver(&message("epr"), NOW, &agent()).await.unwrap_err()
}

#[tokio::test]
async fn a_message_says_all_of_it() {
    let far_end = FarEnd::start(|_| Answer::http("202 Accepted", "", "")).await;
    let told = webhook(&far_end, ", auth: {bearer: '${env:TOKEN}'}");
    for message in [message("epr.1"), over(&message("epr.1"))] {
        assert_eq!(told.deliver(&message, NOW, &agent()).await, Ok(()));
    }
    let requests = far_end.heard();
    let (head, body) = requests[0].split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /hunter2/in?key=hunter2 HTTP/1.1\r\n"), "{head}");
    for line in [
        "Content-Type: application/json",
        "Idempotency-Key: epr.1.1789999938500.firing",
        "Authorization: Bearer hunter3",
    ] {
        assert!(head.contains(line), "{line}: {head}");
    }
    assert!(head.contains(&format!("User-Agent: Wardround/{}", env!("CARGO_PKG_VERSION"))), "{head}");
    assert_eq!(
        serde_json::from_str::<Value>(body).unwrap(),
        json!({
            "version": 1,
            "event": "firing",
            "id": "epr.1",
            "subject": "DOWN: epr \u{2013} \"refused\"\nby {all}",
            "text": "It is down.\nSince 14:12.\n.\nCall Zoë.",
            "severity": "critical",
            "since": "2026-09-21T14:12:18.500Z",
            "until": null,
            "labels": {"alertname": "WardroundServiceDown", "service": "epr.1", "severity": "critical", "site": "here"},
            "annotations": {"summary": "A service is down"},
        })
    );
    let end: Value = serde_json::from_str(requests[1].split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!((&end["event"], &end["until"]), (&json!("resolved"), &json!("2026-09-21T14:13:20.000Z")));
    assert!(requests[1].contains("Idempotency-Key: epr.1.1789999938500.1789999950000.resolved"));
}

#[tokio::test]
async fn no_word_of_ours_tells_its_url() {
    let answers = [
        Answer::http("404 Not Found", "", "/hunter2/in was not found"),
        Answer::http("400 Bad Request", "", "/hunter2/in?key=hunter2"),
        Answer::http("307 Temporary Redirect", "Location: /hunter2/there\r\n", "hunter2"),
        Answer::http("500 Oops", "", "hunter2"),
    ];
    for answer in answers {
        let why = refused(answer).await;
        assert!(why.words.contains("127.0.0.1") && !why.words.contains("hunter2"), "{why}");
    }
    let far_end = FarEnd::start(|_| Answer::silence()).await;
    let given =
        Given::default().file("url", format!("http://{}/hunter2", far_end.address)).variable("T", "hunter2");
    let all = receiver_of("{webhook: {url: {file: url}, auth: {bearer: '${env:T}'}}}", &given);
    assert!(!format!("{all:?} {all:#?}").contains("hunter2"));
}

#[tokio::test]
async fn only_what_is_wrong_with_the_message_lasts() {
    for (status, lasting) in [
        ("400 Bad Request", true),
        ("413 Payload Too Large", true),
        ("422 Unprocessable Entity", true),
        ("401 Unauthorized", false),
        ("404 Not Found", false),
        ("410 Gone", false),
        ("429 Too Many Requests", false),
        ("502 Bad Gateway", false),
    ] {
        assert_eq!(refused(Answer::http(status, "", "")).await.lasting, lasting, "{status}");
    }
}

#[tokio::test]
async fn a_beat_is_a_plain_request() {
    let far_end = FarEnd::start(|_| Answer::http("200 OK", "", "OK")).await;
    for (method, line) in [("GET", "GET /ping HTTP/1.1\r\n"), ("POST", "POST /ping HTTP/1.1\r\n")] {
        let settings = format!(
            "{{heartbeat: {{url: 'http://{}/ping', method: {method}}}, interval: 5s}}",
            far_end.address
        );
        let receiver = receiver(&settings);
        let Channel::Heartbeat(heartbeat) = receiver.channel() else { panic!("{receiver:?}") };
        assert_eq!(heartbeat.beat(NOW, &agent()).await, Ok(()));
        assert_eq!(heartbeat.interval().as_secs(), 5);
        assert!(far_end.heard().last().unwrap().starts_with(line));
    }
}
