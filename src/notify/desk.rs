//! What is to be told at this moment? A reading of entries: which alerts stand, and which have ended.

mod recover;
mod telling;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use super::{
    alert::Alert,
    names::{self, Naming},
    words,
};
use crate::{
    entry::{Entry, IncidentNews, IncidentTurn, MaintenanceTurn},
    model::{Blame, Incident, Moment, Outline, Severity, Slug},
};

/// That something has ended is told again for this long: a rule that is behind may have said meanwhile that it lasts.
pub(super) const ECHO: Duration = Duration::from_mins(2);

/// What has ended is given up if nobody could be told for this long.
const STALE: Duration = Duration::from_hours(24);

/// How many alerts are kept; beyond that the ones that ended first are given up.
pub(super) const ROOM: usize = 10_000;

/// All that is to be told.
#[derive(Debug, Default)]
pub(super) struct Desk {
    outline: Arc<Outline>,
    incidents: BTreeMap<Slug, Known>,
    /// Whether a plan was heard since this start. What planned work is under way is heard before it; until then an incident
    /// that nobody was told of may be muted.
    is_planned: bool,
    /// The services that planned work is under way on, by its name.
    works: BTreeMap<Slug, Vec<Slug>>,
    standing: BTreeMap<Slug, Standing>,
    /// Alerts whose labels have changed, under the labels that they had.
    retired: Vec<Alert>,
    given_up: Vec<(Slug, Standing)>,
}

/// An incident, and when it was first heard of, or heard of again.
#[derive(Debug)]
struct Known {
    incident: Incident,
    opened: Moment,
}

/// An alert that stands, or has ended.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    subject: Subject,
    naming: Naming,
    labels: BTreeMap<String, String>,
    pub(super) severity: Severity,
    pub(super) since: Moment,
    pub(super) until: Option<Moment>,
}

/// What an alert is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// An incident that is the service's own.
    Own(Slug),
    /// An incident that follows from the outage of another service.
    Affected(Slug, Slug),
    /// This site.
    CutOff,
    /// A receiver.
    Failing(Slug),
}

impl Desk {
    /// Takes in one more entry.
    pub(super) fn absorb(&mut self, entry: &Entry) {
        match entry {
            Entry::Planned { at, outline, .. } => self.replan(outline, *at),
            Entry::Incident(news) => self.incident(news),
            Entry::Maintenance(news) => self.maintenance(&news.what),
            Entry::CutOff { since, .. } => self.stand(cut_off(), Subject::CutOff, *since),
            Entry::Rejoined { since, .. } => self.end(&cut_off(), *since),
            _ => {}
        }
    }

    fn incident(&mut self, news: &IncidentNews) {
        let (id, incident) = (news.incident.id.clone(), news.incident.clone());
        if news.what == IncidentTurn::Withdrawn {
            return self.withdraw(&id, news.at);
        }
        let again = matches!(news.what, IncidentTurn::Opened | IncidentTurn::Reopened);
        let known =
            self.incidents.entry(id.clone()).or_insert(Known { incident: incident.clone(), opened: news.at });
        known.incident = incident;
        known.opened = if again { news.at } else { known.opened };
        self.weigh(&id, news.at);
    }

    /// It was part of something worse. What was told of it is over; the words are kept for whoever is still to hear that.
    fn withdraw(&mut self, id: &Slug, at: Moment) {
        if let Some(run) = self.incidents.get_mut(id).and_then(|known| known.incident.runs.last_mut()) {
            run.until.get_or_insert(at);
        }
        self.weigh(id, at);
    }

    fn maintenance(&mut self, what: &MaintenanceTurn) {
        match what {
            MaintenanceTurn::Began { id, services, .. } => {
                self.works.insert(id.clone(), services.clone());
            }
            MaintenanceTurn::Ended { id, .. } | MaintenanceTurn::Withdrawn { id } => {
                self.works.remove(id);
            }
            MaintenanceTurn::Declared(_) => {}
        }
    }

