//! What does a person read at three in the morning? What is wrong, since when, where it shows, and where to go.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::names::Naming;
use crate::model::{self, Incident, IncidentKind, Moment, Outline, ServiceOutline, Slug, lapse};

/// Where the headings of `docs/runbooks.md` are found unless `links` say so.
const RUNBOOKS: &str = "docs/runbooks.md";

/// What to do, whatever it is.
const FIRST: &str =
    "First `wardround status` on an agent of that site, then the service's own runbook, if one is linked.";

/// Who speaks, and of which site.
pub(super) struct Speaker<'a> {
    outline: &'a Outline,
    zone: TimeZone,
}

/// What a subject line needs beside its naming.
pub(super) struct About<'a> {
    pub(super) naming: Naming,
    /// Its name for people.
    pub(super) title: &'a str,
    pub(super) since: Moment,
    pub(super) until: Option<Moment>,
    /// Why, in a few words; empty where there is nothing to say.
    pub(super) why: &'a str,
    /// How a subject begins of what took its place, if it is over and its service not well.
    pub(super) instead: Option<&'static str>,
}

impl<'a> Speaker<'a> {
    pub(super) fn new(outline: &'a Outline) -> Self {
        Self { outline, zone: TimeZone::get(&outline.zone).unwrap_or(TimeZone::UTC) }
    }

    /// `DOWN: Electronic patient record (royal-infirmary) since 03:12:04, connection_refused`.
    pub(super) fn subject(&self, about: &About<'_>) -> String {
        let About { naming, title, since, until, why, instead } = about;
        let site = &self.outline.site;
        match until {
            Some(until) => {
                let over = instead.map(|now| format!("{now} instead of {}", naming.state));
                let over = over.unwrap_or_else(|| naming.over.to_owned());
                format!("{over}: {title} ({site}) after {}", lapse(until.since(*since)))
            }
            None if why.is_empty() => {
                format!("{}: {title} ({site}) since {}", naming.state, self.clock(*since))
            }
            None => format!("{}: {title} ({site}) since {}, {why}", naming.state, self.clock(*since)),
        }
    }

    /// `summary`, `runbook_url`, `dashboard_url` and what else is found of `service`.
    pub(super) fn annotations(
        &self,
        naming: Naming,
        service: Option<&ServiceOutline>,
        description: String,
    ) -> BTreeMap<String, String> {
        let runbooks = self.outline.links.runbooks.as_deref().unwrap_or(RUNBOOKS);
        let runbook = format!("{runbooks}#{}", naming.name.to_lowercase());
        let all = [
            ("summary", Some(naming.summary.to_owned())),
            ("description", Some(description)),
            ("runbook_url", Some(runbook)),
            ("dashboard_url", self.dashboard(service)),
            ("service_runbook_url", service.and_then(|service| service.runbook.clone())),
        ];
        all.into_iter().filter_map(|(name, words)| Some((name.to_owned(), words?))).collect()
    }

    fn dashboard(&self, service: Option<&ServiceOutline>) -> Option<String> {
        let (base, site) = (self.outline.links.dashboards.as_ref()?, &self.outline.site);
        Some(match service {
            Some(service) => format!("{base}/d/wardround-service?var-site={site}&var-service={}", service.id),
            None => format!("{base}/d/wardround-agent?var-site={site}"),
        })
    }

