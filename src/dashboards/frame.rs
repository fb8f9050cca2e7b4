//! What do all dashboards share? What is chosen at the top, the ways from one to another, and what is marked along the time.

use serde_json::{Value, json};

use super::{
    model::{Annotation, CHOSEN, Link, Quick, Variable},
    query::{BY_SERVICE, BY_SITE, INCIDENT_KIND, PROBE, SERVICE, SITE, Series, highest_of, max},
    records::{INCIDENT, PLANNED_WORK},
    words::{BLUE, PURPLE, RED},
};
use crate::metrics::{
    Label,
    catalogue::{INTERVAL, RELOAD_AT, SERVICE_INFO},
};

pub(super) const OVERVIEW: &str = "wardround-overview";
pub(super) const ONE_SERVICE: &str = "wardround-service";
pub(super) const ONE_PROBE: &str = "wardround-probe";
pub(super) const LATENCY: &str = "wardround-latency";
pub(super) const OBJECTIVES: &str = "wardround-objectives";
pub(super) const CERTIFICATES: &str = "wardround-certificates";
pub(super) const THE_AGENT: &str = "wardround-agent";

const TIER: &str = Label::Tier.name();
/// Whatever is there, also what has just appeared.
const ANY: Option<&str> = Some(".+");
/// As well where there is none.
const ANY_OR_NONE: Option<&str> = Some(".*");

/// Which Prometheus.
pub(super) fn source() -> Variable {
    let description = "The Prometheus that scrapes the agents.";
    let plain = variable("datasource", "Data source", description);
    Variable { kind: "datasource", datasource: None, query: json!("prometheus"), refresh: 1, ..plain }
}

/// Which sites; each variable offers what those before it allow.
pub(super) fn sites() -> Variable {
    let query = values(&Series::of(&SERVICE_INFO), SITE);
    Variable { query, ..several(variable(SITE, "Site", "From where is looked."), ANY) }
}

pub(super) fn tiers() -> Variable {
    let query = values(&Series::of(&SERVICE_INFO).chosen(&[SITE]), TIER);
    Variable { query, ..several(variable(TIER, "Tier", "How much a service matters."), ANY_OR_NONE) }
}

/// Which services. All of them are named one by one, since the tier is a label of none but [`SERVICE_INFO`].
pub(super) fn services() -> Variable {
    several(service(), None)
}

/// Which service, and no more than one.
pub(super) fn service() -> Variable {
    let query = values(&Series::of(&SERVICE_INFO).chosen(&[SITE, TIER]), SERVICE);
    Variable { query, ..variable(SERVICE, "Service", "A service's id.") }
}

pub(super) fn probes() -> Variable {
    several(probe(), ANY)
}

/// Which probe, and no more than one.
pub(super) fn probe() -> Variable {
    let query = values(&Series::of(&INTERVAL).chosen(BY_SERVICE), PROBE);
    Variable { query, ..variable(PROBE, "Probe", "A probe's id within its service.") }
}

fn variable(name: &'static str, label: &'static str, description: &'static str) -> Variable {
    Variable {
        name,
        label,
        description,
        kind: "query",
        datasource: Some(CHOSEN),
        query: Value::Null,
        refresh: 2,
        sort: 1,
        multi: false,
        include_all: false,
        all_value: None,
        current: Value::Null,
    }
}

fn several(one: Variable, all_value: Option<&'static str>) -> Variable {
    let current = json!({"selected": true, "text": ["All"], "value": ["$__all"]});
    Variable { multi: true, include_all: true, all_value, current, ..one }
}

fn values(series: &Series, label: &str) -> Value {
    json!({"query": format!("label_values({series}, {label})"), "refId": format!("variable-{label}")})
}

/// The other dashboards, with the time and what is chosen.
pub(super) fn links(own: &str) -> Vec<Link> {
    let all = [
        (OVERVIEW, "Hospital", "Every service, now and over time"),
        (ONE_SERVICE, "Service", "One service, from its state to its phases"),
        (ONE_PROBE, "Probe", "One way of looking at a service"),
        (LATENCY, "Latency", "When is what slow?"),
        (OBJECTIVES, "Objectives", "What is promised, and what is left"),
        (CERTIFICATES, "Certificates and DNS", "What ends when, and whether names are found"),
        (THE_AGENT, "Wardround itself", "Whether the watcher is well"),
    ];
    all.into_iter()
        .filter(|(uid, ..)| *uid != own)
        .map(|(uid, title, tooltip)| link(uid, title, tooltip))
        .collect()
}

