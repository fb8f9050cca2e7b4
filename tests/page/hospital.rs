//! A small hospital with a past and with awkward names, and our server before it.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{Arc, Mutex},
    time::Duration,
};

use tempfile::TempDir;
use tokio::{
    net::TcpListener,
    runtime::Runtime,
    sync::{mpsc, watch},
};
use tokio_util::sync::CancellationToken;
use wardround::{
    engine,
    entry::Entry,
    ledger::{Ledger, Sqlite},
    metrics::Metrics,
    model::{Impact, Maintenance, Moment, Note, Outline, Period, When},
    round::Schedule,
    serve::{Ask, Serve, board::Board, past::Past, serve, sites::Sites},
};

use crate::{
    door::house,
    round::{
        ward::{MINUTE, SECOND, START, Ward, begun, plan},
        world::World,
    },
};

/// How long the hospital has been watched.
const WATCHED: Duration = Duration::from_mins(30);

/// A name with markup in it.
pub(super) const MARKUP: &str = r#"Records <script>alert("1")</script> & <b>notes</b>"#;

/// A name from right to left, with a mark that would turn what follows.
pub(super) const TURNED: &str = "שרתי שמות \u{202e}gpj.exe";

/// The time: nothing here goes on.
pub(crate) fn now() -> Moment {
    START + WATCHED
}

/// A server on a port of its own, before a ledger of its own.
pub(super) struct Hospital {
    pub(super) at: SocketAddr,
    pub(super) asked: Arc<Mutex<Vec<String>>>,
    world: World<Ward>,
    board: Board,
    ledger: Sqlite,
    _folder: TempDir,
    _runtime: Runtime,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: Vec<u8>,
}

impl Hospital {
    /// Names failed and are well again; then the record failed, and is still down. Work on pacs goes on.
    pub(super) fn open() -> Self {
        let world = past(true, awkward);
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Sqlite::open(folder.path()).unwrap().ledger;
        let mut entries = world.witness.entries.clone();
        entries.extend(noted(&entries, true));
        let entries: Vec<Arc<Entry>> = entries.into_iter().map(Arc::new).collect();
        ledger.append(&entries).unwrap();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (asks, asked) = mpsc::channel(4);
        let heard = Arc::default();
        runtime.spawn(answer(asked, Arc::clone(&heard)));
        let metrics = Metrics::new();
        metrics.passed(now());
        let (_, plans) = watch::channel(Some(house::plan(house::PATIENT)));
        let (past, board) = (Past::new(folder.path()), Board::default());
        for entry in &entries {
            board.absorb(entry);
        }
        runtime.block_on(past.read_strips(now())).unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let at = listener.local_addr().unwrap();
        let shown = board.clone();
        let serve_it = Serve {
            metrics,
            asks,
            plans,
            board: shown,
            past,
            sites: Sites::default(),
            wall: now,
            ticks: engine::ticks,
        };
        runtime.spawn(serve(listener, serve_it, CancellationToken::new()));
        Self { at, asked: heard, world, board, ledger, _folder: folder, _runtime: runtime }
    }

    /// Another two minutes pass, in which these probes are ill.
    pub(super) fn pass(&mut self, ill: &[&'static str]) {
        let known = self.world.witness.entries.len();
        self.world.witness.ill = ill.iter().copied().collect();
        self.world.pass(2 * MINUTE);
        for entry in self.world.witness.entries[known..].iter().cloned().map(Arc::new) {
            self.ledger.append(&[Arc::clone(&entry)]).unwrap();
            self.board.absorb(&entry);
        }
    }

    /// Opens a connection and asks, with these headers, each ended by CRLF.
    pub(super) fn say(&self, line: &str, headers: &str, body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.at).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let length =
            if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        write!(stream, "{line} HTTP/1.1\r\nHost: {}\r\n{length}{headers}\r\n{body}", self.at).unwrap();
        stream
    }

