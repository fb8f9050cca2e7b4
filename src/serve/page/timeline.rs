//! What became of an incident, in order: seen, told, written?

use super::scene::{Scene, Stamp};
use crate::{
    entry::{IncidentNews, IncidentTurn, Told},
    model::{self, Moment, Note, Run},
    serve::past::Dossier,
};

/// Something that happened.
pub(super) struct Event {
    at: Moment,
    pub(super) stamp: Stamp,
    pub(super) class: &'static str,
    pub(super) what: String,
    pub(super) words: Option<String>,
}

/// One run of it.
pub(super) struct Span {
    pub(super) since: Stamp,
    pub(super) until: Option<Stamp>,
    /// The last look before it.
    pub(super) after: Option<Stamp>,
    /// The last look that showed it.
    pub(super) last: Option<Stamp>,
    pub(super) unseen: Option<String>,
}

impl Span {
    pub(super) fn of(scene: &Scene, run: &Run) -> Self {
        let unseen = std::time::Duration::from_millis(run.unseen_ms);
        Self {
            since: scene.stamp(run.since),
            until: run.until.map(|at| scene.stamp(at)),
            after: run.after.map(|at| scene.stamp(at)),
            last: run.last.map(|at| scene.stamp(at)),
            unseen: (!unseen.is_zero()).then(|| model::lapse(unseen)),
        }
    }
}

/// What became of it. Who is not signed in sees when it began and ended.
pub(super) fn events(scene: &Scene, dossier: &Dossier) -> Vec<Event> {
    let sees_all = scene.sees_all();
    let turns = dossier.turns.iter().filter(|news| sees_all || news.what != IncidentTurn::Revised);
    let mut events: Vec<Event> = turns.map(|news| turned(scene, news)).collect();
    if sees_all {
        events.extend(dossier.told.iter().map(|told| heard(scene, told)));
        events.extend(dossier.notes.iter().map(|note| written(scene, note)));
    }
    events.sort_by_key(|event| event.at);
    events
}

fn event(scene: &Scene, at: Moment, class: &'static str, what: String) -> Event {
    Event { at, stamp: scene.stamp(at), class, what, words: None }
}

fn turned(scene: &Scene, news: &IncidentNews) -> Event {
    let incident = &news.incident;
    let since = incident.runs.last().map_or_else(String::new, |run| scene.short(run.since));
    let until = incident.until().map_or_else(String::new, |until| scene.short(until));
    let (class, what) = match news.what {
        IncidentTurn::Opened => ("opened", format!("Confirmed: it has been so since {since}")),
        IncidentTurn::Reopened => ("opened", format!("Began again at {since}")),
        IncidentTurn::Revised => ("revised", "More is known".to_owned()),
        IncidentTurn::Closed => ("closed", format!("Over: it ended at {until}")),
        IncidentTurn::Withdrawn => ("closed", "Proved to be part of something worse".to_owned()),
    };
    let words = super::pieces::blame(scene, incident).filter(|_| scene.sees_all());
    Event { words, ..event(scene, news.at, class, what) }
}

fn heard(scene: &Scene, told: &Told) -> Event {
    let what = if told.resolved { "was told that it is over" } else { "was told" };
    event(scene, told.at, "told", format!("{} {what}", told.receiver))
}

fn written(scene: &Scene, note: &Note) -> Event {
    let what = if note.acknowledges { "sees to it" } else { "wrote" };
    let words = Some(note.words.clone()).filter(|words| !words.is_empty());
    Event { words, ..event(scene, note.at, "note", format!("{} {what}", note.by)) }
}