    /// What is known of a service's own incident, given which services are down.
    pub(super) fn incident(&self, incident: &Incident, down: &[Slug]) -> String {
        let service = &incident.service;
        let (title, since) = (self.title(service), self.at(began(incident)));
        let state = state(incident.kind);
        let seen = format!("{title} ({service}) {state} since {since}, seen from {}.", self.outline.site);
        let (before, again, depends) =
            (self.before(incident), self.again(incident), self.depends(service, down));
        let parts = [seen, before, again, cause(incident), depends, FIRST.to_owned()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// What another service's outage does to this one.
    pub(super) fn affected(&self, incident: &Incident, by: &Slug) -> String {
        let service = &incident.service;
        let (title, since) = (self.title(service), self.at(began(incident)));
        let (state, site, other) = (state(incident.kind), &self.outline.site, self.title(by));
        let seen = format!("{title} ({service}) {state} since {since}, seen from {site}.");
        let follows = format!(
            "This follows from the outage of {other} ({by}): mend that first. It is told on its own if it lasts beyond that."
        );
        [seen, cause(incident), follows]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }

    pub(super) fn cut_off(&self, since: Moment) -> String {
        let (site, since) = (&self.outline.site, self.at(since));
        format!(
            "All references of {site} fail together since {since}, as an agent there sees it: what is broken is the way out \
             of the site, or that agent's own line. What it sees of services is unknown, not down; those who work there may \
             reach none of them. See to the site's network first."
        )
    }

    pub(super) fn failing(&self, receiver: &Slug, since: Moment) -> String {
        let (site, since) = (&self.outline.site, self.at(since));
        format!(
            "An agent of {site} cannot tell the receiver {receiver} since {since}. What it should have heard waits, but \
             for what it refused for good, and is told once it answers; the agent's log says why it does not."
        )
    }

    /// From when to when it was.
    pub(super) fn over(&self, since: Moment, until: Moment) -> String {
        let lasted = lapse(until.since(since));
        format!("Over since {}, after {lasted}. What was told:", self.at(until))
    }

    /// Its name for people; its id if the plan does not know it.
    pub(super) fn title(&self, service: &Slug) -> String {
        self.service(service).map_or_else(|| service.to_string(), |known| known.title.clone())
    }

    pub(super) fn service(&self, id: &Slug) -> Option<&'a ServiceOutline> {
        self.outline.services.iter().find(|service| service.id == *id)
    }

    fn before(&self, incident: &Incident) -> String {
        let after = incident.runs.last().and_then(|run| run.after);
        after.map_or_else(String::new, |after| format!("The look before it was at {}.", self.clock(after)))
    }

    /// How often it has come, where that is more than once.
    fn again(&self, incident: &Incident) -> String {
        let (times, first) = (incident.runs.len(), incident.since().unwrap_or_default());
        if times > 1 {
            format!("It comes and goes: {times} times since {}.", self.at(first))
        } else {
            String::new()
        }
    }

    /// What it depends on, and who depends on it.
    fn depends(&self, id: &Slug, down: &[Slug]) -> String {
        let on = self.service(id).map(|service| service.depends_on.as_slice()).unwrap_or_default();
        let one =
            |on: &Slug| format!("{on} ({})", if down.contains(on) { "down" } else { "not known to be down" });
        let on: Vec<String> = on.iter().map(one).collect();
        let suffers = self.outline.services.iter().filter(|other| other.depends_on.contains(id));
        let suffers: Vec<&str> = suffers.map(|other| other.title.as_str()).collect();
        let tell = |words: &str, list: String| {
            if list.is_empty() { String::new() } else { format!("{words} {list}.") }
        };
        let parts =
            [tell("It depends on", on.join(", ")), tell("Without it also suffer:", suffers.join(", "))];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }

    pub(super) fn at(&self, moment: Moment) -> String {
        model::at(moment, &self.zone)
    }

    fn clock(&self, moment: Moment) -> String {
        model::clock(moment, &self.zone)
    }
}

/// When what is told of it began: its last run, where it came and went.
pub(super) fn began(incident: &Incident) -> Moment {
    incident.runs.last().map_or_else(Moment::default, |run| run.since)
}

fn cause(incident: &Incident) -> String {
    let Some(cause) = &incident.cause else { return String::new() };
    format!("Probe {}: {}.", cause.probe.probe, cause.words.trim_end_matches('.'))
}

fn state(kind: IncidentKind) -> &'static str {
    match kind {
        IncidentKind::Outage => "is down",
        IncidentKind::Partial => "lacks some function",
        IncidentKind::Degradation => "works badly",
        IncidentKind::LossOfRedundancy => "has lost what stands in for a part of it",
    }
}
