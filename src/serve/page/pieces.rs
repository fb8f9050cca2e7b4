//! Which parts of a page change while it is looked at?

use askama::Template;

use super::{
    frame::{self, Alarm},
    headline::{self, Count},
    mark::Mark,
    scene::{Scene, Stamp},
};
use crate::{
    model::{self, Blame, Incident, Note, Slug, Suspect},
    serve::board::{Open, Planned},
};

/// How everything is.
#[derive(Template)]
#[template(path = "status/headline.html")]
pub(super) struct Headline {
    pub(super) sentence: String,
    planned: Option<String>,
    counts: Vec<Count>,
    worst: &'static str,
}

/// The incidents that are open.
#[derive(Template)]
#[template(path = "status/open.html")]
pub(super) struct OpenIncidents {
    pub(super) cards: Vec<Card>,
}

/// One that is open.
#[derive(Template)]
#[template(path = "status/card.html")]
pub(super) struct Card {
    id: String,
    service: Slug,
    title: String,
    mark: Mark,
    since: Stamp,
    length: String,
    cause: Option<String>,
    blame: Option<String>,
    acknowledged: Option<(String, Stamp)>,
    note: Option<(String, Stamp, String)>,
    sees_all: bool,
}

/// Planned work under way and to come.
#[derive(Template)]
#[template(path = "status/works.html")]
pub(super) struct Works {
    pub(super) works: Vec<Work>,
    more: usize,
}

/// One of it.
pub(super) struct Work {
    pub(super) id: String,
    pub(super) active: bool,
    pub(super) late: bool,
    pub(super) by_hand: bool,
    pub(super) from: Stamp,
    pub(super) until: Stamp,
    pub(super) length: String,
    pub(super) services: Vec<(String, String)>,
    pub(super) touches: Vec<Slug>,
    pub(super) more: usize,
    pub(super) reason: String,
    pub(super) by: String,
}

/// What must be known first.
#[derive(Template)]
#[template(
    source = r#"<div id="alarms" data-piece>{% for alarm in alarms %}{% include "status/alarm.html" %}{% endfor %}</div>"#,
    ext = "html"
)]
pub(super) struct Alarms {
    alarms: Vec<Alarm>,
}

impl Headline {
    pub(super) fn of(scene: &Scene) -> Self {
        let counts = headline::counts(scene);
        let worst = counts.first().map_or("unknown", |one| one.state);
        Self { sentence: headline::headline(scene), planned: headline::planned(scene), counts, worst }
    }
}

impl OpenIncidents {
    pub(super) fn of(scene: &Scene) -> Self {
        let mut open: Vec<&Open> = scene.standing.incidents.iter().collect();
        open.sort_by_key(|one| (one.incident.kind, std::cmp::Reverse(one.incident.since())));
        Self { cards: open.into_iter().map(|one| Card::of(scene, one)).collect() }
    }
}

impl Card {
    fn of(scene: &Scene, open: &Open) -> Self {
        let incident = &open.incident;
        let acknowledged = open.notes.iter().rfind(|note| note.acknowledges);
        let note = open.notes.iter().rfind(|note| !note.words.is_empty());
        Self {
            id: incident.id.to_string(),
            service: incident.service.clone(),
            title: scene.title(&incident.service),
            mark: Mark::of_kind(incident.kind),
            since: scene.stamp(incident.since().unwrap_or(scene.at)),
            length: model::length(incident, open.known),
            cause: cause(incident),
            blame: blame(scene, incident),
            acknowledged: acknowledged.map(|note| (note.by.clone(), scene.stamp(note.at))),
            note: note.map(|note| written(scene, note)),
            sees_all: scene.sees_all(),
        }
    }

    pub(super) fn is_of(&self, service: &Slug) -> bool {
        self.service == *service
    }
}

impl Works {
    /// So many are told beside other things.
    const FEW: usize = 5;

    pub(super) fn few(scene: &Scene) -> Self {
        let mut works = Self::all(scene);
        let more = works.len().saturating_sub(Self::FEW);
        works.truncate(Self::FEW);
        Self { works, more }
    }

    /// What is under way first, then by when it begins.
    pub(super) fn all(scene: &Scene) -> Vec<Work> {
        let mut planned: Vec<&Planned> = scene.standing.maintenance.iter().collect();
        planned.sort_by_key(|one| (!one.active, one.period));
        planned.into_iter().map(|one| Work::of(scene, one)).collect()
    }
}

impl Work {
    /// So many services are named.
    const NAMED: usize = 6;

    fn of(scene: &Scene, planned: &Planned) -> Self {
        let work = &planned.maintenance;
        let named = work.services.iter().take(Self::NAMED);
        Self {
            id: work.id.to_string(),
            active: planned.active,
            late: planned.late,
            by_hand: work.by_hand,
            from: scene.stamp(planned.period.from),
            until: scene.stamp(planned.period.until),
            length: model::lapse(planned.period.length()),
            services: named.map(|id| (id.to_string(), scene.title(id))).collect(),
            more: work.services.len().saturating_sub(Self::NAMED),
            touches: work.services.clone(),
            reason: work.reason.clone(),
            by: work.declared_by.clone(),
        }
    }
}

impl Alarms {
    pub(super) fn of(scene: &Scene) -> Self {
        Self { alarms: frame::alarms(scene) }
    }
}

/// What first showed it.
pub(super) fn cause(incident: &Incident) -> Option<String> {
    incident.cause.as_ref().map(|cause| format!("{}: {}", cause.probe.probe, cause.words))
}

/// Whose failure it may be, in a sentence.
pub(super) fn blame(scene: &Scene, incident: &Incident) -> Option<String> {
    let since =
        |one: &Suspect| format!("{}, down since {}", scene.isolated(&one.service), scene.short(one.since));
    let suspects: Vec<String> = incident.suspects.iter().map(since).collect();
    match &incident.blame {
        Blame::Other(service) => {
            Some(format!("It is owed to {}: that is told instead.", scene.isolated(service)))
        }
        _ if !suspects.is_empty() => Some(format!("It may be owed to {}.", suspects.join("; and to "))),
        _ => None,
    }
}

fn written(scene: &Scene, note: &Note) -> (String, Stamp, String) {
    (note.by.clone(), scene.stamp(note.at), note.words.clone())
}
