//! What went wrong, and what is said of it?

use std::time::Duration;

use axum::{
    http::{Method, StatusCode, header},
    response::IntoResponse,
    routing::{get, post},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    call::Call,
    operation::{Gives, Kind, Operation, Parameter, Takes, of},
    page::{CURSOR, FROM, UNTIL},
    problem::Problem,
    reply::{Answer, json},
};
use crate::{
    config::Role,
    entry::{IncidentNews, Told},
    ledger::line::LookLine,
    model::{Blame, Incident, IncidentTurn, Moment, Note, Remark, Slug},
    serve::{
        Ask,
        board::{Lasted, Standing},
        desk::TURN,
        past::Dossier,
        routes::Route,
    },
};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        route: Route {
            method: Method::GET,
            path: "/api/v1/incidents",
            needs: Role::Public,
            does: "the incidents that touch a period, by when they began",
            handler: || get(incidents),
        },
        asks: &[
            FROM,
            UNTIL,
            Parameter::new("service", Kind::Name, "only those of this service"),
            Parameter::new("kind", Kind::OneOf(&KINDS), "only those of this kind"),
            Parameter::new("open", Kind::Truth, "only those that last, or only those that are over"),
            Parameter::new("limit", Kind::Count(1..=500), "at most so many, 100 if left out"),
            CURSOR,
        ],
        takes: None,
        gives: Gives::json(of::<Incidents>),
    },
    Operation {
        route: Route {
            method: Method::GET,
            path: "/api/v1/incidents/{incident}",
            needs: Role::Public,
            does: "one incident, with what became of it, its looks, its notes, and who was told",
            handler: || get(incident),
        },
        asks: &[INCIDENT],
        takes: None,
        gives: Gives::json(of::<InFull>),
    },
    Operation {
        route: Route {
            method: Method::POST,
            path: "/api/v1/incidents/{incident}/notes",
            needs: Role::Operate,
            does: "writes a note beside an incident",
            handler: || post(note),
        },
        asks: &[INCIDENT],
        takes: Some(Takes::json(of::<Remark>, true)),
        gives: Gives::new(of::<Written>),
    },
    Operation {
        route: Route {
            method: Method::POST,
            path: "/api/v1/incidents/{incident}/acknowledge",
            needs: Role::Operate,
            does: "says that somebody sees to an incident",
            handler: || post(acknowledge),
        },
        asks: &[INCIDENT],
        takes: Some(Takes::json(of::<Acknowledgement>, false)),
        gives: Gives::new(of::<Written>),
    },
];

const INCIDENT: Parameter = Parameter::new("incident", Kind::Segment, "which incident");
const KINDS: [&str; 4] = ["outage", "partial", "degradation", "loss_of_redundancy"];

/// The usual period.
const MONTH: Duration = Duration::from_hours(24 * 30);

/// Some incidents.
#[derive(Serialize, JsonSchema)]
struct Incidents {
    /// Those.
    incidents: Vec<InShort>,
    /// Where there are more; left out if there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// An incident.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "IncidentInShort")]
struct InShort {
    /// What is known of it.
    #[serde(flatten)]
    incident: Incident,
    /// How long it lasted.
    #[serde(flatten)]
    lasted: Lasted,
}

/// All that is known of an incident. Who may see only what is public is told of the incident alone.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "IncidentInFull")]
struct InFull {
    incident: InShort,
    /// What became of it, in order.
    turns: Vec<Turn>,
    /// What was written beside it, in order.
    notes: Vec<Note>,
    /// Who was told of it, in order.
    told: Vec<Told>,
    /// The looks at its service from shortly before it until shortly after, by when they began.
    looks: Vec<LookLine>,
    /// Whether there are more looks than are told here.
    more: bool,
}

/// What became of an incident at one moment.
#[derive(Serialize, JsonSchema)]
struct Turn {
    /// When that was found.
    at: Moment,
    what: IncidentTurn,
    /// Whom on-call was to be sent to then.
    blame: Blame,
}

/// That somebody sees to it.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Acknowledgement {
    /// What else there is to say, in plain text.
    #[schemars(length(max = 2000))]
    words: String,
}

/// What was written.
#[derive(Serialize, JsonSchema)]
struct Written {
    incident: Slug,
    by: String,
    words: String,
    acknowledges: bool,
}

