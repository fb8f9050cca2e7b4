//! Does the whole loop keep its word, on a paused clock, with looks that are played?

mod trouble;

use std::{
    cell::Cell,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    sync::{mpsc, oneshot, watch},
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;

use super::{Engine, Keeping, Setting, looks::TakeLook};
use crate::{
    config::{self, Plan},
    entry::{Entry, GapReason, Tail, Told},
    ledger::Memory,
    metrics::Metrics,
    model::{By, Details, Moment, Ours, Outcome, Phase, Seen, State, Timeline},
    notify,
    probe::{Agent, Ask as LookAsk, Kind},
    serve::Ask,
};

const START: i64 = 1_800_000_000_000;

thread_local! {
    static BEGAN: Cell<Option<Instant>> = const { Cell::new(None) };
    static SET_BY: Cell<i64> = const { Cell::new(0) };
}

/// A wall clock that goes with the runtime's paused one, and can be set.
fn wall() -> Moment {
    let began = BEGAN.get().unwrap_or_else(|| {
        BEGAN.set(Some(Instant::now()));
        Instant::now()
    });
    Moment::from_ms(START + SET_BY.get()) + began.elapsed()
}

/// Nobody is told anything.
fn nobody() -> (notify::Ear, mpsc::Receiver<Told>) {
    let (told, acknowledged) = mpsc::channel(1);
    let (metrics, ticks, tail, ended) = (Metrics::new(), super::ticks, &Tail::default(), Vec::new());
    let (_, ear) = notify::Teller::new(notify::Setting { metrics, wall, ticks, tail, ended, told });
    (ear, acknowledged)
}

/// What the played looks do, by the port of their target.
#[derive(Clone, Copy)]
struct Play;

const GOOD: &str = "127.0.0.1:1001";
const HANGS: &str = "127.0.0.1:1002";
const PANICS: &str = "127.0.0.1:1003";

impl TakeLook for Play {
    async fn take(&self, kind: &Kind, ask: LookAsk, _: &Agent) -> Seen {
        let took = if kind.target() == HANGS { ask.timeout } else { Duration::from_millis(20) };
        assert_ne!(kind.target(), PANICS, "played");
        sleep(took).await;
        let mut timeline = Timeline::default();
        timeline.enter(Phase::Connect, 0, Duration::ZERO);
        timeline.end(took);
        Seen { timeline, outcome: Outcome::Up, details: Details::default() }
    }
}

fn plan(probes: &[(&str, &str)]) -> Plan {
    let probe = |(name, target): &(&str, &str)| format!("      {name}: {{tcp: {{address: '{target}'}}}}\n");
    let probes: String = probes.iter().map(probe).collect();
    let defaults = "{interval: 10s, timeout: 5s}";
    let text = format!("site: ward\ndefaults: {defaults}\nservices:\n  epr:\n    probes:\n{probes}");
    config::load_text("probes.yaml", text, &config::System).unwrap_or_else(|problems| panic!("{problems}"))
}

/// A loop at work and what it told.
struct Stage {
    asks: mpsc::Sender<Ask>,
    stop: CancellationToken,
    book: Arc<Mutex<Vec<Entry>>>,
    metrics: Metrics,
    running: tokio::task::JoinHandle<()>,
}

type Props = (mpsc::Sender<Ask>, Arc<Mutex<Vec<Entry>>>);

impl Stage {
    fn set(plan: Plan, load: impl Fn() -> Result<Plan, String> + Send + Sync + 'static) -> Self {
        Self::keeping(Keeping::new(Box::new(Memory::default())), plan, load)
    }

    fn keeping(
        keeping: Keeping,
        plan: Plan,
        load: impl Fn() -> Result<Plan, String> + Send + Sync + 'static,
    ) -> Self {
        Self::play(Self::setting(keeping, plan, load))
    }

    fn setting(
        keeping: Keeping,
        plan: Plan,
        load: impl Fn() -> Result<Plan, String> + Send + Sync + 'static,
    ) -> (Setting, Props) {
        let (asks, asked) = mpsc::channel(4);
        let book = Arc::new(Mutex::new(Vec::new()));
        let writer = book.clone();
        let (ear, told) = nobody();
        let setting = Setting {
            ear,
            told,
            plan,
            load: Arc::new(load),
            keeping,
            tail: Tail::default(),
            metrics: Metrics::new(),
            asks: asked,
            readers: vec![Box::new(move |entry| writer.lock().unwrap().push(entry.clone()))],
            stop: CancellationToken::new(),
            plans: watch::channel(None).0,
            descriptors: None,
        };
        (setting, (asks, book))
    }

    fn play((setting, (asks, book)): (Setting, Props)) -> Self {
        let (stop, metrics) = (setting.stop.clone(), setting.metrics.clone());
        let engine = Engine::with(setting, Play, wall).unwrap();
        Self { asks, stop, book, metrics, running: tokio::spawn(engine.run()) }
    }

    async fn reload(&self) -> Result<(), String> {
        let (answer, done) = oneshot::channel();
        self.asks.send(Ask::Reload(by(), answer)).await.unwrap();
        done.await.unwrap()
    }

    async fn end(self) -> Vec<Entry> {
        self.stop.cancel();
        self.running.await.unwrap();
        Arc::into_inner(self.book).unwrap().into_inner().unwrap()
    }
}

fn never() -> Result<Plan, String> {
    Err("line 3: nothing is right".into())
}

fn looks<'a>(book: &'a [Entry], probe: &str) -> Vec<&'a crate::model::Observation> {
    let of = |entry: &'a Entry| match entry {
        Entry::Observed(look) if look.probe.probe.as_str() == probe => Some(&**look),
        _ => None,
    };
    book.iter().filter_map(of).collect()
}

