//! Do the rules of Prometheus keep to what is agreed of every alert?

mod neighbours;
mod rules;

use std::{collections::BTreeSet, fs, process::Command};

use regex::Regex;
use wardround::{
    metrics::{Family, catalogue},
    model::Severity,
    notify::namings,
};

use rules::{Rule, alerts, cases, path, rules};

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

/// Those about incidents, and their kinds.
const KINDS: [(&str, &str); 4] = [
    ("WardroundServiceDown", "outage"),
    ("WardroundServicePartial", "partial"),
    ("WardroundServiceDegraded", "degradation"),
    ("WardroundServiceAtRisk", "loss_of_redundancy"),
];

#[test]
fn every_alert_is_there_and_no_other() {
    let found: BTreeSet<String> = alerts().into_iter().map(|(name, _)| name).collect();
    assert_eq!(found, NAMES.map(String::from).into());
}

#[test]
fn alerts_of_incidents_are_of_their_kind() {
    for (name, kind) in KINDS {
        let (_, rule) = alerts().into_iter().find(|(found, _)| found == name).unwrap();
        assert_eq!(rule.expr.matches(&format!("kind=\"{kind}\"")).count(), 3, "{name}");
        assert_eq!(rule.expr.matches("kind=").count(), 3, "{name}");
    }
}

