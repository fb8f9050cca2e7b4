//! Do the rules of Prometheus keep to what is agreed of every alert?

mod neighbours;
mod rules;

use std::collections::BTreeSet;

use rules::alerts;

/// Every alert there is, about services first.
const NAMES: [&str; 26] = [
    "WardroundServiceDown",
    "WardroundServicePartial",
    "WardroundServiceDegraded",
    "WardroundServiceAtRisk",
    "WardroundServiceAffected",
    "WardroundProbeDown",
    "WardroundSeenFromOneSite",
    "WardroundErrorBudgetBurn",
    "WardroundErrorBudgetSpent",
    "WardroundProbeSlow",
    "WardroundPhaseSlow",
    "WardroundCertificateEnds",
    "WardroundCertificateExpired",
    "WardroundCertificateDistrusted",
    "WardroundAgentGone",
    "WardroundServiceUnknown",
    "WardroundLooksStale",
    "WardroundLate",
    "WardroundGaps",
    "WardroundLedgerFailing",
    "WardroundReloadFailed",
    "WardroundNotifyFailing",
    "WardroundClockStepped",
    "WardroundSiteCutOff",
    "WardroundPanicked",
    "WardroundWatchdog",
];

/// Those about incidents: the kind, and for how long it must have lasted.
const KINDS: [(&str, &str, &str); 4] = [
    ("WardroundServiceDown", "outage", ""),
    ("WardroundServicePartial", "partial", ""),
    ("WardroundServiceDegraded", "degradation", "5m"),
    ("WardroundServiceAtRisk", "loss_of_redundancy", "5m"),
];

#[test]
fn every_alert_is_there_and_no_other() {
    let found: BTreeSet<String> = alerts().into_iter().map(|(name, _)| name).collect();
    assert_eq!(found, NAMES.map(String::from).into());
}

#[test]
fn alerts_of_incidents_are_of_their_kind_and_held_as_agreed() {
    for (name, kind, hold) in KINDS {
        let (_, rule) = alerts().into_iter().find(|(found, _)| found == name).unwrap();
        assert_eq!((rule.hold.as_str(), rule.labels.len()), (hold, 0), "{name}");
        assert_eq!(rule.expr.matches(&format!("kind=\"{kind}\"")).count(), 3, "{name}");
        assert_eq!(rule.expr.matches("kind=").count(), 3, "{name}");
    }
}

#[test]
fn a_summary_is_static_and_the_rest_is_about_the_case() {
    for (name, rule) in alerts() {
        let said = |what: &str| rule.annotations.get(what).map_or("", String::as_str);
        assert!(!said("summary").is_empty() && !said("summary").contains("{{"), "{name}");
        assert!(said("description").contains("{{") || name == "WardroundWatchdog", "{name}");
        assert!(said("runbook_url").ends_with(&format!("#{}", name.to_lowercase())), "{name}");
        assert!(said("dashboard_url").contains("/d/wardround-"), "{name}");
    }
}