    /// Time passes: what was held back may be told, what is old is forgotten. `is_behind`: some receiver has not heard all.
    pub(super) fn pass(&mut self, now: Moment, is_behind: bool) {
        let open = self.incidents.iter().filter(|(_, known)| known.incident.is_open());
        for id in open.map(|(id, _)| id.clone()).collect::<Vec<_>>() {
            self.weigh(&id, now);
        }
        let kept = if is_behind { STALE } else { ECHO };
        self.retired.retain(|alert| alert.until.is_none_or(|until| until + kept > now));
        self.forget(|until| until + STALE <= now);
        let standing = &self.standing;
        self.incidents.retain(|id, known| {
            known.incident.is_open() || standing.contains_key(id) || standing.contains_key(&affected(id))
        });
    }

    /// What is to be told of one incident.
    fn weigh(&mut self, id: &Slug, now: Moment) {
        let Some(Known { incident, opened }) = self.incidents.get(id) else { return };
        if let Some(until) = incident.until() {
            self.end(&affected(id), until);
            return self.end(id, until);
        }
        let (is_muted, blame) = (!self.is_planned || self.is_muted(incident), incident.blame.clone());
        let is_due = *opened + names::own(incident.kind).held <= now;
        match blame {
            Blame::Own if is_due && !is_muted => {
                self.stand(id.clone(), Subject::Own(id.clone()), now);
                self.end(&affected(id), now);
            }
            // What was told as its own stays so.
            Blame::Other(cause) if !self.stands(id) && !is_muted => {
                self.stand(affected(id), Subject::Affected(id.clone(), cause), now);
            }
            Blame::Own | Blame::Other(_) | Blame::Pending => {}
        }
    }

    /// An alert stands from now on, unless it does already or nobody is to hear of it.
    fn stand(&mut self, id: Slug, subject: Subject, since: Moment) {
        if self.stands(&id) {
            return;
        }
        let naming = self.naming(&subject);
        let severity = self.severity(&subject, naming);
        if severity == Severity::None {
            return;
        }
        let since = self.began(&subject).unwrap_or(since);
        let labels = self.labels(&subject, naming, severity);
        self.standing.insert(id, Standing { subject, naming, labels, severity, since, until: None });
        self.make_room();
    }

    fn end(&mut self, id: &Slug, at: Moment) {
        if let Some(standing) = self.standing.get_mut(id) {
            standing.until.get_or_insert(at);
        }
    }

    fn stands(&self, id: &Slug) -> bool {
        self.standing.get(id).is_some_and(|standing| standing.until.is_none())
    }

    /// A receiver could not be told since `since`, or can again.
    pub(super) fn failing(&mut self, receiver: &Slug, since: Option<Moment>, now: Moment) {
        let id = failing_of(receiver);
        match since {
            Some(since) if since + names::FAILING <= now => {
                self.stand(id, Subject::Failing(receiver.clone()), since);
            }
            Some(_) => {}
            None => self.end(&id, now),
        }
    }

    /// Of receivers that are not there nobody says any more that they cannot be told.
    pub(super) fn receivers(&mut self, is_there: impl Fn(&Slug) -> bool, now: Moment) {
        let is_gone =
            |one: &&mut Standing| matches!(&one.subject, Subject::Failing(about) if !is_there(about));
        for standing in self.standing.values_mut().filter(is_gone) {
            standing.until.get_or_insert(now);
        }
    }

    /// Whether it stands, or has ended and is not forgotten yet.
    pub(super) fn knows(&self, id: &Slug) -> bool {
        self.standing.contains_key(id)
    }

    /// Every alert, by its id.
    pub(super) fn standing(&self) -> impl Iterator<Item = (&Slug, &Standing)> {
        self.standing.iter()
    }

    /// Every alert whose labels have changed, under the labels that it had.
    pub(super) fn retired(&self) -> &[Alert] {
        &self.retired
    }

    /// Forgets what ended, has been told for long enough, and nobody waits for.
    pub(super) fn forget_told(&mut self, now: Moment, is_awaited: impl Fn(&Slug, &Standing) -> bool) {
        self.standing
            .retain(|id, one| one.until.is_none_or(|until| until + ECHO > now) || is_awaited(id, one));
    }

    /// The alerts that were given up since this was last asked.
    pub(super) fn given_up(&mut self) -> Vec<(Slug, Standing)> {
        std::mem::take(&mut self.given_up)
    }

