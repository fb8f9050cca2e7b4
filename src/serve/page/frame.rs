//! What stands around every page: site, clock, ways to the other pages, and what must be known before anything else?

use super::{assets, scene::Scene};
use crate::{
    config::Role,
    model::{self, Moment},
    serve::{board::Standing, door::Way},
};

/// What stands around a page.
pub(super) struct Frame {
    pub(super) title: String,
    pub(super) site: String,
    pub(super) clock: String,
    pub(super) now: i64,
    pub(super) version: u64,
    pub(super) links: Vec<Link>,
    /// Who is signed in.
    pub(super) name: Option<String>,
    pub(super) stranger: bool,
    pub(super) alarms: Vec<Alarm>,
    /// Whether it may be loaded again and again: not where something is being written.
    pub(super) refreshes: bool,
    pub(super) style: &'static str,
    pub(super) script: &'static str,
}

/// The way to a page.
pub(super) struct Link {
    pub(super) to: &'static str,
    pub(super) name: &'static str,
    pub(super) here: bool,
}

/// What must be known before anything else is believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Alarm {
    pub(super) title: &'static str,
    pub(super) words: String,
}

/// The pages, who may see each, and what they are called.
const PAGES: [(&str, &str, Role); 6] = [
    ("/", "Services", Role::Public),
    ("/incidents", "Incidents", Role::Public),
    ("/maintenance", "Planned work", Role::Public),
    ("/reports", "Reports", Role::View),
    ("/audit", "Audit", Role::Admin),
    ("/wall", "Wall", Role::Public),
];

impl Frame {
    pub(super) fn of(scene: &Scene, title: impl Into<String>, here: &str) -> Self {
        let role = scene.visitor.role;
        let open = PAGES.into_iter().filter(|(.., needs)| role >= *needs);
        let site = &scene.standing.site;
        Self {
            title: title.into(),
            site: if site.is_empty() { "Wardround".into() } else { site.clone() },
            clock: scene.clock(),
            now: scene.now.as_ms(),
            version: scene.version,
            links: open.map(|(to, name, _)| Link { to, name, here: to == here }).collect(),
            name: (scene.visitor.way == Way::Session).then(|| scene.visitor.name.clone()),
            stranger: scene.visitor.way == Way::Unknown,
            alarms: alarms(scene),
            refreshes: true,
            style: assets::style(),
            script: assets::script(),
        }
    }

    /// For whoever asks for what is not there: nothing is said of the site.
    pub(super) fn bare(title: &str) -> Self {
        Self {
            title: title.into(),
            site: "Wardround".into(),
            clock: String::new(),
            now: 0,
            version: 0,
            links: Vec::new(),
            name: None,
            stranger: false,
            alarms: Vec::new(),
            refreshes: false,
            style: assets::style(),
            script: "",
        }
    }

    /// Something is written on this page: it is not loaded again while that is done.
    pub(super) fn with_form(self) -> Self {
        Self { refreshes: false, ..self }
    }
}

/// What must be known before anything else is believed, the worst first.
pub(super) fn alarms(scene: &Scene) -> Vec<Alarm> {
    let standing = &scene.standing;
    if !scene.planned {
        let words = "No plan is in force yet, so nothing is watched. This page fills once one is.".into();
        return vec![Alarm { title: "Wardround is starting", words }];
    }
    [still(scene), old(scene), cut_off(standing, scene)].into_iter().flatten().collect()
}

fn still(scene: &Scene) -> Option<Alarm> {
    let standing = &scene.standing;
    let newest = standing.newest.filter(|_| !standing.running)?;
    let words = format!(
        "The agent stands still or has stopped. All that follows is as it was at {}, {}.",
        scene.exact(newest),
        scene.ago(newest)
    );
    Some(Alarm { title: "Nobody is looking", words })
}

/// The loop turns, and yet no look has come for far too long.
fn old(scene: &Scene) -> Option<Alarm> {
    let newest = newest_look(&scene.standing).filter(|_| scene.standing.running)?;
    let interval = scene.outline().probes.iter().map(|probe| probe.cadence.interval()).min()?;
    let is_old = scene.now.since(newest) > interval * 3 + std::time::Duration::from_mins(1);
    let words = format!("The newest look began {}. What follows is at least as old.", scene.ago(newest));
    is_old.then_some(Alarm { title: "No look for too long", words })
}

fn newest_look(standing: &Standing) -> Option<Moment> {
    standing.services.iter().filter_map(|service| service.last_look).max()
}

fn cut_off(standing: &Standing, scene: &Scene) -> Option<Alarm> {
    let since = standing.cut_off?;
    let words = format!(
        "Since {} ({}) nothing outside answers. What cannot be reached from here is unknown, not down.",
        model::at(since, &scene.zone),
        scene.lapse(since)
    );
    Some(Alarm { title: "This site is cut off", words })
}
