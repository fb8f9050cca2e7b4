//! What is told of one service?

use std::time::Duration;

use serde::Serialize;

use super::{
    Asked, Availability, Blips, Happened, Kept, Kinds, Looks, Lost, Remembered, Stretch, Tally, Verdict,
    Window, measures, seconds, spans, spc::Chart, words,
};
use crate::model::{
    Counting, Impact, Incident, IncidentKind, Maintenance, Objective, Outline, Period, ProbeOutline,
    ServiceOutline, ServiceState, Slug,
};

/// One service, from one site, over the period.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ServiceReport {
    /// Its name, the same everywhere.
    pub service: Slug,
    /// Its name for people.
    pub title: String,
    /// Who looks after it.
    pub owner: Option<String>,
    /// How much it matters.
    pub tier: Option<String>,
    /// The time in which it was watched.
    #[serde(rename = "watched_seconds", serialize_with = "seconds::exact")]
    pub watched: Duration,
    /// That time split into seven, planned work that was announced in time told apart.
    pub tally: Tally,
    /// The same as if no work had been planned.
    pub gross: Tally,
    /// Contractual: without planned work that was announced in time.
    pub availability: Availability,
    /// The same with it.
    pub gross_availability: Availability,
    /// No more decimals of a percentage are honest.
    pub decimals: usize,
    /// Time without any significant trouble: neither down, nor partial, nor degraded.
    pub incident_free: Availability,
    /// That time within each calendar of the plan, and outside it.
    pub calendars: Vec<CalendarTally>,
    /// What was promised, and whether it was kept.
    pub objectives: Vec<Kept>,
    /// What went wrong, by when it began.
    pub incidents: Vec<Happened>,
    /// The same by kind.
    pub kinds: Vec<Kinds>,
    /// What was not believed.
    pub blips: Blips,
    /// The looks of its probes.
    pub looks: Vec<Looks>,
    /// Planned work that touches the period.
    pub maintenance: Vec<Work>,
    /// The time that people lost: an estimate.
    pub lost: Option<Lost>,
    /// The same measures of the periods before, the earliest first.
    pub before: Vec<Earlier>,
    /// What is change, and what is chance.
    pub charts: Vec<Chart>,
    /// How it was at each moment.
    pub stretches: Vec<Stretch>,
}

/// The time within a calendar, and outside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CalendarTally {
    /// The calendar.
    pub name: String,
    /// Within it.
    pub during: Tally,
    /// Outside it.
    pub outside: Tally,
}

/// One occurrence of planned work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Work {
    /// When, and whether it was announced in time.
    #[serde(flatten)]
    pub window: Window,
    /// What was done.
    pub reason: String,
    /// Who announced it.
    pub declared_by: String,
}

/// A period before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Earlier {
    /// How it is called.
    pub name: String,
    /// When.
    pub period: Period,
    /// How it was then.
    pub tally: Tally,
    /// Contractual.
    pub availability: Availability,
    /// How many outages began.
    pub outages: usize,
    /// The 95th percentile of the probe that stands for the service.
    #[serde(rename = "p95_seconds", serialize_with = "seconds::perhaps")]
    pub p95: Option<Duration>,
}

/// What a service's report is made of.
pub(super) struct Subject<'r> {
    pub(super) asked: &'r Asked,
    pub(super) remembered: &'r Remembered,
    pub(super) service: &'r ServiceOutline,
    pub(super) probes: Vec<&'r ProbeOutline>,
    /// The calendars of its plan within the period.
    pub(super) calendars: &'r [(String, Vec<Period>)],
    /// When most are at work.
    pub(super) busy: &'r [Period],
}

impl ServiceReport {
    pub(super) fn of(subject: &Subject<'_>) -> Self {
        let Subject { asked, remembered, service, probes, .. } = subject;
        let (account, period, id) = (&remembered.account, asked.named.period, &service.id);
        let stretches = account.course(id, period);
        let (tally, gross) = (account.tally(id, period), account.gross(id, period));
        let incidents = Happened::all(account, id, period, &stretches);
        Self {
            service: id.clone(),
            title: service.title.clone(),
            owner: service.owner.clone(),
            tier: service.tier.clone(),
            watched: tally.total(),
            tally,
            gross,
            availability: Availability::of(tally, &[ServiceState::Down]),
            gross_availability: Availability::of(gross, &[ServiceState::Down]),
            decimals: decimals(probes, period),
            incident_free: Availability::of(tally, &TROUBLE),
            calendars: subject.calendars(&stretches),
            objectives: service.objectives.iter().map(|one| subject.kept(one, &stretches)).collect(),
            kinds: Kinds::of(&incidents),
            incidents,
            blips: Blips::of(account, id, period),
            looks: subject.looks(),
            maintenance: subject.works(),
            lost: service.users.map(|users| Lost::of(users, &stretches, subject.busy)),
            before: asked.before.iter().filter_map(|one| subject.earlier(&one.name, one.period)).collect(),
            charts: measures::charts(subject),
            stretches,
        }
    }
}

impl ServiceReport {
    /// The worst that became of its promises; none if nothing was promised, or no time counted.
    pub fn verdict(&self) -> Option<Verdict> {
        let verdicts = || self.objectives.iter().map(|one| one.verdict);
        let worst = [Verdict::Missed, Verdict::NotProvable, Verdict::Met];
        worst.into_iter().find(|verdict| verdicts().any(|one| one == *verdict))
    }

