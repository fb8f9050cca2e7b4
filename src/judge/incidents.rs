//! What went wrong with a service, as one on-call engineer would tell it? Its course read as incidents.

mod reading;
#[cfg(test)]
mod tests;

use crate::model::{
    Blame, Evidence, Incident, IncidentTurn, Moment, ServiceState, ServiceTransition, Slug, Suspect,
};
use reading::{Draft, Episode, Reading, Stretch};

/// More pieces of a course than this are folded together.
const COURSE: usize = 512;

/// The incidents of one service: always what its whole course reads as, however much of it is dated back.
#[derive(Clone, Debug)]
pub struct Incidents {
    service: Slug,
    /// Nothing before this can change any more.
    floor: Option<Moment>,
    /// Incidents that began before the course that is kept.
    base: Vec<Incident>,
    course: Vec<Stretch>,
    /// Those of them that can still change, as they were told.
    told: Vec<Incident>,
}

/// What became of an incident, and how it stands.
pub(super) type News = (IncidentTurn, Incident);

impl Incidents {
    /// Those of `service`, of which nothing is known yet.
    pub fn new(service: Slug) -> Self {
        Self { service, floor: None, base: Vec::new(), course: Vec::new(), told: Vec::new() }
    }

    /// Goes on from what is remembered: the incidents that can still change, and the last change of the service.
    pub fn recall(service: Slug, incidents: Vec<Incident>, last: Option<&ServiceTransition>) -> Self {
        let course = last.map(Stretch::of).into_iter().collect();
        Self { service, floor: last.map(|last| last.since), base: incidents.clone(), course, told: incidents }
    }

    /// The incident that lasts, if any.
    pub fn open(&self) -> Option<&Incident> {
        self.told.iter().rev().find(|incident| incident.is_open())
    }

    /// Takes in a change of the service, which `evidence` showed; gives what that makes of its incidents.
    pub fn take(&mut self, turn: &ServiceTransition, evidence: Option<&Evidence>) -> Vec<News> {
        let since = self.floor.map_or(turn.since, |floor| turn.since.max(floor));
        let stretch = Stretch { since, ..Stretch::of(turn) };
        self.course.retain(|other| other.since < stretch.since);
        self.course.push(stretch);
        let news = self.tell(evidence);
        self.settle();
        news
    }

    /// The service is watched no more: what lasts ends at `at`.
    pub fn end(&mut self, at: Moment) -> Vec<News> {
        self.course.retain(|stretch| stretch.since < at);
        self.course.push(Stretch { since: at, after: None, state: ServiceState::Up });
        self.tell(None)
    }

    /// Says whom the incident that lasts may be owed to; gives it if that is new. Who was suspected once still is when it
    /// is well again: that it was down at the time is what matters.
    pub fn suspect(&mut self, suspects: Vec<Suspect>) -> Option<News> {
        let open = self.told.iter_mut().rev().find(|incident| incident.is_open())?;
        let before = open.suspects.clone();
        for suspect in suspects {
            match open.suspects.iter_mut().find(|known| known.service == suspect.service) {
                Some(known) => known.since = known.since.min(suspect.since),
                None => open.suspects.push(suspect),
            }
        }
        (open.suspects != before).then(|| (IncidentTurn::Revised, open.clone()))
    }

    /// Says whose failure the incident that lasts is; gives it if that is new.
    pub fn blame(&mut self, blame: Blame) -> Option<News> {
        let open = self.told.iter_mut().rev().find(|incident| incident.is_open())?;
        let is_new = open.blame != blame;
        open.blame = blame;
        is_new.then(|| (IncidentTurn::Revised, open.clone()))
    }

    /// The incident that `incident` goes on from without a break.
    pub fn adjoining(&self, incident: &Incident) -> Option<&Incident> {
        let since = incident.since();
        self.told
            .iter()
            .rev()
            .find(|other| other.id != incident.id && other.until() == since && since.is_some())
    }

