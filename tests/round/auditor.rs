//! Does the round keep its promises, whatever happens around it?

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use wardround::{
    entry::Entry,
    judge::Belief,
    model::{
        Impact, Moment, Observation, Outcome, ProbeId, ServiceState, ServiceTransition, Slug, State,
        Transition, Why,
    },
    round::{Job, Schedule, Scheduled, Ticket},
};

use super::{
    account::Account,
    chance::Chance,
    world::{Witness, down, unknown},
};

/// Looks on and objects.
pub(crate) struct Auditor {
    chance: Chance,
    schedule: Schedule,
    lives: BTreeMap<ProbeId, Life>,
    /// Probes that the newest plan has dropped, while it comes into force.
    gone: BTreeMap<ProbeId, Life>,
    services: BTreeMap<Slug, ServiceState>,
    flights: BTreeMap<Ticket, Flight>,
    /// The look that is about to be told, and whether its probe is still watched.
    landing: Option<Flight>,
    /// What the same entries make of belief when they are told again.
    owed: VecDeque<Transition>,
    /// Whether dues may be given up before they are too late.
    lenient: bool,
    over: bool,
    pub(crate) figures: Figures,
}

/// How much was seen.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    pub(crate) looks: u64,
    pub(crate) missed: BTreeMap<&'static str, u64>,
    pub(crate) turns: u64,
}

/// One probe, from the plan that brings it to the one that drops it.
struct Life {
    account: Account,
    scheduled: Scheduled,
    belief: Belief,
    state: State,
    rechecks: u32,
    flying: bool,
    trouble: u64,
}

struct Flight {
    probe: ProbeId,
    /// Its host, and whether it is of those that look at clinical systems.
    spot: (Arc<str>, bool),
    watched: bool,
}

impl Auditor {
    pub(crate) fn new(seed: u64, schedule: &Schedule) -> Self {
        Self {
            chance: Chance(seed),
            schedule: Schedule { probes: Vec::new(), ..schedule.clone() },
            lives: BTreeMap::new(),
            gone: BTreeMap::new(),
            services: BTreeMap::new(),
            flights: BTreeMap::new(),
            landing: None,
            owed: VecDeque::new(),
            lenient: false,
            over: false,
            figures: Figures::default(),
        }
    }

    /// A plan is about to come into force.
    pub(crate) fn before_replan(&mut self, schedule: &Schedule, now: Moment) {
        self.lenient = true;
        self.schedule = schedule.clone();
        self.gone = std::mem::take(&mut self.lives);
        for scheduled in &schedule.probes {
            let life = self.gone.remove(&scheduled.id).unwrap_or_else(|| Life::new(scheduled, now));
            self.lives.insert(scheduled.id.clone(), Life { scheduled: scheduled.clone(), ..life });
        }
        for flight in self.flights.values_mut().filter(|flight| self.gone.contains_key(&flight.probe)) {
            flight.watched = false;
        }
    }

    /// The plan is in force.
    pub(crate) fn after_replan(&mut self, now: Moment) {
        self.lenient = false;
        for life in std::mem::take(&mut self.gone).values() {
            life.account.closed(now);
        }
        self.lives.values_mut().for_each(|life| life.account.replanned(interval(&life.scheduled), now));
        let named = |service: &Slug| self.schedule.probes.iter().any(|probe| probe.id.service == *service);
        self.services.retain(|service, _| named(service));
    }

    /// The clock is about to be set, or the round to be stopped: what waits may be given up.
    pub(crate) fn be_lenient(&mut self, lenient: bool) {
        self.lenient = lenient;
    }

    /// The clock was set back.
    pub(crate) fn set_back(&mut self, from: Moment, to: Moment) {
        self.lives.values_mut().for_each(|life| life.account.set_back(from, to));
    }

    /// The round was stopped.
    pub(crate) fn stopped(&self, now: Moment) {
        self.lives.values().for_each(|life| life.account.closed(now));
    }

    /// Nothing is under way between two events.
    pub(crate) fn between(&self) {
        assert!(self.owed.is_empty(), "told again, the entries also say {:?}", self.owed);
        for (service, told) in &self.services {
            assert_eq!(*told, self.worst(service), "{service}");
        }
    }

    /// Everybody has landed.
    pub(crate) fn at_the_end(&self) {
        assert!(self.over && self.flights.is_empty());
        self.between();
    }

    fn worst(&self, service: &Slug) -> ServiceState {
        let of = self.lives.values().filter(|life| life.scheduled.id.service == *service);
        let (unseen, seen): (Vec<&Life>, Vec<&Life>) = of.partition(|life| life.state == State::Unknown);
        let worst = |lives: &[&Life]| lives.iter().map(|life| life.implies()).max();
        match (worst(&seen), worst(&unseen)) {
            (None, _) => ServiceState::Unknown,
            (Some(seen), Some(unseen)) if unseen > seen => ServiceState::Unknown,
            (Some(seen), _) => seen,
        }
    }

    fn take_off(&mut self, job: &Job, now: Moment) {
        let limits = self.schedule.limits;
        let life = self.lives.get_mut(&job.probe).expect("only who is watched looks");
        assert!(!std::mem::replace(&mut life.flying, true), "{}: two looks at once", job.probe);
        assert_eq!(self.schedule.probes[job.index].id, job.probe);
        assert_eq!(job.cadence, life.scheduled.cadence);
        life.looks(job, now);
        let spot = (life.scheduled.host.clone(), life.scheduled.clinical);
        let here = self.flights.values().filter(|flight| flight.spot == spot).count();
        let most = if spot.1 { limits.clinical_per_host } else { limits.per_host };
        assert!(here < most && self.flights.len() < limits.in_flight, "too many in flight");
        let flight = Flight { probe: job.probe.clone(), spot, watched: true };
        assert!(self.flights.insert(job.ticket, flight).is_none());
    }