async fn incidents(call: Call) -> Answer {
    let (period, standing) = (call.period(MONTH)?, call.standing());
    let after = call.cursor::<(Moment, Slug)>()?;
    let mut found = call.desk.serve.past.incidents(period).await?;
    found.retain(|one| is_wanted(&call, one) && is_shown(&call, &standing, one));
    found.sort_by_key(place);
    found.retain(|one| after.as_ref().is_none_or(|after| place(one) > *after));
    let rest = found.split_off(found.len().min(call.count("limit").unwrap_or(100)));
    let next = found.last().filter(|_| !rest.is_empty()).map(|last| call.next(&place(last), period));
    let known = known(&call, &standing);
    json(&Incidents {
        incidents: found.into_iter().map(|one| InShort::of(one, &call, known)).collect(),
        next,
    })
}

async fn incident(call: Call) -> Answer {
    let (id, standing) = (call.segment("incident")?, call.standing());
    let known = known(&call, &standing);
    let dossier = call.desk.serve.past.dossier(id.clone(), known).await?;
    let shown = dossier.filter(|dossier| is_shown(&call, &standing, &dossier.incident));
    let dossier = shown.ok_or_else(|| no_incident(&id))?;
    json(&if call.visitor.sees_all() {
        InFull::of(dossier, &call, known)
    } else {
        InFull::bare(dossier, &call, known)
    })
}

async fn note(call: Call) -> Answer {
    let remark = call.read()?;
    write(call, remark).await
}

async fn acknowledge(call: Call) -> Answer {
    let Acknowledgement { words } = call.read_perhaps()?;
    write(call, Remark { words, acknowledges: true }).await
}

async fn write(call: Call, remark: Remark) -> Answer {
    let id = call.segment("incident")?;
    if call.desk.serve.past.incident(id.clone()).await?.is_none() {
        return Err(no_incident(&id));
    }
    let by = call.visitor.by();
    let note = remark.clone().note(id.clone(), by.name.clone(), call.now).map_err(Problem::refused)?;
    call.desk.ask(TURN, |answer| Ask::Note(id, remark, by, answer)).await?;
    let place = [(header::LOCATION, format!("/api/v1/incidents/{}", note.incident))];
    let Note { incident, by, words, acknowledges, .. } = note;
    let told = json(&Written { incident, by, words, acknowledges })?;
    Ok((StatusCode::CREATED, place, told).into_response())
}

fn is_wanted(call: &Call, incident: &Incident) -> bool {
    call.name("service").is_none_or(|service| incident.service == service)
        && call.text("kind").is_none_or(|kind| incident.kind.label() == kind)
        && call.truth("open").is_none_or(|open| incident.is_open() == open)
}

/// Whether whoever asks may know of it.
fn is_shown(call: &Call, standing: &Standing, incident: &Incident) -> bool {
    call.visitor.sees_all() || standing.service(&incident.service).is_some()
}

/// Its place in the order in which incidents are told.
fn place(incident: &Incident) -> (Moment, Slug) {
    (incident.since().unwrap_or_default(), incident.id.clone())
}

/// Until when anything is known.
fn known(call: &Call, standing: &Standing) -> Moment {
    if standing.running { call.now } else { standing.newest.unwrap_or(call.now) }
}

fn no_incident(id: &Slug) -> Problem {
    Problem::nothing(format!("there is no incident `{id}`"))
}

impl InShort {
    fn of(incident: Incident, call: &Call, known: Moment) -> Self {
        let lasted = Lasted::of(&incident, known);
        Self { incident: if call.visitor.sees_all() { incident } else { incident.for_public() }, lasted }
    }
}

impl InFull {
    fn of(dossier: Dossier, call: &Call, known: Moment) -> Self {
        let Dossier { incident, turns, notes, told, looks, more } = dossier;
        let looks = looks.iter().map(LookLine::of).collect();
        let turns = turns.into_iter().map(Turn::of).collect();
        Self { incident: InShort::of(incident, call, known), turns, notes, told, looks, more }
    }

    /// What is for everybody.
    fn bare(dossier: Dossier, call: &Call, known: Moment) -> Self {
        let incident = InShort::of(dossier.incident, call, known);
        Self {
            incident,
            turns: Vec::new(),
            notes: Vec::new(),
            told: Vec::new(),
            looks: Vec::new(),
            more: false,
        }
    }
}

impl Turn {
    fn of(news: IncidentNews) -> Self {
        Self { at: news.at, what: news.what, blame: news.incident.blame }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::IncidentKind;

    #[test]
    fn every_kind_can_be_asked_for() {
        assert_eq!(KINDS, IncidentKind::ALL.map(IncidentKind::label));
    }
}
