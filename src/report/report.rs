//! What is told of a period, of all services and all sites?

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use serde::Serialize;

use super::{
    Account, Asked, Format, Quality, Remembered, ServiceReport,
    lost::Lost,
    remembered::Head,
    service::{self, Subject},
};
use crate::model::{Calendar, Outline, Period, Slug};

/// A report: every figure, exact; what is printed of it is rounded when it is printed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// How the period is called.
    pub name: String,
    /// The same as it is typed.
    pub text: String,
    /// When.
    pub period: Period,
    /// By whose clock, by its name.
    pub zone: String,
    /// What its owner has to say of it.
    pub narrative: Option<String>,
    /// The version of the program that made it.
    pub version: &'static str,
    /// Each vantage point.
    pub sites: Vec<SiteReport>,
}

/// What is told of one site.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SiteReport {
    /// The vantage point.
    pub site: String,
    /// The end of its ledger's chain when this was made.
    pub head: Head,
    /// What was not measured.
    pub quality: Quality,
    /// Each service that was watched.
    pub services: Vec<ServiceReport>,
}

/// Why there is no report.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoReport {
    /// The ledger is empty.
    #[error(
        "nothing is remembered yet: let `wardround run` watch for a while, or say with --data where its ledger is"
    )]
    Nothing,
    /// The period is over before anything was remembered.
    #[error("nothing is remembered of {name}: the ledger begins at {first}")]
    TooEarly {
        /// The period.
        name: String,
        /// When the ledger begins.
        first: String,
    },
    /// The period has not begun.
    #[error("{name} has not begun by what is remembered: the ledger ends at {newest}")]
    TooLate {
        /// The period.
        name: String,
        /// When the newest entry was known.
        newest: String,
    },
}

impl Report {
    /// What is told of the period that is asked for, from what is remembered at each site.
    pub fn of(asked: &Asked, sites: &[Remembered]) -> Result<Self, NoReport> {
        sites.iter().try_for_each(|site| exists(asked, &site.account))?;
        Ok(Self {
            name: asked.named.name.clone(),
            text: asked.named.text(),
            period: asked.named.period,
            zone: asked.zone.iana_name().unwrap_or("UTC").to_owned(),
            narrative: asked.narrative.clone(),
            version: env!("CARGO_PKG_VERSION"),
            sites: sites.iter().map(|site| SiteReport::of(asked, site)).collect(),
        })
    }

    /// How a file is called that holds it in a form.
    pub fn file_name(&self, format: Format) -> String {
        let sites: Vec<&str> = self.sites.iter().map(|site| site.site.as_str()).collect();
        let text: String = self.text.chars().map(|one| if one == ':' { '-' } else { one }).collect();
        format!("wardround-{}-{text}.{}", sites.join("+"), format.ending())
    }

    /// Whether figures may still change.
    pub fn is_provisional(&self) -> bool {
        self.sites.iter().any(|site| site.quality.provisional)
    }
}

impl SiteReport {
    fn of(asked: &Asked, remembered: &Remembered) -> Self {
        let (account, period) = (&remembered.account, asked.named.period);
        let busy = Lost::working_hours().spans(period, &asked.zone);
        let outlines = outlines(account, period);
        let mut calendars = BTreeMap::new();
        let services = outlines.iter().map(|(id, outline)| {
            let spans = calendars
                .entry(std::ptr::from_ref::<Outline>(outline))
                .or_insert_with(|| spans(&outline.calendars, period, &asked.zone));
            let service = outline.services.iter().find(|service| service.id == **id)?;
            let probes = service::probes(outline, id);
            let subject = Subject { asked, remembered, service, probes, calendars: spans, busy: &busy };
            Some(ServiceReport::of(&subject))
        });
        let services = services.flatten().collect();
        let site = outlines.first().map_or_else(String::new, |(_, outline)| outline.site.clone());
        Self { site, head: remembered.head.clone(), quality: Quality::of(remembered, period), services }
    }
}

fn exists(asked: &Asked, account: &Account) -> Result<(), NoReport> {
    let (name, period) = (asked.named.name.clone(), asked.named.period);
    let first = account.agent().first().ok_or(NoReport::Nothing)?;
    if period.until <= first {
        return Err(NoReport::TooEarly { name, first: crate::model::at(first, &asked.zone) });
    }
    if period.from >= account.newest() {
        return Err(NoReport::TooLate { name, newest: crate::model::at(account.newest(), &asked.zone) });
    }
    Ok(())
}

/// Each service that was watched in `period`, with the last plan of that time that had it: in the order of the last plan, then
/// those that had left it.
fn outlines(account: &Account, period: Period) -> Vec<(&Slug, &Outline)> {
    let plans = account.plans().iter().rev().filter(|plan| plan.at < period.until);
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for plan in plans {
        for service in &plan.outline.services {
            let watched = || !account.course(&service.id, period).is_empty();
            if seen.insert(&service.id) && watched() {
                found.push((&service.id, &*plan.outline));
            }
        }
    }
    found
}

fn spans(calendars: &[Calendar], period: Period, zone: &TimeZone) -> Vec<(String, Vec<Period>)> {
    calendars.iter().map(|one| (one.name.clone(), one.spans(period, zone))).collect()
}
