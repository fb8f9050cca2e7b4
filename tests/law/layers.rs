//! Who may import whom?

use super::{Breach, Source, Token, assert_kept, paths, tree};

/// The rooms in the order in which the data walks, each with the rooms it may name.
const ROOMS: [(&str, &[&str]); 18] = [
    ("model", &[]),
    ("judge", &["model"]),
    ("entry", &["model"]),
    ("round", &["model", "judge", "entry"]),
    ("raw", &["model"]),
    ("probe", &["model", "raw"]),
    ("metrics", &["model", "entry"]),
    ("notify", &["model", "entry", "raw", "probe", "metrics"]),
    ("blackbox", &["model", "raw", "probe"]),
    ("config", &["model", "raw", "probe", "notify", "blackbox"]),
    ("ledger", &["model", "entry"]),
    ("report", &["model", "judge", "entry", "ledger"]),
    (
        "serve",
        &[
            "model", "judge", "entry", "raw", "probe", "metrics", "notify", "blackbox", "config", "ledger",
            "report",
        ],
    ),
    ("dashboards", &["model", "metrics"]),
    ("demo", &["model"]),
    (
        "engine",
        &[
            "model", "judge", "entry", "round", "raw", "probe", "config", "metrics", "notify", "ledger",
            "report", "serve",
        ],
    ),
    ("cli", EVERY_ROOM),
    ("main", EVERY_ROOM),
];

const EVERY_ROOM: &[&str] = &[
    "model",
    "judge",
    "entry",
    "round",
    "raw",
    "probe",
    "metrics",
    "notify",
    "blackbox",
    "config",
    "ledger",
    "report",
    "serve",
    "dashboards",
    "demo",
    "engine",
    "cli",
];

/// The room to which a file of `src/` belongs; the crate's own page has none.
pub(super) fn room(path: &str) -> Option<&str> {
    let inside = path.strip_prefix("src/")?;
    let room = inside.split_once('/').map_or_else(|| inside.trim_end_matches(".rs"), |(room, _)| room);
    (room != "lib").then_some(room)
}

fn breaches(source: &Source) -> Vec<Breach> {
    let Some(room) = room(&source.path) else { return Vec::new() };
    let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
        let cure =
            format!("`{room}` is no room: move the file, or give the room its place in tests/law/layers.rs");
        return vec![Breach::new(&source.path, 1, cure)];
    };
    let forbidden = |named: &str| named != room && !allowed.contains(&named);
    let cure = |named: &str| {
        format!("`{room}` may not name `{named}`, only [{}]: move what both need there", allowed.join(", "))
    };
    named(source)
        .into_iter()
        .filter(|(_, named)| forbidden(named))
        .map(|(line, named)| Breach::new(&source.path, line, cure(&named)))
        .collect()
}

/// Every first name behind `crate::`, and behind the `super::` of a room's door, which is the crate as well.
fn named(source: &Source) -> Vec<(usize, String)> {
    let first = |(line, path): (usize, Vec<String>)| Some((line, path.into_iter().next()?));
    let by_crate = paths(&source.tokens, "crate").into_iter().filter_map(first);
    let by_super = paths(door(source), "super").into_iter().filter_map(first);
    let is_room = |name: &str| ROOMS.iter().any(|(room, _)| *room == name);
    by_crate.chain(by_super.filter(|(_, name)| is_room(name))).collect()
}

fn door(source: &Source) -> &[Token] {
    let is_door = source.path.ends_with("/mod.rs") && source.path.matches('/').count() == 2;
    let is_room = source.path.matches('/').count() == 1;
    if is_door || is_room { &source.tokens } else { &[] }
}

fn climbs(source: &Source) -> Vec<Breach> {
    let cure = "`super::super::` hides where a thing lives: write `crate::room::…`";
    let twice = |(_, path): &(usize, Vec<String>)| path.first().is_some_and(|name| name == "super");
    let found = paths(&source.tokens, "super").into_iter().filter(twice);
    found.map(|(line, _)| Breach::new(&source.path, line, cure)).collect()
}

#[test]
fn no_room_names_a_later_one() {
    assert_kept(tree::SOURCES.iter().flat_map(breaches));
}

#[test]
fn nobody_climbs_two_floors() {
    assert_kept(tree::SOURCES.iter().flat_map(climbs));
}

mod tests {
    use super::*;

    fn caught(path: &str, text: &str) -> Vec<String> {
        breaches(&Source::new(path, text)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_later_room_is_caught_however_it_is_written() {
        for text in [
            "use crate::engine::Loop;",
            "use crate::{model::Slug, engine};",
            "fn a() { crate::engine::run() }",
            "use crate::*;",
            "use super::engine::Loop;",
            "macro_rules! a { () => { $crate::engine::run() } }",
        ] {
            assert_eq!(caught("src/judge/mod.rs", text).len(), 1, "{text}");
        }
        assert_eq!(
            caught("src/round/due.rs", "//! a\nuse crate::probe::Kind;"),
            [
                "src/round/due.rs:2: `round` may not name `probe`, only [model, judge, entry]: move what both need there"
            ]
        );
    }

    #[test]
    fn an_unknown_room_is_caught() {
        assert_eq!(caught("src/cupboard.rs", "").len(), 1);
        assert_eq!(caught("src/cupboard/mod.rs", "").len(), 1);
    }

    #[test]
    fn earlier_rooms_and_comments_are_free() {
        assert!(
            caught("src/round/mod.rs", "//! crate::engine\nuse crate::{model::*, judge::Machine};")
                .is_empty()
        );
        assert!(caught("src/probe/http/mod.rs", "use super::dial::Dial; use crate::probe::Look;").is_empty());
        assert!(caught("src/lib.rs", "use crate::engine::Loop;").is_empty());
    }

    #[test]
    fn a_climb_is_caught() {
        let climbs = |text: &str| climbs(&Source::new("src/a.rs", text)).len();
        assert_eq!(climbs("use super::super::b;"), 1);
        assert_eq!(climbs("use super::{super::b, *};"), 1);
        assert_eq!(climbs("use super::{b, *};"), 0);
    }
}
