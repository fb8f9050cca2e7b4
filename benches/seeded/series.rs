//! Which series has a name, in a hospital of so many services?

use wardround::metrics::{Family, Label, catalogue};

/// The labels of one series, in the order of their names.
pub(crate) type Labels = Vec<(String, String)>;

/// The service that a person looks at who looks at one.
pub(crate) const FIRST: &str = "service-000";
const BOUNDS: [&str; 9] = ["0.005", "0.025", "0.1", "0.25", "0.5", "1.0", "2.5", "5.0", "+Inf"];
/// Of all that there are, as many as one probe may have had.
const FAULTS: [&str; 4] = ["connection_refused", "timeout_resolve", "tls_handshake", "certificate_expired"];
const PROBES: [&str; 4] = ["probe-0", "probe-1", "probe-2", "probe-3"];

/// Whether it is an agent that tells it, and not a rule.
pub(crate) fn is_scraped(name: &str) -> bool {
    !name.contains(':')
}

/// Every series of a name.
pub(crate) fn series(name: &str, services: usize) -> Vec<Labels> {
    let labels = labels(name);
    let more = labels.iter().filter(|label| !["site", "service", "instance"].contains(&&***label));
    let mut all = more.fold(places(name, &labels, services), |all, label| with_each(&all, name, label));
    for labels in &mut all {
        labels.sort();
    }
    all
}

/// Of each service, of each of four agents, or of each of two sites.
fn places(name: &str, labels: &[String], services: usize) -> Vec<Labels> {
    let of_services = labels.iter().any(|label| label == "service");
    let count = if of_services { services } else { 2 + 2 * usize::from(is_scraped(name)) };
    let place = |n: usize| {
        let agent = if of_services { n % 2 } else { n };
        [
            ("__name__", name.to_owned()),
            ("site", format!("site-{}", n % 2)),
            ("service", format!("service-{n:03}")),
            ("instance", format!("agent-{agent}:9715")),
        ]
    };
    let has = |label: &str| label == "__name__" || labels.iter().any(|one| one == label);
    let named = |(label, value): (&str, String)| has(label).then(|| (label.to_owned(), value));
    (0..count).map(|n| place(n).into_iter().filter_map(named).collect()).collect()
}

fn with_each(all: &[Labels], name: &str, label: &str) -> Vec<Labels> {
    let values = values(name, label);
    let with = |one: &Labels, value: &str| [&one[..], &[(label.to_owned(), value.to_owned())]].concat();
    all.iter().flat_map(|one| values.iter().map(|value| with(one, value))).collect()
}

/// The names of a name's labels. What is recorded says them at its beginning.
fn labels(name: &str) -> Vec<String> {
    let owned = |labels: &[&str]| labels.iter().map(|label| (*label).to_owned()).collect();
    match name.split_once(':') {
        Some(("slo", _)) => owned(&["site", "service", "objective"]),
        Some((_, "wardround_service_info:any")) => {
            owned(&["site", "service", "title", "owner", "tier", "runbook"])
        }
        Some((level, "wardround_service_state:any")) => {
            level.split('_').chain(["state"]).map(str::to_owned).collect()
        }
        Some((level, _)) => level.split('_').map(str::to_owned).collect(),
        None => catalogue()
            .find(|family| family.series().any(|one| one == name))
            .map_or_else(|| owned(&["instance"]), |family| of_family(family, name)),
    }
}

fn of_family(family: &Family, name: &str) -> Vec<String> {
    let told = family.labels.iter().filter(|label| **label != Label::Bound || name.ends_with("_bucket"));
    told.map(|label| label.name()).chain(["instance"]).map(str::to_owned).collect()
}

fn values<'a>(name: &str, label: &'a str) -> Vec<&'a str> {
    let same = Label::ALL.into_iter().filter(|one| one.name() == label);
    match label {
        // Few services have more than one that asks a name server.
        "probe" if name.contains("dns_state") => vec![PROBES[0]],
        "probe" => PROBES.into(),
        "le" => BOUNDS.into(),
        "fault" => FAULTS.into(),
        // The one that holds.
        "state" => vec!["up"],
        _ => same.map(Label::values).find(|all| !all.is_empty()).unwrap_or_else(|| vec![label]),
    }
}
