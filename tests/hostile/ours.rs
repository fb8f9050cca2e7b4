//! Is what we lack ourselves told as ours: no descriptors, no route, no resolver?

use std::{net::SocketAddr, time::Duration};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::net::{TcpListener, UdpSocket};
use wardround::{
    demo::misbehave::{Misbehaviour, Rogue, Tongue},
    probe::Agent,
};

use super::{
    alone::alone,
    probing::{look_once, now, plan, settings, told},
};

const TIMEOUT: Duration = Duration::from_millis(500);

async fn outcome(settings: &str, agent: &Agent) -> String {
    told(&look_once(&plan(settings, TIMEOUT), agent).await.0.outcome)
}

/// Lets this process open no descriptor more.
fn take_descriptors() {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: Some(3), ..limit }).unwrap();
}

#[test]
fn no_descriptor_left_is_our_own_failure() {
    if !alone("hostile::ours::no_descriptor_left_is_our_own_failure", &[]) {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let agent = Agent::new(&[]).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let plans = Tongue::ALL.map(|tongue| plan(&settings(tongue, address), TIMEOUT));
        take_descriptors();
        for (plan, tongue) in plans.iter().zip(Tongue::ALL) {
            let (seen, _) = look_once(plan, &agent).await;
            assert_eq!(told(&seen.outcome), "unknown own_descriptors", "{tongue:?}");
        }
    });
}

/// The kernel refuses TCP to the broadcast address as it refuses a network that it knows no way to.
#[tokio::test]
async fn no_route_is_our_own_failure() {
    let agent = Agent::new(&[]).unwrap();
    let nowhere: SocketAddr = "255.255.255.255:9".parse().unwrap();
    for tongue in Tongue::ALL.into_iter().filter(|tongue| *tongue != Tongue::DnsUdp) {
        assert_eq!(outcome(&settings(tongue, nowhere), &agent).await, "unknown own_no_route", "{tongue:?}");
    }
}

#[tokio::test]
async fn a_resolver_that_is_gone_is_our_own_failure() {
    let gone = Rogue::start(Tongue::DnsUdp, Misbehaviour::Refuses, now()).await.unwrap();
    let silent = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    for server in [gone.address(), silent.local_addr().unwrap()] {
        let agent = Agent::new(&[server]).unwrap();
        let url = "http: {url: 'http://epr.example.test/'}";
        assert_eq!(outcome(url, &agent).await, "unknown own_resolver_gone", "{server}");
        let address = "tcp: {address: 'epr.example.test:1'}";
        assert_eq!(outcome(address, &agent).await, "unknown own_resolver_gone", "{server}");
    }
}
