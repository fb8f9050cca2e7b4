//! May everybody do what their role says, and nothing else, on every route there is?

use wardround::{
    config::Role,
    serve::routes::{self, Route},
};

use super::house::{CLOSED, House, PATIENT, Reply, bearer};

/// Somebody, what they may do, and what they show.
struct Somebody {
    role: Role,
    known: bool,
    shows: String,
}

fn everybody(house: &House, public: bool) -> Vec<Somebody> {
    let mut all = vec![Somebody {
        role: if public { Role::Public } else { Role::Anybody },
        known: false,
        shows: String::new(),
    }];
    for (role, user) in [(Role::View, "vera"), (Role::Operate, "oscar"), (Role::Admin, "ada")] {
        all.push(Somebody { role, known: true, shows: bearer(role.label()) });
        let page = format!("{}Origin: http://{}\r\n", house.signed_in(user), house.at);
        all.push(Somebody { role, known: true, shows: page });
    }
    all
}

fn knock(house: &House, route: &Route, shows: &str) -> Reply {
    let mut path = route.path.to_owned();
    while let Some((start, end)) = path.find('{').zip(path.find('}')) {
        path.replace_range(start..=end, "x");
    }
    house.ask(&format!("{} {path}", route.method), shows, "")
}

#[test]
fn every_route_is_for_its_role_and_those_above() {
    for public in [false, true] {
        let house = House::open(&format!("{CLOSED}{PATIENT}\n  public: {public}"));
        for somebody in everybody(&house, public) {
            for route in routes::all() {
                // Whoever signs out is nobody for what follows.
                if route.path == "/sign-out" && somebody.shows.contains("Cookie") {
                    continue;
                }
                let reply = knock(&house, route, &somebody.shows);
                let refused = reply.status == 401 || reply.body.contains("this needs the role");
                let told = format!("{} {} {:?} {reply:?}", route.method, route.path, somebody.role);
                assert_eq!(refused, somebody.role < route.needs, "{told}");
                assert!(!refused || reply.status == if somebody.known { 403 } else { 401 }, "{told}");
                assert!(!refused || !reply.body.contains("epr"), "{told}");
            }
        }
    }
}

/// What must never be in reach, whatever somebody writes in a table of routes.
#[test]
fn nobody_changes_anything_without_a_role() {
    let free = ["/sign-in", "/sign-out"];
    for route in routes::all().filter(|route| route.method != "GET" && !free.contains(&route.path)) {
        assert!(route.needs >= Role::Operate, "{} {}", route.method, route.path);
    }
    let open: Vec<_> =
        routes::all().filter(|route| route.needs == Role::Anybody).map(|route| route.path).collect();
    let known = ["/sign-in", "/sign-out", "/-/healthy", "/-/ready", "/assets/{file}"];
    assert!(open.iter().all(|path| known.iter().any(|known| path.starts_with(known))), "{open:?}");
}

#[test]
fn every_answer_is_dressed() {
    let house = House::open(&format!("{CLOSED}{PATIENT}"));
    let replies = routes::all().map(|route| knock(&house, route, &bearer("admin")));
    let others = ["GET /nowhere", "OPTIONS /metrics", "PUT /", "TRACE /"].map(|line| house.ask(line, "", ""));
    for reply in replies.chain(others) {
        let policy = reply.header("content-security-policy").unwrap_or_else(|| panic!("{reply:?}"));
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{reply:?}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(reply.header(name), Some(value), "{reply:?}");
        }
        assert!(reply.header("cache-control").is_some(), "{reply:?}");
        assert!(reply.header("strict-transport-security").is_none(), "this is not TLS: {reply:?}");
    }
}

#[test]
fn other_methods_are_not_there() {
    let house = House::open(&format!("{CLOSED}{PATIENT}"));
    for line in [
        "OPTIONS /metrics",
        "PUT /metrics",
        "DELETE /metrics",
        "PATCH /metrics",
        "TRACE /metrics",
        "BREW /metrics",
    ] {
        assert_eq!(house.ask(line, &bearer("admin"), "").status, 405, "{line}");
    }
    let head = house.ask("HEAD /metrics", &bearer("view"), "");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(house.ask("HEAD /metrics", "", "").status, 401);
}

/// However a path is written, nobody gets around the role of what it leads to.
#[test]
fn no_way_of_writing_a_path_leads_around_the_door() {
    let house = House::open(&format!("{CLOSED}{PATIENT}"));
    for path in [
        "//metrics",
        "/./metrics",
        "/-/healthy/../../metrics",
        "/-/healthy/%2e%2e/%2e%2e/metrics",
        "/assets/../metrics",
        "/assets/..%2fmetrics",
        "/assets/..%2f..%2f..%2fetc%2fpasswd",
        "/assets/%2e%2e%2f%2e%2e%2fprobes.yaml",
        "/assets/....//metrics",
        "/metrics/",
        "/metrics;/-/healthy",
        "/metrics%00",
        "/%6detrics",
        "/metrics?x=/-/healthy",
        "/METRICS",
        "/\\metrics",
        "/-/healthy%2f..%2f..%2fmetrics",
        "http://evil.example/metrics",
        "/metrics#/-/healthy",
        "*",
        "metrics",
    ] {
        let reply = house.get(path, "");
        assert!(
            [400, 401, 404].contains(&reply.status) && !reply.body.contains("wardround_"),
            "{path}: {reply:?}"
        );
    }
    for headers in
        ["X-Original-URL: /metrics\r\n", "X-Rewrite-URL: /metrics\r\n", "X-HTTP-Method-Override: POST\r\n"]
    {
        assert_eq!(house.get("/-/healthy", headers).body, "healthy\n");
    }
}
