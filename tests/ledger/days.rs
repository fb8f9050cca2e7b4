//! Is the sum of a period the sum of its hours, whatever has happened to the ledger?

use std::{
    env,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use proptest::prelude::*;
use wardround::{
    entry::Entry,
    ledger::{Hour, Ledger, Memory, Sqlite},
    model::{Outcome, Phase, ProbeId, Timeline},
};

use super::given::*;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

#[derive(Clone, Debug)]
enum Deed {
    /// So many looks at a probe, from then on in such steps: back in time as well.
    Look(&'static str, i64, i64, i64),
    Prune(i64),
    Reopen,
    Move,
}

fn deed() -> impl Strategy<Value = Deed> {
    let probe = prop_oneof![Just("epr/a"), Just("epr/b"), Just("pacs/a")];
    let looks = (probe, -4 * DAY..4 * DAY, -90_000_i64..90_000, 1000_i64..5000);
    prop_oneof![
        12 => looks.prop_map(|(probe, from, step, count)| Deed::Look(probe, from, step, count)),
        2 => (-6 * DAY..6 * DAY).prop_map(Deed::Prune),
        1 => Just(Deed::Reopen),
        1 => Just(Deed::Move),
    ]
}

/// A ledger that survives what is done to it, beside one that has not to.
struct Pair {
    dir: tempfile::TempDir,
    sqlite: Option<Sqlite>,
    memory: Memory,
}

impl Pair {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let sqlite = Some(Sqlite::open(dir.path()).unwrap().ledger);
        Self { dir, sqlite, memory: Memory::default() }
    }

    fn sqlite(&mut self) -> &mut Sqlite {
        self.sqlite.as_mut().unwrap()
    }

    fn suffer(&mut self, deed: &Deed) {
        match *deed {
            Deed::Look(probe, from, step, count) => {
                let looks: Vec<_> = (0..count).map(|n| looked(probe, from + n * step, n)).collect();
                fill(&mut self.memory, looks.clone());
                fill(self.sqlite(), looks);
            }
            Deed::Prune(before) => {
                let forgotten = self.memory.prune(at(before)).unwrap();
                assert_eq!(self.sqlite().prune(at(before)).unwrap(), forgotten);
            }
            Deed::Reopen => {
                self.sqlite = None;
                self.sqlite = Some(Sqlite::open(self.dir.path()).unwrap().ledger);
            }
            Deed::Move => self.move_on(),
        }
    }

    fn move_on(&mut self) {
        let (mut lines, to) = (Vec::new(), tempfile::tempdir().unwrap());
        self.sqlite().export(None, &mut lines).unwrap();
        Sqlite::import(to.path(), lines.as_slice()).unwrap();
        self.sqlite = Some(Sqlite::open(to.path()).unwrap().ledger);
        self.dir = to;
    }
}

/// A look whose outcome and length are not always the same.
fn looked(probe: &str, began: i64, n: i64) -> Entry {
    let which = u8::try_from(n % 50).unwrap();
    let mut look = look(probe, began, if which < 6 { outcome(which) } else { Outcome::Up });
    look.seen.timeline = Timeline::default();
    look.seen.timeline.enter(Phase::Wait, 0, Duration::ZERO);
    look.seen.timeline.end(Duration::from_micros((n * 7_919 % 900_000).unsigned_abs()));
    observed(look)
}

fn merged(ledger: &dyn Ledger, probe: &ProbeId, (from, until): (i64, i64)) -> Hour {
    let mut sum = Hour::new(at(from));
    ledger.hours(probe, period(from, until)).unwrap().iter().for_each(|hour| sum.merge(hour));
    sum
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 0, ..ProptestConfig::with_cases(3) })]
    #[test]
    fn sums_are_sums(
        deeds in proptest::collection::vec(deed(), 12..20),
        periods in proptest::collection::vec((-6 * DAY..6 * DAY, 0..6 * DAY), 30),
    ) {
        let mut pair = Pair::new();
        let all: Vec<_> = periods.iter().map(|(from, length)| period(*from, from + length)).collect();
        for deed in &deeds {
            pair.suffer(deed);
            let id = probe("epr/b");
            let sums = pair.sqlite().sums(&id, &all).unwrap();
            for (period, sum) in all.iter().zip(sums) {
                prop_assert_eq!(sum, pair.memory.sum(&id, *period).unwrap());
            }
            for (from, length) in periods.iter().flat_map(|(from, length)| {
                [(*from, *length), (from.div_euclid(DAY) * DAY, length.div_euclid(DAY) * DAY), ALWAYS]
            }) {
                let times = (from, from.saturating_add(length));
                for id in ["epr/a", "epr/b", "pacs/a"].map(probe) {
                    let sum = pair.sqlite().sum(&id, period(times.0, times.1)).unwrap();
                    prop_assert_eq!(&sum, &merged(&pair.memory, &id, times));
                }
            }
        }
        prop_assert_eq!(pair.sqlite().verify().unwrap().broken, Vec::<String>::new());
    }
}

const FILLED: &str = "WARDROUND_TEST_FILLED";

/// In a process of its own, which the test below starts and kills.
#[test]
fn a_ledger_is_filled_until_the_end() {
    let Ok(dir) = env::var(FILLED) else { return };
    let mut ledger = Sqlite::open(Path::new(&dir)).unwrap().ledger;
    for batch in 0.. {
        fill(&mut ledger, (0..500).map(|n| looked("epr/a", (batch * 500 + n) * 30_000 % (9 * DAY), n)));
    }
}

#[test]
fn a_kill_leaves_days_that_hold() {
    let dir = tempfile::tempdir().unwrap();
    for time in 1..=6 {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", "ledger::days::a_ledger_is_filled_until_the_end"]);
        let mut filling = command.env(FILLED, dir.path()).stdout(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_millis(150 * time));
        filling.kill().unwrap();
        filling.wait().unwrap();
    }
    let ledger = Sqlite::read(dir.path()).unwrap();
    assert_eq!(ledger.verify().unwrap().broken, Vec::<String>::new());
    let times = (HOUR, 8 * DAY + HOUR);
    let sum = ledger.sum(&probe("epr/a"), period(times.0, times.1)).unwrap();
    assert_eq!(sum, merged(&ledger, &probe("epr/a"), times));
    let database = rusqlite::Connection::open(dir.path().join("ledger.sqlite")).unwrap();
    let days: u64 = database.query_row("SELECT count(*) FROM day", [], |row| row.get(0)).unwrap();
    assert!(days > 1, "it was killed too soon to show anything");
}
