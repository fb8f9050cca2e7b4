//! Does signing in work as a person and a browser expect, and does guessing not?

use super::house::{CLOSED, House, PATIENT, bearer, plan};

const PAGE: &str = "Accept: text/html,application/xhtml+xml\r\n";

#[test]
fn whoever_wants_a_page_is_asked_to_sign_in_and_led_there() {
    let house = House::open(&format!("{CLOSED}{PATIENT}"));
    let asked = house.get("/?site=a&b=%2F", PAGE);
    assert_eq!(
        (asked.status, asked.header("location")),
        (303, Some("/sign-in?then=%2F%3Fsite%3Da%26b%3D%252F"))
    );
    let form = house.get("/sign-in?then=%2F%3Fsite%3Da%26b%3D%252F", PAGE);
    assert!(
        form.status == 200 && form.body.contains("name=\"then\" value=\"/?site=a&#38;b=%2F\""),
        "{form:?}"
    );
    let signed = house.ask("POST /sign-in", "", "user=Vera+&password=correct+horse&then=%2F%3Fsite%3Da");
    assert_eq!((signed.status, signed.header("location")), (303, Some("/?site=a")));
    let cookie = signed.header("set-cookie").unwrap();
    assert!(cookie.contains("; HttpOnly; SameSite=Lax") && !cookie.contains("Secure"), "{cookie}");
    assert_eq!(signed.header("cache-control"), Some("private, no-cache"));
    for (path, headers) in [("/api/v1/status", PAGE), ("/metrics", PAGE), ("/", "Accept: */*\r\n"), ("/", "")]
    {
        let reply = house.get(path, headers);
        assert_eq!((reply.status, reply.header("www-authenticate")), (401, Some("Bearer")), "{path}");
    }
    assert_eq!(house.ask("POST /", PAGE, "").status, 405);
}

#[test]
fn a_program_is_refused_in_json() {
    let house = House::open(&format!("{CLOSED}{PATIENT}"));
    let refused = house.get("/api/v1/status", "");
    assert_eq!(refused.header("content-type"), Some("application/problem+json"));
    let problem: serde_json::Value = serde_json::from_str(&refused.body).unwrap();
    assert_eq!((&problem["status"], &problem["title"]), (&401.into(), &"Unauthorized".into()));
}

#[test]
fn nobody_is_led_elsewhere_by_signing_in() {
    let house = House::open(&format!("{CLOSED}{PATIENT}"));
    for then in [
        "//evil.example",
        "%2F%5Cevil.example",
        "https:%2F%2Fevil.example",
        "%2F%0D%0AX-Evil:+1",
        "%2F%09%2Fevil",
        "javascript:alert(1)",
    ] {
        let signed = house.ask("POST /sign-in", "", &format!("user=vera&password=correct+horse&then={then}"));
        assert_eq!((signed.status, signed.header("location")), (303, Some("/")), "{then}");
        assert_eq!(signed.header("x-evil"), None);
    }
    let form = house.get("/sign-in?then=%2F%22%3E%3Cscript%3E", PAGE);
    assert!(!form.body.contains("<script"), "{form:?}");
}

#[test]
fn signing_out_ends_the_session() {
    let house = House::open(&format!("{CLOSED}{PATIENT}"));
    let cookie = house.signed_in("vera");
    assert_eq!(house.get("/sign-in", &format!("{cookie}{PAGE}")).status, 303, "there already");
    let out = house.ask("POST /sign-out", &format!("{cookie}Origin: http://{}\r\n", house.at), "");
    assert_eq!((out.status, out.header("location")), (303, Some("/")));
    assert!(
        out.header("set-cookie").unwrap().starts_with("wardround-session=; Path=/; Max-Age=0"),
        "{out:?}"
    );
    assert_eq!(house.get("/metrics", &cookie).status, 401);
    assert_eq!(house.ask("POST /sign-out", "", "").status, 303, "twice is no harm");
}

#[test]
fn a_new_session_ends_the_one_before() {
    let house = House::open(&format!("{CLOSED}{PATIENT}"));
    let before = house.signed_in("vera");
    let headers = format!("{before}Origin: http://{}\r\n", house.at);
    let signed = house.ask("POST /sign-in", &headers, "user=oscar&password=correct+horse");
    assert_eq!(signed.status, 303);
    assert_eq!(house.get("/metrics", &before).status, 401);
}

#[test]
fn guessing_has_to_wait_and_tells_nothing() {
    let house = House::open(&format!("{CLOSED}{PATIENT}"));
    let attempt = |user: &str, password: &str| {
        house.ask("POST /sign-in", "", &format!("user={user}&password={password}"))
    };
    let bare = |user: &str| attempt(user, "hunter2").body.replace(user, "…");
    assert_eq!(bare("vera"), bare("nobody"), "whether there is such a user");
    let wrong = attempt("vera", "hunter2");
    assert_eq!((wrong.status, wrong.header("set-cookie")), (403, None));
    assert!(!wrong.body.contains("hunter2"), "{wrong:?}");
    attempt("vera", "");
    attempt("vera", &"x".repeat(3000));
    let delayed = attempt("vera", "correct+horse");
    assert_eq!((delayed.status, delayed.header("retry-after")), (429, Some("1")), "{delayed:?}");
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert_eq!(attempt("vera", "correct+horse").status, 303, "never for ever");
    let told = house.metrics.text();
    for line in ["outcome=\"accepted\"} 1", "outcome=\"refused\"} 5", "outcome=\"delayed\"} 1"] {
        let found = told
            .lines()
            .any(|told| told.starts_with("wardround_serve_sign_ins_total") && told.ends_with(line));
        assert!(found, "{line}: {told}");
    }
}

#[test]
fn where_nobody_signs_in_there_is_nothing_to_do() {
    let house = House::open(PATIENT);
    assert_eq!(house.get("/sign-in?then=%2Fincidents", PAGE).header("location"), Some("/incidents"));
    assert_eq!(house.ask("POST /sign-in", "", "user=a&password=b").status, 303);
    house.plans.send_replace(Some(plan("\n  tokens: {v: {token: {file: view}, role: view}}")));
    let form = house.get("/sign-in", PAGE);
    assert!(!form.body.contains("<form") && form.body.contains("show a token"), "{form:?}");
    assert_eq!(house.ask("POST /sign-in", "", "user=a&password=b").status, 403);
    assert_eq!(house.get("/metrics", &bearer("view")).status, 200);
}
