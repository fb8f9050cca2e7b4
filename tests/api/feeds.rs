//! What do those see who read feeds, or show a badge?

use super::hospital::{Hospital, Reply};

fn told(hospital: &Hospital, path: &str) -> (Reply, String) {
    let reply = hospital.ask(&format!("GET {path}"), "", "");
    assert_eq!(reply.status, 200, "{path}: {}", reply.body);
    let text = reply.body.replace(&hospital.address(), "HOST");
    (reply, text)
}

#[test]
fn incidents_are_told_as_atom_and_as_rss() {
    let hospital = Hospital::open();
    let (reply, atom) = told(&hospital, "/feed.atom");
    assert!(reply.head.contains("content-type: application/atom+xml; charset=utf-8"), "{}", reply.head);
    insta::assert_snapshot!("atom", atom);
    let (reply, rss) = told(&hospital, "/feed.rss");
    assert!(reply.head.contains("content-type: application/rss+xml; charset=utf-8"), "{}", reply.head);
    insta::assert_snapshot!("rss", rss);
}

#[test]
fn a_feed_that_a_reader_has_is_not_sent_again() {
    let hospital = Hospital::open();
    for path in ["/feed.atom", "/feed.rss", "/badge/epr.svg"] {
        let (reply, _) = told(&hospital, path);
        let tag = reply.head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap();
        let again = hospital.ask(&format!("GET {path}"), &format!("If-None-Match: {tag}\r\n"), "");
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{path}");
    }
}

#[test]
fn links_go_to_a_host_and_to_nothing_else() {
    let hospital = Hospital::open();
    let said = "GET /feed.atom HTTP/1.1\r\nConnection: close\r\nHost: \"><script>\r\n\r\n";
    let refused = hospital.say(said.as_bytes());
    assert!(refused.status == 400 && !refused.body.contains("script>"), "{refused:?}");
}

#[test]
fn a_badge_says_the_state_and_what_was_measured() {
    let hospital = Hospital::open();
    let (reply, badge) = told(&hospital, "/badge/epr.svg?period=90d");
    assert!(
        reply.head.contains("content-type: image/svg+xml") && reply.head.contains("max-age=30"),
        "{}",
        reply.head
    );
    insta::assert_snapshot!("badge", badge);
    let title = |path: &str| {
        let (_, badge) = told(&hospital, path);
        badge.split_once("<title>").unwrap().1.split_once("</title>").unwrap().0.to_owned()
    };
    assert_eq!(title("/badge/names.svg"), "names: up");
    assert_eq!(
        title("/badge/names.svg?period=7d"),
        "names: up, 93 % in 1 d",
        "28 of 30 minutes, rounded down"
    );
    assert_eq!(title("/badge/pacs.svg?period=30d"), "pacs: up, planned work, 100 % in 1 d");
}

#[test]
fn what_is_not_there_looks_like_what_never_was() {
    let hospital = Hospital::open();
    let nothing = hospital.ask("GET /badge/nothing.svg", "", "");
    let never = hospital.ask("GET /never/was", "", "");
    assert_eq!((nothing.status, &nothing.body), (404, &never.body));
    for path in ["/badge/epr", "/badge/%3Cb%3E.svg", "/badge/epr.png", "/badge/%00.svg"] {
        assert_eq!(hospital.ask(&format!("GET {path}"), "", "").status, 404, "{path}");
    }
    for query in ["period=1d", "period=90d&period=7d", "x", "period=%00"] {
        assert_eq!(hospital.ask(&format!("GET /badge/epr.svg?{query}"), "", "").status, 400, "{query}");
    }
}
