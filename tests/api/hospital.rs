//! A small hospital with a past, and our server before it.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::Value;
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
    model::Outline,
    serve::{Serve, board::Board, past::Past, serve, sites::Sites},
};

use super::schema;
pub(super) use crate::page::hospital::now;
use crate::{
    door::house,
    page::hospital::{answer, noted, past},
};

/// A server on a port of its own, before a ledger of its own.
pub(super) struct Hospital {
    at: SocketAddr,
    pub(super) asked: Arc<Mutex<Vec<String>>>,
    _folder: TempDir,
    _ledger: Sqlite,
    _runtime: Runtime,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: String,
}

impl Hospital {
    /// Names failed and are well again; then the record failed, and is still down. Work on pacs goes on.
    pub(super) fn open() -> Self {
        let world = past(false, named);
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Sqlite::open(folder.path()).unwrap().ledger;
        let mut entries = world.witness.entries.clone();
        entries.extend(noted(&entries, false));
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
        let (past, board, sites) = (Past::new(folder.path()), Board::default(), Sites::default());
        for entry in &entries {
            board.absorb(entry);
        }
        runtime.block_on(past.read_strips(now())).unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let at = listener.local_addr().unwrap();
        let serve_it = Serve { metrics, asks, plans, board, past, sites, wall: now, ticks: engine::ticks };
        runtime.spawn(serve(listener, serve_it, CancellationToken::new()));
        Self { at, asked: heard, _folder: folder, _ledger: ledger, _runtime: runtime }
    }

    /// The host and port at which it is reached.
    pub(super) fn address(&self) -> String {
        self.at.to_string()
    }

    /// Asks, with these headers, each ended by CRLF.
    pub(super) fn ask(&self, line: &str, headers: &str, body: &str) -> Reply {
        let length =
            if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        let head =
            format!("{line} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{length}{headers}\r\n", self.at);
        self.say([head.as_bytes(), body.as_bytes()].concat().as_slice())
    }

    /// Says exactly this.
    pub(super) fn say(&self, bytes: &[u8]) -> Reply {
        let mut stream = TcpStream::connect(self.at).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let _ = stream.write_all(bytes); // it may be refused before it is said
        let mut reply = Vec::new();
        let _ = stream.read_to_end(&mut reply);
        let reply = String::from_utf8(reply).unwrap();
        let (head, body) = reply.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no reply: {reply:?}"));
        let status = head[9..12].parse().unwrap();
        Reply { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
    }

    /// What `GET path` answers, which is as the document says.
    pub(super) fn get(&self, path: &str) -> Value {
        let reply = self.ask(&format!("GET {path}"), "", "");
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        self.checked("get", path, &reply)
    }

    /// What `POST path` answers to `body`, which is as the document says.
    pub(super) fn post(&self, path: &str, body: &str) -> (u16, Value) {
        let reply = self.ask(&format!("POST {path}"), "Content-Type: application/json\r\n", body);
        (reply.status, self.checked("post", path, &reply))
    }

    /// The status and the problem that come back; the problem is one as the document says.
    pub(super) fn refused(&self, line: &str) -> (u16, String) {
        let reply = self.ask(line, "", "");
        let (method, path) = line.split_once(' ').unwrap();
        let told = self.checked(&method.to_lowercase(), path, &reply);
        assert_eq!(told["status"], reply.status, "{told}");
        (reply.status, told["detail"].as_str().unwrap().to_owned())
    }

    fn checked(&self, method: &str, path: &str, reply: &Reply) -> Value {
        let told: Value = serde_json::from_str(&reply.body).unwrap_or_else(|why| panic!("{why}: {reply:?}"));
        let document = self.document();
        schema::check_reply(&document, method, path, reply.status, &told);
        let media = if reply.status < 400 { "application/json" } else { "application/problem+json" };
        assert!(reply.head.contains(&format!("content-type: {media}\r\n")), "{}", reply.head);
        told
    }

    pub(super) fn document(&self) -> Value {
        serde_json::from_str(&self.ask("GET /api/v1/openapi.json", "", "").body).unwrap()
    }
}

/// A name that would be markup on a page.
fn named(outline: &mut Outline) {
    outline.services[0].title = "Records & <b>notes</b>".into();
    outline.services[0].owner = Some("EPR on-call".into());
    outline.services[0].tier = Some("platinum".into());
}
