//! Does the round look at the right beats? One line a case in `tests/beats/round.txt`, which says how to read it.

use std::{sync::Arc, time::Duration};

use wardround::{
    entry::{Entry, GapReason},
    model::{Cadence, Confirm, Impact, Moment, Outcome, ProbeId, Transition, Why},
    round::{Event, Job, Limits, Schedule, Scheduled},
};

use super::{
    account::{Account, SITE},
    world::{Witness, World, down, unknown},
};

const SECOND: Duration = Duration::from_secs(1);

/// One line.
struct Case {
    target: Vec<char>,
    held_up: Vec<char>,
    confirm: Confirm,
    round: String,
    turns: String,
}

/// Writes down what the round does at each second after `zero`.
struct Scribe {
    zero: Moment,
    target: Vec<char>,
    round: Vec<char>,
    turns: Vec<String>,
}

#[test]
fn the_round_looks_at_its_beats() {
    let lines = include_str!("../beats/round.txt").lines();
    let cases: Vec<&str> = lines.filter(|line| line.contains('|') && !line.starts_with('#')).collect();
    let wrong: Vec<String> = cases.iter().filter_map(|line| told_otherwise(line)).collect();
    assert!(cases.len() > 20 && wrong.is_empty(), "{} cases\n{}", cases.len(), wrong.join("\n"));
}

fn told_otherwise(line: &str) -> Option<String> {
    let case = Case::read(line);
    let scribe = case.play();
    let (round, turns) = (scribe.round.iter().collect::<String>(), scribe.turns.join(" "));
    (round != case.round || turns != case.turns).then(|| format!("{line}\n    got: {round} | {turns}"))
}

impl Case {
    fn read(line: &str) -> Self {
        let columns: Vec<&str> = line.split('|').map(str::trim).collect();
        let [target, held_up, policy, round, turns] = columns.try_into().expect("five columns");
        let (failures, successes) = policy.split_once('/').expect("n/m");
        let recheck = Duration::from_secs(3);
        let confirm =
            Confirm { failures: failures.parse().unwrap(), successes: successes.parse().unwrap(), recheck };
        let [target, held_up] = [target, held_up].map(|column| column.chars().collect());
        Self { target, held_up, confirm, round: round.to_owned(), turns: turns.to_owned() }
    }

    fn play(&self) -> Scribe {
        let id = ProbeId::new("epr".parse().unwrap(), "web".parse().unwrap());
        let zero = Account::new(&id, 10_000, Moment::default()).expected();
        let round = vec!['_'; self.round.len()];
        let scribe = Scribe { zero, target: self.target.clone(), round, turns: Vec::new() };
        let just_before = Duration::from_millis(1);
        let mut world = World::new(zero - just_before, scribe);
        world.tell(Event::Replan(self.schedule(id)));
        world.pass(just_before);
        let mut stalled = Duration::ZERO;
        for second in 1..self.round.len() {
            if self.held_up.get(second) == Some(&'#') {
                stalled += SECOND;
            } else if stalled > Duration::ZERO {
                world.stall(std::mem::take(&mut stalled) + SECOND);
            } else {
                world.pass(SECOND);
            }
        }
        world.witness
    }

    fn schedule(&self, id: ProbeId) -> Schedule {
        let cadence = Cadence::new(10 * SECOND, 5 * SECOND).unwrap();
        let (host, impact) = (Arc::from("epr"), Impact::Outage);
        let probe = Scheduled {
            id,
            cadence,
            confirm: self.confirm,
            impact,
            host,
            clinical: false,
            group: None,
            reference: false,
        };
        let limits = Limits { in_flight: 1, per_host: 1, clinical_per_host: 1 };
        Schedule {
            site: SITE.parse().unwrap(),
            digest: String::new(),
            limits,
            outline: Arc::default(),
            maintenance: Vec::new(),
            probes: vec![probe],
        }
    }
}

impl Scribe {
    fn second(&self, at: Moment) -> usize {
        usize::try_from(at.since(self.zero).as_secs()).unwrap()
    }

    fn write(&mut self, at: Moment, sign: char) {
        let second = self.second(at);
        self.round[second] = sign;
    }

    fn told(&self, turn: &Transition) -> String {
        let after = turn.after.map(|after| format!("<{}", self.second(after))).unwrap_or_default();
        format!("{}:{}@{}{after}", self.second(turn.confirmed), turn.to.label(), self.second(turn.since))
    }
}

impl Witness for Scribe {
    fn look(&mut self, job: &Job, now: Moment) -> (Duration, Outcome) {
        self.write(now, if job.why == Why::Due { 'D' } else { 'r' });
        let at = self.second(now).min(self.target.len() - 1);
        let soon = Duration::from_millis(10);
        match self.target[at] {
            '.' => (soon, Outcome::Up),
            '~' => (soon, Outcome::Degraded(Vec::new())),
            'x' => (soon, down()),
            'h' => (job.cadence.timeout(), down()),
            _ => (soon, unknown()),
        }
    }

    fn entry(&mut self, entry: Entry, _now: Moment) {
        match entry {
            Entry::Gap(gap) => {
                let sign = if gap.reason == GapReason::Overlap { 'O' } else { 'S' };
                for missed in 0..u32::try_from(gap.missed).unwrap() {
                    self.write(gap.from + SECOND * 10 * missed, sign);
                }
            }
            Entry::Changed(turn) => self.turns.push(self.told(&turn)),
            _ => {}
        }
    }
}
