//! How is each service, since when, and what goes wrong with it?

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Schedule,
    blame::{Waiting, Witnesses},
    watched::Watched,
};
use crate::{
    entry::{Entry, IncidentNews, Tail},
    judge::{Incidents, Part, Past, Piece, Turn},
    model::{
        Evidence, Group, Impact, Incident, IncidentKind, IncidentTurn, Moment, ProbeId, ServiceState,
        ServiceTransition, Severities, Slug, Suspect,
    },
};

/// The services of the plan in force, each with what is believed of it.
#[derive(Debug, Default)]
pub(super) struct Roster {
    pub(super) services: Vec<Served>,
    pub(super) waiting: Waiting,
}

#[derive(Debug)]
pub(super) struct Served {
    pub(super) name: Slug,
    groups: Vec<Group>,
    probes: Vec<(Slug, Part)>,
    past: Past,
    pub(super) incidents: Incidents,
    pub(super) witnesses: Witnesses,
    pub(super) severities: Severities,
    /// Whether planned work on it is under way.
    pub(super) is_worked_on: bool,
    /// The places of all services without which it does not work, however far round.
    pub(super) depends_on: Vec<u32>,
    /// The places of all services that do not work without it.
    dependants: Vec<u32>,
}

/// What became of an incident, and how it stands.
pub(super) type News = (IncidentTurn, Incident);

/// A turn of a probe, for its service.
pub(super) struct Told<'t> {
    pub(super) watched: &'t [Watched],
    pub(super) probe: &'t ProbeId,
    pub(super) service: u32,
    pub(super) part: Part,
    pub(super) turn: &'t Turn,
    /// The look that completed it, if that was not good.
    pub(super) evidence: Option<&'t Evidence>,
}

impl Roster {
    /// The services of `watched`, which learn their places and parts here.
    pub(super) fn new(watched: &mut [Watched], schedule: &Schedule, now: Moment) -> Self {
        let mut roster = Self::default();
        let mut places = BTreeMap::new();
        for ((probe, scheduled), slot) in watched.iter_mut().zip(&schedule.probes).zip(0..) {
            let name = &probe.id.service;
            let place = *places.entry(name.clone()).or_insert_with(|| roster.add(name, schedule, now));
            let service = &mut roster.services[place as usize];
            probe.service = place;
            probe.part = service.part(scheduled.group.as_ref(), scheduled.impact);
            service.past.enter(probe.part, probe.state());
            service.probes.push((probe.id.probe.clone(), probe.part));
            service.witnesses.add(slot, probe.part, scheduled);
        }
        roster.relate(schedule, &places);
        roster
    }

    fn add(&mut self, name: &Slug, schedule: &Schedule, now: Moment) -> u32 {
        let place = u32::try_from(self.services.len()).unwrap_or(u32::MAX);
        let outline = schedule.outline.services.iter().find(|outline| outline.id == *name);
        let groups = outline.map_or_else(Vec::new, |outline| outline.groups.clone());
        self.services.push(Served {
            name: name.clone(),
            past: Past::new(&groups, now, ServiceState::Unknown),
            groups,
            probes: Vec::new(),
            incidents: Incidents::new(name.clone()),
            witnesses: Witnesses::default(),
            severities: outline.map_or_else(Severities::default, |outline| outline.severities),
            is_worked_on: false,
            depends_on: Vec::new(),
            dependants: Vec::new(),
        });
        place
    }

    fn relate(&mut self, schedule: &Schedule, places: &BTreeMap<Slug, u32>) {
        let direct = |outline: &crate::model::ServiceOutline| {
            let on = outline.depends_on.iter().filter_map(|name| places.get(name).copied());
            Some((*places.get(&outline.id)?, on.collect::<Vec<u32>>()))
        };
        let direct: BTreeMap<u32, Vec<u32>> = schedule.outline.services.iter().filter_map(direct).collect();
        for place in 0..u32::try_from(self.services.len()).unwrap_or(u32::MAX) {
            let all = reached(place, &direct);
            for on in &all {
                self.services[*on as usize].dependants.push(place);
            }
            self.services[place as usize].depends_on = all;
        }
    }

