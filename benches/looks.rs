//! What does a look cost beside the bare exchange? CPU per look, closed loop, on loopback, both sides in the same run.
//!
//! Rounds of bare exchanges and of looks take turns, and the ratio told is the median over the rounds, so that it holds
//! when the machine's speed drifts. The server is a process of its own: only the CPU of the client side is counted.
//!
//! `cargo bench --bench looks -- --rounds 9 --looks 2000 --at-once 16`, and names of kinds for those kinds alone.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::unchecked_time_subtraction,
    clippy::cast_precision_loss,
    reason = "a benchmark reads clocks, speaks to a terminal, and ends where it cannot go on"
)]

mod support;

use std::{net::SocketAddr, sync::Arc};

use support::{cpu, floor, option, server::Server};
use tokio::task::JoinSet;
use wardround::{
    model::{Moment, Outcome},
    probe::{Agent, Ask, Kind, look},
};

/// The kinds, and by how much a look may cost more than the floor; of clinical kinds the floor is a bare TCP connection.
const GOALS: [(&str, f64); 7] = [
    ("https", 1.15),
    ("http", 1.6),
    ("tcp", 1.6),
    ("dns", 2.0),
    ("mllp", 3.0),
    ("dicom", 3.0),
    ("fhir", 3.0),
];

fn main() {
    let server = Server::start();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(measure(&server));
}

async fn measure(server: &Server) {
    let (rounds, looks) = (option("--rounds", 9), option("--looks", 2000));
    let agent = Arc::new(Agent::new(&[]).unwrap());
    println!("kind    floor, µs of CPU    look, µs of CPU    ratio    goal");
    let is_named = |name: &str| std::env::args().any(|word| word == name);
    let some_named = GOALS.iter().any(|(name, _)| is_named(name));
    for (name, goal) in GOALS.into_iter().filter(|(name, _)| !some_named || is_named(name)) {
        let kind = kind(name, server);
        let mut pairs = Vec::new();
        for round in 0..=rounds {
            let bare = closed_loop(looks, bare(name, server)).await;
            let ours = closed_loop(looks, ours(&kind, &agent)).await;
            if round > 0 {
                pairs.push((bare, ours)); // the first round warms up
            }
        }
        let ratio = median(pairs.iter().map(|(bare, ours)| ours / bare));
        let (bare, ours) = (median(pairs.iter().map(|p| p.0)), median(pairs.iter().map(|p| p.1)));
        let verdict = if ratio <= goal { "met" } else { "MISSED" };
        println!("{name:<8}{bare:>15.1}{ours:>19.1}{ratio:>9.2}{goal:>8.2}  {verdict}");
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Microseconds of CPU per exchange, `count` of them, some at once, each begun when another has ended.
async fn closed_loop<F, T>(count: usize, begin: F) -> f64
where
    F: Fn() -> T + Clone + Send + 'static,
    T: Future<Output = ()> + Send,
{
    let at_once = option("--at-once", 16);
    let mut loops = JoinSet::new();
    let before = cpu();
    for _ in 0..at_once {
        let begin = begin.clone();
        loops.spawn(async move {
            for _ in 0..count / at_once {
                begin().await;
            }
        });
    }
    loops.join_all().await;
    let turns = count / at_once * at_once;
    (cpu() - before).as_secs_f64() * 1e6 / turns as f64
}

type Turn = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

fn bare(name: &'static str, server: &Server) -> impl Fn() -> Turn + Clone + Send + 'static {
    let at = |port| SocketAddr::from(([127, 0, 0, 1], port));
    let (https, http, tcp, dns) = (at(server.https), at(server.http), at(server.tcp), at(server.dns));
    let connector = floor::connector(&server.ca);
    move || -> Turn {
        let connector = connector.clone();
        match name {
            "https" => Box::pin(async move { floor::https(https, &connector).await }),
            "http" => Box::pin(floor::http(http)),
            "dns" => Box::pin(floor::dns(dns)),
            _ => Box::pin(floor::tcp(tcp)),
        }
    }
}

fn ours(kind: &Kind, agent: &Arc<Agent>) -> impl Fn() -> Turn + Clone + Send + 'static {
    let (kind, agent) = (kind.clone(), agent.clone());
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let ask = Ask { timeout: std::time::Duration::from_secs(5), slow: None, at: Moment::from_ms(0) + now };
    move || -> Turn {
        let (kind, agent) = (kind.clone(), agent.clone());
        Box::pin(async move {
            let seen = look(&kind, ask, &agent).await;
            assert_eq!(seen.outcome, Outcome::Up, "{:?}", seen.details);
        })
    }
}

/// The kind, from a configuration like any other.
fn kind(name: &str, server: &Server) -> Kind {
    let settings = match name {
        "https" => format!(
            "http: {{url: 'https://bench.test:{}/health', connect_to: '127.0.0.1:{0}', tls: {{ca: '{1}'}}, expect: {{status: 200, body: {{contains: ward}}}}}}",
            server.https,
            server.ca.display()
        ),
        "http" => format!(
            "http: {{url: 'http://127.0.0.1:{}/health', expect: {{status: 200, body: {{contains: ward}}}}}}",
            server.http
        ),
        "tcp" => format!("tcp: {{address: '127.0.0.1:{}'}}", server.tcp),
        "mllp" => format!("mllp: {{address: '127.0.0.1:{}'}}, interval: 1m", server.mllp),
        "dicom" => {
            format!(
                "dicom: {{address: '127.0.0.1:{}', calling: BENCH, called: BENCH}}, interval: 1m",
                server.dicom
            )
        }
        "fhir" => format!("fhir: {{base: 'http://127.0.0.1:{}/r4'}}, interval: 1m", server.fhir),
        _ => format!(
            "dns: {{server: '127.0.0.1:{}', name: bench.test, type: A, expect: {{answers: {{equals: [10.0.0.1]}}}}}}",
            server.dns
        ),
    };
    let text = format!("site: bench\nservices: {{bench: {{probes: {{bench: {{{settings}}}}}}}}}\n");
    let plan = wardround::config::load_text("bench.yaml", text, &wardround::config::System)
        .unwrap_or_else(|problems| panic!("{problems}"));
    plan.probes()[0].kind().clone()
}
