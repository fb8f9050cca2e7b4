//! Is each month's report written by itself, once, whatever happens?

use std::{
    fs,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use jiff::{civil::DateTime, tz::TimeZone};
use tokio::{sync::watch, task::JoinHandle, time::sleep};
use tokio_util::sync::CancellationToken;
use wardround::{
    config::{Format, Plan, load_text},
    engine::{Composed, Order, Reporter, compose, schedule},
    entry::Entry,
    ledger::{Ledger as _, Sqlite},
    metrics::Metrics,
    model::Moment,
    raw::Given,
};

use crate::receivers::mail_server::MailServer;

/// A wall clock that only the test that names it moves.
macro_rules! wall {
    () => {{
        static MS: AtomicI64 = AtomicI64::new(0);
        Wall { set: |to| MS.store(to, Ordering::SeqCst), now: || Moment::from_ms(MS.load(Ordering::SeqCst)) }
    }};
}

type Plans = watch::Sender<Option<Arc<Plan>>>;

#[derive(Clone, Copy)]
struct Wall {
    set: fn(i64),
    now: fn() -> Moment,
}

impl Wall {
    /// It is this time in London.
    fn is(self, local: &str) {
        let zone = TimeZone::get("Europe/London").unwrap();
        let at = local.parse::<DateTime>().unwrap().to_zoned(zone).unwrap();
        (self.set)(at.timestamp().as_millisecond());
    }
}

/// A reporter at work in a folder.
struct Room {
    folder: tempfile::TempDir,
    wall: Wall,
    composed: Arc<AtomicUsize>,
    working: Option<(Plans, CancellationToken, JoinHandle<()>)>,
    metrics: Metrics,
}

impl Room {
    fn new(wall: Wall) -> Self {
        let (folder, composed) = (tempfile::tempdir().unwrap(), Arc::default());
        Self { folder, wall, composed, working: None, metrics: Metrics::new() }
    }

    fn plan(&self, reports: &str) -> Plan {
        let folder = self.folder.path().display();
        let text = format!(
            "site: ward\ntimezone: Europe/London\nservices: {{epr: {{probes: {{door: {{tcp: {{address: 'a:1'}}}}}}}}}}\n\
             reports: {{folder: '{folder}/reports', {reports}}}\n"
        );
        load_text("probes.yaml", text, &Given::default()).unwrap_or_else(|problems| panic!("{problems}"))
    }

    /// Begins to work, as at a start of the agent, and looks at the calendar.
    async fn opens(&mut self, reports: &str) {
        self.starts(reports);
        self.waits().await;
    }

    fn starts(&mut self, reports: &str) {
        let (plans, heard) = watch::channel(None);
        let counts = Arc::clone(&self.composed);
        let compose = move |order: &Order<'_>| {
            counts.fetch_add(1, Ordering::SeqCst);
            let text = |format| {
                format!("{} as {format:?}, {}", order.month, order.notes.unwrap_or("no notes")).into()
            };
            match order.month {
                "2026-01" => Ok(Composed::Nothing),
                "2026-02" => Err("the ledger is damaged".to_owned()),
                month => Ok(Composed::Report {
                    summary: format!("All well in {month}."),
                    texts: order.formats.iter().map(text).collect(),
                }),
            }
        };
        let reporter = Reporter::new(heard, Box::new(compose), self.metrics.clone(), self.wall.now);
        let stop = CancellationToken::new();
        let running = tokio::spawn(reporter.run(stop.clone()));
        plans.send_replace(Some(Arc::new(self.plan(reports))));
        self.working = Some((plans, stop, running));
    }

    fn reloads(&self, reports: &str) {
        let (plans, ..) = self.working.as_ref().unwrap();
        plans.send_replace(Some(Arc::new(self.plan(reports))));
    }

    async fn until(&self, is_so: impl Fn() -> bool) {
        for _ in 0..500 {
            if is_so() {
                return;
            }
            sleep(Duration::from_millis(20)).await;
        }
        panic!("{}", self.metrics.text());
    }

    async fn closes(&mut self) {
        let (_, stop, running) = self.working.take().unwrap();
        stop.cancel();
        running.await.unwrap();
    }

    /// Until the reporter has looked at the calendar again.
    async fn waits(&self) {
        sleep(Duration::from_secs(31)).await;
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("reports").join(name)
    }

    fn text(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.path(name)).ok()
    }

    fn composed(&self) -> usize {
        self.composed.load(Ordering::SeqCst)
    }

    fn counted(&self, what: &str) -> u64 {
        let (text, name) = (self.metrics.text(), format!("wardround_reports_{what}_total "));
        let value = text.lines().find_map(|line| line.strip_prefix(&name));
        value.unwrap_or_else(|| panic!("{text}")).parse().unwrap()
    }
}

