//! Are strangers turned away, with whatever they forge?

use super::house::{CLOSED, House, PATIENT, bearer, plan, token};

#[test]
fn what_is_no_token_of_ours_is_refused() {
    let house = House::open(&format!("{CLOSED}{PATIENT}"));
    let good = token("admin");
    let shown = |value: &str| house.get("/metrics", &format!("Authorization: {value}\r\n")).status;
    assert_eq!(shown(&format!("bearer {good}")), 200);
    for forged in [
        "Bearer ".to_owned(),
        "Bearer x".to_owned(),
        format!("Bearer {}", &good[1..]),
        format!("Bearer {good}x"),
        format!("Bearer {}", good.to_uppercase()),
        format!("Bearer {good}, {good}"),
        format!("Basic {good}"),
        good.clone(),
        format!("Bearer {}", "x".repeat(8000)),
        "Bearer \u{e9}".to_owned(),
    ] {
        assert_eq!(shown(&forged), 401, "{forged}");
    }
    let by_query = house.get(&format!("/metrics?token={good}&access_token={good}"), "");
    assert_eq!(by_query.status, 401, "a token in a URL ends in logs");
    let by_cookie = house.get("/metrics", &format!("Cookie: wardround-session={good}\r\n"));
    assert_eq!(by_cookie.status, 401);
}

#[test]
fn what_is_no_session_of_ours_is_nobodys() {
    let house = House::open(&format!("{CLOSED}{PATIENT}"));
    let cookie = house.signed_in("vera");
    assert_eq!(house.get("/metrics", &cookie).status, 200);
    let id = cookie.trim().split_once('=').unwrap().1.to_owned();
    for forged in [
        "wardround-session=".to_owned(),
        format!("wardround-session={}", &id[1..]),
        format!("wardround-session={id}x"),
        format!("wardround-session=\"{id}\""),
        format!("__Host-wardround-session={id}"),
        format!("session={id}"),
        format!("wardround-session={}", "A".repeat(43)),
        format!("x=wardround-session={id}"),
    ] {
        let reply = house.get("/metrics", &format!("Cookie: {forged}\r\n"));
        assert_eq!(reply.status, 401, "{forged}");
    }
    let tossed = format!("Cookie: wardround-session=tossed; wardround-session={id}\r\n");
    assert_eq!(house.get("/metrics", &tossed).status, 200, "a neighbour's cookie does not sign anybody out");
}

#[test]
fn a_session_lives_by_the_plan_in_force() {
    let house = House::open(&format!("{CLOSED}{PATIENT}"));
    let (vera, ada) = (house.signed_in("vera"), house.signed_in("ada"));
    let page = format!("{ada}Origin: http://{}\r\n", house.at);
    assert_eq!(house.ask("POST /-/reload", &page, "").status, 200);
    house.plans.send_replace(Some(plan(&CLOSED.replace("role: admin", "role: view"))));
    assert_eq!(house.ask("POST /-/reload", &page, "").status, 403, "demoted");
    assert_eq!(house.get("/metrics", &vera).status, 200, "others go on");
    house.plans.send_replace(Some(plan(&CLOSED.replace("vera:", "vera2:"))));
    assert_eq!(house.get("/metrics", &vera).status, 401, "removed");
    house.plans.send_replace(Some(plan(CLOSED)));
    assert_eq!(house.get("/metrics", &vera).status, 401, "and not there again by itself");
    assert_eq!(house.get("/metrics", &bearer("view")).status, 200);
    house.plans.send_replace(Some(plan(
        &CLOSED
            .replace("file: view", "file: operate2")
            .replace("file: operate}", "file: view}")
            .replace("operate2", "operate"),
    )));
    let told = house.ask("POST /api/v1/maintenance", &bearer("view"), "{}");
    assert!(![401, 403].contains(&told.status), "the token has another role now: {told:?}");
}

