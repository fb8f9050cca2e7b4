//! What if the ledger fails, hangs, panics, overflows, breaks? Probing goes on, on-call is told, nothing is told twice.

use std::{
    ops::ControlFlow,
    path::PathBuf,
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

use tokio::{
    sync::oneshot,
    task::yield_now,
    time::{advance, sleep},
};

use super::{GOOD, HANGS, Stage, by, looks, never, plan};
use crate::{
    engine::Keeping,
    entry::{Entry, GapReason, MaintenanceTurn, Tail},
    ledger::{EachEntry, EachLook, Head, Hour, Ledger, LedgerError, Memory, Seq, Whose},
    model::{Announcement, Incident, Moment, Period, ProbeId, Remark, Slug},
    serve::Ask,
};

/// How the played ledger behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mood {
    #[default]
    Works,
    Fails,
    Panics,
    Hangs,
    Broken,
}

/// A ledger with moods. What was appended stays in order, also what was in a book that was given up.
#[derive(Clone, Default)]
struct Moody(Arc<Shared>);

#[derive(Default)]
struct Shared {
    mood: Mutex<Mood>,
    turned: Condvar,
    books: Mutex<Vec<Vec<Entry>>>,
}

impl Moody {
    fn set(&self, mood: Mood) {
        *self.0.mood.lock().unwrap() = mood;
        self.0.turned.notify_all();
    }

    fn mood(&self) -> Mood {
        let mood = self.0.mood.lock().unwrap();
        *self.0.turned.wait_while(mood, |mood| *mood == Mood::Hangs).unwrap()
    }

    fn remembered(&self) -> Vec<Entry> {
        self.0.books.lock().unwrap().concat()
    }

    /// A loop over this ledger.
    fn stage(&self, probes: &[(&str, &str)]) -> Stage {
        Stage::keeping(Keeping::new(Box::new(self.clone())), plan(probes), never)
    }
}

impl Ledger for Moody {
    fn append(&mut self, entries: &[Arc<Entry>]) -> Result<(), LedgerError> {
        let file = PathBuf::from("played");
        match self.mood() {
            Mood::Fails => return Err(LedgerError::Store { file, what: "disk full".into() }),
            Mood::Broken => return Err(LedgerError::Damaged { file, what: "torn".into() }),
            Mood::Panics => panic!("played"),
            Mood::Works | Mood::Hangs => {}
        }
        let mut books = self.0.books.lock().unwrap();
        if books.is_empty() {
            books.push(Vec::new());
        }
        books.last_mut().unwrap().extend(entries.iter().map(|entry| Entry::clone(entry)));
        Ok(())
    }

    fn renew(&mut self) -> Result<Option<PathBuf>, LedgerError> {
        self.set(Mood::Works);
        self.0.books.lock().unwrap().push(Vec::new());
        Ok(Some("played.aside".into()))
    }

    fn prune(&mut self, _: Moment) -> Result<u64, LedgerError> {
        Ok(0)
    }

    fn tail(&self) -> Result<Tail, LedgerError> {
        Memory::default().tail()
    }

    fn head(&self) -> Result<Head, LedgerError> {
        Memory::default().head()
    }

    fn entries(&self, _: Seq, each: EachEntry<'_>) -> Result<(), LedgerError> {
        for entry in self.remembered() {
            if each(Seq::default(), entry) == ControlFlow::Break(()) {
                break;
            }
        }
        Ok(())
    }

    fn history(&self, _: Whose<'_>, _: Period, _: EachEntry<'_>) -> Result<(), LedgerError> {
        Ok(())
    }

    fn looks(&self, _: Option<&ProbeId>, _: Period, _: EachLook<'_>) -> Result<(), LedgerError> {
        Ok(())
    }

    fn hours(&self, _: &ProbeId, _: Period) -> Result<Vec<Hour>, LedgerError> {
        Ok(Vec::new())
    }

    fn incidents(&self, _: Period) -> Result<Vec<Incident>, LedgerError> {
        Ok(Vec::new())
    }

    fn incident(&self, _: &Slug) -> Result<Option<Incident>, LedgerError> {
        Ok(None)
    }

    fn probes(&self) -> Result<Vec<ProbeId>, LedgerError> {
        Ok(Vec::new())
    }
}

/// Lets the paused clock run although a thread is busy.
async fn run(span: Duration) {
    const STEP: Duration = Duration::from_millis(10);
    for _ in 0..span.as_millis() / STEP.as_millis() {
        advance(STEP).await;
        for _ in 0..8 {
            yield_now().await;
        }
    }
}

const MINUTE: Duration = Duration::from_mins(1);

fn went_on(told: &[Entry], probe: &str, least: usize) {
    let looks = looks(told, probe);
    let dues: Vec<i64> = looks.iter().map(|look| look.due.as_ms()).collect();
    assert!(dues.len() >= least, "{dues:?}");
    assert!(dues.windows(2).all(|pair| pair[1] - pair[0] == 10_000), "{dues:?}");
    assert!(looks.iter().all(|look| look.late <= Duration::from_millis(20)));
}

