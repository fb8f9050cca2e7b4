//! Does an Alertmanager get what it needs, and is everything that it may answer understood?

use std::time::Duration;

use serde_json::{Value, json};
use wardround::notify::{Alertmanager, Undelivered};

use super::{
    Alert, Channel, NOW, agent, alert,
    far_end::{Answer, FarEnd},
    receiver,
};

fn alertmanager(far_end: &FarEnd, more: &str) -> Alertmanager {
    let settings = format!("{{alertmanager: {{url: 'http://{}/prefix/'{more}}}}}", far_end.address);
    match receiver(&settings).channel() {
        Channel::Alertmanager(alertmanager) => alertmanager.clone(),
        other => panic!("{other:?}"),
    }
}

async fn delivered(answer: Answer) -> Result<usize, Undelivered> {
    let far_end = FarEnd::start(move |_| answer.clone()).await;
    let told = alertmanager(&far_end, "").deliver(&[alert("epr")], NOW, &agent()).await;
    told.map(|refused| refused.len())
}

fn posted(request: &str) -> Value {
    serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[tokio::test]
async fn an_alert_carries_its_labels_and_lasts_until_it_is_over() {
    let far_end = FarEnd::start(|_| Answer::http("200 OK", "", "")).await;
    let over = Alert { until: Some(NOW), ..alert("pacs") };
    let told = alertmanager(&far_end, ", labels: {cluster: north, region: x}");
    assert_eq!(told.deliver(&[alert("epr"), over], NOW, &agent()).await, Ok(vec![]));
    let heard = far_end.heard();
    assert!(heard[0].starts_with("POST /prefix/api/v2/alerts HTTP/1.1\r\n"), "{}", heard[0]);
    let posted = posted(&heard[0]);
    assert_eq!(
        posted[0],
        json!({
            "labels": {
                "alertname": "WardroundServiceDown", "cluster": "north", "region": "x", "service": "epr",
                "severity": "critical", "site": "here"
            },
            "annotations": {"summary": "A service is down"},
            "startsAt": "2026-09-21T14:12:18.500Z",
            "endsAt": "2026-09-22T14:13:20.000Z",
        })
    );
    assert_eq!(posted[1]["endsAt"], "2026-09-21T14:13:20.000Z");
}

#[tokio::test]
async fn many_alerts_go_in_several_posts() {
    let far_end = FarEnd::start(|_| Answer::http("200 OK", "", "")).await;
    let alerts: Vec<Alert> = (0..501).map(|number| alert(&format!("s{number}"))).collect();
    assert_eq!(alertmanager(&far_end, "").deliver(&alerts, NOW, &agent()).await, Ok(vec![]));
    let sizes: Vec<usize> =
        far_end.heard().iter().map(|heard| posted(heard).as_array().unwrap().len()).collect();
    assert_eq!(sizes, [500, 1]);
}

#[tokio::test]
async fn a_bad_alert_is_found_out_and_the_others_arrive() {
    let far_end = FarEnd::start(|request| {
        if request.contains("\"bad") {
            Answer::http("400 Bad Request", "", "\"invalid label\"")
        } else {
            Answer::http("200 OK", "", "")
        }
    })
    .await;
    let alerts = ["a", "b", "bad", "c", "d", "e"].map(alert);
    let refused = alertmanager(&far_end, "").deliver(&alerts, NOW, &agent()).await.unwrap();
    let ids: Vec<&str> = refused.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["bad"]);
    assert!(
        refused[0].1.words.ends_with(" answered 400 Bad Request: \"\"invalid label\"\""),
        "{}",
        refused[0].1
    );
    let good: Vec<String> = far_end.heard().into_iter().filter(|heard| !heard.contains("\"bad")).collect();
    assert_eq!(good.iter().map(|heard| posted(heard).as_array().unwrap().len()).sum::<usize>(), 5);
}

#[tokio::test]
async fn what_may_be_put_right_is_to_be_tried_again() {
    for status in
        ["401 Unauthorized", "403 Forbidden", "404 Not Found", "408 Request Timeout", "500 Oops", "503 Busy"]
    {
        let why = delivered(Answer::http(status, "", "")).await.unwrap_err();
        assert!(!why.lasting && why.words.contains(&status[..3]), "{why:?}");
    }
    let why = delivered(Answer::http("429 Too Many Requests", "Retry-After: 7\r\n", "")).await.unwrap_err();
    assert_eq!((why.lasting, why.retry_after), (false, Some(Duration::from_secs(7))));
}

#[tokio::test]
async fn a_redirect_is_no_delivery_and_tells_no_more_than_the_host() {
    let headers = "Location: https://u:p@sso.example:8443/login?token=hunter2\r\n";
    let why = delivered(Answer::http("302 Found", headers, "")).await.unwrap_err();
    assert!(why.words.contains("a redirect to https://sso.example:8443, and") && !why.lasting, "{why}");
    assert!(!why.words.contains("hunter2") && !why.words.contains("u:p"), "{why}");
}

#[tokio::test]
async fn what_was_taken_is_taken_whatever_follows() {
    let pause = Duration::from_millis(1);
    let huge = "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n";
    assert_eq!(delivered(Answer::endless(huge, &[b'a'; 9000], pause)).await, Ok(0));
    let broken = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    assert_eq!(delivered(Answer::endless(broken, b"what?", pause)).await, Ok(0));
}

#[tokio::test]
async fn what_is_no_http_or_never_ends_is_told() {
    let pause = Duration::from_millis(1);
    let why = delivered(Answer::endless("SSH-2.0-x\r\n", b"\r\n", pause)).await.unwrap_err();
    assert!(why.words.contains("not HTTP") && !why.lasting, "{why}");
    let why = delivered(Answer::endless("HTTP/1.1 200 OK\r\n", &b"X-More: and more\r\n".repeat(50), pause))
        .await
        .unwrap_err();
    assert!(why.words.contains("headers of the reply") && !why.lasting, "{why}");
}

#[tokio::test(start_paused = true)]
async fn who_says_nothing_has_ten_seconds() {
    let why = delivered(Answer::silence()).await.unwrap_err();
    assert!(why.words.contains("within the timeout of 10s") && !why.lasting, "{why}");
}