#[tokio::test(start_paused = true)]
async fn goes_round_at_a_fixed_rate_whatever_a_look_does() {
    let stage = Stage::set(plan(&[("good", GOOD), ("hangs", HANGS), ("panics", PANICS)]), never);
    sleep(Duration::from_mins(10)).await;
    let book = stage.end().await;
    assert!(matches!(book.first(), Some(Entry::Started { .. })));
    assert!(matches!(book.last(), Some(Entry::Stopped { .. })));
    for probe in ["good", "hangs", "panics"] {
        let dues: Vec<i64> = looks(&book, probe).iter().map(|look| look.due.as_ms()).collect();
        assert!((59..=61).contains(&dues.len()), "{probe}: {}", dues.len());
        assert!(dues.windows(2).all(|pair| pair[1] - pair[0] == 10_000), "{probe}: {dues:?}");
    }
    assert!(looks(&book, "good").iter().all(|look| look.late < Duration::from_millis(5)));
    let own = |outcome: &Outcome| matches!(outcome, Outcome::Unknown { ours: Ours::Panicked, .. });
    assert!(looks(&book, "panics").iter().all(|look| own(&look.seen.outcome)));
    assert!(!book.iter().any(|entry| matches!(entry, Entry::Gap(_))));
}

/// It all begins on a Friday at eight.
#[tokio::test(start_paused = true)]
async fn a_scrape_reads_calendars_by_the_time_at_which_the_loop_last_went_round() {
    let text = "site: ward
calendars: {clinics: {days: fri, from: '08:00', to: '08:02'}}
services: {epr: {objectives: {target: 99, during: clinics}, probes: {p: {tcp: {address: '127.0.0.1:1001'}, interval: 10m}}}}";
    let plan = config::load_text("probes.yaml", text, &config::System).unwrap();
    let stage = Stage::set(plan, never);
    let active = || {
        let text = stage.metrics.text();
        let line = text.lines().find(|line| line.starts_with("wardround_objective_active{"));
        line.is_some_and(|line| line.ends_with(" 1"))
    };
    sleep(Duration::from_millis(1)).await;
    assert!(active(), "from the start");
    sleep(Duration::from_secs(117)).await;
    assert!(active());
    sleep(Duration::from_secs(4)).await;
    assert!(!active(), "though nothing was due");
    stage.end().await;
}

