//! What may a reply put into the steps to come? One value, which stays where it was meant to stand.

use std::sync::LazyLock;

use url::form_urlencoded;

use super::{Journey, step::Step, text::Taken};
use crate::{
    probe::{
        fuzzing::assert_tellable,
        http::fuzzing::{AT, reply},
        kind::Look as _,
    },
    raw::{Given, Secret},
};

const STEPS: &str = r#"{base: 'https://epr.example/app/', steps: [
    {name: take, url: /, expect: {body: {contains: in}}, take: {
        page: {regex: "name=csrf value=([^ >]+)"}, word: {regex: "[a-z]+!"}, value: {json: "$..id"}, place: {header: X-Next},
        code: {url: "code=([^&]+)"}}},
    {name: url, url: "/record/${take:value}?csrf=${take:page}"},
    {name: whole, url: "${take:place}", method: POST, purpose: search, body: "${take:word}"},
    {name: json, url: /find, method: POST, purpose: search, json: '{"id": "${take:value}"}'},
    {name: form, url: /find, method: POST, purpose: search, headers: {X-Word: "${take:page}"}, form: {csrf: "${take:page}", last: "1"}}]}"#;

static JOURNEY: LazyLock<Journey> = LazyLock::new(|| {
    Given::default().check(STEPS, Journey::parse).unwrap_or_else(|problems| panic!("{problems}"))
});

pub(in crate::probe) fn fuzz(bytes: &[u8]) {
    let Some(reply) = reply(bytes) else { return };
    let Journey { asking, steps } = &*JOURNEY;
    assert_tellable(&steps[0].judge(asking, &reply, &asking.place, AT));
    let mut taken = Taken::default();
    let led = reply.headers.get("location").and_then(|led| asking.place.follow(led.to_str().ok()?).ok());
    let missed = steps[0].take(&reply, led.as_ref().unwrap_or(&asking.place), &mut taken);
    assert_eq!(missed.len() + taken.0.len(), 5);
    assert_tellable(&Ok(missed));
    assert!(taken.0.values().all(|value| (1..=8192).contains(&value.expose().len())));
    for step in steps {
        fill(step, &taken);
    }
}

fn fill(step: &Step, taken: &Taken) {
    let asking = &JOURNEY.asking;
    let place = match step.place(asking, taken) {
        Ok(place) => place,
        Err(failure) => return assert_tellable(&Err(failure)),
    };
    let guarded = step.guard(asking, &place).map(|()| Vec::new());
    assert!(guarded.is_err() || asking.place.is_home_to(&place), "{place:?} is given our body");
    assert_tellable(&guarded);
    let template = match step.template(asking, taken) {
        Ok(template) => template,
        Err(failure) => return assert_tellable(&Err(failure)),
    };
    let value = |name: &str| taken.0.get(name).map(Secret::expose).unwrap_or_default();
    match &*step.name {
        "url" => {
            let (path, query) = place.as_str().split_once('?').unwrap_or_default();
            let record = path.strip_prefix("https://epr.example/record/");
            assert!(record.is_some_and(|id| !id.contains('/')), "{path}");
            let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
            assert_eq!(pairs, [("csrf".into(), value("page").into())]);
        }
        "json" => {
            let body: Option<serde_json::Value> = serde_json::from_slice(&template.body.0).ok();
            assert_eq!(body, Some(serde_json::json!({"id": value("value")})));
        }
        "form" => {
            let pairs: Vec<_> = form_urlencoded::parse(&template.body.0).collect();
            assert_eq!(pairs, [("csrf".into(), value("page").into()), ("last".into(), "1".into())]);
        }
        _ => {}
    }
}
