//! Is every way to a target tried, and is it told whose fault it is when none leads there?

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use hickory_proto::{
    op::{Message, MessageType, ResponseCode},
    rr::{RData, Record, RecordType, rdata},
};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream, UdpSocket},
    time::timeout,
};
use wardround::{
    model::{Fault, Ours, Outcome, Phase, Seen},
    probe::Agent,
};

use crate::{
    looks::{fault, look_by, look_within, ours},
    neighbours::started::free_address,
};

/// What a name server knows: the answer to the first label of a name, by type. `None` says nothing at all.
type Zone = fn(label: &str, kind: RecordType) -> Option<Result<Vec<IpAddr>, ResponseCode>>;

/// A name server that knows `zone`.
async fn names(zone: Zone) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut buffer = [0; 512];
        while let Ok((count, peer)) = socket.recv_from(&mut buffer).await {
            if let Some(reply) = answer(zone, &buffer[..count]) {
                socket.send_to(&reply, peer).await.unwrap();
            }
        }
    });
    address
}

fn answer(zone: Zone, asked: &[u8]) -> Option<Vec<u8>> {
    let mut message = Message::from_vec(asked).unwrap();
    message.metadata.message_type = MessageType::Response;
    let (name, kind) = (message.queries[0].name().clone(), message.queries[0].query_type());
    let label = String::from_utf8(name.iter().next().unwrap().to_vec()).unwrap();
    match zone(&label, kind)? {
        Ok(addresses) => {
            message.answers = addresses.into_iter().map(|ip| record(&name, ip)).collect();
        }
        Err(code) => message.metadata.response_code = code,
    }
    Some(message.to_vec().unwrap())
}

fn record(name: &hickory_proto::rr::Name, ip: IpAddr) -> Record {
    let data = match ip {
        IpAddr::V4(ip) => RData::A(rdata::A(ip)),
        IpAddr::V6(ip) => RData::AAAA(rdata::AAAA(ip)),
    };
    Record::from_rdata(name.clone(), 60, data)
}

const HOME: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const HOME_TOO: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
const HOME_V6: IpAddr = IpAddr::V6(Ipv6Addr::LOCALHOST);

fn zone(label: &str, kind: RecordType) -> Option<Result<Vec<IpAddr>, ResponseCode>> {
    let v4 = kind == RecordType::A;
    Some(match label {
        "both" => Ok(if v4 { vec![HOME] } else { vec![HOME_V6] }),
        "v4" => Ok(if v4 { vec![HOME] } else { vec![] }),
        "v6" => Ok(if v4 { vec![] } else { vec![HOME_V6] }),
        "dead" => Ok(if v4 { vec![HOME_TOO] } else { vec![] }),
        "two" => Ok(if v4 { vec![HOME_TOO, HOME] } else { vec![] }),
        "deaf-v6" | "sick-v6" if v4 => Ok(vec![HOME]),
        "sick-and-none" if v4 => Ok(vec![]),
        "empty" => Ok(vec![]),
        "sick" | "sick-v6" | "sick-and-none" => Err(ResponseCode::ServFail),
        "shy" => Err(ResponseCode::Refused),
        "deaf" | "deaf-v6" => return None,
        _ => Err(ResponseCode::NXDomain),
    })
}

async fn agent() -> Agent {
    Agent::new(&[names(zone).await]).unwrap()
}