#[test]
fn a_strange_page_changes_nothing() {
    let house = House::open(&format!("{CLOSED}{PATIENT}"));
    let ada = house.signed_in("ada");
    let ours = format!("Origin: http://{}\r\n", house.at);
    let reload = |headers: &str| house.ask("POST /-/reload", headers, "");
    assert_eq!(reload(&format!("{ada}{ours}")).status, 200);
    assert_eq!(reload(&format!("{ada}Sec-Fetch-Site: same-origin\r\n")).status, 200);
    for foreign in [
        String::new(),
        "Origin: http://evil.example\r\n".into(),
        "Origin: null\r\n".into(),
        "Origin: http://127.0.0.1\r\n".into(),
        format!("Origin: https://{}\r\n", house.at),
        format!("{ours}{ours}"),
        format!("{ours}Sec-Fetch-Site: cross-site\r\n"),
        format!("{ours}Sec-Fetch-Site: same-site\r\n"),
        "Sec-Fetch-Site: none\r\n".into(),
        format!("Referer: http://{}/\r\n", house.at),
    ] {
        let reply = reload(&format!("{ada}{foreign}"));
        assert!(reply.status == 403 && reply.body.contains("not ours"), "{foreign} {reply:?}");
    }
    assert_eq!(
        reload(&format!("{}Origin: http://evil.example\r\n", bearer("admin"))).status,
        200,
        "a program is no page"
    );
    let sign_in =
        house.ask("POST /sign-in", "Origin: http://evil.example\r\n", "user=ada&password=correct+horse");
    assert_eq!(
        (sign_in.status, sign_in.header("set-cookie")),
        (403, None),
        "nobody is signed in by a strange page"
    );
    let sign_out = house.ask("POST /sign-out", &format!("{ada}Origin: null\r\n"), "");
    assert_eq!((sign_out.status, house.get("/metrics", &ada).status), (403, 200));
}

#[test]
fn in_an_open_house_this_machine_may_do_everything_and_others_look() {
    let house = House::open(PATIENT);
    let reload = |headers: &str| house.ask("POST /-/reload", headers, "").status;
    assert_eq!(reload(""), 200);
    for host in ["localhost", "127.0.0.1", "[::1]:9", "LocalHost:80"] {
        assert_eq!(reload(&format!("Host: {host}\r\n")), 200, "{host}");
    }
    for (headers, status) in [
        ("Host: wardround\r\n", 403),
        ("Host: 10.1.2.3\r\n", 403),
        ("Host: evil.example\r\n", 421),
        ("Host: evil.example:9715\r\nOrigin: http://evil.example:9715\r\n", 421),
        ("Host: localhost\r\nHost: localhost\r\n", 400),
        ("X-Forwarded-For: 127.0.0.1\r\n", 403),
        ("X-Forwarded-Proto: https\r\n", 403),
        ("Forwarded: for=127.0.0.1\r\n", 403),
        ("X-Real-IP: 127.0.0.1\r\n", 403),
        ("Origin: http://evil.example\r\n", 403),
        ("Origin: null\r\n", 403),
        ("Sec-Fetch-Site: cross-site\r\n", 403),
    ] {
        assert_eq!(reload(headers), status, "{headers}");
    }
    assert_eq!(house.get("/metrics", "Host: wardround:9715\r\n").status, 200);
    let rebound = house.get("/metrics", "Host: evil.example:9715\r\n");
    assert!(rebound.status == 421 && rebound.body.contains("`url` below `serve`"), "{rebound:?}");
    assert_eq!(house.get("/-/healthy", "Host: evil.example:9715\r\n").status, 200);
    house.plans.send_replace(Some(plan("\n  url: https://status.example.nhs.uk")));
    assert_eq!(house.get("/metrics", "Host: status.example.nhs.uk\r\n").status, 200);
}

#[test]
fn nothing_is_told_before_there_is_a_plan() {
    let house = House::open("");
    assert_eq!(house.get("/-/healthy", "").status, 200);
    house.plans.send_replace(None);
    assert_eq!(house.get("/-/healthy", "").status, 200);
    for path in ["/metrics", "/", "/sign-in", "/api/v1/status"] {
        assert_eq!(house.get(path, "").status, 503, "{path}");
    }
    assert_eq!(house.ask("POST /-/reload", "", "").status, 401);
}
