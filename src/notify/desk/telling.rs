//! How is what stands told? As an alert with labels and annotations, or as a message that somebody reads as it is.

use std::collections::BTreeMap;

use super::{Desk, Standing, Subject};
use crate::{
    model::{Incident, IncidentKind, Moment, Severities, Severity, Slug},
    notify::{
        alert::{Alert, Message},
        names::{self, Naming},
        words::{About, Speaker},
    },
};

impl Desk {
    /// The alert as it stands at `now`.
    pub(in crate::notify) fn alert(&self, id: &Slug, standing: &Standing, now: Moment) -> Alert {
        let speaker = Speaker::new(&self.outline);
        let service = self.service(&standing.subject).and_then(|id| speaker.service(id));
        let description = self.description(&speaker, standing, now);
        Alert {
            id: id.clone(),
            labels: standing.labels.clone(),
            annotations: speaker.annotations(standing.naming, service, description),
            severity: standing.severity,
            since: standing.since,
            until: standing.until,
        }
    }

    /// The same for whoever reads it as it is.
    pub(in crate::notify) fn message(&self, id: &Slug, standing: &Standing, now: Moment) -> Message {
        let speaker = Speaker::new(&self.outline);
        let alert = self.alert(id, standing, now);
        let title = match &standing.subject {
            Subject::Own(id) | Subject::Affected(id, _) => {
                self.known(id).map_or_else(|| id.to_string(), |incident| speaker.title(&incident.service))
            }
            Subject::CutOff => "the whole site".to_owned(),
            Subject::Failing(receiver) => format!("receiver {receiver}"),
        };
        let (why, instead) = (self.why(&standing.subject), self.instead(&standing.subject));
        let (since, until, naming) = (standing.since, standing.until, standing.naming);
        let subject = speaker.subject(&About { naming, title: &title, since, until, why: &why, instead });
        let text = text(&subject, &alert);
        Message { alert, subject, text, after: None }
    }

    /// What ails its service now, in the word that a subject begins with: that a lesser ill is over is no all-clear.
    fn instead(&self, subject: &Subject) -> Option<&'static str> {
        let service = self.service(subject)?;
        let open = self.incidents.values().map(|known| &known.incident).filter(|one| one.is_open());
        let worst = open.filter(|one| one.service == *service).map(|one| one.kind).min();
        worst.map(|kind| names::own(kind).state)
    }

    /// Why, in a word or two.
    fn why(&self, subject: &Subject) -> String {
        match subject {
            Subject::Own(id) => {
                let cause = self.known(id).and_then(|incident| incident.cause.as_ref());
                cause.map_or_else(String::new, |cause| cause.fault.replace('_', " "))
            }
            Subject::Affected(_, cause) => format!("by {cause}"),
            Subject::CutOff | Subject::Failing(_) => String::new(),
        }
    }

    fn description(&self, speaker: &Speaker<'_>, standing: &Standing, now: Moment) -> String {
        let of =
            |id: &Slug, words: &dyn Fn(&Incident) -> String| self.known(id).map_or_else(String::new, words);
        let told = match &standing.subject {
            Subject::Own(id) => of(id, &|incident| speaker.incident(incident, &self.down())),
            Subject::Affected(id, cause) => of(id, &|incident| speaker.affected(incident, cause)),
            Subject::CutOff => speaker.cut_off(standing.since),
            Subject::Failing(receiver) => speaker.failing(receiver, standing.since),
        };
        match standing.until {
            Some(until) => speaker.over(standing.since, until.min(now)) + " " + &told,
            None => told,
        }
    }

    /// The services that are down.
    fn down(&self) -> Vec<Slug> {
        let outage = |incident: &&Incident| incident.is_open() && incident.kind == IncidentKind::Outage;
        let known = self.incidents.values().map(|known| &known.incident);
        known.filter(outage).map(|incident| incident.service.clone()).collect()
    }

    pub(super) fn labels(
        &self,
        subject: &Subject,
        naming: Naming,
        severity: Severity,
    ) -> BTreeMap<String, String> {
        let mut labels = BTreeMap::new();
        let mut put = |name: &str, value: &str| {
            if !value.is_empty() {
                labels.insert(name.to_owned(), value.to_owned());
            }
        };
        put("alertname", naming.name);
        put("site", &self.outline.site);
        put("severity", severity.label());
        if let Some(id) = self.service(subject) {
            let outline = self.outline.services.iter().find(|service| service.id == *id);
            let cause = if let Subject::Affected(_, cause) = subject { cause } else { id };
            put("service", id.as_str());
            put("cause", cause.as_str());
            put("owner", outline.and_then(|service| service.owner.as_deref()).unwrap_or_default());
            put("tier", outline.and_then(|service| service.tier.as_deref()).unwrap_or_default());
        }
        if let Subject::Failing(receiver) = subject {
            put("receiver", receiver.as_str());
        }
        labels
    }

    pub(super) fn severity(&self, subject: &Subject, naming: Naming) -> Severity {
        let of_tier = || {
            let incident = self.known(subject.incident()?)?;
            let outline = self.outline.services.iter().find(|service| service.id == incident.service);
            let severities = outline.map_or_else(Severities::default, |service| service.severities);
            Some(severities.of(incident.kind))
        };
        naming.severity.or_else(of_tier).unwrap_or(Severity::Critical)
    }

    fn service(&self, subject: &Subject) -> Option<&Slug> {
        self.known(subject.incident()?).map(|incident| &incident.service)
    }
}

impl Subject {
    /// The incident that it is about, if it is about one.
    fn incident(&self) -> Option<&Slug> {
        match self {
            Self::Own(id) | Self::Affected(id, _) => Some(id),
            Self::CutOff | Self::Failing(_) => None,
        }
    }
}

/// A plain text: the subject, what is known, where to go.
fn text(subject: &str, alert: &Alert) -> String {
    let known = |name: &str| alert.annotations.get(name).cloned();
    let line = |name: &str, words: &str| known(name).map(|url| format!("{words}: {url}"));
    let links = [
        line("service_runbook_url", "What to do"),
        line("runbook_url", "What this alert means"),
        line("dashboard_url", "Dashboard"),
    ];
    let links: Vec<String> = links.into_iter().flatten().collect();
    format!("{subject}\n\n{}\n\n{}\n", known("description").unwrap_or_default(), links.join("\n"))
}
