//! When was planned work announced, and what of it counts?

use serde::Serialize;

use super::spans;
use crate::{
    entry::{MaintenanceNews, MaintenanceTurn},
    judge::Timetable,
    model::{Maintenance, Moment, Period, Slug, When},
};

/// One occurrence of planned work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Window {
    /// Which work.
    pub id: Slug,
    /// From when until when it was announced to last; it ends where it was withdrawn.
    #[serde(flatten)]
    pub period: Period,
    /// Whether it was announced only after it had begun: it then excludes nothing.
    pub late: bool,
}

/// Every work that was ever announced.
#[derive(Clone, Debug, Default)]
pub(super) struct Works(Vec<Announced>);

/// One work, from its announcement on.
#[derive(Clone, Debug)]
struct Announced {
    work: Maintenance,
    timetable: Timetable,
    at: Moment,
    withdrawn: Option<Moment>,
}

impl Works {
    pub(super) fn absorb(&mut self, news: &MaintenanceNews) {
        match &news.what {
            MaintenanceTurn::Declared(work) => self.declare(news.at, work),
            MaintenanceTurn::Withdrawn { id } => self.withdraw(news.at, id),
            MaintenanceTurn::Began { .. } | MaintenanceTurn::Ended { .. } => {}
        }
    }

    /// Every occurrence on `service` that touches `period`, in order.
    pub(super) fn touching(&self, service: &Slug, period: Period) -> Vec<Window> {
        let on = self.0.iter().filter(|one| one.work.services.contains(service));
        let mut windows: Vec<_> = on.flat_map(|one| one.windows(period)).collect();
        windows.sort_by_key(|window| (window.period, window.late));
        windows
    }

    /// The time that does not count: announced in time, in order, and none twice.
    pub(super) fn excluded(&self, service: &Slug, period: Period) -> Vec<Period> {
        let windows = self.touching(service, period).into_iter();
        spans::united(windows.filter(|window| !window.late).map(|window| window.period).collect())
    }

    /// What was announced last under this name.
    pub(super) fn work(&self, id: &Slug) -> Option<&Maintenance> {
        self.0.iter().rev().map(|one| &one.work).find(|work| work.id == *id)
    }

    /// One that is announced already, or was until this moment, in other words, was known before.
    fn declare(&mut self, at: Moment, work: &Maintenance) {
        let stands =
            |one: &&mut Announced| one.work.id == work.id && one.withdrawn.is_none_or(|end| end == at);
        let same = |one: &&mut Announced| one.work.when == work.when && one.work.services == work.services;
        if let Some(standing) = self.0.iter_mut().filter(stands).find(same) {
            standing.withdrawn = None;
            return;
        }
        self.withdraw(at, &work.id);
        let timetable = Timetable::of(&work.when);
        self.0.push(Announced { work: work.clone(), timetable, at, withdrawn: None });
    }

    fn withdraw(&mut self, at: Moment, id: &Slug) {
        let standing = self.0.iter_mut().filter(|one| one.work.id == *id && one.withdrawn.is_none());
        standing.for_each(|one| one.withdrawn = Some(at));
    }
}

impl Announced {
    fn windows(&self, period: Period) -> impl Iterator<Item = Window> {
        let known = self.timetable.touching(period).filter(|one| self.is_known(*one));
        let cut =
            move |one: Period| Period::new(one.from, one.until.min(self.withdrawn.unwrap_or(one.until)));
        let window =
            |period: Period| Window { id: self.work.id.clone(), period, late: self.at > period.from };
        let touches = move |window: &Window| !window.period.within(period).is_empty();
        known.map(cut).map(window).filter(touches)
    }

    /// Whether it was announced while an occurrence was to come or under way. What happens once is not forgotten
    /// even if it was announced too late for that; what comes again had no occurrences before it was announced.
    fn is_known(&self, occurrence: Period) -> bool {
        self.at < occurrence.until || matches!(self.work.when, When::Once(_))
    }
}
