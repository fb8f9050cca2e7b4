//! What may programs change, and who may?

use serde_json::json;

use super::hospital::{Hospital, Reply};

/// Whoever asks by another name than this machine's own may look, and nothing else.
const STRANGER: &str = "Content-Type: application/json\r\nX-Forwarded-For: 192.0.2.1\r\n";

fn incident(hospital: &Hospital) -> String {
    hospital.get("/api/v1/incidents?open=true")["incidents"][0]["id"].as_str().unwrap().to_owned()
}

fn heard(hospital: &Hospital) -> Vec<String> {
    hospital.asked.lock().unwrap().clone()
}

fn detail(reply: &Reply) -> String {
    let told: serde_json::Value = serde_json::from_str(&reply.body).unwrap();
    told["detail"].as_str().unwrap().to_owned()
}

#[test]
fn a_note_is_written_and_an_incident_acknowledged() {
    let hospital = Hospital::open();
    let path = format!("/api/v1/incidents/{}", incident(&hospital));
    let (status, told) = hospital.post(&format!("{path}/notes"), r#"{"words": " the switch\r\nis back "}"#);
    assert_eq!((status, told["words"].as_str()), (201, Some("the switch\nis back")));
    assert_eq!((told["by"].as_str(), told["acknowledges"].as_bool()), (Some("this machine"), Some(false)));
    assert_eq!(hospital.post(&format!("{path}/acknowledge"), "").1["acknowledges"], true);
    assert_eq!(hospital.post(&format!("{path}/acknowledge"), r#"{"words": "anna"}"#).0, 201);
    assert_eq!(heard(&hospital).len(), 3);
    for (bad, status) in
        [(r#"{"words": ""}"#, 422), (r#"{"words": "\u0007"}"#, 422), (r#"{"word": "x"}"#, 400)]
    {
        assert_eq!(hospital.post(&format!("{path}/notes"), bad).0, status, "{bad}");
    }
    assert_eq!(hospital.post("/api/v1/incidents/epr-outage-1/notes", r#"{"words": "x"}"#).0, 404);
    assert_eq!(heard(&hospital).len(), 3, "what is refused is not asked for");
}

#[test]
fn work_is_announced_and_taken_back() {
    let hospital = Hospital::open();
    let body = json!({"services": ["epr"], "from": "2026-09-21T15:00:00+01:00", "lasts_ms": 3_600_000, "reason": "disks"});
    let (status, told) = hospital.post("/api/v1/maintenance", &body.to_string());
    assert_eq!((status, told["id"].as_str()), (201, Some("epr-1790001800000")));
    let said = &heard(&hospital)[0];
    assert!(
        said.contains("declared_by: \"this machine\"") && said.contains("Moment(1789999200000)"),
        "{said}"
    );
    let listed = hospital.get("/api/v1/maintenance");
    assert_eq!(
        (listed["maintenance"][0]["id"].as_str(), &listed["maintenance"][0]["active"]),
        (Some("pacs-upgrade"), &true.into())
    );
    let configured = "`pacs-upgrade` is announced in the configuration: change it there";
    assert_eq!(hospital.refused("DELETE /api/v1/maintenance/pacs-upgrade"), (409, configured.into()));
    assert_eq!(hospital.refused("DELETE /api/v1/maintenance/epr-1").0, 404);
}

#[test]
fn announcements_are_read_strictly() {
    let hospital = Hospital::open();
    for (bad, status, words) in [
        (r#"{"services": [], "lasts_ms": 1, "reason": "x"}"#, 422, "say which service it touches"),
        (
            r#"{"services": ["epr"], "lasts_ms": 0, "reason": "x"}"#,
            422,
            "planned work lasts more than nothing",
        ),
        (
            r#"{"services": ["epr"], "lasts_ms": -1, "reason": "x"}"#,
            400,
            "the body: a length is a whole number",
        ),
        (
            r#"{"services": ["epr"], "lasts_ms": 1e300, "reason": "x"}"#,
            400,
            "the body: a length is a whole number",
        ),
        (r#"{"services": ["epr"], "lasts_ms": 1, "reason": "a\nb"}"#, 422, "say why and by whom"),
        (r#"{"services": ["<b>"], "lasts_ms": 1, "reason": "x"}"#, 400, "the body: \"<b>\" is not a name"),
        (
            r#"{"services": ["epr"], "lasts_ms": 1, "reason": "x", "form": 1}"#,
            400,
            "the body: unknown field `form`",
        ),
        (
            r#"{"services": ["epr"], "lasts_ms": 1, "reason": "x", "from": "soon"}"#,
            400,
            "the body: a time is written as",
        ),
        (
            r#"{"services": ["epr"], "lasts_ms": 1, "lasts_ms": 1, "reason": "x"}"#,
            400,
            "the body: duplicate field",
        ),
        ("", 400, "the body: EOF"),
        ("\0", 400, "the body: expected value"),
        (&"[".repeat(60_000), 400, "the body: "),
    ] {
        let (told_status, told) = hospital.post("/api/v1/maintenance", bad);
        let told = told["detail"].as_str().unwrap();
        assert_eq!((told_status, told.starts_with(words)), (status, true), "{bad:.100}: {told}");
    }
    let head = "POST /api/v1/maintenance HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\n";
    let reply = hospital.say(&[head.as_bytes(), b"Content-Length: 4\r\n\r\n\"\xff\xfe\""].concat());
    assert_eq!(reply.status, 400, "{}", reply.body);
    let form = hospital.ask(
        "POST /api/v1/maintenance",
        "Content-Type: application/x-www-form-urlencoded\r\n",
        "a=b",
    );
    assert_eq!((form.status, detail(&form).contains("Content-Type: application/json")), (415, true));
    assert!(
        heard(&hospital).iter().all(|said| !said.contains("epr\"], lasts_ms: 1,")),
        "nothing went on to the loop"
    );
}

#[test]
fn a_body_without_bound_is_refused() {
    let hospital = Hospital::open();
    let large = format!(r#"{{"words": "{}"}}"#, "x".repeat(1_000_000));
    let (status, told) = hospital.post("/api/v1/incidents/epr-outage-1/notes", &large);
    assert_eq!((status, told["title"].as_str()), (413, Some("Payload Too Large")));
    let large = "#".repeat((1 << 20) + 1);
    assert_eq!(hospital.ask("POST /api/v1/config/check", "", &large).status, 413);
}

#[test]
fn a_stranger_may_look_and_change_nothing() {
    let hospital = Hospital::open();
    let notes = format!("POST /api/v1/incidents/{}/notes", incident(&hospital));
    for line in
        [&*notes, "POST /api/v1/maintenance", "DELETE /api/v1/maintenance/pacs-upgrade", "GET /api/v1/audit"]
    {
        let reply = hospital.ask(line, STRANGER, "{}");
        assert_eq!(reply.status, 403, "{line}: {}", reply.body);
        assert!(reply.head.contains("content-type: application/problem+json"), "{}", reply.head);
        assert!(detail(&reply).starts_with("this needs the role `"), "{line}: {}", reply.body);
    }
    assert_eq!(hospital.ask("POST /api/v1/config/check", STRANGER, "").status, 403);
    assert_eq!(hospital.ask("GET /api/v1/incidents", STRANGER, "").status, 200);
    assert!(heard(&hospital).is_empty());
}

#[test]
fn a_configuration_is_checked_without_a_look_at_this_machine() {
    let hospital = Hospital::open();
    let check = |text: &str| hospital.post("/api/v1/config/check", text).1;
    let good = check("site: ward\nservices: {epr: {probes: {door: {tcp: {address: 'epr:443'}}}}}\n");
    assert_eq!((&good["good"], &good["services"], &good["probes"]), (&true.into(), &1.into(), &1.into()));
    let bad = check("site: ward\nservices:\n  epr:\n    probes:\n      door: {tpc: {address: 'epr:443'}}\n");
    assert_eq!((&bad["good"], &bad["problems"][0]["line"]), (&false.into(), &5.into()), "{bad}");
    assert!(bad["problems"][0]["cure"].as_str().unwrap().contains("did you mean `tcp`"), "{bad}");
    let secret = "http: {url: 'https://epr/', auth: {bearer: '${env:PATH}'}, tls: {ca: /etc/passwd}}";
    let told = check(&format!(
        "include: ['/etc/*']\nsite: ward\nservices: {{epr: {{probes: {{door: {{{secret}}}}}}}}}\n"
    ));
    assert_eq!(told["problems"], json!([]), "{told}");
    assert!(told["unread"].as_array().unwrap().len() >= 2 && !told.to_string().contains("root:"), "{told}");
    assert_eq!(hospital.post("/api/v1/config/check", "").0, 400);
    for nonsense in ["\0", "&a [*a]", "{", "a: [", "- - - -"] {
        assert_eq!(check(nonsense)["good"], false, "{nonsense:?}");
    }
}

#[test]
fn months_and_reports_are_there() {
    let hospital = Hospital::open();
    assert_eq!(hospital.get("/api/v1/reports")["months"], json!(["2026-09"]));
    for (file, media) in
        [("2026-09.md", "text/markdown"), ("2026-09-21.csv", "text/csv"), ("2026-Q3.html", "text/html")]
    {
        let reply = hospital.ask(&format!("GET /api/v1/reports/{file}"), "", "");
        assert_eq!(reply.status, 200, "{file}: {}", reply.body);
        assert!(reply.head.contains(&format!("content-type: {media}; charset=utf-8")), "{}", reply.head);
        assert!(
            reply.head.contains("content-disposition: attachment; filename=\"wardround-2026-"),
            "{}",
            reply.head
        );
    }
    for (file, status) in
        [("2026-13.md", 404), ("2026-09.exe", 404), ("2026-09", 404), ("2025-01.md", 404), ("%00.md", 404)]
    {
        assert_eq!(hospital.refused(&format!("GET /api/v1/reports/{file}")).0, status, "{file}");
    }
    let long = "GET /api/v1/reports/0002-01-01..9000-01-01.md";
    assert_eq!(hospital.refused(long), (422, "ask for at most three years at once".into()));
}
