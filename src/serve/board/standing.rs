//! How does everything stand, in words and figures that pages and programs show?

use std::{cmp::Reverse, collections::HashMap, sync::Arc, time::Duration};

use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    planned::Planned,
    seen::{Recent, Seen},
    sheet::Sheet,
};
use crate::model::{
    Incident, Length, Moment, Note, Observation, Outline, ProbeId, ServiceOutline, ServiceState, Slug, State,
};

/// How everything stands at one moment.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Standing {
    /// The vantage point.
    pub site: String,
    /// Whether an agent looks now. If none does, all that follows is of `newest`.
    pub running: bool,
    /// When the newest entry was known.
    pub newest: Option<Moment>,
    /// Since when this site is cut off.
    pub cut_off: Option<Moment>,
    /// Every service, the worst first, then in the order of the plan.
    pub services: Vec<ServiceStanding>,
    /// The incidents that are open.
    pub incidents: Vec<Open>,
    /// Planned work that is under way or still to come.
    pub maintenance: Vec<Planned>,
    /// The plan.
    #[serde(skip)]
    pub outline: Arc<Outline>,
}

/// How one service stands.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ServiceStanding {
    /// Which.
    pub service: Slug,
    /// Its name for people.
    pub title: String,
    /// What is believed.
    pub state: ServiceState,
    /// Since when.
    pub since: Option<Moment>,
    /// When the last look at it began.
    pub last_look: Option<Moment>,
    /// Its probes, in the order of the plan.
    pub probes: Vec<ProbeStanding>,
    /// Its place among the services of the outline.
    #[serde(skip)]
    pub place: usize,
}

/// How one probe stands.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ProbeStanding {
    /// Which of its service.
    pub probe: Slug,
    /// What is believed.
    pub state: State,
    /// Since when.
    pub since: Option<Moment>,
    /// When the last look began.
    pub last_look: Option<Moment>,
    /// What the last look was.
    pub outcome: Option<&'static str>,
    /// Why the probe is not up; empty if it is.
    pub words: String,
    /// The last look.
    #[serde(skip)]
    pub look: Option<Arc<Observation>>,
    /// Its place among the probes of the outline.
    #[serde(skip)]
    pub place: usize,
    #[serde(skip)]
    seen: Arc<Seen>,
}

/// An open incident.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Open {
    /// What is known of it.
    #[serde(flatten)]
    pub incident: Arc<Incident>,
    /// How long it has lasted.
    #[serde(flatten)]
    pub lasted: Lasted,
    /// What was written beside it, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Arc<Note>>,
    /// Until when anything is known.
    #[serde(skip)]
    pub known: Moment,
}

/// How long something lasted, in JSON.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Lasted {
    /// By the looks that showed it.
    #[serde(rename = "lasted_ms")]
    told: u128,
    /// From the first look that showed it to the last.
    #[serde(rename = "at_least_ms", skip_serializing_if = "Option::is_none")]
    least: Option<u128>,
    /// From the last look before it to the first after it.
    #[serde(rename = "at_most_ms")]
    most: u128,
}

impl Standing {
    pub(super) fn of(sheet: &Sheet, running: bool, now: Moment) -> Self {
        let at = if running { now } else { sheet.newest.unwrap_or(now) };
        let open = sheet.incidents.values().map(|incident| Open {
            incident: Arc::clone(incident),
            lasted: Lasted::of(incident, at),
            notes: sheet.notes.get(&incident.id).cloned().unwrap_or_default(),
            known: at,
        });
        let works = sheet.works.values();
        Self {
            site: sheet.outline.site.clone(),
            running,
            newest: sheet.newest,
            cut_off: sheet.cut_off,
            services: services(sheet),
            incidents: open.collect(),
            maintenance: works.filter_map(|(known, work)| Planned::at(work, *known, now)).collect(),
            outline: Arc::clone(&sheet.outline),
        }
    }