    fn tell(&mut self, evidence: Option<&Evidence>) -> Vec<News> {
        let now = self.named(self.read(&self.course), evidence);
        let before = std::mem::replace(&mut self.told, now);
        let withdrawn = before.iter().filter(|old| self.told.iter().all(|new| new.id != old.id));
        let mut news: Vec<News> = withdrawn.map(withdraw).collect();
        for incident in &self.told {
            let old = before.iter().find(|old| old.id == incident.id);
            news.extend(became(old, incident).into_iter().flatten().map(|turn| (turn, incident.clone())));
        }
        news
    }

    fn read(&self, course: &[Stretch]) -> Vec<Draft> {
        let mut reading = Reading::default();
        for incident in &self.base {
            reading.recall(incident);
        }
        for stretch in course {
            reading.take(stretch);
        }
        reading.drafts
    }

    /// Gives each draft the name under which it was told, or else a new one.
    fn named(&self, drafts: Vec<Draft>, evidence: Option<&Evidence>) -> Vec<Incident> {
        let mut free: Vec<&Incident> = self.told.iter().collect();
        let mut named: Vec<Incident> = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let place = free.iter().position(|told| draft.is(told));
            let told = place.map(|place| free.remove(place));
            let id = told.map_or_else(|| self.name(&draft), |told| told.id.clone());
            let episode = match draft.episode {
                Episode::Known(id) => id,
                Episode::BegunBy(first) => {
                    named.get(first).map_or_else(|| id.clone(), |first| first.episode.clone())
                }
            };
            named.push(Incident {
                id,
                episode,
                service: self.service.clone(),
                kind: draft.kind,
                runs: draft.runs,
                cause: told.map_or_else(|| evidence.cloned(), |told| told.cause.clone()),
                suspects: told.map_or_else(Vec::new, |told| told.suspects.clone()),
                blame: told.map_or_else(Blame::default, |told| told.blame.clone()),
            });
        }
        named
    }

    /// `epr-outage-20261006t100211z`; a service's name is cut where it is long.
    fn name(&self, draft: &Draft) -> Slug {
        let service: String = self.service.as_str().chars().take(50).collect();
        let since = draft.runs.first().map_or(Moment::default(), |run| run.since);
        let second = since.as_ms().div_euclid(1000);
        let at = jiff::Timestamp::from_second(second)
            .map_or_else(|_| second.to_string(), |at| at.strftime("%Y%m%dt%H%M%Sz").to_string());
        let name = format!("{service}-{}-{at}", draft.kind.label());
        name.parse().unwrap_or_else(|_| self.service.clone())
    }

    /// Keeps the course short: what is old is folded into the base and can change no more.
    fn settle(&mut self) {
        if self.course.len() <= COURSE {
            return;
        }
        let rest = self.course.split_off(COURSE / 2);
        self.base = self.named(self.read(&self.course), None);
        self.course = rest;
        self.floor = self.course.first().map(|first| first.since);
        let begin = self.floor.unwrap_or_default();
        let is_done = |incident: &Incident| {
            incident.until().is_some_and(|until| until + Incident::MERGED_WITHIN < begin)
        };
        self.base.retain(|incident| !is_done(incident));
        self.told.retain(|incident| !is_done(incident));
    }
}

fn withdraw(incident: &Incident) -> News {
    (IncidentTurn::Withdrawn, Incident { runs: Vec::new(), ..incident.clone() })
}

/// What became of `old` if it is now as `new`.
fn became(old: Option<&Incident>, new: &Incident) -> [Option<IncidentTurn>; 2] {
    use IncidentTurn::{Closed, Opened, Reopened, Revised};
    let closed = (!new.is_open()).then_some(Closed);
    match old {
        None => [Some(Opened), closed],
        Some(old) if old == new => [None, None],
        Some(old) if old.is_open() => [closed.or(Some(Revised)), None],
        Some(_) if new.is_open() => [Some(Reopened), None],
        Some(old) if old.runs.len() < new.runs.len() => [Some(Reopened), closed],
        Some(_) => [Some(Revised), None],
    }
}
