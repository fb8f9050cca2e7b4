//! Whose series are there, under which labels?

use std::{
    collections::{BTreeMap, HashMap},
    hash::Hash,
    sync::{Arc, Mutex},
    time::Duration,
};

use super::{
    Inventory, ProbeFacts, ServiceFacts, counts::Counts, labels::Labels, lock, promises::Promises,
    standing::Standing,
};
use crate::model::{Links, ProbeId, Severities, Slug};

/// The probes and services of the plan in force. Made anew for each plan; what stays shares its numbers.
#[derive(Debug, Default)]
pub(super) struct Book {
    /// `None` before the first plan.
    pub(super) site: Option<Slug>,
    pub(super) links: Links,
    pub(super) probes: Table<ProbeId, Pace, Counts>,
    pub(super) services: Table<Slug, Ties, Standing>,
    pub(super) promises: Promises,
}

/// One row a probe, or one a service.
#[derive(Debug)]
pub(super) struct Table<Id, Facts, Numbers> {
    pub(super) rows: Vec<Row<Facts, Numbers>>,
    places: HashMap<Id, usize>,
}

/// One probe's or service's numbers, facts and names.
#[derive(Debug)]
pub(super) struct Row<Facts, Numbers> {
    pub(super) names: Names,
    pub(super) facts: Facts,
    /// Held for the time of a copy, never while something is written or waited for.
    pub(super) numbers: Arc<Mutex<Numbers>>,
}

/// How one probe or service is called.
#[derive(Debug)]
pub(super) struct Names {
    /// The labels of its series, as they are written.
    pub(super) labels: Box<str>,
    /// The labels of its info series, as they are written.
    pub(super) info: Box<str>,
}

/// What the plan says of a probe and is shown as a number.
#[derive(Debug)]
pub(super) struct Pace {
    pub(super) interval: Duration,
    pub(super) slow: Option<Duration>,
    /// The names of its steps.
    pub(super) steps: Box<[String]>,
}

/// What the plan says of a service and is shown as series of its own.
#[derive(Debug)]
pub(super) struct Ties {
    pub(super) severities: Severities,
    pub(super) depends_on: Vec<Slug>,
}

impl Book {
    /// The book for `inventory`. What is in this one too keeps its numbers, as the
    /// round keeps what it believes of it.
    pub(super) fn next(&self, inventory: &Inventory) -> Self {
        let site = &inventory.site;
        let probes =
            inventory.probes.iter().map(|facts| (facts.id.clone(), pace(facts), probe_names(site, facts)));
        let services = inventory
            .services
            .iter()
            .map(|facts| (facts.id.clone(), ties(facts), service_names(site, facts)));
        let probes = self.probes.next(probes);
        probes.rows.iter().for_each(|row| lock(&row.numbers).count_steps(row.facts.steps.len()));
        Self {
            site: Some(site.clone()),
            links: inventory.links.clone(),
            probes,
            services: self.services.next(services),
            promises: Promises::of(inventory),
        }
    }

    /// The labels that every series has.
    pub(super) fn labels(&self) -> Labels {
        Labels::default().and("site", self.site.as_ref().map_or("", Slug::as_str))
    }
}

impl<Id: Eq + Hash, Facts, Numbers: Default> Table<Id, Facts, Numbers> {
    /// Changes the numbers of `id`, if there is such a row.
    pub(super) fn change(&self, id: &Id, change: impl FnOnce(&mut Numbers)) {
        if let Some(row) = self.find(id) {
            change(&mut lock(&row.numbers));
        }
    }

    /// Changes the numbers of every row.
    pub(super) fn change_all(&self, change: impl Fn(&mut Numbers)) {
        self.rows.iter().for_each(|row| change(&mut lock(&row.numbers)));
    }

    fn find(&self, id: &Id) -> Option<&Row<Facts, Numbers>> {
        self.places.get(id).map(|place| &self.rows[*place])
    }

    fn next(&self, named: impl Iterator<Item = (Id, Facts, Names)>) -> Self {
        let mut next = Self::default();
        for (id, facts, names) in named {
            let numbers = self.find(&id).map_or_else(Arc::default, |before| Arc::clone(&before.numbers));
            next.places.insert(id, next.rows.len());
            next.rows.push(Row { names, facts, numbers });
        }
        next
    }
}

impl<Id, Facts, Numbers> Default for Table<Id, Facts, Numbers> {
    fn default() -> Self {
        Self { rows: Vec::new(), places: HashMap::new() }
    }
}

fn pace(facts: &ProbeFacts) -> Pace {
    Pace { interval: facts.interval, slow: facts.slow, steps: facts.steps.clone().into() }
}

fn ties(facts: &ServiceFacts) -> Ties {
    Ties { severities: facts.severities, depends_on: facts.depends_on.clone() }
}

fn probe_names(site: &Slug, facts: &ProbeFacts) -> Names {
    let ProbeFacts { id, kind, target, owner, tier, labels, .. } = facts;
    let one = || of_service(site, &id.service).and("probe", id.probe.as_str());
    let info = one().and("kind", kind).and("target", target).and("tier", tier).and("owner", owner);
    let info = configured(labels).iter().fold(info, |info, (name, value)| info.and(name, value));
    Names { labels: one().join(), info: info.join() }
}

fn service_names(site: &Slug, facts: &ServiceFacts) -> Names {
    let ServiceFacts { id, title, owner, tier, runbook, .. } = facts;
    let info = of_service(site, id).and("title", title).and("owner", owner).and("tier", tier);
    let info = info.and("runbook", runbook);
    Names { labels: of_service(site, id).join(), info: info.join() }
}

fn of_service(site: &Slug, service: &Slug) -> Labels {
    Labels::default().and("site", site.as_str()).and("service", service.as_str())
}

/// The labels of the configuration under names that Prometheus allows, each name once: two that fall together are
/// told apart by a `_` at the end.
fn configured(labels: &BTreeMap<String, String>) -> BTreeMap<String, &str> {
    let mut named = BTreeMap::new();
    for (name, value) in labels {
        let mut free = allowed(name);
        while named.contains_key(&free) {
            free.push('_');
        }
        named.insert(free, value.as_str());
    }
    named
}

fn allowed(name: &str) -> String {
    let letters = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' });
    "label_".chars().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configured_labels_keep_apart() {
        let labels = ["ward-7", "ward 7", "ward_7", "Größe"].map(|name| (name.to_owned(), "x".to_owned()));
        let names: Vec<_> = configured(&labels.into()).into_keys().collect();
        assert_eq!(names, ["label_Gr__e", "label_ward_7", "label_ward_7_", "label_ward_7__"]);
    }
}
