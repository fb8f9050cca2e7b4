//! How does one service stand?

use crate::{
    entry::{IncidentNews, IncidentTurn},
    model::{IncidentKind, ServiceState, Slug},
};

/// The numbers behind one service's series.
#[derive(Clone, Debug, Default)]
pub(super) struct Standing {
    /// What is believed.
    pub(super) state: ServiceState,
    /// By kind, how many incidents were opened.
    pub(super) incidents: [u64; IncidentKind::ALL.len()],
    /// By kind, whether one is open.
    pub(super) open: [bool; IncidentKind::ALL.len()],
    /// Planned work under way.
    pub(super) works: Vec<Slug>,
}

impl Standing {
    pub(super) fn incident(&mut self, news: &IncidentNews) {
        let kind = news.incident.kind as usize;
        self.incidents[kind] += u64::from(news.what == IncidentTurn::Opened);
        self.open[kind] = news.what != IncidentTurn::Withdrawn && news.incident.is_open();
    }

    pub(super) fn work_began(&mut self, id: &Slug) {
        self.work_ended(id);
        self.works.push(id.clone());
    }

    pub(super) fn work_ended(&mut self, id: &Slug) {
        self.works.retain(|other| other != id);
    }
}