    /// Goes on from what `before` believed; gives what the change of plan alone changes.
    pub(super) fn follow(&mut self, before: Self, watched: &[Watched], now: Moment) -> Vec<Entry> {
        let mut known: BTreeMap<Slug, Served> =
            before.services.into_iter().map(|service| (service.name.clone(), service)).collect();
        let mut entries = Vec::new();
        for place in 0..self.services.len() {
            if let Some(before) = known.remove(&self.services[place].name) {
                self.services[place].follow(before, now);
            }
            entries.extend(self.recount(place, watched, now));
        }
        entries.extend(known.into_values().flat_map(|service| service.leave(now)));
        entries.extend(self.weigh_all(watched, now));
        entries
    }

    /// Goes on from what is remembered.
    pub(super) fn recall(&mut self, tail: &Tail, watched: &[Watched], now: Moment) -> Vec<Entry> {
        for service in &mut self.services {
            service.recall(tail);
        }
        let places = 0..self.services.len();
        let mut entries: Vec<Entry> = places.flat_map(|place| self.recount(place, watched, now)).collect();
        entries.extend(self.weigh_all(watched, now));
        entries
    }

    /// What the plan alone makes of whose failure each incident is.
    fn weigh_all(&mut self, watched: &[Watched], now: Moment) -> Vec<Entry> {
        let places = 0..u32::try_from(self.services.len()).unwrap_or(u32::MAX);
        let news = places.filter_map(|place| self.weigh(place, false, watched, now));
        news.map(|news| record_news(now, news)).collect()
    }

    /// What the plan alone makes of a service.
    fn recount(&mut self, place: usize, watched: &[Watched], now: Moment) -> Vec<Entry> {
        let service = &mut self.services[place];
        let (since, from) = service.past.told();
        let to = service.past.state();
        if from == to {
            return Vec::new();
        }
        let since = since.max(now);
        service.past.tell(since, to);
        let service = service.name.clone();
        let change = ServiceTransition { service, from, to, since, after: None, confirmed: since, by: None };
        self.tell(place, change, None, watched).collect()
    }

    /// How each service is, as it was told.
    pub(super) fn states(&self) -> impl Iterator<Item = (&Slug, ServiceState)> {
        self.services.iter().map(|service| (&service.name, service.past.told().1))
    }

    /// Takes in that a probe turned; gives what that makes of its service, if anything else.
    pub(super) fn turn(&mut self, told: &Told<'_>) -> Vec<Entry> {
        let place = told.service as usize;
        let service = &mut self.services[place];
        let mut from = service.past.told().1;
        let pieces = service.past.turn(&told.probe.probe, told.part, told.turn);
        let mut entries = Vec::new();
        for piece in pieces {
            let to = piece.state;
            let change = self.services[place].change(piece, from, told.turn.confirmed);
            entries.extend(self.tell(place, change, told.evidence, told.watched));
            from = to;
        }
        entries
    }

    /// A change of the service at `place`, what becomes of its incidents, and whose failure they and those of its
    /// dependants may be.
    fn tell(
        &mut self,
        place: usize,
        change: ServiceTransition,
        evidence: Option<&Evidence>,
        watched: &[Watched],
    ) -> impl Iterator<Item = Entry> + use<> {
        let at = change.confirmed;
        let mut news = self.services[place].incidents.take(&change, evidence);
        if !news.is_empty() {
            let fresh = self.services[place].begins(&news);
            news = self.trace(place, fresh, news, watched, at);
            for dependant in self.services[place].dependants.clone() {
                news.extend(self.trace(dependant as usize, false, Vec::new(), watched, at));
            }
        }
        let incidents = news.into_iter().map(move |news| record_news(at, news));
        std::iter::once(Entry::ServiceChanged(change)).chain(incidents)
    }

