//! Is the pure half pure: no clock, no socket, no runtime?

use super::{Breach, Source, assert_kept, layers::room, paths, tree};

const PURE: [&str; 7] = ["model", "judge", "entry", "round", "raw", "report", "dashboards"];
/// Files of other rooms, or folders of them.
const PURE_IN_NOTIFY: [&str; 4] = ["account", "desk", "names", "words"];
const ADDRESSES: [&str; 4] = ["IpAddr", "Ipv4Addr", "Ipv6Addr", "SocketAddr"];

fn breaches(source: &Source) -> Vec<Breach> {
    if !is_pure(&source.path) {
        return Vec::new();
    }
    let words = source.tokens.iter().filter(|token| is_foreign(&token.text));
    let words = words.map(|token| (token.line, token.text.clone()));
    let paths = paths(&source.tokens, "std").into_iter().filter(|(_, path)| is_outside(path));
    let paths = paths.map(|(line, path)| (line, format!("std::{}", path.join("::"))));
    words.chain(paths).map(|(line, name)| Breach::new(&source.path, line, cure(&name))).collect()
}

fn is_pure(path: &str) -> bool {
    let codec =
        path.starts_with("src/probe/") && (path.ends_with("/wire.rs") || path.ends_with("/expect.rs"));
    let inside = path.strip_prefix("src/notify/").and_then(|inside| inside.split(['/', '.']).next());
    let is_reading = inside.is_some_and(|name| PURE_IN_NOTIFY.contains(&name));
    codec || is_reading || room(path).is_some_and(|room| PURE.contains(&room))
}

fn is_foreign(word: &str) -> bool {
    matches!(word, "tokio" | "SystemTime" | "Instant")
}

fn is_outside(path: &[String]) -> bool {
    match path.first().map(String::as_str) {
        Some("fs") => true,
        Some("net") => !path.get(1).is_some_and(|name| ADDRESSES.contains(&name.as_str())),
        _ => false,
    }
}

fn cure(name: &str) -> String {
    format!("a pure room may not name `{name}`: take what was read or measured as an argument")
}

#[test]
fn the_pure_half_is_pure() {
    assert_kept(tree::SOURCES.iter().flat_map(breaches));
}

mod tests {
    use super::*;

    fn caught(path: &str, text: &str) -> usize {
        breaches(&Source::new(path, text)).len()
    }

    #[test]
    fn clocks_sockets_files_and_runtimes_are_caught() {
        for text in [
            "use tokio::time::sleep;",
            "use std::{fs, sync::Arc};",
            "use std::{net::{IpAddr, TcpStream}};",
            "use std::net;",
            "let now = std::time::Instant::now();",
            "fn a(at: SystemTime) {}",
        ] {
            assert_eq!(caught("src/round/mod.rs", text), 1, "{text}");
            assert_eq!(caught("src/probe/dns/wire.rs", text), 1, "{text}");
            assert_eq!(caught("src/probe/http/expect.rs", text), 1, "{text}");
            assert_eq!(caught("src/notify/desk/telling.rs", text), 1, "{text}");
        }
    }

    #[test]
    fn addresses_as_data_comments_and_other_rooms_are_free() {
        assert_eq!(
            caught("src/model/a.rs", "use std::{net::{IpAddr, SocketAddr}, time::Duration}; // tokio"),
            0
        );
        assert_eq!(caught("src/engine/mod.rs", "use tokio::net::TcpStream;"), 0);
        assert_eq!(caught("src/probe/dns/mod.rs", "use tokio::net::UdpSocket;"), 0);
    }
}
