//! How does one service stand?

use crate::{
    entry::{IncidentNews, IncidentTurn},
    model::{Blame, Incident, IncidentKind, Moment, ServiceState, ServiceTransition, Slug},
};

/// The numbers behind one service's series.
#[derive(Clone, Debug, Default)]
pub(super) struct Standing {
    /// What is believed.
    pub(super) state: ServiceState,
    /// Since when.
    pub(super) since: Moment,
    /// By kind, how many incidents were opened.
    pub(super) incidents: [u64; IncidentKind::ALL.len()],
    /// By kind, the one that is open.
    open: [Option<Open>; IncidentKind::ALL.len()],
    /// Planned work under way.
    pub(super) works: Vec<Slug>,
}

/// An incident that is open.
#[derive(Clone, Debug)]
struct Open {
    id: Slug,
    blame: Blame,
}

impl Standing {
    pub(super) fn turned(&mut self, turn: &ServiceTransition) {
        (self.state, self.since) = (turn.to, turn.since);
    }

    pub(super) fn incident(&mut self, news: &IncidentNews) {
        let incident = &news.incident;
        self.incidents[incident.kind as usize] += u64::from(news.what == IncidentTurn::Opened);
        match news.what {
            IncidentTurn::Withdrawn => self.ended(incident),
            _ => self.stands(incident),
        }
    }

    pub(super) fn is_open(&self, kind: IncidentKind) -> bool {
        self.blame(kind).is_some()
    }

    /// Whom the open incident of `kind` is blamed on; `None` if none is open.
    pub(super) fn blame(&self, kind: IncidentKind) -> Option<&Blame> {
        self.open[kind as usize].as_ref().map(|open| &open.blame)
    }

    /// Takes in how `incident` stands.
    pub(super) fn stands(&mut self, incident: &Incident) {
        if incident.is_open() {
            let open = Open { id: incident.id.clone(), blame: incident.blame.clone() };
            self.open[incident.kind as usize] = Some(open);
        } else {
            self.ended(incident);
        }
    }

    /// More may be learned of an incident after the next of its kind has begun.
    fn ended(&mut self, incident: &Incident) {
        self.open[incident.kind as usize].take_if(|open| open.id == incident.id);
    }

    pub(super) fn work_began(&mut self, id: &Slug) {
        self.work_ended(id);
        self.works.push(id.clone());
    }

    pub(super) fn work_ended(&mut self, id: &Slug) {
        self.works.retain(|other| other != id);
    }
}