fn told(stage: &Stage) -> usize {
    stage.book.lock().unwrap().len()
}

#[tokio::test(start_paused = true)]
async fn nothing_is_told_before_it_is_remembered() {
    let ledger = Moody::default();
    let (book, mut told) = (ledger.clone(), 0);
    let mut stage_setting =
        Stage::setting(Keeping::new(Box::new(ledger.clone())), plan(&[("good", GOOD)]), never);
    stage_setting.0.readers.push(Box::new(move |entry| {
        assert_eq!(book.remembered().get(told), Some(entry));
        told += 1;
    }));
    let stage = Stage::play(stage_setting);
    sleep(MINUTE * 2).await;
    let told = stage.end().await;
    went_on(&told, "good", 11);
    assert_eq!(told, ledger.remembered());
}

#[tokio::test(start_paused = true)]
async fn looks_wait_a_second_for_company_and_belief_waits_for_nothing() {
    let ledger = Moody::default();
    let stage = ledger.stage(&[("good", GOOD)]);
    sleep(MINUTE).await;
    let before = ledger.remembered().len();
    for _ in 0..200 {
        sleep(Duration::from_millis(100)).await;
        let seen = ledger.remembered();
        let ended = seen.iter().map(Entry::at).max().unwrap();
        assert!(super::wall().since(ended) < Duration::from_millis(11_200), "{ended}");
    }
    assert_eq!(ledger.remembered().len(), before + 2);
    stage.end().await;
}

#[tokio::test(start_paused = true)]
async fn a_ledger_that_fails_or_panics_for_a_while_costs_on_call_five_seconds() {
    for mood in [Mood::Fails, Mood::Panics] {
        let ledger = Moody::default();
        let stage = ledger.stage(&[("good", GOOD), ("hangs", HANGS)]);
        sleep(MINUTE).await;
        ledger.set(mood);
        let (kept, before) = (ledger.remembered().len(), told(&stage));
        sleep(MINUTE).await;
        assert_eq!(ledger.remembered().len(), kept, "{mood:?}");
        assert!(told(&stage) >= before + 10, "{mood:?}: they are told all the same");
        let page = stage.metrics.text();
        assert!(page.contains("wardround_ledger_up{site=\"ward\"} 0\n"), "{page}");
        ledger.set(Mood::Works);
        sleep(MINUTE).await;
        assert!(stage.metrics.text().contains("wardround_ledger_up{site=\"ward\"} 1\n"));
        let told = stage.end().await;
        went_on(&told, "good", 17);
        went_on(&told, "hangs", 17);
        assert_eq!(told, ledger.remembered(), "{mood:?}: each once, in order");
    }
}

#[tokio::test(start_paused = true)]
async fn a_ledger_that_fails_for_a_moment_is_waited_for() {
    let ledger = Moody::default();
    let stage = ledger.stage(&[("good", GOOD)]);
    sleep(MINUTE).await;
    ledger.set(Mood::Fails);
    let mut failing = false;
    while !failing {
        sleep(Duration::from_millis(100)).await;
        failing = stage.metrics.text().contains("wardround_ledger_up{site=\"ward\"} 0\n");
    }
    let before = told(&stage);
    sleep(Duration::from_secs(3)).await;
    assert_eq!(told(&stage), before);
    ledger.set(Mood::Works);
    sleep(Duration::from_secs(2)).await;
    assert_eq!(told(&stage), before + 1);
    assert_eq!(stage.end().await, ledger.remembered());
}

#[tokio::test(start_paused = true)]
async fn a_ledger_that_hangs_holds_nobody_up() {
    let ledger = Moody::default();
    let stage = ledger.stage(&[("good", GOOD), ("hangs", HANGS)]);
    run(MINUTE).await;
    ledger.set(Mood::Hangs);
    let before = told(&stage);
    run(MINUTE).await;
    assert!(told(&stage) >= before + 10, "{} after {before}", told(&stage));
    ledger.set(Mood::Works);
    sleep(MINUTE).await;
    let told = stage.end().await;
    went_on(&told, "good", 17);
    assert_eq!(told, ledger.remembered(), "each once, in order");
}

