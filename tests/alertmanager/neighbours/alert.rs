//! What do the two senders post?

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// An alert at the site `north` that is about `service`, with `more` labels as `name=value`.
pub(crate) fn alert(name: &str, severity: &str, service: &str, more: &[&str]) -> Value {
    let mut labels = json!({"alertname": format!("Wardround{name}"), "site": "north", "severity": severity});
    let service = (!service.is_empty()).then(|| format!("service={service}"));
    for label in service.as_deref().iter().chain(more) {
        let (name, value) = label.split_once('=').unwrap();
        labels[name] = value.into();
    }
    json!({"labels": labels, "annotations": {"summary": "A test", "description": format!("A test of {name}.")}})
}

/// A service that is down by its own fault: critical.
pub(crate) fn down(service: &str) -> Value {
    alert("ServiceDown", "critical", service, &[&format!("cause={service}"), "tier=platinum"])
}

/// A service that is down because of `cause`.
pub(crate) fn affected(service: &str, cause: &str) -> Value {
    alert("ServiceAffected", "info", service, &[&format!("cause={cause}")])
}

/// As the agent says it: it fires for a day, unless the agent says otherwise.
pub(crate) fn by_agent(alert: &Value, began: Timestamp) -> Value {
    spanning(alert, began, began + SignedDuration::from_hours(24))
}

/// As Prometheus says it: it fires for four minutes, unless Prometheus says so again.
pub(crate) fn by_prometheus(alert: &Value, began: Timestamp) -> Value {
    spanning(alert, began, Timestamp::now() + SignedDuration::from_mins(4))
}

/// `alert`, which fired from `began` to `ended`.
pub(crate) fn spanning(alert: &Value, began: Timestamp, ended: Timestamp) -> Value {
    let mut alert = alert.clone();
    alert["startsAt"] = began.to_string().into();
    alert["endsAt"] = ended.to_string().into();
    alert
}

/// The moment `seconds` ago.
pub(crate) fn ago(seconds: i64) -> Timestamp {
    Timestamp::now() - SignedDuration::from_secs(seconds)
}
