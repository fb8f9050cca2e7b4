//! Can nobody have too much, too large, or too slowly?

use std::io::Write;

use super::house::{CLOSED, House, PATIENT, Reply, bearer, plan};

#[test]
fn who_asks_too_often_has_to_wait() {
    let house = House::open("\n  per_client: {requests: 1}");
    let statuses: Vec<u16> = (0..7).map(|_| house.get("/api/v1/status", "").status).collect();
    assert_eq!(statuses[..5], [200; 5]);
    let refused = house.get("/api/v1/status", "");
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("1")), "{refused:?}");
    assert!(refused.header("content-type").unwrap().contains("problem"), "{refused:?}");
    for path in ["/metrics", "/-/healthy", "/-/ready"] {
        assert_eq!(house.get(path, "").status, 200, "{path} is not counted");
    }
    assert!(
        house
            .metrics
            .text()
            .lines()
            .any(|line| line.starts_with("wardround_serve_turned_away_total") && !line.ends_with(" 0"))
    );
}

#[test]
fn clients_behind_a_proxy_are_told_apart() {
    let house = House::open(&format!("{CLOSED}\n  per_client: {{requests: 1}}\n  proxies: [127.0.0.1]"));
    let ask = |client: &str| house.get("/sign-in", &format!("X-Forwarded-For: {client}\r\n")).status;
    let mut many: Vec<u16> = (0..8).map(|_| ask("192.0.2.1")).collect();
    assert_eq!((many.remove(0), many.pop()), (200, Some(429)));
    assert_eq!(ask("192.0.2.2"), 200);
    assert_eq!(ask("192.0.2.2, 192.0.2.1"), 429, "what the client wrote before does not count");
}

#[test]
fn connections_are_counted_by_client() {
    let house = House::open("\n  per_client: {connections: 3}");
    let mut held: Vec<_> = (0..3).map(|_| house.connect()).collect();
    for stream in &mut held {
        stream.write_all(b"GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        stream.peek(&mut [0]).unwrap();
    }
    assert_eq!(house.get("/-/healthy", "").status, 0, "closed at once");
    drop(held);
    let served = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(20));
        house.get("/-/healthy", "").status == 200
    });
    assert!(served, "places are given back");
}

#[test]
fn what_is_too_large_is_refused() {
    let house = House::open(&format!("{CLOSED}{PATIENT}"));
    let large = "x".repeat(65 * 1024);
    assert_eq!(house.ask("POST /sign-in", "", &large).status, 413);
    let unknown = house.ask("POST /api/v1/maintenance", "", &large);
    assert_eq!(unknown.status, 401, "nobody's body is read");
    let chunks = "POST /sign-in HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    let body = format!("10000\r\n{}\r\n10000\r\n{}\r\n0\r\n\r\n", "x".repeat(65_536), "x".repeat(65_536));
    assert_eq!(house.say(&format!("{chunks}{body}")).status, 413);
    let head = house.get("/metrics", &format!("X-Long: {}\r\n", "x".repeat(20_000)));
    assert!([0, 431].contains(&head.status), "{head:?}");
    let many = house.get("/metrics", &"X: y\r\n".repeat(200));
    assert!([0, 431].contains(&many.status), "{many:?}");
    let path = house.get(&format!("/{}", "a".repeat(15_000)), &bearer("view"));
    assert!([404, 414].contains(&path.status), "{path:?}");
    assert_eq!(house.get("/-/healthy", "").status, 200);
}

#[test]
fn nonsense_is_refused_and_harms_nobody() {
    let house = House::open(PATIENT);
    for words in [
        "\r\n\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "\u{0}\u{1}\u{2}\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        "POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "POST /sign-in HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n",
        "POST /sign-in HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n",
    ] {
        let mut stream = house.connect();
        stream.write_all(words.as_bytes()).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let reply = Reply::read(&mut stream);
        assert!(reply.status == 0 || reply.status >= 300, "{words:?}: {reply:?}");
    }
    assert_eq!(house.get("/-/healthy", "").status, 200);
}

/// A body that never ends holds its own connection only.
#[test]
fn a_slow_body_holds_nobody_up() {
    let house = House::open(&format!("{CLOSED}{PATIENT}"));
    let mut slow: Vec<_> = (0..8).map(|_| house.connect()).collect();
    for stream in &mut slow {
        stream
            .write_all(b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\nuser=")
            .unwrap();
    }
    assert_eq!(house.ask("POST /sign-in", "", "user=vera&password=correct+horse").status, 303);
}

#[test]
fn metrics_may_have_a_listener_of_their_own() {
    let house = House::open(&format!("{CLOSED}{PATIENT}\n  metrics: 127.0.0.1:0"));
    assert_eq!(house.get("/metrics", &bearer("admin")).status, 404);
    let own = |path: &str| {
        let (status, _, body) =
            crate::serve::request(house.metrics_at, &format!("GET {path}"), "Host: evil.example\r\n");
        (status, body.contains("wardround_"))
    };
    assert_eq!(own("/metrics"), (200, true));
    assert_eq!((own("/-/healthy").0, own("/-/ready").0), (200, 200));
    for path in ["/", "/api/v1/status", "/sign-in", "/audit", "/events", "/probe"] {
        assert_eq!(own(path), (404, false), "{path}");
    }
    house.plans.send_replace(Some(plan(CLOSED)));
    assert_eq!(house.get("/metrics", &bearer("view")).status, 404, "until the next start");
}
