//! Does a look by echoes see who is there? A machine may forbid them: then just that must be told.

use std::{net::UdpSocket, time::Duration};

use super::Icmp;
use crate::{
    model::{Moment, Ours, Outcome, Phase, Seen},
    probe::{Agent, Ask, kind::Look as _, looking::look_as},
    raw::Given,
};

fn icmp(settings: &str) -> Icmp {
    Given::default().check(settings, Icmp::parse).unwrap_or_else(|problems| panic!("{problems}"))
}

fn told(settings: &str) -> String {
    Given::default().check(settings, Icmp::parse).unwrap_err().to_string()
}

/// Looks; `None` where this machine forbids echoes, and the look says so.
async fn look(settings: &str) -> Option<Seen> {
    let ask = Ask { timeout: Duration::from_secs(5), slow: None, at: Moment::from_ms(0) };
    let seen = look_as(&icmp(settings), ask, &Agent::new(&[]).unwrap(), None).await.0;
    match &seen.outcome {
        Outcome::Unknown { ours: Ours::Resources, words } => {
            assert!(words.contains("net.ipv4.ping_group_range") && words.contains("CAP_NET_RAW"), "{words}");
            None
        }
        _ => Some(seen),
    }
}

#[tokio::test]
async fn this_machine_answers_over_both_families() {
    let has_v6 = UdpSocket::bind("[::1]:0").is_ok();
    for host in ["127.0.0.1", "'::1'"].into_iter().take(1 + usize::from(has_v6)) {
        for size in [16, 57, 1400] {
            let settings =
                format!("{{host: {host}, size: {size}, spacing: 10ms, expect: {{loss: {{at_most: 0}}}}}}");
            let Some(seen) = look(&settings).await else { continue };
            assert_eq!(seen.outcome, Outcome::Up, "{settings}");
            let phases: Vec<Phase> = seen.timeline.spans().iter().map(|span| span.phase).collect();
            assert_eq!(phases, [Phase::Connect, Phase::Send, Phase::Wait]);
        }
    }
}

#[tokio::test]
async fn echoes_keep_their_distance() {
    let Some(seen) = look("{host: 127.0.0.1, count: 4, spacing: 20ms}").await else { return };
    assert!(seen.timeline.total() >= Duration::from_millis(60), "{:?}", seen.timeline);
}

#[tokio::test]
async fn what_comes_back_is_held_against_what_is_expected() {
    let settings = "{host: 127.0.0.1, source: 127.0.0.1, spacing: 10ms, warn: {round_trip: {at_least: 1h}}}";
    let Some(seen) = look(settings).await else { return };
    assert_eq!(seen.outcome.fault_label(), Some("expect_round_trip"));
    assert_eq!(seen.outcome.label(), "degraded");
}

#[tokio::test]
async fn a_source_that_is_not_ours_is_our_failure() {
    let Some(seen) = look("{host: 127.0.0.1, source: 192.0.2.1}").await else { return };
    assert!(matches!(seen.outcome, Outcome::Unknown { ours: Ours::SourceAddress, .. }), "{:?}", seen.outcome);
}

#[test]
fn what_is_wrong_is_told() {
    for (settings, words) in [
        ("{}", "the key `host` is missing"),
        ("{host: 'a:1'}", "neither a host name nor an address"),
        ("{host: a, count: 0}", "0 is out of bounds"),
        ("{host: a, count: 21}", "write one from 1 to 20"),
        ("{host: a, size: 15}", "write one from 16 to 1400"),
        ("{host: a, spacing: 1ms}", "write one from 10ms to 10s"),
        ("{host: a, count: 1, warn: {jitter: {at_most: 5ms}}}", "one echo alone has no jitter"),
        ("{host: a, expect: {loss: {at_most: 100}}}", "any loss would do"),
        ("{host: a, expect: {loss: {}}}", "there is no bound here"),
        ("{host: a, source: 10.0.0.1, family: v6}", "not of the family"),
    ] {
        let told = told(settings);
        assert!(told.contains(words), "{settings}: {told}");
    }
}

#[test]
fn the_target_has_no_port() {
    let icmp = icmp("{host: Gateway.Example}");
    assert_eq!((icmp.target(), &*icmp.host()), ("gateway.example".to_owned(), "gateway.example"));
    assert_eq!((icmp.count, icmp.size, icmp.spacing), (3, 56, Duration::from_millis(100)));
}
