//! Does the HTTP face say how the agent is, and does no client hold it up?

use std::{
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    sync::Arc,
    time::Duration,
};

use tokio::{
    net::TcpListener,
    runtime::Runtime,
    sync::{mpsc, watch},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;
use wardround::{
    config::Plan,
    metrics::Metrics,
    model::Moment,
    serve::{Ask, Serve, board::Board, past::Past, serve, sites::Sites},
};

use crate::{door::house, metrics::ward};

/// A server on a port of its own, with a loop that gives fixed answers.
pub(crate) struct Face {
    pub(crate) at: SocketAddr,
    stop: CancellationToken,
    served: JoinHandle<()>,
    runtime: Runtime,
}

impl Face {
    /// Serves `metrics`; the loop gives `answer` to everything, or none at all.
    pub(crate) fn open(metrics: Metrics, answer: Option<Result<(), String>>) -> Self {
        Self::planned(metrics, answer, None)
    }

    /// The same, with a plan in force.
    pub(crate) fn planned(metrics: Metrics, answer: Option<Result<(), String>>, plan: Option<Plan>) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (asks, asked) = mpsc::channel(4);
        runtime.spawn(reply(asked, answer));
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let (at, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
        let served = runtime.spawn(serve(listener, bare(metrics, asks, plan), stop.clone()));
        Self { at, stop, served, runtime }
    }

    /// Stops, and waits until all is served.
    fn close(self) {
        self.stop.cancel();
        self.runtime.block_on(self.served).unwrap();
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.at).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    fn say(&self, request: &str) -> TcpStream {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        stream
    }
}

/// What a server needs, with no past; in the plan nobody signs in unless it says so.
fn bare(metrics: Metrics, asks: mpsc::Sender<Ask>, plan: Option<Plan>) -> Serve {
    let plan = plan.map_or_else(|| house::plan(house::PATIENT), Arc::new);
    let (_, plans) = watch::channel(Some(plan));
    let (board, past, sites) = (Board::default(), Past::new(Path::new("nowhere")), Sites::default());
    Serve {
        metrics,
        asks,
        plans,
        board,
        past,
        sites,
        wall: || Moment::from_ms(1_790_000_000_000),
        ticks: wardround::engine::ticks,
    }
}

async fn reply(mut asked: mpsc::Receiver<Ask>, answer: Option<Result<(), String>>) {
    let mut unanswered = Vec::new();
    while let Some(Ask::Ready(asker) | Ask::Reload(_, asker)) = asked.recv().await {
        match &answer {
            Some(answer) => drop(asker.send(answer.clone())),
            None => unanswered.push(asker),
        }
    }
}

/// The status, the head and the body of the reply to `method path`, with `headers` each ended by CRLF.
pub(crate) fn request(at: SocketAddr, line: &str, headers: &str) -> (u16, String, String) {
    let mut stream = TcpStream::connect(at).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    write!(stream, "{line} HTTP/1.0\r\nHost: {at}\r\n{headers}\r\n").unwrap();
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).unwrap();
    let reply = String::from_utf8(reply).unwrap();
    let (head, body) = reply.split_once("\r\n\r\n").unwrap();
    (head[9..12].parse().unwrap(), head.to_ascii_lowercase(), body.to_owned())
}

/// The status and the body of the reply to `line`, with `headers` each ended by CRLF and a body.
pub(crate) fn said(at: SocketAddr, line: &str, headers: &str, body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(at).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let length = body.len();
    write!(stream, "{line} HTTP/1.0\r\nHost: {at}\r\nContent-Length: {length}\r\n{headers}\r\n{body}")
        .unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    let (head, body) = reply.split_once("\r\n\r\n").unwrap();
    (head[9..12].parse().unwrap(), body.to_owned())
}

fn asked(face: &Face, line: &str) -> (u16, String) {
    let (status, _, body) = request(face.at, line, "");
    (status, body)
}

#[test]
fn metrics_come_as_prometheus_wants_them() {
    let metrics = ward::metrics(&["sign-in"]);
    let face = Face::open(metrics, Some(Ok(())));
    let (status, head, body) = request(face.at, "GET /metrics", "");
    assert_eq!(status, 200);
    assert!(head.contains("content-type: text/plain; version=0.0.4; charset=utf-8"), "{head}");
    let told = crate::metrics::exposition::parse(&body).unwrap();
    assert_eq!(told.one("wardround_probe_state", &[("probe", "sign-in")]), Some(0.0));
    face.close();
}

