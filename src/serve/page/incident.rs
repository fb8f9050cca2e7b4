//! `/incidents/{id}`: what happened, when was it seen, who was told, and what was written beside it?

use askama::Template;
use axum::{
    Extension,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use url::form_urlencoded::parse;

use super::{
    answer::{Sheet, Trouble},
    frame::Frame,
    list::Line,
    looks::LookLine,
    pieces,
    scene::Scene,
    service::{Neighbour, dependants, neighbours},
    timeline::{self, Event, Span},
};
use crate::{
    config::Role,
    model::{Remark, Slug},
    serve::{
        Ask,
        desk::{Desk, TURN},
        door::Visitor,
        past::Dossier,
    },
};

#[derive(Template)]
#[template(path = "status/incident.html")]
#[expect(clippy::struct_excessive_bools, reason = "each stands for a part of the page")]
struct IncidentPage {
    frame: Frame,
    line: Line,
    blame: Option<String>,
    probe: Option<String>,
    fault: Option<String>,
    spans: Vec<Span>,
    events: Vec<Event>,
    looks: Vec<LookLine>,
    more: bool,
    dependants: Vec<Neighbour>,
    unseen: bool,
    operates: bool,
    sees_all: bool,
    longest: usize,
}

const MISSING: &str = "No incident has this name, or it is not shown to everybody.";

pub(super) async fn incident(
    State(desk): State<Desk>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let scene = Scene::of(&desk, &visitor);
    let sheet = match found(&desk, &scene, &id).await {
        Ok(dossier) => Sheet::of(StatusCode::OK, &page(&scene, &dossier)),
        Err(trouble) => trouble.page(&scene),
    };
    sheet.send(&headers)
}

/// Writes a note; back to the page then.
pub(super) async fn note(
    State(desk): State<Desk>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    match written(&desk, &visitor, &id, &body).await {
        Ok(()) => Redirect::to(&format!("/incidents/{id}#events")).into_response(),
        Err(trouble) => trouble.page(&Scene::of(&desk, &visitor)).send(&headers),
    }
}

async fn written(desk: &Desk, visitor: &Visitor, id: &str, body: &[u8]) -> Result<(), Trouble> {
    let scene = Scene::of(desk, visitor);
    let incident = found(desk, &scene, id).await?.incident.id;
    let remark = remark(body);
    desk.ask(TURN, |answer| Ask::Note(incident, remark, visitor.by(), answer)).await?;
    Ok(())
}

/// All that is known of `id`, if the visitor may see it.
async fn found(desk: &Desk, scene: &Scene, id: &str) -> Result<Dossier, Trouble> {
    let slug = id.parse::<Slug>().map_err(|_| Trouble::Missing(MISSING))?;
    let dossier = desk.serve.past.dossier(slug, scene.at).await?;
    dossier.filter(|dossier| scene.shows(&dossier.incident.service)).ok_or(Trouble::Missing(MISSING))
}

fn remark(body: &[u8]) -> Remark {
    let mut remark = Remark { words: String::new(), acknowledges: false };
    for (key, value) in parse(body) {
        match &*key {
            "words" => remark.words = value.into_owned(),
            "acknowledges" => remark.acknowledges = !value.is_empty(),
            _ => {}
        }
    }
    remark
}

fn page(scene: &Scene, dossier: &Dossier) -> IncidentPage {
    let (incident, sees_all) = (&dossier.incident, scene.sees_all());
    let cause = incident.cause.as_ref().filter(|_| sees_all);
    let title =
        format!("{}: {}", super::mark::Mark::of_kind(incident.kind).word, scene.title(&incident.service));
    let looks: &[_] = if sees_all { &dossier.looks } else { &[] };
    IncidentPage {
        frame: Frame::of(scene, title, "").with_form(),
        line: Line::of(scene, incident),
        blame: pieces::blame(scene, incident).filter(|_| sees_all),
        probe: cause.map(|cause| cause.probe.to_string()),
        fault: cause.map(|cause| cause.fault.clone()),
        spans: incident.runs.iter().map(|run| Span::of(scene, run)).collect(),
        events: timeline::events(scene, dossier),
        looks: looks.iter().map(|look| LookLine::of(scene, incident, look)).collect(),
        more: dossier.more && sees_all,
        dependants: neighbours(scene, &dependants(scene, &incident.service)),
        unseen: sees_all && incident.is_open() && !dossier.notes.iter().any(|note| note.acknowledges),
        operates: scene.visitor.role >= Role::Operate,
        sees_all,
        longest: Remark::LONGEST,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_becomes_a_remark() {
        let written = remark(b"words=the+switch%0D%0Ais+back+%3Cb%3E&acknowledges=yes&evil=1");
        assert_eq!((written.words.as_str(), written.acknowledges), ("the switch\r\nis back <b>", true));
        assert!(!remark(b"words=x").acknowledges);
        assert!(!remark(b"\xff\xfe=&acknowledges=").acknowledges);
    }
}