    /// How many outages touch the period that were not all planned work.
    pub fn outages(&self) -> usize {
        self.unplanned(IncidentKind::Outage).count()
    }

    /// How long the longest of them lasted outside planned work.
    pub fn longest_outage(&self) -> Option<Duration> {
        self.unplanned(IncidentKind::Outage).max()
    }

    fn unplanned(&self, kind: IncidentKind) -> impl Iterator<Item = Duration> {
        let of = self.incidents.iter().filter(move |one| one.kind == kind);
        of.map(|one| one.lasted.told.saturating_sub(one.planned)).filter(|lasted| !lasted.is_zero())
    }
}

/// What a clinician would call trouble.
const TROUBLE: [ServiceState; 3] = [ServiceState::Down, ServiceState::Partial, ServiceState::Degraded];

impl Subject<'_> {
    /// How the service was in a period before; none if it was not watched then.
    pub(super) fn earlier(&self, name: &str, period: Period) -> Option<Earlier> {
        let (account, id) = (&self.remembered.account, &self.service.id);
        let tally = account.tally(id, period);
        (!tally.total().is_zero()).then(|| Earlier {
            name: name.to_owned(),
            period,
            tally,
            availability: Availability::of(tally, &[ServiceState::Down]),
            outages: self.outages(period).count(),
            p95: self.lead().and_then(|probe| self.remembered.sum(&probe.id, period)?.latency.quantile(0.95)),
        })
    }

    /// When the outages began that began in `period` and were not planned.
    pub(super) fn outages(&self, period: Period) -> impl Iterator<Item = crate::model::Moment> {
        let (account, id) = (&self.remembered.account, &self.service.id);
        let excluded = account.excluded(id, period);
        let incidents = account.incidents(id, period).into_iter();
        let outages = incidents.filter(|one| one.kind == IncidentKind::Outage);
        let begins = outages.filter_map(Incident::since).filter(move |since| period.contains(*since));
        begins.filter(move |since| !excluded.iter().any(|work| work.contains(*since)))
    }

    /// The probe whose latency stands for the service: the first that shows an outage.
    pub(super) fn lead(&self) -> Option<&ProbeOutline> {
        let shows = |probe: &&&ProbeOutline| probe.impact == Impact::Outage;
        self.probes.iter().find(shows).or(self.probes.first()).copied()
    }

    fn calendars(&self, stretches: &[Stretch]) -> Vec<CalendarTally> {
        let whole = self.asked.named.period;
        let tally = |spans: &[Period]| self.tally(stretches, spans);
        let one = |(name, spans): &(String, Vec<Period>)| CalendarTally {
            name: name.clone(),
            during: tally(spans),
            outside: tally(&spans::outside(spans, whole)),
        };
        self.calendars.iter().map(one).collect()
    }

    fn kept(&self, objective: &Objective, stretches: &[Stretch]) -> Kept {
        let whole = self.asked.named.period;
        let of = |name: &str| {
            let found = self.calendars.iter().find(|(one, _)| one == name);
            found.map_or_else(Vec::new, |(_, spans)| spans.clone())
        };
        let spans = match &objective.when {
            Counting::Always => vec![whole],
            Counting::During(name) => of(name),
            Counting::Outside(name) => spans::outside(&of(name), whole),
        };
        Kept::of(objective, self.tally(stretches, &spans))
    }

    fn tally(&self, stretches: &[Stretch], spans: &[Period]) -> Tally {
        let excluded = self.remembered.account.excluded(&self.service.id, self.asked.named.period);
        Tally::of(&spans::inside(stretches, spans), &excluded)
    }

    fn looks(&self) -> Vec<Looks> {
        let period = self.asked.named.period;
        let of = |probe: &&ProbeOutline| {
            let sum = self.remembered.sum(&probe.id, period)?;
            Some(Looks::of(&self.remembered.account, probe, sum, period))
        };
        self.probes.iter().filter_map(of).collect()
    }

    fn works(&self) -> Vec<Work> {
        let account = &self.remembered.account;
        let windows = account.maintenance(&self.service.id, self.asked.named.period);
        let told = |window: Window| {
            let work = account.work(&window.id);
            let words = |of: fn(&Maintenance) -> &String| work.map(of).cloned().unwrap_or_default();
            Work { reason: words(|work| &work.reason), declared_by: words(|work| &work.declared_by), window }
        };
        windows.into_iter().map(told).collect()
    }
}

/// Decimals of a percentage, no finer than what one look can tell, three at most.
fn decimals(probes: &[&ProbeOutline], period: Period) -> usize {
    let of = |probe: &&ProbeOutline| probe.cadence.interval();
    let shows = probes.iter().copied().filter(|probe| probe.impact == Impact::Outage);
    let interval = shows.map(|probe| of(&probe)).max().unwrap_or(Duration::from_mins(1));
    words::decimals(interval, period.length())
}

/// Decimals of a percentage of `period` of a service, no finer than what one look can tell, three at most.
pub fn decimals_of(outline: &Outline, service: &Slug, period: Period) -> usize {
    decimals(&probes(outline, service), period)
}

/// The probes of `service` in `outline`, in its order.
pub(super) fn probes<'o>(outline: &'o Outline, service: &Slug) -> Vec<&'o ProbeOutline> {
    outline.probes.iter().filter(|probe| probe.id.service == *service && !probe.reference).collect()
}
