//! What still stands after a new start, and what has ended meanwhile?

use std::{collections::BTreeMap, sync::Arc};

use super::{Desk, FAILING, Known, STALE, Subject, blamed, cut_off, incident_of};
use crate::{
    entry::Tail,
    model::{Incident, Moment, Slug},
    notify::words,
};

impl Desk {
    /// Goes on from what is remembered: what some receiver was told of still stands, or has ended meanwhile as `ended`
    /// tells.
    pub(in crate::notify) fn recover(tail: &Tail, ended: Vec<Incident>, now: Moment) -> Self {
        let mut desk = Self { outline: Arc::clone(&tail.outline), ..Self::default() };
        for incident in tail.incidents.values().cloned().chain(ended) {
            let opened = words::began(&incident);
            desk.incidents.insert(incident.id.clone(), Known { incident, opened });
        }
        for (id, at) in told(tail) {
            if let Some(subject) = desk.subject(id) {
                let since = tail.cut_off.filter(|_| subject == Subject::CutOff);
                desk.stand(id.clone(), subject, since.unwrap_or(at));
            }
        }
        match tail.cut_off {
            Some(since) => desk.stand(cut_off(), Subject::CutOff, since),
            None => desk.end(&cut_off(), now),
        }
        for id in desk.incidents.keys().cloned().collect::<Vec<_>>() {
            desk.weigh(&id, now);
        }
        desk.forget(|until| until + STALE <= now);
        desk.given_up.clear(); // that was said before this start
        desk
    }

    /// What an alert that was told before this start was about.
    fn subject(&self, id: &Slug) -> Option<Subject> {
        if *id == cut_off() {
            return Some(Subject::CutOff);
        }
        if let Some(receiver) = id.as_str().strip_prefix(FAILING) {
            return Some(Subject::Failing(receiver.parse().ok()?));
        }
        let incident = self.known(&incident_of(id)?)?;
        if incident.id == *id {
            return Some(Subject::Own(id.clone()));
        }
        let cause = blamed(incident).or(incident.suspects.first().map(|one| &one.service))?;
        Some(Subject::Affected(incident.id.clone(), cause.clone()))
    }
}

/// What somebody was told of and not that it is over, and when that was first.
fn told(tail: &Tail) -> BTreeMap<&Slug, Moment> {
    let mut first = BTreeMap::new();
    for told in tail.told.values().filter(|told| !told.resolved) {
        let at: &mut Moment = first.entry(&told.alert).or_insert(told.at);
        *at = told.at.min(*at);
    }
    first
}
