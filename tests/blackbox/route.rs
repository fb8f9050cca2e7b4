//! Is `/probe` there for whoever may see, and for nobody else, and never for more at once than it can bear?

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    thread,
};

use wardround::{
    config::{self, Plan},
    raw::Given,
};

use crate::{
    metrics::ward,
    serve::{Face, request},
};

const MODULES: &str = "modules: {http_2xx: {prober: http}, mute: {prober: http, timeout: 20s}}";

fn plan(allow: &str) -> Plan {
    let text = format!(
        "site: a\nmodules: {{from: blackbox.yml{allow}}}\n\
         services: {{s: {{probes: {{p: {{tcp: {{address: '127.0.0.2:1'}}}}, q: {{http: {{url: 'http://127.0.0.3/'}}}}}}}}}}\n"
    );
    let given = Given::default().file("blackbox.yml", MODULES);
    config::load_text("probes.yaml", text, &given).unwrap_or_else(|problems| panic!("{problems}"))
}

fn face(plan: Option<Plan>) -> Face {
    Face::planned(ward::metrics(&["sign-in"]), Some(Ok(())), plan)
}

#[test]
fn a_question_is_answered_over_http() {
    let target = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = target.local_addr().unwrap();
    let served = thread::spawn(move || {
        let (mut stream, _) = target.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]).unwrap();
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
    });
    let face = face(Some(plan(", allow: [127.0.0.1]")));
    let (status, head, body) = request(face.at, &format!("GET /probe?target=http://{at}/"), "");
    served.join().unwrap();
    assert_eq!(status, 200, "{body}");
    assert!(head.contains("content-type: text/plain; version=0.0.4") && head.contains("nosniff"), "{head}");
    assert!(body.contains("probe_success 1\n") && body.contains("probe_http_status_code 204\n"), "{body}");
    for (query, status) in [
        ("?target=http://192.0.2.1/", 403),
        ("?module=%3Cb%3E&target=a", 400),
        ("", 400),
        ("?%ff%fe=%00&target=%ff", 400),
    ] {
        assert_eq!(request(face.at, &format!("GET /probe{query}"), "").0, status, "{query}");
    }
    let waits = "X-Prometheus-Scrape-Timeout-Seconds: soon\r\n";
    assert_eq!(request(face.at, "GET /probe?target=127.0.0.1:1", waits).0, 500);
}

#[test]
fn where_nobody_is_named_those_may_be_probed_who_are_watched() {
    let face = face(Some(plan("")));
    for (host, status) in [("127.0.0.2", 200), ("127.0.0.3", 200), ("127.0.0.1", 403), ("localhost", 403)] {
        assert_eq!(request(face.at, &format!("GET /probe?target={host}:1"), "").0, status, "{host}");
    }
}

#[test]
fn without_modules_there_is_nothing_to_ask() {
    assert_eq!(request(face(None).at, "GET /probe?target=a", "").0, 404);
}

#[test]
fn sixty_four_at_once_and_no_more() {
    let mute = TcpListener::bind("127.0.0.1:0").unwrap();
    let line =
        format!("GET /probe?module=mute&target={} HTTP/1.0\r\nHost: a\r\n\r\n", mute.local_addr().unwrap());
    let face = face(Some(plan(", allow: [127.0.0.1]")));
    let asking: Vec<_> = (0..64)
        .map(|_| {
            let mut stream = std::net::TcpStream::connect(face.at).unwrap();
            stream.write_all(line.as_bytes()).unwrap();
            stream
        })
        .collect();
    // Each is under way once it has connected.
    let _connected: Vec<_> = asking.iter().map(|_| mute.accept().unwrap()).collect();
    assert_eq!(request(face.at, "GET /probe?target=127.0.0.1:1", "").0, 503);
    drop(asking);
}