    /// The zone of everything local.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.outline.zone).unwrap_or(TimeZone::UTC)
    }

    /// One service.
    pub fn service(&self, id: &Slug) -> Option<&ServiceStanding> {
        self.services.iter().find(|service| service.service == *id)
    }

    /// The name of a service for people; its id if it is no longer watched.
    pub fn title<'s>(&'s self, service: &'s Slug) -> &'s str {
        self.service(service).map_or(service.as_str(), |known| &known.title)
    }

    /// What the plan says of a service.
    pub fn plan_of(&self, service: &ServiceStanding) -> Option<&ServiceOutline> {
        self.outline.services.get(service.place)
    }

    /// What whoever is not signed in may see: the services that are marked public, what they are and were, and neither how that
    /// was found out nor who said what.
    #[must_use]
    pub fn for_public(mut self) -> Self {
        let outline = Arc::clone(&self.outline);
        let public = |id: &Slug| outline.services.iter().any(|one| one.public && one.id == *id);
        self.services.retain(|service| public(&service.service));
        self.services.iter_mut().for_each(|service| service.probes.clear());
        self.incidents.retain(|open| public(&open.incident.service));
        self.incidents.iter_mut().for_each(Open::withhold);
        for planned in &mut self.maintenance {
            planned.maintenance.services.retain(public);
            planned.maintenance.declared_by.clear();
        }
        self.maintenance.retain(|planned| !planned.maintenance.services.is_empty());
        self
    }
}

impl ServiceStanding {
    /// The probe that says most of why it is not up; `None` if it is.
    pub fn worst(&self) -> Option<&ProbeStanding> {
        let ill = self.probes.iter().rev().filter(|probe| probe.state != State::Up);
        let worst = ill.max_by_key(|probe| (probe.state == State::Down, probe.state == State::Degraded));
        worst.filter(|_| self.state != ServiceState::Up)
    }
}

impl ProbeStanding {
    /// Its last looks in short, the newest at the end.
    pub fn recent(&self) -> impl ExactSizeIterator<Item = &Recent> {
        self.seen.recent.iter()
    }

    fn of(id: &ProbeId, place: usize, seen: &Arc<Seen>) -> Self {
        Self {
            probe: id.probe.clone(),
            state: seen.state(),
            since: seen.turn.as_ref().map(|turn| turn.since),
            last_look: seen.look.as_ref().map(|look| look.began),
            outcome: seen.look.as_ref().map(|look| look.seen.outcome.label()),
            words: seen.words(),
            look: seen.look.clone(),
            place,
            seen: Arc::clone(seen),
        }
    }
}

impl Open {
    /// Leaves out what is not for everybody.
    fn withhold(&mut self) {
        self.incident = Arc::new(Incident::clone(&self.incident).for_public());
        self.notes.clear();
    }
}

impl Lasted {
    /// How long `incident` lasted, as far as it is known at `now`; at least is left out while it lasts.
    pub fn of(incident: &Incident, now: Moment) -> Self {
        let Length { told, least, most } = incident.length(now);
        let ms = |length: Duration| length.as_millis();
        let least = (!incident.is_open()).then_some(ms(least));
        Self { told: ms(told), least, most: ms(most) }
    }
}

fn services(sheet: &Sheet) -> Vec<ServiceStanding> {
    let outline = &sheet.outline;
    let mut services: Vec<_> = outline.services.iter().enumerate().map(|one| service(sheet, one)).collect();
    let places: HashMap<&Slug, usize> =
        outline.services.iter().enumerate().map(|(place, service)| (&service.id, place)).collect();
    for (place, (probe, seen)) in outline.probes.iter().zip(&sheet.probes).enumerate() {
        if let Some(of) = places.get(&probe.id.service).and_then(|of| services.get_mut(*of)) {
            let standing = ProbeStanding::of(&probe.id, place, seen);
            of.last_look = of.last_look.max(standing.last_look);
            of.probes.push(standing);
        }
    }
    services.sort_by_key(|service| Reverse(badness(service.state)));
    services
}

fn service(sheet: &Sheet, (place, outline): (usize, &ServiceOutline)) -> ServiceStanding {
    let turn = sheet.services.get(&outline.id);
    ServiceStanding {
        service: outline.id.clone(),
        title: outline.title.clone(),
        state: turn.map_or(ServiceState::Unknown, |turn| turn.to),
        since: turn.map(|turn| turn.since),
        last_look: None,
        probes: Vec::new(),
        place,
    }
}

/// The higher, the sooner somebody should know.
fn badness(state: ServiceState) -> u8 {
    match state {
        ServiceState::Up => 0,
        ServiceState::AtRisk => 1,
        ServiceState::Unknown => 2,
        ServiceState::Degraded => 3,
        ServiceState::Partial => 4,
        ServiceState::Down => 5,
    }
}