/// A port that is open on `address` and on no other.
async fn open_on(address: IpAddr) -> (TcpListener, u16) {
    let listener = TcpListener::bind((address, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

async fn knock(name: &str, port: u16, more: &str) -> Seen {
    look_by(&agent().await, &format!("tcp: {{address: '{name}.test:{port}'{more}}}")).await
}

#[tokio::test]
async fn a_name_is_resolved_and_its_address_told() {
    let (_open, port) = open_on(HOME).await;
    let seen = knock("v4", port, "").await;
    assert_eq!(seen.outcome, Outcome::Up);
    assert_eq!(seen.details.peer, Some((HOME, port).into()));
    let phases: Vec<Phase> = seen.timeline.spans().iter().map(|span| span.phase).collect();
    assert_eq!(phases, [Phase::Resolve, Phase::Connect]);
}

#[tokio::test]
async fn the_preferred_family_comes_first_and_the_other_still_counts() {
    let (_open, port) = open_on(HOME).await;
    assert_eq!(knock("both", port, "").await.details.peer, Some((HOME, port).into()));
    assert_eq!(
        knock("both", port, ", family: prefer-v6").await.outcome,
        Outcome::Up,
        "::1 refuses, 127.0.0.1 not"
    );
    assert_eq!(fault(&knock("both", port, ", family: v6").await), Fault::ConnectionRefused);
    assert_eq!(fault(&knock("v4", port, ", family: v6").await), Fault::NoAddress);
    let (_open, port) = open_on(HOME_V6).await;
    assert_eq!(knock("both", port, ", family: prefer-v6").await.details.peer, Some((HOME_V6, port).into()));
    assert_eq!(knock("both", port, "").await.outcome, Outcome::Up, "127.0.0.1 refuses, ::1 not");
    assert_eq!(knock("v6", port, "").await.outcome, Outcome::Up);
    assert_eq!(fault(&knock("v6", port, ", family: v4").await), Fault::NoAddress);
}

#[tokio::test]
async fn every_address_is_tried() {
    let (_open, port) = open_on(HOME).await;
    let seen = knock("two", port, "").await;
    assert_eq!((&seen.outcome, seen.details.peer), (&Outcome::Up, Some((HOME, port).into())));
}

#[tokio::test]
async fn a_dead_address_costs_its_share_and_no_more() {
    let (_open, port) = open_on(HOME).await;
    let _dead = Dead::at((HOME_TOO, port).into()).await;
    let timeout = Duration::from_secs(1);
    let look = |name: &str| format!("tcp: {{address: '{name}.test:{port}'}}");
    let seen = look_within(timeout, &agent().await, &look("two")).await;
    assert_eq!((&seen.outcome, seen.details.peer), (&Outcome::Up, Some((HOME, port).into())));
    assert!(seen.timeline.of(Phase::Connect).unwrap() >= timeout * 4 / 10, "{:?}", seen.timeline);
    let seen = look_within(timeout, &agent().await, &look("dead")).await;
    assert_eq!(fault(&seen), Fault::Timeout(Phase::Connect));
}

/// A listener whose queue is full: the kernel drops whoever knocks.
struct Dead {
    _listener: TcpListener,
    _queue: Vec<TcpStream>,
}

impl Dead {
    async fn at(address: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(address).unwrap();
        let listener = socket.listen(1).unwrap();
        let mut queue = Vec::new();
        while let Ok(knocked) = timeout(Duration::from_millis(200), TcpStream::connect(address)).await {
            queue.push(knocked.unwrap());
            assert!(queue.len() < 64, "the queue never fills");
        }
        Self { _listener: listener, _queue: queue }
    }
}

#[tokio::test]
async fn what_the_resolver_says_is_theirs() {
    let (_open, port) = open_on(HOME).await;
    for (name, wanted) in [
        ("nobody", Fault::NoSuchName),
        ("empty", Fault::NoAddress),
        ("sick", Fault::ResolveFailed),
        ("shy", Fault::ResolveFailed),
        ("sick-and-none", Fault::ResolveFailed),
    ] {
        let seen = knock(name, port, "").await;
        assert_eq!(fault(&seen), wanted, "{name}: {:?}", seen.outcome);
        assert_eq!(seen.timeline.last(), Some(Phase::Resolve), "{name}");
        assert_eq!(seen.details.peer, None, "{name}");
    }
}

#[tokio::test]
async fn one_family_is_enough_where_the_server_has_none_of_the_other() {
    let (_open, port) = open_on(HOME).await;
    assert_eq!(knock("sick-v6", port, "").await.outcome, Outcome::Up);
    let seen = knock("deaf-v6", port, "").await;
    assert_eq!(seen.outcome, Outcome::Up);
    assert!(seen.timeline.of(Phase::Resolve).unwrap() < Duration::from_secs(1), "{:?}", seen.timeline);
}

#[tokio::test]
async fn a_resolver_that_is_gone_or_silent_is_ours() {
    let gone = free_address();
    let silent = names(|_, _| None).await;
    for server in [gone, silent] {
        let agent = Agent::new(&[server]).unwrap();
        let look = "tcp: {address: 'v4.test:9'}";
        let seen = look_within(Duration::from_millis(300), &agent, look).await;
        assert_eq!(ours(&seen), Ours::ResolverGone, "{:?}", seen.outcome);
        assert_eq!(seen.timeline.last(), Some(Phase::Resolve));
    }
}

#[tokio::test]
async fn the_hosts_file_needs_no_resolver() {
    let (_open, port) = open_on(HOME).await;
    let silent = Agent::new(&[names(|_, _| None).await]).unwrap();
    let seen = look_by(&silent, &format!("tcp: {{address: 'localhost:{port}'}}")).await;
    assert_eq!(seen.outcome, Outcome::Up);
    assert!(seen.timeline.of(Phase::Resolve).unwrap() < Duration::from_secs(1), "{:?}", seen.timeline);
}

#[tokio::test]
async fn an_address_is_not_resolved() {
    let (_open, port) = open_on(HOME_V6).await;
    let seen = look_by(&agent().await, &format!("tcp: {{address: '[::1]:{port}'}}")).await;
    assert_eq!((&seen.outcome, seen.timeline.of(Phase::Resolve)), (&Outcome::Up, None));
    let seen = look_by(&agent().await, &format!("tcp: {{address: '[::1]:{port}', family: v4}}")).await;
    assert_eq!(fault(&seen), Fault::NoAddress);
}

#[tokio::test]
async fn no_route_is_ours() {
    // No packet can leave for this one by TCP, whatever the routes of the machine.
    let seen = look_by(&agent().await, "tcp: {address: '255.255.255.255:9'}").await;
    assert_eq!(ours(&seen), Ours::NoRoute, "{:?}", seen.outcome);
}

/// Runs in a process of its own, which it starts: nobody else may starve.
#[test]
fn no_descriptor_left_is_ours() {
    const STARVED: &str = "WARDROUND_TEST_STARVED";
    if std::env::var_os(STARVED).is_some() {
        return starve();
    }
    let itself = std::env::current_exe().unwrap();
    let mut child = std::process::Command::new(itself);
    child.args(["--exact", "dial::no_descriptor_left_is_ours"]).env(STARVED, "yes");
    let output = child.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

fn starve() {
    let limit = rustix::process::Rlimit { current: Some(64), maximum: Some(64) };
    rustix::process::setrlimit(rustix::process::Resource::Nofile, limit).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (_open, port) = open_on(HOME).await;
        let agent = agent().await;
        let mut held: Vec<_> = std::iter::from_fn(|| std::fs::File::open("/dev/null").ok()).collect();
        for settings in [
            format!("tcp: {{address: '127.0.0.1:{port}'}}"),
            format!("tcp: {{address: '127.0.0.1:{port}', source: 127.0.0.1}}"),
            format!("dns: {{server: '127.0.0.1:{port}', name: x, type: A}}"),
            format!("dns: {{server: '127.0.0.1:{port}', name: x, type: A, source: 127.0.0.1}}"),
            format!("tcp: {{address: 'v4.test:{port}'}}"),
        ] {
            let seen = look_by(&agent, &settings).await;
            assert_eq!(ours(&seen), Ours::Descriptors, "{settings}: {:?}", seen.outcome);
        }
        held.clear();
        let seen = look_by(&agent, &format!("tcp: {{address: 'v4.test:{port}'}}")).await;
        assert_eq!(seen.outcome, Outcome::Up, "and all is well again");
    });
}