/// Otherwise Alertmanager would have two alerts of one trouble, or two stories of one alert.
#[test]
fn what_the_agent_tells_itself_is_the_same_alert() {
    for naming in namings() {
        let (_, rule) = alerts().into_iter().find(|(found, _)| found == naming.name).unwrap();
        let minutes = naming.held.as_secs() / 60;
        let held = if minutes == 0 { String::new() } else { format!("{minutes}m") };
        let severity = naming.severity.map(Severity::label);
        assert_eq!(rule.hold, held, "{}", naming.name);
        assert_eq!(rule.labels.get("severity").map(String::as_str), severity, "{}", naming.name);
        assert_eq!(rule.annotations["summary"], naming.summary);
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

#[test]
fn an_alert_is_loud_by_its_tier_or_always_the_same() {
    for (name, rule) in alerts() {
        let fixed = rule.labels.get("severity");
        let known = Severity::ALL.iter().any(|one| fixed.is_some_and(|fixed| fixed == one.label()));
        assert_ne!(known, rule.expr.contains("site_service_kind:wardround_alert:labels"), "{name}");
    }
}

#[test]
fn every_alert_is_tested_firing_and_silent() {
    let silent = |name: &str| cases().iter().any(|case| case.alertname == name && case.exp_alerts.is_empty());
    let firing =
        |name: &str| cases().iter().any(|case| case.alertname == name && !case.exp_alerts.is_empty());
    for name in NAMES {
        assert!(firing(name), "{name} never fires in alerts/tests");
        assert!(silent(name) || name == "WardroundWatchdog", "{name} always fires in alerts/tests");
    }
}

const LABELS: [&str; 6] = ["site", "service", "cause", "owner", "tier", "severity"];
const MORE: [&str; 6] = ["probe", "phase", "objective", "window", "within", "receiver"];

#[test]
fn alerts_have_the_labels_that_are_agreed_and_no_others() {
    for case in cases() {
        let about_incident = case.alertname == "WardroundServiceAffected"
            || KINDS.iter().any(|(name, ..)| *name == case.alertname);
        let more: &[&str] = if about_incident { &[] } else { &MORE };
        for label in case.exp_alerts.iter().flat_map(|fired| fired.exp_labels.keys()) {
            assert!(LABELS.iter().chain(more).any(|one| one == label), "{}: {label}", case.alertname);
        }
    }
}

/// Every word of `text` that is a metric or a recorded series.
fn series(text: &str) -> BTreeSet<String> {
    let name = Regex::new(r"\b(wardround_\w+|[a-z]\w*(:\w+)+)").unwrap();
    name.find_iter(text).map(|found| found.as_str().to_owned()).collect()
}

/// Every name that can be asked for.
fn known() -> BTreeSet<String> {
    let told = catalogue().flat_map(Family::series);
    told.chain(rules().into_iter().filter_map(|rule| rule.record)).collect()
}

fn says(rule: &Rule) -> String {
    rule.annotations.values().chain([&rule.expr]).map(String::as_str).collect::<Vec<_>>().join("\n")
}

#[test]
fn rules_and_runbooks_ask_only_for_series_that_are_there() {
    let (known, asked) = (known(), rules().iter().map(says).collect::<Vec<_>>().join("\n") + &runbooks());
    let unknown: Vec<_> = series(&asked).into_iter().filter(|name| !known.contains(name)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn every_recorded_series_is_read_or_for_dashboards() {
    let asked = series(&rules().iter().map(says).collect::<Vec<_>>().join("\n"));
    let unread = rules().into_iter().filter_map(|rule| rule.record).filter(|name| !asked.contains(name));
    let told: BTreeSet<String> = unread.collect();
    assert_eq!(told, FOR_DASHBOARDS.map(String::from).into());
}

const FOR_DASHBOARDS: [&str; 20] = [
    "site_service:wardround_elapsed:seconds4m",
    "site_service:wardround_maintenance_active:any1m",
    "site_service:wardround_probe_duration_seconds:p50_30m",
    "site_service:wardround_probe_duration_seconds:p95_30m",
    "site_service:wardround_probe_duration_seconds:p95_30m_slowest",
    "site_service:wardround_service_state:code4m",
    "site_service:wardround_service_state:code_now",
    "site_service_kind:wardround_incident_open:any1m",
    "site_service_phase:wardround_probe_phase_seconds_count:increase30m",
    "site_service_phase:wardround_probe_phase_seconds_sum:increase30m",
    "site_service_probe:wardround_dns_state:worst4m",
    "site_service_probe:wardround_probe_looks:increase4m",
    "site_service_probe:wardround_tls_chain_trusted:not4m",
    "site_service_probe_fault:wardround_probe_failures:increase4m",
    "site_service_probe_le:wardround_probe_duration_seconds_bucket:increase4m",
    "site_service_probe_phase:wardround_probe_phase_seconds_sum:increase4m",
    "slo:burn_rate:ratio1d",
    "slo:current_burn_rate:ratio",
    "slo:info",
    "slo:time_period:days",
];

#[test]
fn windows_and_buckets_read_alike_in_prometheus_2_and_3() {
    let whole_bound = Regex::new(r#"le=~?"\d+""#).unwrap();
    let counted =
        Regex::new(r"\b(rate|increase|resets|(sum|count|avg)_over_time)\([^\[\]]*\[(\d+)([a-z]+)\]").unwrap();
    for rule in rules() {
        assert!(!whole_bound.is_match(&rule.expr), "3.x writes 1.0: {}", rule.expr);
        for window in counted.captures_iter(&rule.expr) {
            let odd = &window[4] == "s" && window[3].parse::<u64>().unwrap() % 5 != 0;
            assert!(odd, "3.x leaves a sample out where the window begins: {}", &window[0]);
        }
    }
}

fn runbooks() -> String {
    fs::read_to_string(path("docs/runbooks.md")).unwrap()
}

#[test]
fn every_alert_has_its_runbook() {
    let runbooks = runbooks();
    let sections: Vec<(&str, &str)> =
        runbooks.split("\n## ").skip(1).filter_map(|section| section.split_once('\n')).collect();
    let headings: BTreeSet<&str> = sections.iter().map(|(heading, _)| *heading).collect();
    assert_eq!(headings, NAMES.into());
    for (name, section) in sections {
        for part in ["What it means", "First checks", "Likely causes", "How to silence"] {
            assert_eq!(section.matches(&format!("**{part}.**")).count(), 1, "{name}: {part}");
        }
        assert_eq!(section.lines().filter(|line| line.starts_with(['1', '2', '3'])).count(), 3, "{name}");
    }
}

/// Every `wardround …` that is written in a runbook or in the words of an alert: its verbs, and what follows them.
fn commands() -> BTreeSet<(String, String)> {
    let text = rules().iter().map(says).collect::<Vec<_>>().join("\n") + &runbooks();
    let command = Regex::new(r"\bwardround ((?:[a-z]+ ?)+)([^`\n]*)").unwrap();
    let parts = |found: regex::Captures<'_>| (found[1].trim().to_owned(), found[2].to_owned());
    let quoted =
        text.split('`').skip(1).step_by(2).chain(text.lines().filter(|line| line.starts_with("    ")));
    quoted.flat_map(|words| command.captures_iter(words).map(parts)).collect()
}

#[test]
fn every_command_that_is_advised_exists() {
    let commands = commands();
    assert!(commands.iter().any(|(verbs, rest)| verbs == "maintenance start" && rest.contains("--by")));
    for (verbs, rest) in commands {
        let mut help = Command::new(env!("CARGO_BIN_EXE_wardround"));
        let told = help.arg("help").args(verbs.split(' ')).output().unwrap();
        assert!(told.status.success(), "{verbs}: {}", String::from_utf8_lossy(&told.stderr));
        let told = String::from_utf8(told.stdout).unwrap();
        for option in rest.split(' ').filter(|word| word.starts_with("--")) {
            assert!(told.contains(&format!("{option} ")), "{verbs} {option}");
        }
    }
}