#[tokio::test(start_paused = true)]
async fn a_bad_reload_changes_nothing_and_a_good_one_what_differs() {
    let good = Arc::new(Mutex::new(false));
    let switch = good.clone();
    let next =
        move || if *switch.lock().unwrap() { Ok(plan(&[("good", GOOD), ("new", GOOD)])) } else { never() };
    let stage = Stage::set(plan(&[("good", GOOD), ("old", GOOD)]), next);
    sleep(Duration::from_secs(25)).await;
    assert_eq!(stage.reload().await, Err("line 3: nothing is right".into()));
    sleep(Duration::from_secs(20)).await;
    *good.lock().unwrap() = true;
    assert_eq!(stage.reload().await, Ok(()));
    sleep(Duration::from_mins(1)).await;
    let book = stage.end().await;
    let count = |probe| looks(&book, probe).len();
    assert!((10..=11).contains(&count("good")) && (4..=5).contains(&count("old")) && count("new") >= 6);
    let turns = book
        .iter()
        .filter(|entry| matches!(entry, Entry::Changed(turn) if turn.probe.probe.as_str() == "good"));
    assert_eq!(turns.count(), 1, "belief in an unchanged probe outlives a reload");
    let dues: Vec<i64> = looks(&book, "good").iter().map(|look| look.due.as_ms()).collect();
    assert!(dues.windows(2).all(|pair| pair[1] - pair[0] == 10_000), "{dues:?}");
}

#[tokio::test(start_paused = true)]
async fn stops_within_its_grace_and_says_what_it_gave_up() {
    let stage = Stage::set(plan(&[("hangs", HANGS), ("good", GOOD)]), never);
    while looks(&stage.book.lock().unwrap(), "good").is_empty() {
        sleep(Duration::from_millis(100)).await;
    }
    let asked = Instant::now();
    let book = stage.end().await;
    assert!(asked.elapsed() <= Duration::from_secs(6), "{:?}", asked.elapsed());
    assert!(matches!(book.last(), Some(Entry::Stopped { .. })));
}

#[tokio::test(start_paused = true)]
async fn a_stall_is_one_gap_and_no_burst() {
    let stage = Stage::set(plan(&[("good", GOOD)]), never);
    sleep(Duration::from_secs(35)).await;
    tokio::time::advance(Duration::from_mins(2)).await; // nobody ran for two minutes
    sleep(Duration::from_secs(35)).await;
    let book = stage.end().await;
    let gaps: Vec<_> =
        book.iter().filter_map(|entry| if let Entry::Gap(gap) = entry { Some(gap) } else { None }).collect();
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    assert_eq!(gaps[0].reason, GapReason::Stalled);
    let dues: Vec<i64> = looks(&book, "good").iter().map(|look| look.due.as_ms()).collect();
    let hole = dues.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap();
    assert_eq!(
        hole,
        10_000 * (1 + i64::try_from(gaps[0].missed).unwrap()),
        "looks and gaps are every due: {dues:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_clock_set_forward_is_a_gap_and_belief_starts_anew() {
    let stage = Stage::set(plan(&[("good", GOOD)]), never);
    sleep(Duration::from_secs(35)).await;
    SET_BY.set(3_600_000);
    sleep(Duration::from_secs(35)).await;
    let book = stage.end().await;
    let reasons: Vec<_> = book
        .iter()
        .filter_map(|entry| if let Entry::Gap(gap) = entry { Some(gap.reason) } else { None })
        .collect();
    assert_eq!(reasons, [GapReason::ClockStepped]);
    let states: Vec<_> = book
        .iter()
        .filter_map(|entry| if let Entry::Changed(turn) = entry { Some(turn.to) } else { None })
        .collect();
    assert_eq!(states, [State::Up, State::Unknown, State::Up]);
}

fn by() -> By {
    By { name: "anna".into(), from: "127.0.0.1".into() }
}