#[tokio::test(start_paused = true)]
async fn what_finds_no_room_is_told_and_leaves_a_gap() {
    let ledger = Moody::default();
    let keeping = Keeping { room: 10, ..Keeping::new(Box::new(ledger.clone())) };
    let stage = Stage::keeping(keeping, plan(&[("good", GOOD), ("also", GOOD)]), never);
    sleep(MINUTE).await;
    ledger.set(Mood::Fails);
    sleep(MINUTE * 5).await;
    ledger.set(Mood::Works);
    sleep(MINUTE).await;
    let page = stage.metrics.text();
    assert!(page.contains("wardround_ledger_backlog_entries{site=\"ward\"} 0\n"));
    let (told, kept) = (stage.end().await, ledger.remembered());
    for probe in ["good", "also"] {
        went_on(&told, probe, 41);
        let gaps: Vec<_> = kept
            .iter()
            .filter_map(|entry| match entry {
                Entry::Gap(gap) if gap.probe.probe.as_str() == probe => Some(gap),
                _ => None,
            })
            .collect();
        assert_eq!(gaps.len(), 1, "{gaps:?}");
        assert_eq!(gaps[0].reason, GapReason::NotRemembered);
        let dues: Vec<_> = looks(&kept, probe).iter().map(|look| look.due).collect();
        assert!(!dues.iter().any(|due| gaps[0].from <= *due && *due < gaps[0].until));
        let all = looks(&told, probe).len();
        assert_eq!(dues.len() as u64 + gaps[0].missed, all as u64, "looks and gaps are every due");
        let place = kept.iter().position(|entry| *entry == Entry::Gap(gaps[0].clone())).unwrap();
        let later = |entry: &Entry| matches!(entry, Entry::Observed(look) if look.due >= gaps[0].until);
        assert!(!kept[..place].iter().any(later), "the gap stands before what came after it");
    }
}

#[tokio::test(start_paused = true)]
async fn a_broken_book_is_set_aside_and_the_new_one_says_what_holds() {
    let ledger = Moody::default();
    let stage = ledger.stage(&[("good", GOOD)]);
    sleep(MINUTE).await;
    ledger.set(Mood::Broken);
    sleep(MINUTE).await;
    assert!(stage.metrics.text().contains("wardround_ledger_set_aside_total{site=\"ward\"} 1\n"));
    let told = stage.end().await;
    went_on(&told, "good", 11);
    let books = ledger.0.books.lock().unwrap().clone();
    assert_eq!(books.len(), 2);
    let label = |entry: &Entry| matches!(entry, Entry::Planned { .. }) || matches!(entry, Entry::Changed(_));
    assert!(
        matches!(books[1][0], Entry::SetAside { .. })
            && books[1][1..3].iter().all(label)
            && matches!(books[1][3], Entry::ServiceChanged(_)),
        "{:?}",
        &books[1][..4]
    );
    let new = &books[1][4..];
    assert_eq!([&books[0], new].concat(), told, "no look is lost between the books");
}

#[tokio::test(start_paused = true)]
async fn planned_work_is_acknowledged_once_it_is_remembered() {
    let ledger = Moody::default();
    let stage = ledger.stage(&[("good", GOOD)]);
    sleep(MINUTE).await;
    ledger.set(Mood::Fails);
    let (answer, mut answered) = oneshot::channel();
    let announcement = Announcement {
        services: vec!["epr".parse().unwrap()],
        from: None,
        lasts_ms: 60_000,
        reason: "upgrade".into(),
        declared_by: "night shift".into(),
    };
    stage.asks.send(Ask::Announce(announcement, by(), answer)).await.unwrap();
    sleep(Duration::from_secs(2)).await;
    assert!(answered.try_recv().is_err(), "nobody is told before it is remembered");
    ledger.set(Mood::Works);
    let id = answered.await.unwrap().unwrap();
    let kept = |entry: &Entry| match entry {
        Entry::Maintenance(news) => matches!(&news.what, MaintenanceTurn::Declared(work) if work.id == id),
        _ => false,
    };
    assert!(ledger.remembered().iter().any(kept));
    let deed = |entry: &Entry| matches!(entry, Entry::Deed(deed) if deed.by.name == "anna" && deed.what.contains("upgrade"));
    assert!(ledger.remembered().iter().any(deed), "who did it is remembered too");
    stage.end().await;
}

#[tokio::test(start_paused = true)]
async fn a_note_is_remembered_with_its_author() {
    let ledger = Moody::default();
    let stage = ledger.stage(&[("good", GOOD)]);
    let note = async |words: &str| {
        let (answer, answered) = oneshot::channel();
        let remark = Remark { words: words.into(), acknowledges: false };
        stage.asks.send(Ask::Note("epr-1".parse().unwrap(), remark, by(), answer)).await.unwrap();
        answered.await.unwrap()
    };
    note("the switch is back").await.unwrap();
    assert_eq!(note(" ").await.unwrap_err(), "a note says something");
    let entries = ledger.remembered();
    let notes = entries.iter().filter_map(|entry| match entry {
        Entry::Note(note) => Some((note.by.as_str(), note.words.as_str())),
        _ => None,
    });
    assert_eq!(notes.collect::<Vec<_>>(), [("anna", "the switch is back")]);
    stage.end().await;
}

#[tokio::test(start_paused = true)]
async fn a_ledger_that_hangs_for_good_does_not_keep_it_from_stopping() {
    let ledger = Moody::default();
    let stage = ledger.stage(&[("good", GOOD)]);
    run(MINUTE).await;
    ledger.set(Mood::Hangs);
    run(Duration::from_secs(20)).await;
    stage.stop.cancel();
    run(Duration::from_secs(12)).await;
    let told = stage.end().await;
    assert!(matches!(told.last(), Some(Entry::Stopped { .. })), "it was told, though not remembered");
    ledger.set(Mood::Works);
}
