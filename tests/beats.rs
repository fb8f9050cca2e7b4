//! Does belief turn at the right beats? One line a case in `tests/beats`, which says how to read it.

use std::time::Duration;

use wardround::{
    judge::{Belief, Doubt, Turn},
    model::{
        Cadence, Confirm, Details, Fault, Moment, Observation, Ours, Outcome, ProbeId, Reason, Seen,
        Timeline, Why,
    },
};

#[test]
fn belief_turns_at_its_beats() {
    let lines = include_str!("beats/belief.txt").lines();
    let cases: Vec<&str> = lines.filter(|line| line.contains('|') && !line.starts_with('#')).collect();
    let wrong: Vec<String> = cases.iter().filter_map(|case| told_otherwise(case)).collect();
    assert!(cases.len() > 50 && wrong.is_empty(), "{} cases\n{}", cases.len(), wrong.join("\n"));
}

fn told_otherwise(case: &str) -> Option<String> {
    let columns: Vec<&str> = case.split('|').map(str::trim).collect();
    let [looks, policy, wanted] = columns.try_into().expect("three columns");
    let (confirm, cadence) = policy_of(policy);
    let mut belief = Belief::default();
    let beats = (0..).map(second).zip(looks.chars());
    let turns = beats.flat_map(|(at, look)| turns_at(&mut belief, look, at, confirm, cadence));
    let got = turns.collect::<Vec<_>>().join(" ");
    (got != wanted).then(|| format!("{case}\n    got: {got}"))
}

fn policy_of(policy: &str) -> (Confirm, Cadence) {
    let numbers: Vec<u32> =
        policy.split(['/', ' ']).filter(|word| *word != "every").map(|word| word.parse().unwrap()).collect();
    let [failures, successes, interval] = numbers.try_into().expect("n/m every k");
    let interval = Duration::from_secs(interval.into());
    let cadence = Cadence::new(interval, interval / 2).unwrap();
    (Confirm { failures, successes, ..Confirm::default() }, cadence)
}

fn turns_at(belief: &mut Belief, look: char, at: Moment, confirm: Confirm, cadence: Cadence) -> Vec<String> {
    match look {
        '_' => Vec::new(),
        '-' => belief.missed(at, at).iter().map(told).collect(),
        ',' => {
            let late =
                Observation { due: at - Duration::from_secs(1), ..observation(Outcome::Up, at, cadence) };
            saw(belief, &late, confirm)
        }
        _ => saw(belief, &observation(outcome_of(look), at, cadence), confirm),
    }
}

fn saw(belief: &mut Belief, look: &Observation, confirm: Confirm) -> Vec<String> {
    let dispelled = belief.dispelled_by(look);
    let turns = belief.saw(look, confirm).map(|turn| told(&turn));
    dispelled.iter().map(blip).chain(turns).collect()
}

fn outcome_of(look: char) -> Outcome {
    match look {
        '.' => Outcome::Up,
        '~' => Outcome::Degraded(Vec::new()),
        'x' => Outcome::Down(Reason::Fault { fault: Fault::Reset, words: String::new() }),
        '?' => Outcome::Unknown { ours: Ours::Internal, words: String::new() },
        _ => panic!("{look:?} is no look"),
    }
}

fn observation(outcome: Outcome, at: Moment, cadence: Cadence) -> Observation {
    Observation {
        probe: ProbeId::new("epr".parse().unwrap(), "web".parse().unwrap()),
        why: Why::Due,
        due: at,
        began: at,
        ended: at,
        late: Duration::ZERO,
        cadence,
        seen: Seen { timeline: Timeline::default(), outcome, details: Details::default() },
    }
}

fn told(turn: &Turn) -> String {
    let after = turn.after.map(|after| format!("<{}", beat(after))).unwrap_or_default();
    format!("{}:{}@{}{after}", beat(turn.confirmed), turn.to.label(), beat(turn.since))
}

fn blip(doubt: &Doubt) -> String {
    let Doubt { since, until, looks, state } = doubt;
    format!("{}:{looks}x{}@{}", beat(*until), state.label(), beat(*since))
}

fn second(beat: i64) -> Moment {
    Moment::from_ms(beat * 1000)
}

fn beat(at: Moment) -> i64 {
    at.as_ms() / 1000
}