#[tokio::test(start_paused = true)]
async fn it_is_written_on_the_first_and_once() {
    let mut room = Room::new(wall!());
    room.wall.is("2026-10-31T23:00");
    fs::create_dir(room.folder.path().join("reports")).unwrap();
    fs::write(room.path("wardround-ward-2026-09.html"), "an older one").unwrap();
    room.opens("at: '06:30', formats: html").await;
    room.wall.is("2026-11-01T06:29");
    room.waits().await;
    assert_eq!((room.composed(), room.text("wardround-ward-2026-10.html")), (0, None));
    room.wall.is("2026-11-01T06:30");
    room.waits().await;
    let written = room.text("wardround-ward-2026-10.html");
    assert_eq!(written.as_deref(), Some("2026-10 as Html, no notes"));
    room.closes().await;
    room.wall.is("2026-11-30T12:00");
    room.opens("formats: html").await;
    assert_eq!((room.composed(), room.text("wardround-ward-2026-10.html")), (1, written));
    assert_eq!(room.text("wardround-ward-2026-09.html").as_deref(), Some("an older one"));
    assert_eq!(room.counted("written"), 1);
}

#[tokio::test(start_paused = true)]
async fn one_that_was_missed_is_written_at_the_next_start() {
    let mut room = Room::new(wall!());
    room.wall.is("2026-11-17T03:00");
    fs::write(room.folder.path().join("words-2026-10.md"), "A quiet month.").unwrap();
    let notes = room.folder.path().join("words-{month}.md");
    room.opens(&format!("formats: [csv, json, markdown, csv], notes: '{}'", notes.display())).await;
    assert_eq!(room.text("wardround-ward-2026-10.csv").as_deref(), Some("2026-10 as Csv, A quiet month."));
    assert_eq!(
        room.text("wardround-ward-2026-10.md").as_deref(),
        Some("2026-10 as Markdown, A quiet month.")
    );
    assert_eq!((room.text("wardround-ward-2026-09.csv"), room.composed()), (None, 1));
    fs::remove_file(room.path("wardround-ward-2026-10.json")).unwrap();
    fs::write(room.path("wardround-ward-2026-10.csv"), "corrected by hand").unwrap();
    room.waits().await;
    assert!(room.path("wardround-ward-2026-10.json").exists());
    assert_eq!(room.text("wardround-ward-2026-10.csv").as_deref(), Some("corrected by hand"));
}

#[tokio::test(start_paused = true)]
async fn what_fails_is_counted_and_tried_again() {
    let mut room = Room::new(wall!());
    room.wall.is("2026-11-02T12:00");
    fs::write(room.folder.path().join("reports"), "no folder").unwrap();
    room.opens("formats: html").await;
    assert_eq!(room.counted("failures"), 1);
    fs::remove_file(room.folder.path().join("reports")).unwrap();
    sleep(Duration::from_mins(1)).await;
    assert_eq!(room.text("wardround-ward-2026-10.html").as_deref(), Some("2026-10 as Html, no notes"));
}

#[tokio::test(start_paused = true)]
async fn patience_grows_and_a_reload_begins_anew() {
    let mut room = Room::new(wall!());
    room.wall.is("2026-03-02T12:00");
    room.opens("formats: html").await;
    sleep(Duration::from_hours(4)).await;
    let failed = room.composed();
    assert!((7..=11).contains(&failed), "{failed} attempts in four hours");
    room.wall.is("2026-04-01T06:00");
    room.reloads("formats: json");
    room.waits().await;
    assert_eq!(room.text("wardround-ward-2026-03.json").as_deref(), Some("2026-03 as Json, no notes"));
}

