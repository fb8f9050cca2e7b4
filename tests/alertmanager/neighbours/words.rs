//! Can the message be read on a phone, whatever stands in the labels?

use insta::assert_snapshot;
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use super::{
    alert::{affected, alert, down},
    amtool::amtool,
};

/// The template `wardround.`*name* for a message of `alerts`, whose annotations are those of the first.
fn rendered(name: &str, alerts: &[Value]) -> String {
    let file = NamedTempFile::new().unwrap();
    let common = &alerts[0]["annotations"];
    let data = json!({"alerts": alerts, "commonAnnotations": common, "externalURL": "https://alerts.example.nhs.uk"});
    serde_json::to_writer(&file, &data).unwrap();
    let kind = if name == "html" { "html" } else { "text" };
    amtool(&[
        "template",
        "render",
        "--template.glob=alerts/templates/*.tmpl",
        &format!("--template.text={{{{ template \"wardround.{name}\" . }}}}"),
        &format!("--template.type={kind}"),
        &format!("--template.data={}", file.path().display()),
    ])
}

/// The subject, and the text below it.
fn message(alerts: &[Value]) -> String {
    format!("{}\n\n{}", rendered("subject", alerts).trim_end(), rendered("text", alerts))
}

fn firing(alert: Value) -> Value {
    with(
        alert,
        &json!({"status": "firing", "startsAt": "2026-06-23T02:12:07.5Z", "endsAt": "0001-01-01T00:00:00Z"}),
    )
}

fn resolved(alert: Value) -> Value {
    with(
        alert,
        &json!({"status": "resolved", "startsAt": "2026-06-23T02:12:07.5Z", "endsAt": "2026-06-23T02:54:18Z"}),
    )
}

/// `value` with what `more` says: objects are merged, all else is replaced.
fn with(mut value: Value, more: &Value) -> Value {
    for (name, one) in more.as_object().unwrap() {
        value[name] = if one.is_object() { with(value[name].clone(), one) } else { one.clone() };
    }
    value
}

fn epr() -> Value {
    let told = json!({
        "labels": {"site": "royal-infirmary", "owner": "EPR on-call"},
        "annotations": {
            "description": "Electronic patient record (epr) is down since 2026-06-23 03:12:07 BST, seen from royal-infirmary. The look \
                before it was at 03:11:37. Probe sign-in: connection_refused in connect: 10.0.0.1:443: connection refused. It \
                depends on dns (not known to be down).",
            "service_runbook_url": "https://wiki.example.nhs.uk/runbooks/epr",
            "runbook_url": "https://wiki.example.nhs.uk/wardround/runbooks#wardroundservicedown",
            "dashboard_url": "https://grafana.example.nhs.uk/d/wardround-service?var-site=royal-infirmary&var-service=epr",
        },
    });
    with(down("epr"), &told)
}

#[test]
fn a_service_that_is_down() {
    assert_snapshot!("down", message(&[firing(epr())]));
    assert_snapshot!("up again", message(&[resolved(epr())]));
    let over = "Over since 2026-06-23 03:54:18 BST, after 42 m 10 s. What was told: Electronic patient record (epr) is down since …";
    let by_agent = resolved(with(epr(), &json!({"annotations": {"description": over}})));
    assert_snapshot!("up again, by the agent", message(&[by_agent]));
    assert!(rendered("link", &[firing(epr())]).contains("/runbooks/epr"));
    assert_snapshot!("down, in a chat", rendered("chat", &[firing(epr())]));
    assert_snapshot!("down, on a page", rendered("html", &[firing(epr())]));
}

#[test]
fn many_at_once() {
    let behind = |number: usize| firing(affected(&format!("service-{number:02}"), "dns"));
    let alerts: Vec<Value> = (1..=30).map(behind).collect();
    assert_snapshot!("thirty affected", message(&alerts));
    let mixed = [resolved(alert("ProbeSlow", "warning", "epr", &["probe=api"])), firing(epr())];
    assert_snapshot!("one of two is over", message(&mixed));
}

#[test]
fn the_state_comes_first_and_the_line_is_short() {
    for (name, labels, subject) in [
        ("ServicePartial", &["cause=epr"][..], "PARTIAL epr at north since 03:12:07"),
        ("ServiceAtRisk", &["cause=epr"], "AT RISK epr at north since 03:12:07"),
        ("ProbeDown", &["probe=sign-in"], "PROBE DOWN epr/sign-in at north since 03:12:07"),
        (
            "CertificateEnds",
            &["probe=api", "within=7d"],
            "CERTIFICATE ENDS epr/api within 7d at north since 03:12:07",
        ),
        ("ErrorBudgetBurn", &["window=1h"], "ERROR BUDGET BURN epr at north since 03:12:07"),
        ("ServiceAffected", &["cause=dns"], "AFFECTED epr by dns at north since 03:12:07"),
    ] {
        let fires = firing(alert(name, "warning", "epr", labels));
        assert_eq!(rendered("subject", &[fires]).trim_end(), subject);
    }
    let ours = firing(alert("NotifyFailing", "warning", "", &["receiver=duty"]));
    assert_eq!(rendered("subject", &[ours]).trim_end(), "NOTIFY FAILING duty at north since 03:12:07");
}

#[test]
fn no_label_breaks_the_words() {
    let nasty = "\"a\"\nSubject: {{ .b }} <script>alert(1)</script> & \\ é";
    let labels = json!({"site": nasty, "service": nasty, "cause": "x\r\ny", "owner": nasty});
    let annotations = json!({"description": nasty, "runbook_url": "javascript:alert(1)", "dashboard_url": "https://x/?a=\"><script>"});
    let alert = firing(with(epr(), &json!({"labels": labels, "annotations": annotations})));
    let alerts = [alert];
    let subject = rendered("subject", &alerts);
    assert_eq!(subject.trim_end().lines().count(), 1);
    assert_snapshot!("nasty", message(&alerts));
    assert_snapshot!("nasty, on a page", rendered("html", &alerts));
    assert_snapshot!("nasty, in a chat", rendered("chat", &alerts));
}

#[test]
fn an_alert_without_words_is_told_too() {
    let bare = firing(json!({"labels": {"alertname": "SomebodyElses"}, "annotations": {}}));
    assert_snapshot!("bare", message(&[bare]));
}