    /// Adds to the `news` of one service whose failure its incident may be.
    fn trace(
        &mut self,
        place: usize,
        fresh: bool,
        mut news: Vec<News>,
        watched: &[Watched],
        at: Moment,
    ) -> Vec<News> {
        let suspects = self.suspects(place);
        let suspected = self.services[place].incidents.suspect(suspects);
        let weighed = self.weigh(u32::try_from(place).unwrap_or(u32::MAX), fresh, watched, at);
        for (turn, incident) in suspected.into_iter().chain(weighed) {
            match news.iter_mut().rev().find(|(_, told)| told.id == incident.id) {
                Some((_, told)) => *told = incident,
                None => news.push((turn, incident)),
            }
        }
        news
    }

    /// The dependencies of a service whose outage may have begun before its incident did.
    fn suspects(&self, place: usize) -> Vec<Suspect> {
        let service = &self.services[place];
        let Some(since) = service.incidents.open().and_then(Incident::since) else { return Vec::new() };
        let down = |on: &u32| {
            let on = &self.services[*on as usize];
            let run = on.outage()?.runs.last()?;
            let first = run.after.unwrap_or(run.since);
            (first <= since).then(|| Suspect { service: on.name.clone(), since: run.since })
        };
        let mut suspects: Vec<Suspect> = service.depends_on.iter().filter_map(down).collect();
        suspects.sort_by_key(|suspect| suspect.since);
        suspects
    }
}

impl Served {
    /// The outage that lasts, if any.
    pub(super) fn outage(&self) -> Option<&Incident> {
        self.incidents.open().filter(|open| open.kind == IncidentKind::Outage)
    }

    /// Whether `news` tell that the incident that lasts has only just begun, or begun again.
    fn begins(&self, news: &[News]) -> bool {
        let began = |what: &IncidentTurn| matches!(what, IncidentTurn::Opened | IncidentTurn::Reopened);
        let open = self.incidents.open();
        open.is_some_and(|open| news.iter().any(|(what, told)| told.id == open.id && began(what)))
    }

    fn part(&self, group: Option<&Slug>, impact: Impact) -> Part {
        let place = group.and_then(|group| self.groups.iter().position(|known| known.id == *group));
        let place = place.and_then(|place| u16::try_from(place).ok());
        place.map_or(Part::Alone(impact), Part::OneOf)
    }

    /// Goes on as `before`: with its past where the same probes mean the same.
    fn follow(&mut self, before: Self, now: Moment) {
        let same = before.groups == self.groups && before.probes == self.probes;
        if same {
            self.past = before.past;
        } else {
            self.past.tell(now, before.past.told().1);
        }
        self.incidents = before.incidents;
    }

    fn recall(&mut self, tail: &Tail) {
        let last = tail.services.get(&self.name);
        let of = |incident: &&Incident| incident.service == self.name;
        let mut incidents: Vec<Incident> = tail.incidents.values().filter(of).cloned().collect();
        incidents.sort_by_key(Incident::since);
        self.incidents = Incidents::recall(self.name.clone(), incidents, last);
        if let Some(last) = last {
            self.past.tell(last.since, last.to);
        }
    }

    fn change(&self, piece: Piece, from: ServiceState, confirmed: Moment) -> ServiceTransition {
        let Piece { since, after, state: to, probe } = piece;
        let by = Some(ProbeId::new(self.name.clone(), probe));
        ServiceTransition { service: self.name.clone(), from, to, since, after, confirmed, by }
    }

    /// What ends when the service is watched no more.
    fn leave(mut self, at: Moment) -> Vec<Entry> {
        let news = self.incidents.end(at);
        let incidents = news.into_iter().map(|news| record_news(at, news));
        incidents.chain([Entry::ServiceRemoved { at, service: self.name }]).collect()
    }
}

pub(super) fn record_news(at: Moment, (what, incident): News) -> Entry {
    Entry::Incident(Box::new(IncidentNews { at, what, incident }))
}

/// Every place that can be reached from `place`, which is not among them.
fn reached(place: u32, direct: &BTreeMap<u32, Vec<u32>>) -> Vec<u32> {
    let mut seen = BTreeSet::new();
    let mut open = vec![place];
    while let Some(from) = open.pop() {
        let next = direct.get(&from).into_iter().flatten().copied();
        open.extend(next.filter(|to| *to != place && seen.insert(*to)).collect::<Vec<u32>>());
    }
    seen.into_iter().collect()
}
