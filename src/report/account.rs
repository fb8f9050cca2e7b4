//! What do all entries together say of each service?

use std::{collections::BTreeMap, sync::Arc};

use super::{Agent, Plan, Stretch, Tally, Window, course::Course, works::Works};
use crate::{
    entry::{Entry, Gap, IncidentNews},
    model::{Blip, Incident, IncidentTurn, Maintenance, Moment, Period, ProbeId, Slug},
};

/// All that a report needs of what is remembered. Fed with entries in the order in which they were remembered; looks
/// may be left out.
#[derive(Clone, Debug, Default)]
pub struct Account {
    courses: BTreeMap<Slug, Course>,
    works: Works,
    plans: Vec<Plan>,
    incidents: BTreeMap<Slug, BTreeMap<Slug, Incident>>,
    told: BTreeMap<Slug, Moment>,
    blips: BTreeMap<Slug, Vec<Blip>>,
    gaps: BTreeMap<ProbeId, Vec<Gap>>,
    agent: Agent,
    known_until: Moment,
}

impl Account {
    /// Takes in one more entry.
    pub fn absorb(&mut self, entry: &Entry) {
        match entry {
            Entry::Planned { at, digest, outline } => {
                self.planned(Plan { at: *at, digest: digest.clone(), outline: Arc::clone(outline) });
            }
            Entry::ServiceChanged(turn) => {
                self.courses.entry(turn.service.clone()).or_default().turned(turn.since, turn.to);
            }
            Entry::ServiceRemoved { at, service } => {
                self.courses.entry(service.clone()).or_default().removed(*at);
            }
            Entry::Maintenance(news) => self.works.absorb(news),
            Entry::Gap(gap) => {
                self.gaps.entry(gap.probe.clone()).or_default().push(gap.clone());
                return; // it lasts until a look that is still to come
            }
            Entry::Blip(blip) => self.blips.entry(blip.probe.service.clone()).or_default().push(blip.clone()),
            Entry::Incident(news) => self.incident(news),
            Entry::Told(told) if !told.resolved => {
                self.told.entry(told.alert.clone()).or_insert(told.at);
            }
            _ => {}
        }
        self.agent.absorb(entry);
        self.known_until(entry.at());
    }

    /// Tells until when looks are known, if it is longer than entries say: what nobody saw is unknown.
    pub fn known_until(&mut self, at: Moment) {
        self.known_until = self.known_until.max(at);
    }

    /// Until when looks are known.
    pub fn newest(&self) -> Moment {
        self.known_until
    }

    /// Every plan that was ever in force, in order.
    pub fn plans(&self) -> &[Plan] {
        &self.plans
    }

    /// What became of the agent itself.
    pub fn agent(&self) -> &Agent {
        &self.agent
    }

    /// The incidents of a service that touch a period, by when they began.
    pub fn incidents(&self, service: &Slug, period: Period) -> Vec<&Incident> {
        let of = self.incidents.get(service).into_iter().flat_map(BTreeMap::values);
        let touches = |one: &&Incident| {
            one.since().is_some_and(|since| since < period.until)
                && one.until().is_none_or(|until| until > period.from)
        };
        let mut touching: Vec<&Incident> = of.filter(touches).collect();
        touching.sort_by_key(|one| one.since());
        touching
    }

    /// When a receiver was first told of an incident.
    pub fn told(&self, incident: &Slug) -> Option<Moment> {
        self.told.get(incident).copied()
    }

    /// The blips of a service's probes that touch a period.
    pub fn blips(&self, service: &Slug, period: Period) -> impl Iterator<Item = &Blip> {
        let of = self.blips.get(service).into_iter().flatten();
        of.filter(move |blip| blip.since < period.until && blip.until > period.from)
    }

    /// The gaps of a probe that touch a period.
    pub fn gaps(&self, probe: &ProbeId, period: Period) -> impl Iterator<Item = &Gap> {
        let of = self.gaps.get(probe).into_iter().flatten();
        of.filter(move |gap| gap.from < period.until && gap.until > period.from)
    }

    /// The planned work that was announced last under a name.
    pub fn work(&self, id: &Slug) -> Option<&Maintenance> {
        self.works.work(id)
    }

    /// The time of planned work on a service that was announced in time, in order, and none twice.
    pub fn excluded(&self, service: &Slug, period: Period) -> Vec<Period> {
        self.works.excluded(service, period)
    }

    /// Every service that was ever watched.
    pub fn services(&self) -> impl Iterator<Item = &Slug> {
        self.courses.keys()
    }

    /// How a service was over a period, as far as it was watched then.
    pub fn course(&self, service: &Slug, period: Period) -> Vec<Stretch> {
        let course = self.courses.get(service);
        course.map_or_else(Vec::new, |course| course.over(period, self.known_until))
    }

    /// Planned work on a service that touches a period, in order; late ones too.
    pub fn maintenance(&self, service: &Slug, period: Period) -> Vec<Window> {
        self.works.touching(service, period)
    }

    /// A period split into seven, planned work that was announced in time told apart.
    pub fn tally(&self, service: &Slug, period: Period) -> Tally {
        Tally::of(&self.course(service, period), &self.works.excluded(service, period))
    }

    /// The same as if no work had been planned.
    pub fn gross(&self, service: &Slug, period: Period) -> Tally {
        Tally::of(&self.course(service, period), &[])
    }

    fn planned(&mut self, plan: Plan) {
        for service in &plan.outline.services {
            self.courses.entry(service.id.clone()).or_default().planned(plan.at);
        }
        match self.plans.last_mut() {
            Some(last) if last.digest == plan.digest && last.outline == plan.outline => {}
            _ => self.plans.push(plan),
        }
    }

    fn incident(&mut self, news: &IncidentNews) {
        let of = self.incidents.entry(news.incident.service.clone()).or_default();
        match news.what {
            IncidentTurn::Withdrawn => drop(of.remove(&news.incident.id)),
            _ => drop(of.insert(news.incident.id.clone(), news.incident.clone())),
        }
    }
}

#[cfg(test)]
mod tests;