    fn observed(&mut self, look: &Observation) {
        let flight = self.landing.take().expect("what is observed has just landed");
        assert_eq!(flight.probe, look.probe);
        if !flight.watched {
            return;
        }
        let life = self.lives.get_mut(&look.probe).expect("it is watched");
        let turns = life.belief.saw(look, life.scheduled.confirm);
        self.owed.extend(turns.map(|turn| turn.of(look.probe.clone())));
    }

    fn missed(&mut self, gap: &wardround::entry::Gap, now: Moment) {
        *self.figures.missed.entry(gap.reason.label()).or_default() += gap.missed;
        let lenient = self.lenient;
        let life = self.life(&gap.probe);
        life.account.missed(gap);
        let tolerance = Duration::from_millis(life.account.tolerance().unsigned_abs());
        assert!(lenient || gap.last() + tolerance < now, "{gap:?} was given up too early");
        let turn = life.belief.missed(gap.from, gap.last());
        self.owed.extend(turn.map(|turn| turn.of(gap.probe.clone())));
    }

    fn life(&mut self, probe: &ProbeId) -> &mut Life {
        self.lives.get_mut(probe).or(self.gone.get_mut(probe)).expect("only who is watched has a life")
    }

    fn changed(&mut self, transition: &Transition) {
        assert_eq!(self.owed.pop_front().as_ref(), Some(transition));
        let life = self.life(&transition.probe);
        assert_eq!(life.state, transition.from);
        assert_ne!(transition.from, transition.to);
        assert!(transition.after.is_none_or(|after| after < transition.since), "{transition:?}");
        life.state = transition.to;
        self.figures.turns += 1;
    }
}

impl Life {
    fn new(scheduled: &Scheduled, now: Moment) -> Self {
        Self {
            account: Account::new(&scheduled.id, interval(scheduled), now),
            scheduled: scheduled.clone(),
            belief: Belief::default(),
            state: State::Unknown,
            rechecks: 0,
            flying: false,
            trouble: 0,
        }
    }

    fn looks(&mut self, job: &Job, now: Moment) {
        match job.why {
            Why::Due => self.account.looked(job.due, now),
            _ => assert!(job.due <= now && self.account.expected() > now),
        }
        self.rechecks = if job.why == Why::Recheck { self.rechecks + 1 } else { 0 };
        let confirm = self.scheduled.confirm;
        assert!(self.rechecks <= 2 * confirm.failures.max(confirm.successes), "rechecks without end");
    }

    fn implies(&self) -> ServiceState {
        let worst = [
            ServiceState::Up,
            ServiceState::AtRisk,
            ServiceState::Degraded,
            ServiceState::Partial,
            ServiceState::Down,
        ];
        let order = [Impact::None, Impact::Redundancy, Impact::Degraded, Impact::Partial, Impact::Outage];
        let allowed = order.iter().position(|impact| *impact == self.scheduled.impact).unwrap();
        let itself = match self.state {
            State::Up => 0,
            State::Degraded => 2,
            State::Down | State::Unknown => 4,
        };
        worst[allowed.min(itself)]
    }
}

fn interval(scheduled: &Scheduled) -> i64 {
    i64::try_from(scheduled.cadence.interval().as_millis()).unwrap()
}

impl Witness for Auditor {
    fn look(&mut self, job: &Job, now: Moment) -> (Duration, Outcome) {
        self.figures.looks += 1;
        self.take_off(job, now);
        let life = self.lives.get_mut(&job.probe).expect("it is watched");
        life.trouble = if self.chance.once_in(6) { self.chance.below(8) } else { life.trouble };
        let outcome = match life.trouble {
            1 | 2 => down(),
            3 => Outcome::Degraded(Vec::new()),
            4 => unknown(),
            5 if self.chance.once_in(2) => down(),
            _ => Outcome::Up,
        };
        let timeout = u64::try_from(job.cadence.timeout().as_millis()).unwrap();
        let hangs = life.trouble == 1 || self.chance.once_in(20);
        let takes = if hangs { timeout + self.chance.below(30) } else { self.chance.below(timeout.min(300)) };
        (Duration::from_millis(takes), outcome)
    }

    fn ended(&mut self, ticket: Ticket) {
        let flight = self.flights.remove(&ticket).expect("only who flies lands");
        if let Some(life) = self.lives.get_mut(&flight.probe).filter(|_| flight.watched) {
            life.flying = false;
        }
        self.landing = Some(flight);
    }

    fn entry(&mut self, entry: Entry, now: Moment) {
        assert!(!self.over, "nothing comes after the end");
        match entry {
            Entry::Observed(look) => self.observed(&look),
            Entry::Gap(gap) => self.missed(&gap, now),
            Entry::Changed(transition) => self.changed(&transition),
            Entry::ServiceChanged(turn) => {
                let ServiceTransition { service, from, to, .. } = turn.clone();
                let before = self.services.insert(service, to).unwrap_or_default();
                assert!(before == from, "{turn:?} before {before:?}");
            }
            Entry::Stopped { .. } => self.over = true,
            _ => {}
        }
    }
}