    pub(super) fn ask(&self, line: &str, headers: &str, body: &str) -> Reply {
        let mut reply = Vec::new();
        self.say(line, &format!("Connection: close\r\n{headers}"), body).read_to_end(&mut reply).unwrap();
        let end = reply.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(reply[..end + 2].to_vec()).unwrap();
        Reply { status: head[9..12].parse().unwrap(), head, body: reply.split_off(end + 4) }
    }

    /// The page at `path`.
    pub(super) fn page(&self, path: &str) -> String {
        let reply = self.ask(&format!("GET {path}"), "Accept: text/html\r\n", "");
        assert_eq!(reply.status, 200, "{path}");
        String::from_utf8(reply.body).unwrap()
    }

    /// The incident that is open.
    pub(super) fn incident(&self) -> String {
        let page = self.page("/");
        let path = page.split(r#"<a href="/incidents/"#).nth(1).unwrap();
        path.split('"').next().unwrap().to_owned()
    }
}

/// What was remembered, of services that are called and kept as `named` says; work is announced in the configuration or by hand.
pub(crate) fn past(by_hand: bool, named: impl FnOnce(&mut Outline)) -> World<Ward> {
    let probes = [
        ("epr/sign-in", Impact::Outage, false),
        ("epr/search", Impact::Partial, false),
        ("names/lookup", Impact::Outage, false),
        ("pacs/viewer", Impact::Outage, false),
    ];
    let schedule = plan(&probes, &[("epr", "names")]);
    let mut outline = Outline { zone: "Europe/London".into(), ..Outline::clone(&schedule.outline) };
    named(&mut outline);
    let work = Maintenance {
        id: "pacs-upgrade".parse().unwrap(),
        services: vec!["pacs".parse().unwrap()],
        when: When::Once(Period::new(START + 90 * SECOND, START + Duration::from_hours(200))),
        reason: "new viewer".into(),
        declared_by: "imaging team".into(),
        declared_at: None,
        by_hand,
    };
    let mut world = begun(Schedule { outline: Arc::new(outline), maintenance: vec![work], ..schedule });
    for (ill, span) in [(&[][..], 10), (&["names/lookup"], 2), (&[], 10), (&["epr/sign-in"], 8)] {
        world.witness.ill = ill.iter().copied().collect();
        world.pass(span * MINUTE);
    }
    world
}

/// Names and owners that a page could stumble over.
fn awkward(outline: &mut Outline) {
    let long = "Picturearchiveandcommunicationsystem".repeat(4);
    for (service, title) in outline.services.iter_mut().zip([MARKUP, TURNED, &long]) {
        service.title = title.into();
    }
    outline.services[0].owner = Some("EPR <i>on-call</i>".into());
    outline.services[0].tier = Some("platinum".into());
}

/// A note with markup in it, on whatever went wrong last.
pub(crate) fn noted(entries: &[Entry], acknowledges: bool) -> Option<Entry> {
    let incident = entries.iter().rev().find_map(|entry| match entry {
        Entry::Incident(news) => Some(news.incident.id.clone()),
        _ => None,
    })?;
    let words = "<script>alert(1)</script> & so on\nsecond line".to_owned();
    Some(Entry::Note(Note { at: now(), incident, by: "anna".into(), words, acknowledges }))
}

/// A loop that says yes to what is in order.
pub(crate) async fn answer(mut asked: mpsc::Receiver<Ask>, heard: Arc<Mutex<Vec<String>>>) {
    while let Some(ask) = asked.recv().await {
        heard.lock().unwrap().push(format!("{ask:?}").split(", Sender").next().unwrap().to_owned());
        match ask {
            Ask::Announce(announcement, _, answer) => {
                drop(answer.send(announcement.work(now()).map(|work| work.id)));
            }
            Ask::Note(incident, remark, by, answer) => {
                drop(answer.send(remark.note(incident, by.name, now()).map(drop)));
            }
            Ask::Ready(answer) | Ask::Withdraw(_, _, answer) | Ask::Reload(_, answer) => {
                drop(answer.send(Ok(())));
            }
            Ask::Remember(..) => {}
        }
    }
}