fn link(uid: &str, title: &'static str, tooltip: &'static str) -> Link {
    Link {
        title,
        kind: "link",
        icon: "dashboard",
        tooltip,
        url: format!("/d/{uid}"),
        tags: [],
        as_dropdown: false,
        target_blank: false,
        include_vars: true,
        keep_time: true,
    }
}

/// To a service, from a series or a row that has its labels.
pub(super) fn to_service(labels: Labels) -> String {
    let [site, service, _] = labels.0;
    format!(
        "/d/{ONE_SERVICE}?var-site={site}&var-service={service}&var-datasource=${{datasource}}&${{__url_time_range}}"
    )
}

/// To a probe, likewise.
pub(super) fn to_probe(labels: Labels) -> String {
    let [site, service, probe] = labels.0;
    format!(
        "/d/{ONE_PROBE}?var-site={site}&var-service={service}&var-probe={probe}&var-datasource=${{datasource}}\
         &${{__url_time_range}}"
    )
}

/// Where a link finds site, service and probe.
#[derive(Clone, Copy)]
pub(super) struct Labels([&'static str; 3]);

/// In the labels of a series.
pub(super) const OF_SERIES: Labels =
    Labels(["${__field.labels.site}", "${__field.labels.service}", "${__field.labels.probe}"]);
/// In a table's row.
pub(super) const OF_ROW: Labels =
    Labels(["${__data.fields.site}", "${__data.fields.service}", "${__data.fields.probe}"]);

/// What is marked along the time: of the services, if services can be chosen.
pub(super) fn annotations(variables: &[Variable]) -> Vec<Annotation> {
    let has = |name| variables.iter().any(|variable| variable.name == name);
    let by_service: &[&str] = if has(SERVICE) { BY_SERVICE } else { &[SITE] };
    let open = |record, by: &[&str]| max(by, highest_of(Series::recorded(record).chosen(by_service)));
    let incidents = open(INCIDENT, &[SITE, SERVICE, INCIDENT_KIND]);
    let newest = max(BY_SITE, Series::of(&RELOAD_AT).chosen(BY_SITE));
    // The moment itself, however late it is seen.
    let reloads = format!("1000 * ({newest} > $__from / 1000)");
    let reloads = annotation("Configuration changes", BLUE, reloads, "A new configuration is in force");
    vec![
        annotation("Incidents", RED, incidents, "{{service}}: {{kind}}"),
        annotation("Planned work", PURPLE, open(PLANNED_WORK, BY_SERVICE), "{{service}}: planned work"),
        Annotation { use_value_for_time: true, ..reloads },
    ]
}

fn annotation(
    name: &'static str,
    icon_color: &'static str,
    expr: String,
    title_format: &'static str,
) -> Annotation {
    let text_format = "seen from {{site}}";
    Annotation {
        name,
        datasource: CHOSEN,
        enable: true,
        hide: false,
        icon_color,
        expr,
        title_format,
        text_format,
        use_value_for_time: false,
    }
}

/// Ranges that a trust board asks for. Grafana knows the financial year by the month in which it begins.
pub(super) fn quick_ranges() -> Vec<Quick> {
    let quick = |display, from, to| Quick { display, from, to };
    vec![
        quick("Last hour", "now-1h", "now"),
        quick("Last 24 hours", "now-24h", "now"),
        quick("Last 7 days", "now-7d", "now"),
        quick("Last 30 days", "now-30d", "now"),
        quick("Last 90 days", "now-90d", "now"),
        quick("This month so far", "now/M", "now"),
        quick("Last month", "now-1M/M", "now-1M/M"),
        quick("This financial quarter so far", "now/fQ", "now"),
        quick("Last financial quarter", "now-1Q/fQ", "now-1Q/fQ"),
        quick("This financial year so far", "now/fy", "now"),
    ]
}