#[tokio::test(start_paused = true)]
async fn a_month_of_which_nothing_is_remembered_has_no_report() {
    let mut room = Room::new(wall!());
    room.wall.is("2026-02-10T12:00");
    room.opens("formats: html").await;
    room.waits().await;
    assert_eq!((room.composed(), room.counted("failures")), (1, 0));
    assert!(!room.folder.path().join("reports").exists());
}

#[tokio::test]
async fn it_is_mailed_once_with_all_formats() {
    let mut room = Room::new(wall!());
    room.wall.is("2026-11-01T07:00");
    let server = MailServer::start(|_| None).await;
    let reports = format!("formats: [html, csv], {}", mailed_by(&server));
    room.starts(&reports);
    room.until(|| room.path(MARK).exists()).await;
    room.closes().await;
    room.starts(&reports);
    sleep(Duration::from_millis(100)).await;
    let heard = server.heard();
    let has = |line: &str| heard.iter().filter(|heard| heard.contains(line)).count();
    assert_eq!((has("Subject: Availability report of 2026-10, ward"), has("All well in 2026-10.")), (1, 1));
    let files = ["html", "csv"].map(|ending| has(&format!("filename=\"wardround-ward-2026-10.{ending}\"")));
    assert_eq!((files, has("Message-ID: <report-ward-2026-10.wardround@trust.example>")), ([1, 1], 1));
}

#[tokio::test]
async fn a_mail_that_is_refused_is_sent_later() {
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    let busy =
        |line: &str| (line == "DATA" && ASKED.fetch_add(1, Ordering::SeqCst) == 0).then_some("451 busy");
    let mut room = Room::new(wall!());
    room.wall.is("2026-11-01T07:00");
    let server = MailServer::start(busy).await;
    room.starts(&mailed_by(&server));
    room.until(|| room.counted("failures") == 1).await;
    assert!(room.path("wardround-ward-2026-10.html").exists() && !room.path(MARK).exists());
    room.reloads(&mailed_by(&server));
    room.until(|| room.path(MARK).exists()).await;
    let sent = server.heard().iter().filter(|line| line.starts_with("Subject:")).count();
    assert_eq!((sent, room.counted("written"), room.counted("failures")), (1, 1, 1));
}

#[test]
fn it_is_made_of_what_is_remembered() {
    let room = Room::new(wall!());
    let at = |local| {
        room.wall.is(local);
        (room.wall.now)()
    };
    let zone = TimeZone::get("Europe/London").unwrap();
    let formats = [Format::Csv, Format::Json];
    let compose = compose(room.folder.path().to_owned());
    let of = |month| compose(&Order { month, zone: &zone, formats: &formats, notes: Some("A quiet month.") });
    assert!(of("2026-10").unwrap_err().contains("no ledger here"));
    let mut ledger = Sqlite::open(room.folder.path()).unwrap().ledger;
    assert!(matches!(of("2026-10"), Ok(Composed::Nothing)));
    let outline = schedule(&room.plan(""), None).outline;
    let planned = Entry::Planned { at: at("2026-10-05T12:00"), digest: String::new(), outline };
    ledger.append(&[Arc::new(planned), Arc::new(Entry::Stopped { at: at("2026-11-01T06:00") })]).unwrap();
    assert!(matches!(of("2026-09"), Ok(Composed::Nothing)));
    let Ok(Composed::Report { summary, texts }) = of("2026-10") else { panic!("{:?}", of("2026-10")) };
    assert!(summary.contains("October 2026"), "{summary}");
    let json = String::from_utf8_lossy(&texts[1]);
    assert!(texts.len() == 2 && json.contains("A quiet month."), "{json}");
}

const MARK: &str = ".wardround-ward-2026-10.mailed";

fn mailed_by(server: &MailServer) -> String {
    let port = server.address.port();
    format!(
        "email: {{server: 'localhost:{port}', tls: none, from: w@trust.example, to: board@trust.example}}"
    )
}
