//! A teller at work, on clocks that go as the test says.

use std::time::Duration;

use tokio::{sync::mpsc, task::JoinHandle, time::sleep};
use tokio_util::sync::CancellationToken;
use wardround::{
    config::{Plan, load_text},
    engine::schedule,
    entry::{Entry, Tail, Told},
    metrics::Metrics,
    model::{Incident, Moment},
    notify::{Ear, Setting, Teller},
    raw::Given,
};

use super::at;
use crate::metrics::ward::shown;

/// The two clocks of one test.
#[derive(Clone, Copy)]
pub(super) struct Clocks {
    pub(super) wall: fn() -> Moment,
    pub(super) ticks: fn() -> Duration,
    pub(super) advance: fn(i64),
}

/// Clocks that only the test that names them moves; they begin at [`NOW`](super::NOW).
macro_rules! clocks {
    () => {{
        use std::sync::atomic::{AtomicI64, Ordering};
        static MS: AtomicI64 = AtomicI64::new(0);
        crate::notify::office::Clocks {
            wall: || {
                wardround::model::Moment::from_ms(crate::notify::NOW.as_ms() + MS.load(Ordering::SeqCst))
            },
            ticks: || {
                std::time::Duration::from_millis(MS.load(Ordering::SeqCst).try_into().unwrap())
                    + std::time::Duration::from_hours(1)
            },
            advance: |ms| {
                MS.fetch_add(ms, Ordering::SeqCst);
            },
        }
    }};
}
pub(super) use clocks;

/// A teller, and all that goes in and comes out.
pub(super) struct Office {
    pub(super) ear: Ear,
    pub(super) clocks: Clocks,
    metrics: Metrics,
    told: mpsc::Receiver<Told>,
    stop: CancellationToken,
    running: JoinHandle<()>,
    book: Tail,
}

/// A plan of three services and these receivers, the first service under `owner`.
pub(super) fn plan(owner: &str, receivers: &str) -> Plan {
    let service = |id: &str, more: &str| {
        format!("{id}: {{{more}probes: {{door: {{tcp: {{address: 'localhost:1'}}}}}}}}")
    };
    let (epr, dns, pacs) = (
        service("epr", &format!("title: Records, owner: {owner}, depends_on: [dns], ")),
        service("dns", "owner: Networks, tier: gold, "),
        service("pacs", "owner: Imaging, "),
    );
    let text = format!("site: ward\nservices: {{{epr}, {dns}, {pacs}}}\nnotify: {receivers}\n");
    load_text("probes.yaml", text, &Given::default()).unwrap_or_else(|problems| panic!("{problems}"))
}

impl Office {
    /// One that nobody knows anything of, with these receivers.
    pub(super) fn open(clocks: Clocks, receivers: &str) -> Self {
        let mut office = Self::begin(clocks, Tail::default(), Vec::new());
        office.replan("EPR", receivers);
        office
    }

    /// One that goes on from `book`; nobody has told it of a plan yet.
    pub(super) fn begin(clocks: Clocks, book: Tail, ended: Vec<Incident>) -> Self {
        let (metrics, (tells, told)) = (Metrics::new(), mpsc::channel(1024));
        let Clocks { wall, ticks, .. } = clocks;
        let setting = Setting { metrics: metrics.clone(), wall, ticks, tail: &book, ended, told: tells };
        let (teller, ear) = Teller::new(setting);
        let stop = CancellationToken::new();
        let running = tokio::spawn(teller.run(stop.clone()));
        Self { ear, clocks, metrics, told, stop, running, book }
    }

    /// A plan comes into force, as the monitor tells it.
    pub(super) fn replan(&mut self, owner: &str, receivers: &str) {
        let plan = plan(owner, receivers);
        self.ear.replan(plan.receivers(), plan.resolver());
        let outline = schedule(&plan, None).outline;
        self.hears([Entry::Planned { at: (self.clocks.wall)(), digest: String::new(), outline }]);
    }

    /// Entries come in, and are remembered.
    pub(super) fn hears(&mut self, entries: impl IntoIterator<Item = Entry>) {
        for entry in entries {
            self.book.absorb(&entry);
            self.ear.hear(&entry);
        }
    }

    /// Time passes, in which the monitor's loop turns.
    pub(super) fn passes(&self, seconds: i64) {
        (self.clocks.advance)(seconds * 1000);
        self.ear.turned();
        self.wakes();
    }

    /// It looks up now, and not within a second: of a site that is not cut off this says nothing.
    pub(super) fn wakes(&self) {
        let now = (self.clocks.wall)();
        self.ear.hear(&Entry::Rejoined { at: now, since: now });
    }

    /// Time in which it could do what it should not. If it does so later, a test passes that should not.
    pub(super) async fn idles(&self) {
        for _ in 0..6 {
            self.wakes();
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// Waits for `count` acknowledgements, which are remembered: `hook epr-outage-1`, `hook epr-outage-1 over`.
    pub(super) async fn told(&mut self, count: usize) -> Vec<String> {
        let mut all = Vec::new();
        for _ in 0..count {
            let next = tokio::time::timeout(Duration::from_secs(10), self.told.recv()).await;
            let told = next.unwrap_or_else(|_| panic!("{all:?} and no more")).expect("it is there");
            self.book.absorb(&Entry::Told(told.clone()));
            let over = if told.resolved { " over" } else { "" };
            all.push(format!("{} {}{over}", told.receiver, told.alert));
        }
        all.sort();
        all
    }

    /// What was acknowledged beside what the test asked for.
    pub(super) fn more_told(&mut self) -> usize {
        std::iter::from_fn(|| self.told.try_recv().ok()).count()
    }

    /// Waits until `count` deliveries to `receiver` have failed, and it is known when they did.
    pub(super) async fn failed(&self, receiver: &str, count: u32) {
        let labels = [("receiver", receiver), ("outcome", "failed")];
        let failed = || shown(&self.metrics).one("wardround_notify_deliveries_total", &labels);
        for _ in 0..2000 {
            if failed() >= Some(f64::from(count)) {
                return;
            }
            sleep(Duration::from_millis(5)).await;
        }
        panic!("{receiver} failed {:?} times within ten seconds", failed());
    }

    /// A number of one receiver: `dropped_total`, `pending`, `failing`.
    pub(super) fn number(&self, of: &str, receiver: &str) -> Option<f64> {
        shown(&self.metrics).one(&format!("wardround_notify_{of}"), &[("receiver", receiver)])
    }

    /// Stops, and gives what is remembered, with what was acknowledged at the last.
    pub(super) async fn close(mut self) -> Tail {
        self.stop.cancel();
        self.running.await.unwrap();
        while let Some(told) = self.told.recv().await {
            self.book.absorb(&Entry::Told(told));
        }
        self.book
    }

    /// Stops; a new one goes on `seconds` later, without a plan yet.
    pub(super) async fn again(self, seconds: i64, ended: Vec<Incident>) -> Self {
        let clocks = self.clocks;
        let book = self.close().await;
        (clocks.advance)(seconds * 1000);
        Self::begin(clocks, book, ended)
    }

    /// The time as an Alertmanager is told it.
    pub(super) fn now(&self) -> String {
        (self.clocks.wall)().to_string()
    }

    /// Seconds since the test began.
    pub(super) fn seconds(&self) -> i64 {
        ((self.clocks.wall)().as_ms() - at(0).as_ms()) / 1000
    }
}
