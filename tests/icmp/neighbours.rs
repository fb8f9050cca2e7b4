//! What do echoes say of a machine that answers, is silent, is not there, or lies?

mod world;

use world::{Family, Sockets, World};

/// What a probe that sends three echoes to the far machine finds there.
fn look(world: &World, family: Family, more: &str) -> String {
    world.look(&format!("host: '{}', count: 3, spacing: 20ms{more}", family.far()))
}

const BOTH: [Family; 2] = [Family::V4, Family::V6];
const ALL: [Sockets; 2] = [Sockets::Datagram, Sockets::Raw];

#[test]
fn a_machine_that_is_there_answers_every_echo() {
    let world = World::new();
    for sockets in ALL {
        world.allow(sockets);
        for family in BOTH {
            for size in [16, 57, 1400] {
                let more = format!(", size: {size}, expect: {{loss: {{at_most: 0}}}}");
                let peer = family.far();
                assert_eq!(look(&world, family, &more), format!("up at {peer}"), "{sockets:?}, {size}");
            }
        }
    }
}

#[test]
fn without_any_right_the_failure_is_ours() {
    let world = World::new();
    world.allow(Sockets::Raw);
    let told = world.look_without_raw(&format!("host: '{}'", Family::V4.far()));
    assert!(told.starts_with("own_resources") && told.contains("CAP_NET_RAW"), "{told}");
    world.allow(Sockets::Datagram);
    assert_eq!(world.look_without_raw(&format!("host: '{}'", Family::V4.far())), "up at 192.0.2.2");
}

#[test]
fn silence_is_told_as_silence() {
    let world = World::new();
    world.silence();
    for sockets in ALL {
        world.allow(sockets);
        for family in BOTH {
            let told = look(&world, family, "");
            assert!(told.starts_with("timeout_wait") && told.contains("no answer to any of 3"), "{told}");
        }
    }
}

#[test]
fn where_no_way_leads_the_failure_is_ours() {
    let world = World::new();
    for sockets in ALL {
        world.allow(sockets);
        for host in ["203.0.113.9", "2001:db8:ffff::9"] {
            let told = world.look(&format!("host: '{host}'"));
            assert!(told.starts_with("own_no_route"), "{sockets:?}: {told}");
        }
    }
}

#[test]
fn a_machine_that_is_not_there_is_out_of_reach_or_silent() {
    let world = World::new();
    for sockets in ALL {
        world.allow(sockets);
        // A neighbour that nobody is; and what the far machine has no way to.
        for host in ["192.0.2.77", "fd00:77::77", "198.51.100.1", "2001:db8:1::1"] {
            let told = world.look(&format!("host: '{host}', spacing: 10ms"));
            assert!(
                ["host_unreachable", "timeout_wait"].iter().any(|fault| told.starts_with(fault)),
                "{host}: {told}"
            );
        }
    }
}

#[test]
fn what_is_lost_or_late_is_weighed() {
    let world = World::new();
    for sockets in ALL {
        world.allow(sockets);
        for family in BOTH {
            let _lossy = world.respond("lossy");
            assert_eq!(look(&world, family, ""), format!("up at {}", family.far()));
            let told = look(&world, family, ", expect: {loss: {at_most: 50}}");
            assert_eq!(told, "expect_loss: expected at most 50 %, got 67 % (2 of 3)");
        }
        let _uneven = world.respond("uneven");
        let told = look(&world, Family::V4, ", warn: {jitter: {at_most: 10ms}}");
        assert!(told.starts_with("expect_jitter: expected at most 10ms, got "), "{told}");
    }
}

/// Each way of answering badly, and what must be found.
const HOSTILE: [(&str, &str); 12] = [
    ("answers", "up"),
    ("twice", "up"),
    ("first-thrice", "expect_loss"),
    ("identifier", "timeout_wait"),
    ("number", "timeout_wait"),
    ("payload", "timeout_wait"),
    ("truncated", "timeout_wait"),
    ("longer", "timeout_wait"),
    ("checksum", "timeout_wait"),
    ("elsewhere", "timeout_wait"),
    ("question", "timeout_wait"),
    ("too-soon", "timeout_wait"),
];

/// Words of a router that there is no way: those about another's packet are not told apart from ours by a raw socket.
const NO_WAY: [&str; 4] = ["unreachable", "no-port", "anothers", "nonsense"];

/// What a look finds where somebody answers in each of these ways.
fn lied_to(family: Family, sockets: Sockets) {
    let world = World::new();
    world.allow(sockets);
    for (way, wanted) in HOSTILE {
        let _responder = world.respond(way);
        let told = look(&world, family, ", expect: {loss: {at_most: 0}}");
        assert!(told.starts_with(wanted), "{way}: {told}");
    }
    for way in NO_WAY {
        let _responder = world.respond(way);
        let told = look(&world, family, "");
        assert!(
            ["host_unreachable", "timeout_wait"].iter().any(|fault| told.starts_with(fault)),
            "{way}: {told}"
        );
    }
}

#[test]
fn nobody_is_lied_to_over_ipv4() {
    lied_to(Family::V4, Sockets::Datagram);
}

#[test]
fn nobody_is_lied_to_over_ipv4_by_a_raw_socket() {
    lied_to(Family::V4, Sockets::Raw);
}

#[test]
fn nobody_is_lied_to_over_ipv6() {
    lied_to(Family::V6, Sockets::Datagram);
}

#[test]
fn nobody_is_lied_to_over_ipv6_by_a_raw_socket() {
    lied_to(Family::V6, Sockets::Raw);
}
