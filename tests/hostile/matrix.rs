//! Does each kind of probe give each misbehaviour its right name, within the timeout?
//!
//! Each table has a line for each misbehaviour and a column for each tongue: the fault, `-` where there is no such thing
//! in that tongue.

use std::{collections::HashMap, sync::Arc, time::Duration};

use tokio::task::JoinSet;
use wardround::{
    demo::misbehave::{Misbehaviour, Rogue, Tongue},
    model::Seen,
    probe::Agent,
};

use super::probing::{look_once, now, plan, settings, told};

/// Long enough that only what never comes takes so long.
const LONG: Duration = Duration::from_secs(10);
/// Where it is to run out.
const SHORT: Duration = Duration::from_millis(500);
/// A loaded machine is late.
const SLACK: Duration = Duration::from_secs(1);

type Cell = (Misbehaviour, Tongue);

const TABLES: [&str; 8] = [
    include_str!("matrix/common.txt"),
    include_str!("matrix/mllp.txt"),
    include_str!("matrix/dicom.txt"),
    include_str!("matrix/fhir.txt"),
    include_str!("matrix/smtp.txt"),
    include_str!("matrix/ldap.txt"),
    include_str!("matrix/oidc.txt"),
    include_str!("matrix/journey.txt"),
];

fn expected() -> HashMap<Cell, String> {
    TABLES.into_iter().flat_map(table).collect()
}

fn table(text: &'static str) -> Vec<(Cell, String)> {
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    let tongues: Vec<Tongue> = lines.next().unwrap().split_whitespace().skip(1).map(tongue).collect();
    let cells = |line: &'static str| {
        let mut words = line.split_whitespace();
        let bad = misbehaviour(words.next().unwrap());
        let words: Vec<_> = words.collect();
        assert_eq!(words.len(), tongues.len(), "{line}");
        tongues.clone().into_iter().zip(words).map(move |(tongue, word)| ((bad, tongue), word.to_owned()))
    };
    lines.flat_map(cells).collect()
}

fn tongue(word: &str) -> Tongue {
    Tongue::ALL.into_iter().find(|tongue| format!("{tongue:?}") == word).unwrap()
}

fn misbehaviour(word: &str) -> Misbehaviour {
    Misbehaviour::ALL.into_iter().find(|bad| format!("{bad:?}") == word).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_misbehaviour_has_its_right_name() {
    let expected = Arc::new(expected());
    let column = |tongue| column(tongue, Arc::clone(&expected));
    let columns: JoinSet<Vec<String>> = Tongue::ALL.into_iter().map(column).collect();
    let wrong = columns.join_all().await.concat();
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Which misbehaviours have a wrong name in one tongue.
async fn column(tongue: Tongue, expected: Arc<HashMap<Cell, String>>) -> Vec<String> {
    let mut wrong = Vec::new();
    for bad in Misbehaviour::ALL {
        let wanted = expected.get(&(bad, tongue)).map_or("nothing", String::as_str);
        let timeout = if wanted.starts_with("timeout") { SHORT } else { LONG };
        let got =
            if bad.is_known_in(tongue) { patiently(tongue, bad, timeout).await } else { "-".to_owned() };
        if wanted != got {
            wrong.push(format!("{bad:?} in {tongue:?}: {got}, not {wanted}"));
        }
    }
    wrong
}

/// Looks again where the machine was too busy to tell.
async fn patiently(tongue: Tongue, bad: Misbehaviour, timeout: Duration) -> String {
    loop {
        let got = look_at(tongue, bad, timeout).await;
        if got != "unknown own_stalled" {
            return got;
        }
    }
}

async fn look_at(tongue: Tongue, bad: Misbehaviour, timeout: Duration) -> String {
    let rogue = Rogue::start(tongue, bad, now()).await.unwrap();
    let plan = plan(&settings(tongue, rogue.address()), timeout);
    let agent = Agent::new(&[]).unwrap();
    let (seen, took) = look_once(&plan, &agent).await;
    let got = told(&seen.outcome);
    assert!(took < timeout + SLACK || got.contains("stalled"), "{bad:?} in {tongue:?} took {took:?}");
    assert_accounted(&seen, took);
    got.trim_start_matches("down ").to_owned()
}

/// Every moment of the look is some phase's.
fn assert_accounted(seen: &Seen, took: Duration) {
    let spans = seen.timeline.spans();
    assert!(spans.windows(2).all(|pair| pair[0].ended == pair[1].began), "{spans:?}");
    let sum: Duration = spans.iter().map(|span| span.ended.saturating_sub(span.began)).sum();
    assert_eq!(sum, seen.timeline.total());
    assert!(sum <= took && took.saturating_sub(sum) < SLACK, "{sum:?} of {took:?}");
}