#[test]
fn ready_and_reload_are_the_loops_own_answers() {
    let face = Face::open(Metrics::new(), Some(Ok(())));
    assert_eq!(asked(&face, "GET /-/healthy"), (200, "healthy\n".into()));
    assert_eq!(asked(&face, "GET /-/ready"), (200, "ready\n".into()));
    assert_eq!(asked(&face, "POST /-/reload"), (200, "reloaded\n".into()));
    assert_eq!(asked(&face, "GET /-/reload").0, 405);
    assert_eq!(asked(&face, "GET /nowhere").0, 404);
    assert!(asked(&face, "GET /").1.contains("Wardround is starting"));
    face.close();
    let face = Face::open(Metrics::new(), Some(Err("probes.yaml:3: no such key".into())));
    assert_eq!(asked(&face, "GET /-/healthy").0, 200);
    assert_eq!(asked(&face, "GET /-/ready"), (503, "probes.yaml:3: no such key\n".into()));
    assert_eq!(asked(&face, "POST /-/reload"), (422, "probes.yaml:3: no such key\n".into()));
    face.close();
}

#[test]
fn a_loop_that_is_held_up_is_not_ready() {
    let face = Face::open(Metrics::new(), None);
    assert_eq!(asked(&face, "GET /-/healthy").0, 200);
    let (status, words) = asked(&face, "GET /-/ready");
    assert_eq!((status, words.contains("2 s")), (503, true), "{words}");
    face.close();
}

#[test]
fn a_web_page_cannot_ask_for_a_reload() {
    let face = Face::open(Metrics::new(), Some(Ok(())));
    let (status, _, words) = request(face.at, "POST /-/reload", "Origin: http://evil.example\r\n");
    assert_eq!((status, words.contains("a page that is not ours")), (403, true), "{words}");
    face.close();
}

const SCRAPE: &str = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";

#[test]
fn stuck_clients_hold_nobody_up() {
    let face = Face::open(large(), Some(Ok(())));
    // One never ends its head, one never reads, one says nothing at all, one leaves at once.
    let stuck = [face.say("GET /metrics HT"), face.say(SCRAPE), face.connect(), face.say(SCRAPE)];
    let [_head, mut unread, _silent, gone] = stuck;
    drop(gone);
    let (status, _, body) = request(face.at, "GET /metrics", "");
    assert_eq!((status, body.contains("\nwardround_service_info{")), (200, true), "the last family has come");
    face.close();
    let mut read = Vec::new();
    let ended = unread.read_to_end(&mut read);
    assert!(ended.is_ok() || ended.unwrap_err().kind() == ErrorKind::ConnectionReset);
    assert!(!read.ends_with(b"0\r\n\r\n"), "what broke off must not look whole");
}

/// So many probes that no socket's buffers hold their exposition.
fn large() -> Metrics {
    let mut plan = ward::inventory(&[]);
    plan.probes = (0..5000).map(|count| ward::probe(&format!("probe-{count}"))).collect();
    let metrics = Metrics::new();
    metrics.replan(&plan);
    metrics
}

#[test]
fn a_crowd_of_scrapers_is_bounded() {
    let face = Face::open(large(), Some(Ok(())));
    let crowd: Vec<_> = (0..4).map(|_| face.say(SCRAPE)).collect();
    for stream in &crowd {
        stream.peek(&mut [0]).unwrap(); // it has begun to be served
    }
    assert_eq!(asked(&face, "GET /metrics").0, 503);
    assert_eq!(asked(&face, "GET /-/ready").0, 200);
    drop(crowd);
    face.close();
}

#[test]
fn a_head_without_bound_is_refused() {
    let face = Face::open(Metrics::new(), Some(Ok(())));
    let long = format!("X-Long: {}\r\n", "x".repeat(100_000));
    let mut stream = face.connect();
    // The refusal may come, and the connection end, while we still write.
    let _ = write!(stream, "GET /metrics HTTP/1.1\r\nHost: x\r\n{long}\r\n");
    let mut reply = Vec::new();
    let _ = stream.read_to_end(&mut reply);
    assert!(reply.is_empty() || reply.starts_with(b"HTTP/1.1 431"), "{}", String::from_utf8_lossy(&reply));
    assert_eq!(asked(&face, "GET /-/healthy").0, 200);
    face.close();
}

#[test]
fn a_stop_ends_replies_under_way_and_takes_no_more() {
    let face = Face::open(large(), Some(Ok(())));
    let (mut slow, at) = (face.say("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), face.at);
    let mut idle = face.say("GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n");
    idle.read_exact(&mut [0; 12]).unwrap();
    slow.read_exact(&mut [0; 12]).unwrap();
    let reader = std::thread::spawn(move || {
        let mut read = Vec::new();
        slow.read_to_end(&mut read).unwrap();
        read
    });
    face.close();
    assert!(reader.join().unwrap().ends_with(b"0\r\n\r\n"), "the reply under way came whole");
    assert!(TcpStream::connect(at).is_err());
}
