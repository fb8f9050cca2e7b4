//! Does a whole agent of ours do what it is asked, and answer while its plan changes?

use std::{process::Command, thread, time::Duration};

use serde_json::{Value, json};

use super::schema;
use crate::{
    neighbours::agent::Agent,
    serve::{request, said},
};

const JSON: &str = "Content-Type: application/json\r\n";

/// One service that is down, and perhaps another.
fn plan(more: &str) -> String {
    format!(
        "site: ward\nserve: {{per_client: {{requests: 10000}}}}\ndefaults: {{interval: 1s, timeout: 500ms, confirm: {{recheck: 100ms}}}}\nservices:\n  epr: {{probes: {{door: \
         {{tcp: {{address: '127.0.0.1:9'}}}}}}}}\n{more}"
    )
}

fn get(agent: &Agent, path: &str) -> Value {
    let (status, _, body) = request(agent.at, &format!("GET {path}"), "");
    assert_eq!(status, 200, "{path}: {body}");
    serde_json::from_str(&body).unwrap()
}

fn post(agent: &Agent, path: &str, body: &Value) -> Value {
    let (status, body) = said(agent.at, &format!("POST {path}"), JSON, &body.to_string());
    assert_eq!(status, 201, "{path}: {body}");
    serde_json::from_str(&body).unwrap()
}

fn incident(agent: &Agent) -> String {
    for _ in 0..200 {
        if let Some(id) = get(agent, "/api/v1/incidents")["incidents"][0]["id"].as_str() {
            return id.to_owned();
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("no incident within 10 s");
}

/// Waits until so many services are told of.
fn shows(agent: &Agent, services: usize) {
    for _ in 0..200 {
        if get(agent, "/api/v1/services")["services"].as_array().unwrap().len() == services {
            return;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("no {services} services within 10 s");
}

fn wardround(agent: &Agent, words: &[&str]) -> (bool, String) {
    let at = format!("--agent={}", agent.at);
    let output = Command::new(env!("CARGO_BIN_EXE_wardround"))
        .args(words)
        .arg(at)
        .env("WARDROUND_TOKEN", "a token that nobody asks for")
        .output()
        .unwrap();
    let words = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(words).unwrap().trim_end().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_is_remembered_and_told_with_who_did_it() {
    let agent = Agent::start(&plan("")).await;
    let id = incident(&agent);
    post(&agent, &format!("/api/v1/incidents/{id}/notes"), &json!({"words": "the <switch> is off"}));
    post(&agent, &format!("/api/v1/incidents/{id}/acknowledge"), &json!({}));
    let notes = get(&agent, &format!("/api/v1/incidents/{id}"))["notes"].clone();
    assert_eq!(
        (&notes[0]["words"], &notes[1]["acknowledges"]),
        (&"the <switch> is off".into(), &true.into())
    );
    let (_, _, feed) = request(agent.at, "GET /feed.atom", "");
    assert!(
        feed.contains("this machine: the &#60;switch&#62; is off")
            && feed.contains("this machine sees to it."),
        "{feed}"
    );

    let start =
        ["maintenance", "start", "--service", "epr", "--for", "2h", "--reason", "disks", "--by", "CHG1"];
    let (started, work) = wardround(&agent, &start);
    assert!(started && work.starts_with("epr-"), "{work}");
    assert_eq!(get(&agent, "/api/v1/maintenance")["maintenance"][0]["id"], work.as_str());
    assert_eq!(wardround(&agent, &["maintenance", "end", &work]), (true, "withdrawn".into()));
    let (ended, words) = wardround(&agent, &["maintenance", "end", &work]);
    assert_eq!((ended, words), (false, format!("no planned work is announced as `{work}`")));

    let audit = get(&agent, "/api/v1/audit?limit=3");
    let document = get(&agent, "/api/v1/openapi.json");
    schema::check_reply(&document, "get", "/api/v1/audit", 200, &audit);
    assert_eq!(audit["deeds"][0]["what"], format!("wrote a note on {id}"));
    assert_eq!(audit["deeds"][1]["by"], json!({"name": "this machine", "from": "127.0.0.1"}));
    let rest = get(&agent, audit["next"].as_str().unwrap());
    assert_eq!(rest["deeds"][0]["what"], format!("withdrew planned work {work}"));
    assert_eq!((rest["deeds"].as_array().unwrap().len(), &rest["next"]), (1, &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_are_answered_while_the_plan_changes() {
    let agent = Agent::start(&plan("")).await;
    shows(&agent, 1);
    let at = agent.at;
    let asking: Vec<_> =
        ["status", "services", "services/epr", "services/epr/probes/door/looks", "maintenance"]
            .map(|path| {
                thread::spawn(move || {
                    for _ in 0..40 {
                        let (status, _, body) = request(at, &format!("GET /api/v1/{path}"), "");
                        assert_eq!(status, 200, "{path}: {body}");
                        serde_json::from_str::<Value>(&body).unwrap();
                    }
                })
            })
            .into();
    for turn in 0..10 {
        let more = "  ris: {probes: {door: {tcp: {address: '127.0.0.1:9'}}}}\n";
        agent.reload(&plan(if turn % 2 == 0 { more } else { "" }));
        shows(&agent, 2 - turn % 2);
    }
    for one in asking {
        one.join().unwrap();
    }
}
