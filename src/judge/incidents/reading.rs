//! Which runs and incidents is a course made of?

use std::time::Duration;

use crate::model::{Incident, IncidentKind, Moment, Run, ServiceState, ServiceTransition, Slug};

/// A stretch of a course: it lasts until the next one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch {
    pub(super) since: Moment,
    pub(super) after: Option<Moment>,
    pub(super) state: ServiceState,
}

/// Incidents while a course is read.
#[derive(Default)]
pub(super) struct Reading {
    pub(super) drafts: Vec<Draft>,
    /// The one whose last run lasts.
    open: Option<usize>,
}

#[derive(Clone)]
pub(super) struct Draft {
    pub(super) kind: IncidentKind,
    pub(super) runs: Vec<Run>,
    /// The first of its episode.
    pub(super) episode: Episode,
}

#[derive(Clone)]
pub(super) enum Episode {
    Known(Slug),
    BegunBy(usize),
}

impl Stretch {
    pub(super) fn of(turn: &ServiceTransition) -> Self {
        Self { since: turn.since, after: turn.after, state: turn.to }
    }
}

impl Reading {
    pub(super) fn recall(&mut self, incident: &Incident) {
        if incident.is_open() {
            self.open = Some(self.drafts.len());
        }
        let Incident { kind, runs, episode, .. } = incident.clone();
        self.drafts.push(Draft { kind, runs, episode: Episode::Known(episode) });
    }

    pub(super) fn take(&mut self, stretch: &Stretch) {
        let kind = IncidentKind::of(stretch.state);
        match self.open.map(|open| self.drafts[open].kind) {
            Some(_) if stretch.state == ServiceState::Unknown => self.open_run(|run| run.lose_sight(stretch)),
            Some(open) if Some(open) == kind => self.open_run(|run| run.see_again(stretch.since)),
            Some(_) => self.close(stretch),
            None => {}
        }
        if let (None, Some(kind)) = (self.open, kind) {
            self.begin(kind, stretch);
        }
    }

    fn open_run(&mut self, change: impl FnOnce(&mut Run)) {
        if let Some(run) = self.open.and_then(|open| self.drafts[open].runs.last_mut()) {
            change(run);
        }
    }

    fn close(&mut self, stretch: &Stretch) {
        self.open_run(|run| run.end(stretch));
        self.open = None;
    }

    fn begin(&mut self, kind: IncidentKind, stretch: &Stretch) {
        let (since, after) = (stretch.since, stretch.after);
        let run = Run { since, after, until: None, last: None, unseen_ms: 0, blind: None };
        let near = |draft: &Draft| draft.until().is_none_or(|until| until + Incident::MERGED_WITHIN >= since);
        let same = self.drafts.iter().rposition(|draft| draft.kind == kind && near(draft));
        let open = same.unwrap_or_else(|| {
            let neighbour = self.drafts.iter().rposition(near);
            let episode = neighbour.map_or(Episode::BegunBy(self.drafts.len()), |place| {
                match &self.drafts[place].episode {
                    Episode::Known(id) => Episode::Known(id.clone()),
                    Episode::BegunBy(first) => Episode::BegunBy(*first),
                }
            });
            self.drafts.push(Draft { kind, runs: Vec::new(), episode });
            self.drafts.len() - 1
        });
        self.drafts[open].runs.push(run);
        self.open = Some(open);
    }
}

impl Draft {
    fn until(&self) -> Option<Moment> {
        self.runs.last().and_then(|run| run.until)
    }

    /// Whether it is what was told as `told`: of the same kind, at the same time.
    pub(super) fn is(&self, told: &Incident) -> bool {
        let ends = |until: Option<Moment>| until.unwrap_or(Moment::from_ms(i64::MAX));
        let (Some(first), Some(since)) = (self.runs.first(), told.since()) else { return false };
        self.kind == told.kind && first.since <= ends(told.until()) && since <= ends(self.until())
    }
}

impl Run {
    fn lose_sight(&mut self, stretch: &Stretch) {
        if self.blind.is_none() {
            (self.blind, self.last) = (Some(stretch.since), stretch.after);
        }
    }

    fn see_again(&mut self, at: Moment) {
        if let Some(blind) = self.blind.take() {
            self.unseen_ms += whole_ms(at.since(blind));
            self.last = None;
        }
    }

    fn end(&mut self, stretch: &Stretch) {
        if self.blind.is_none() {
            self.last = stretch.after;
        }
        self.until = Some(stretch.since);
    }
}

fn whole_ms(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
