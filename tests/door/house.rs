//! A server with a front door, and somebody who knocks.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};

use tokio::{
    net::TcpListener,
    runtime::Runtime,
    sync::{mpsc, watch},
};
use tokio_util::sync::CancellationToken;
use wardround::{
    config::{self, Hash, Plan},
    engine,
    metrics::Metrics,
    model::Moment,
    raw::Given,
    serve::{Ask, Serve, board::Board, past::Past, serve, serve_metrics, sites::Sites},
};

use crate::metrics::ward;

/// The hash of everybody's password, `correct horse`.
static HASH: LazyLock<String> = LazyLock::new(|| Hash::of("correct horse").unwrap());

/// Users and tokens of every role; nobody else sees anything.
pub(crate) const CLOSED: &str = "
  users:
    vera: {password: {file: hash}, role: view}
    oscar: {password: {file: hash}, role: operate}
    ada: {password: {file: hash}, role: admin}
  tokens:
    v: {token: {file: view}, role: view}
    o: {token: {file: operate}, role: operate}
    a: {token: {file: admin}, role: admin}";

/// Asks without end are no matter of most tests.
pub(crate) const PATIENT: &str = "\n  per_client: {requests: 100000}";

/// The token of a role.
pub(crate) fn token(role: &str) -> String {
    format!("the-token-of-{role}-0123456789")
}

/// The plan of which `serve:` is `serve`.
pub(crate) fn plan(serve: &str) -> Arc<Plan> {
    let text = format!(
        "site: royal-infirmary
serve:
  listen: 127.0.0.1:0{serve}
services: {{epr: {{public: true, probes: {{p: {{tcp: {{address: 'a:1'}}}}}}}}, pacs: {{probes: {{p: {{tcp: {{address: 'a:1'}}}}}}}}}}"
    );
    let outside = ["view", "operate", "admin"]
        .iter()
        .fold(Given::default().file("hash", HASH.as_str()), |all, role| all.file(*role, token(role)));
    let plan = config::load_text("probes.yaml", &text, &outside);
    Arc::new(plan.unwrap_or_else(|why| panic!("{why}")))
}

/// A server on a port of its own, whose loop says yes to everything.
pub(crate) struct House {
    pub(crate) at: SocketAddr,
    pub(crate) metrics_at: SocketAddr,
    pub(crate) plans: watch::Sender<Option<Arc<Plan>>>,
    pub(crate) metrics: Metrics,
    remembered: Arc<Mutex<Vec<String>>>,
    stop: CancellationToken,
    runtime: Runtime,
}

impl House {
    pub(crate) fn open(serve: &str) -> Self {
        Self::with(plan(serve))
    }

    pub(crate) fn with(plan: Arc<Plan>) -> Self {
        Self::by(plan, || Moment::from_ms(1_790_000_000_000), engine::ticks)
    }

    /// By these clocks.
    pub(crate) fn by(plan: Arc<Plan>, wall: fn() -> Moment, ticks: fn() -> Duration) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (asks, asked) = mpsc::channel(4);
        let remembered = Arc::<Mutex<Vec<String>>>::default();
        runtime.spawn(agree(asked, Arc::clone(&remembered)));
        let (plans, in_force) = watch::channel(Some(plan));
        let metrics = ward::metrics(&["sign-in"]);
        let [main, own] = [0; 2].map(|_| runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap());
        let house = Self {
            at: main.local_addr().unwrap(),
            metrics_at: own.local_addr().unwrap(),
            plans,
            metrics: metrics.clone(),
            remembered,
            stop: CancellationToken::new(),
            runtime,
        };
        let serving = Serve {
            metrics,
            asks,
            plans: in_force,
            board: Board::default(),
            past: Past::new(Path::new("nowhere")),
            sites: Sites::default(),
            wall,
            ticks,
        };
        house.runtime.spawn(serve_metrics(own, serving.clone(), house.stop.clone()));
        house.runtime.spawn(serve(main, serving, house.stop.clone()));
        house
    }

    /// What the loop was asked to remember, once there is something.
    pub(crate) fn remembered(&self) -> Vec<String> {
        for _ in 0..500 {
            let told = self.remembered.lock().unwrap().clone();
            if !told.is_empty() {
                return told;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Vec::new()
    }

    /// Knocks with a line such as `GET /`, headers each ended by CRLF, and a body.
    pub(crate) fn ask(&self, line: &str, headers: &str, body: &str) -> Reply {
        let length =
            if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        let host = if headers.to_ascii_lowercase().contains("host:") {
            String::new()
        } else {
            format!("Host: {}\r\n", self.at)
        };
        self.say(&format!("{line} HTTP/1.1\r\n{host}{headers}{length}Connection: close\r\n\r\n{body}"))
    }

    pub(crate) fn get(&self, path: &str, headers: &str) -> Reply {
        self.ask(&format!("GET {path}"), headers, "")
    }

    /// Says exactly this, and reads what is answered: of a reply without end, its head.
    pub(crate) fn say(&self, words: &str) -> Reply {
        let mut stream = self.connect();
        // The answer may come, and the connection end, while we still write.
        let _ = stream.write_all(words.as_bytes());
        Reply::read(&mut stream)
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.at).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    /// The cookie of somebody who signed in with the password of all.
    pub(crate) fn signed_in(&self, user: &str) -> String {
        let reply = self.ask("POST /sign-in", "", &format!("user={user}&password=correct+horse&then=%2F"));
        assert_eq!(reply.status, 303, "{reply:?}");
        let cookie = reply.header("set-cookie").unwrap();
        format!("Cookie: {}\r\n", cookie.split(';').next().unwrap())
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Reply {
    /// 0 where nothing was.
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn read(stream: &mut impl Read) -> Self {
        let (mut text, mut piece) = (Vec::new(), [0; 4096]);
        while let Ok(count @ 1..) = stream.read(&mut piece) {
            text.extend_from_slice(&piece[..count]);
            let so_far = String::from_utf8_lossy(&text);
            if so_far.contains("text/event-stream") && so_far.contains("\r\n\r\n") {
                break;
            }
        }
        let text = String::from_utf8_lossy(&text).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.get(9..12).and_then(|status| status.parse().ok()).unwrap_or_default();
        Self { status, head: head.to_owned(), body: body.to_owned() }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let line =
            |line: &'_ str| line.split_once(": ").is_some_and(|(known, _)| known.eq_ignore_ascii_case(name));
        let found = self.head.lines().find(|text| line(text))?;
        found.split_once(": ").map(|(_, value)| value)
    }
}

pub(crate) fn bearer(role: &str) -> String {
    format!("Authorization: Bearer {}\r\n", token(role))
}

async fn agree(mut asked: mpsc::Receiver<Ask>, remembered: Arc<Mutex<Vec<String>>>) {
    while let Some(ask) = asked.recv().await {
        match ask {
            Ask::Ready(answer)
            | Ask::Withdraw(_, _, answer)
            | Ask::Note(_, _, _, answer)
            | Ask::Reload(_, answer) => {
                drop(answer.send(Ok(())));
            }
            Ask::Remember(by, what) => {
                remembered.lock().unwrap().push(format!("{}: {what}", by.name));
            }
            Ask::Announce(_, _, answer) => drop(answer.send(Ok("work".parse().unwrap()))),
        }
    }
}
