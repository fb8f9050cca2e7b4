//! What is promised, and does the present moment count?

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Inventory, ServiceFacts, catalogue as of,
    labels::Labels,
    page::{Gone, Page},
};
use crate::model::{Calendar, Counting, Moment, Objective, Share};

/// Every objective of the plan in force.
#[derive(Debug, Default)]
pub(super) struct Promises {
    /// The calendars and the zone by whose clock they go.
    calendars: Option<(Vec<Calendar>, jiff::tz::TimeZone)>,
    rows: Vec<Promise>,
}

/// One objective.
#[derive(Debug)]
struct Promise {
    /// The labels of its series, as they are written.
    labels: Box<str>,
    target: Share,
    when: Counting,
}

impl Promises {
    pub(super) fn of(inventory: &Inventory) -> Self {
        let site = Labels::default().and("site", inventory.site.as_str());
        let rows = inventory.services.iter().flat_map(|service| promises(&site, service)).collect();
        Self { calendars: Some((inventory.calendars.clone(), inventory.zone.clone())), rows }
    }

    pub(super) fn write(&self, now: Moment, page: &mut Page<'_>) -> Result<(), Gone> {
        page.family(&of::OBJECTIVE_RATIO);
        self.rows.iter().try_for_each(|row| {
            page.series(&of::OBJECTIVE_RATIO, &row.labels).value(row.target);
            page.turn()
        })?;
        let running = self.running(now);
        page.family(&of::OBJECTIVE_ACTIVE);
        self.rows.iter().try_for_each(|row| {
            page.series(&of::OBJECTIVE_ACTIVE, &row.labels).value(u64::from(row.counts(&running)));
            page.turn()
        })
    }

    /// The calendars in which `now` is, by name.
    fn running(&self, now: Moment) -> BTreeSet<&str> {
        let zoned =
            self.calendars.iter().flat_map(|(calendars, zone)| calendars.iter().map(move |one| (one, zone)));
        zoned.filter(|(one, zone)| one.contains(now, zone)).map(|(one, _)| &*one.name).collect()
    }
}

impl Promise {
    fn counts(&self, running: &BTreeSet<&str>) -> bool {
        match &self.when {
            Counting::Always => true,
            Counting::During(calendar) => running.contains(&**calendar),
            Counting::Outside(calendar) => !running.contains(&**calendar),
        }
    }
}

/// The objectives of one service, the higher share of two that are called the same.
fn promises(site: &Labels, service: &ServiceFacts) -> Vec<Promise> {
    let mut named: BTreeMap<String, &Objective> = BTreeMap::new();
    for objective in &service.objectives {
        let one = named.entry(objective.label()).or_insert(objective);
        if objective.target > one.target {
            *one = objective;
        }
    }
    let labels = |name: &str| site.clone().and("service", service.id.as_str()).and("objective", name).join();
    let promise = |(name, one): (String, &Objective)| Promise {
        labels: labels(&name),
        target: one.target,
        when: one.when.clone(),
    };
    named.into_iter().map(promise).collect()
}
