//! What do all entries together say of each service?

use std::collections::BTreeMap;

use super::{Stretch, Tally, Window, course::Course, works::Works};
use crate::{
    entry::Entry,
    model::{Moment, Outline, Period, Slug},
};

/// All that a report needs of what is remembered. Fed with entries in the order in which they were remembered; looks
/// may be left out.
#[derive(Clone, Debug, Default)]
pub struct Account {
    courses: BTreeMap<Slug, Course>,
    works: Works,
    known_until: Moment,
}

impl Account {
    /// Takes in one more entry.
    pub fn absorb(&mut self, entry: &Entry) {
        match entry {
            Entry::Planned { at, outline, .. } => self.planned(*at, outline),
            Entry::ServiceChanged(turn) => {
                self.courses.entry(turn.service.clone()).or_default().turned(turn.since, turn.to);
            }
            Entry::ServiceRemoved { at, service } => {
                self.courses.entry(service.clone()).or_default().removed(*at);
            }
            Entry::Maintenance(news) => self.works.absorb(news),
            Entry::Gap(_) => return, // it lasts until a look that is still to come
            _ => {}
        }
        self.known_until(entry.at());
    }

    /// Tells until when looks are known, if it is longer than entries say: what nobody saw is unknown.
    pub fn known_until(&mut self, at: Moment) {
        self.known_until = self.known_until.max(at);
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

    fn planned(&mut self, at: Moment, outline: &Outline) {
        for service in &outline.services {
            self.courses.entry(service.id.clone()).or_default().planned(at);
        }
    }
}

#[cfg(test)]
mod tests;