    fn forget(&mut self, is_stale: impl Fn(Moment) -> bool) {
        self.given_up.extend(self.standing.extract_if(.., |_, one| one.until.is_some_and(&is_stale)));
    }

    fn make_room(&mut self) {
        if self.standing.len() <= ROOM {
            return;
        }
        let first = self.standing.iter().min_by_key(|(_, one)| (one.until.is_none(), one.until, one.since));
        let first = first.map(|(id, _)| id.clone());
        self.given_up.extend(first.and_then(|id| self.standing.remove_entry(&id)));
    }

    fn replan(&mut self, outline: &Arc<Outline>, at: Moment) {
        (self.outline, self.is_planned) = (Arc::clone(outline), true);
        let ids: Vec<Slug> =
            self.standing.iter().filter(|(_, one)| one.until.is_none()).map(|(id, _)| id.clone()).collect();
        for id in ids {
            self.relabel(&id, at);
        }
    }

    /// Gives an alert that stands the labels of today; under those of yesterday it ends.
    fn relabel(&mut self, id: &Slug, at: Moment) {
        let Some(before) = self.standing.get(id) else { return };
        let severity = self.severity(&before.subject, before.naming);
        let labels = self.labels(&before.subject, before.naming, severity);
        if labels == before.labels {
            return;
        }
        let ended = Standing { until: Some(at), ..before.clone() };
        self.retired.push(self.alert(id, &ended, at));
        if let Some(standing) = self.standing.get_mut(id) {
            (standing.labels, standing.severity) = (labels, severity);
        }
    }

    fn is_muted(&self, incident: &Incident) -> bool {
        self.works.values().any(|services| services.contains(&incident.service))
    }

    fn known(&self, id: &Slug) -> Option<&Incident> {
        self.incidents.get(id).map(|known| &known.incident)
    }

    fn began(&self, subject: &Subject) -> Option<Moment> {
        match subject {
            Subject::Own(id) | Subject::Affected(id, _) => self.known(id).map(words::began),
            Subject::CutOff | Subject::Failing(_) => None,
        }
    }

    fn naming(&self, subject: &Subject) -> Naming {
        match subject {
            Subject::Own(id) => self.known(id).map_or(names::AFFECTED, |incident| names::own(incident.kind)),
            Subject::Affected(..) => names::AFFECTED,
            Subject::CutOff => names::CUT_OFF,
            Subject::Failing(_) => names::NOTIFY_FAILING,
        }
    }
}

impl Standing {
    /// How it is told to one who is to hear that it is over only if it is `resolved` for them.
    pub(super) fn told(&self, resolved: bool) -> Self {
        Self { until: self.until.filter(|_| resolved), ..self.clone() }
    }

    /// What makes it this alert and no other.
    pub(super) fn labels(&self) -> &BTreeMap<String, String> {
        &self.labels
    }

    /// Whether it is about this receiver.
    pub(super) fn is_about(&self, receiver: &Slug) -> bool {
        matches!(&self.subject, Subject::Failing(about) if about == receiver)
    }
}

/// What is added to an incident's id where another service is blamed for it.
const AFFECTED: &str = "-affected";

/// The incident that the alert `id` is about, if it is about one.
pub fn incident_of(id: &Slug) -> Option<Slug> {
    id.as_str().strip_suffix(AFFECTED).map_or_else(|| Some(id.clone()), |id| id.parse().ok())
}

fn affected(incident: &Slug) -> Slug {
    format!("{incident}{AFFECTED}").parse().unwrap_or_else(|_| incident.clone())
}

/// What stands for it that `receiver` cannot be told.
pub(super) fn failing_of(receiver: &Slug) -> Slug {
    format!("{FAILING}{receiver}").parse().unwrap_or_else(|_| receiver.clone())
}

/// What stands before the name of a receiver that cannot be told.
const FAILING: &str = "notify-failing-";

#[expect(clippy::expect_used, reason = "the text is a slug")]
fn cut_off() -> Slug {
    "site-cut-off".parse().expect("a slug")
}

fn blamed(incident: &Incident) -> Option<&Slug> {
    match &incident.blame {
        Blame::Other(cause) => Some(cause),
        Blame::Own | Blame::Pending => None,
    }
}
