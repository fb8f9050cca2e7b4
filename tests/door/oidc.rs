//! Does signing in by a provider let in whom it should, as what they are, and nobody who was led there by a stranger?

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use serde_json::{Value, json};
use url::Url;
use wardround::{engine, model::Moment};

use super::{
    house::{House, PATIENT, Reply, plan},
    provider::Provider,
};

/// When it is at the house, in seconds.
const NOW: u64 = 1_790_000_000;

const PAGE: &str = "Accept: text/html\r\n";

/// Somebody on the way to the provider.
struct Sent {
    asked: BTreeMap<String, String>,
    cookie: String,
}

impl Sent {
    fn state(&self) -> &str {
        &self.asked["state"]
    }
}

fn serve(provider: &Provider, more: &str) -> String {
    format!(
        "{PATIENT}
  url: http://127.0.0.1:1
  users: {{vera: {{password: {{file: hash}}, role: view}}}}
  oidc:
    issuer: {}
    client_id: wardround
    client_secret: {{file: view}}
    roles: {{view: [nurses, everyone], operate: on-call, admin: 'it lead'}}{more}",
        provider.url
    )
}

fn open(provider: &Provider) -> House {
    House::open(&serve(provider, ""))
}

fn send(house: &House, then: &str) -> Sent {
    let sent = house.get(&format!("/sign-in/oidc?then={then}"), PAGE);
    assert_eq!(sent.status, 303, "{sent:?}");
    let url = Url::parse(sent.header("location").unwrap()).unwrap();
    let cookie = sent.header("set-cookie").unwrap().split(';').next().unwrap();
    Sent { asked: url.query_pairs().into_owned().collect(), cookie: format!("Cookie: {cookie}\r\n") }
}

fn claims(provider: &Provider, sent: &Sent) -> Value {
    json!({
        "iss": provider.url, "aud": "wardround", "sub": "7", "exp": NOW + 300, "iat": NOW, "nonce": sent.asked["nonce"],
        "preferred_username": "Zoë", "groups": ["nurses", "on-call"],
    })
}

fn back(house: &House, sent: &Sent, query: &str) -> Reply {
    house.get(&format!("/sign-in/oidc/back?state={}&{query}", sent.state()), &sent.cookie)
}

/// The session that `reply` begins, as a header.
fn session(reply: &Reply) -> String {
    let mut lines = reply.head.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
    let line = lines.rfind(|line| line.starts_with("wardround-session="));
    format!("Cookie: {}\r\n", line.unwrap_or_else(|| panic!("{reply:?}")).split(';').next().unwrap())
}

#[test]
fn somebody_signs_in_by_the_provider() {
    let provider = Provider::start();
    let house = open(&provider);
    let form = house.get("/sign-in?then=%2Fincidents", PAGE);
    let way = "<a href=\"http://127.0.0.1:1/sign-in/oidc?then=%2Fincidents\">Hospital sign-in</a>";
    assert!(form.body.contains(way) && form.body.contains("<form"), "{form:?}");
    let sent = send(&house, "%2Fincidents");
    for (key, value) in [
        ("realm", "a"),
        ("response_type", "code"),
        ("client_id", "wardround"),
        ("redirect_uri", "http://127.0.0.1:1/sign-in/oidc/back"),
        ("scope", "openid profile email"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(sent.asked[key], value, "{key}");
    }
    provider.gives("one", &claims(&provider, &sent));
    let signed = back(&house, &sent, &format!("code=c%2B1&iss={}", provider.url));
    assert_eq!((signed.status, signed.header("location")), (303, Some("/incidents")), "{signed:?}");
    let front = house.get("/", &session(&signed));
    assert!(front.status == 200 && front.body.contains("Zoë (Hospital sign-in)"), "{front:?}");
    assert_eq!(house.get("/audit", &session(&signed)).status, 403, "on call is not the lead");
    let [asked] = &provider.heard("/token")[..] else { panic!("one code is shown once") };
    let (head, form) = asked.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST ") && head.contains("Authorization: Basic "), "{head}");
    assert!(form.contains("code=c%2B1") && form.contains("code_verifier="), "{form}");
    assert!(!form.contains("secret"), "{form}");
    assert!(provider.heard("/person").is_empty(), "nothing is left to ask");
    assert_eq!(house.remembered(), ["Zoë (Hospital sign-in): signed in by Hospital sign-in"]);
}

#[test]
fn a_return_is_taken_once_and_where_it_was_begun() {
    let provider = Provider::start();
    let house = open(&provider);
    let (sent, other) = (send(&house, "%2F"), send(&house, "%2F"));
    provider.gives("one", &claims(&provider, &sent));
    let strange = |reply: Reply, what: &str| {
        assert!(
            reply.status == 403 && reply.body.contains("was not begun in this browser"),
            "{what}: {reply:?}"
        );
        assert!(!reply.head.contains("wardround-session"), "{what}: {reply:?}");
    };
    let (state, cookie) = (sent.state(), &sent.cookie);
    for (query, headers, what) in [
        (format!("code=c&state={state}"), String::new(), "no cookie"),
        (format!("code=c&state={state}"), other.cookie.clone(), "another's cookie"),
        (format!("code=c&state={}", other.state()), cookie.clone(), "another's state"),
        ("code=c&state=forged".into(), cookie.clone(), "no such state"),
        ("code=c".into(), cookie.clone(), "no state"),
        (String::new(), cookie.clone(), "nothing"),
        (format!("code=c&code=d&state={state}"), cookie.clone(), "two codes"),
    ] {
        strange(house.get(&format!("/sign-in/oidc/back?{query}"), &headers), what);
    }
    assert!(provider.heard("/token").is_empty(), "nobody shows the code of a stranger");
    assert_eq!(back(&house, &sent, "code=c").status, 303);
    strange(back(&house, &sent, "code=c"), "twice");
    let unanswered = send(&house, "%2F");
    strange(back(&house, &unanswered, "x=y"), "no code");
}

#[test]
fn what_the_provider_refuses_is_told_kindly() {
    let provider = Provider::start();
    let house = open(&provider);
    let told = |query: &str, words: &str| {
        let sent = send(&house, "%2Fincidents");
        provider.gives("one", &claims(&provider, &sent));
        let reply = back(&house, &sent, query);
        assert!([403, 502].contains(&reply.status) && reply.body.contains(words), "{query}: {reply:?}");
        assert!(!reply.body.contains("<b>") && reply.body.contains("Hospital sign-in</a>"), "{reply:?}");
    };
    told("error=access_denied&error_description=%3Cb%3E", "did not let you in, or you turned back there");
    told("error=%3Cb%3E", "refused the sign-in (&#60;b&#62;)");
    told("code=c&iss=https://evil.example", "do not fit together");
    assert!(provider.heard("/token").is_empty());
    provider.fails("/token", 400, r#"{"error": "invalid_grant"}"#);
    let late = back(&house, &send(&house, "%2F"), "code=c");
    assert!(late.status == 403 && late.body.contains("too old, or was used already"), "{late:?}");
    provider.fails(
        "/token",
        401,
        r#"{"error": "invalid_client", "error_description": "secret the-token-of-view"}"#,
    );
    let unknown = back(&house, &send(&house, "%2F"), "code=c");
    assert!(unknown.status == 502 && !unknown.body.contains("the-token"), "{unknown:?}");
    provider.fails("/token", 307, "");
    assert_eq!(back(&house, &send(&house, "%2F"), "code=c").status, 503);
    assert!(provider.heard("/elsewhere").is_empty(), "no redirect is followed with a credential");
}

#[test]
fn a_token_of_another_sign_in_lets_nobody_in() {
    let provider = Provider::start();
    let house = open(&provider);
    for (key, value) in [
        ("nonce", json!("replayed")),
        ("aud", json!("others")),
        ("iss", json!("https://evil.example")),
        ("exp", json!(NOW - 61)),
    ] {
        let sent = send(&house, "%2F");
        let mut claims = claims(&provider, &sent);
        claims[key] = value;
        provider.gives("one", &claims);
        let reply = back(&house, &sent, "code=c");
        assert!(reply.status == 502 && !reply.head.contains("wardround-session"), "{key}: {reply:?}");
    }
}

#[test]
fn whoever_has_no_role_is_told_what_to_ask_for() {
    let provider = Provider::start();
    let house = open(&provider);
    let sent = send(&house, "%2F");
    let mut claims = claims(&provider, &sent);
    (claims["groups"], claims["preferred_username"]) = (json!(["porters"]), json!("vera\u{202e}"));
    provider.gives("one", &claims);
    let reply = back(&house, &sent, "code=c");
    assert!(reply.status == 403 && reply.body.contains("nurses, everyone, on-call, it lead"), "{reply:?}");
    assert!(!reply.head.contains("wardround-session"), "{reply:?}");
    assert_eq!(
        house.remembered(),
        ["vera\\u{202e} (Hospital sign-in): was refused: in no group that has a role here"]
    );
}

#[test]
fn what_the_token_leaves_out_is_asked_for() {
    let provider = Provider::start();
    let house = open(&provider);
    let enter = |person: Value| {
        let sent = send(&house, "%2F");
        let mut claims = claims(&provider, &sent);
        claims.as_object_mut().unwrap().remove("groups");
        provider.gives("one", &claims);
        provider.says("/person", &person);
        back(&house, &sent, "code=c").status
    };
    assert_eq!(enter(json!({"sub": "8", "groups": "it lead"})), 403, "somebody else's groups");
    assert_eq!(enter(json!({"groups": "it lead"})), 403, "nobody's groups");
    assert_eq!(enter(json!({"sub": "7", "groups": "it lead"})), 303);
    let asked = provider.heard("/person");
    assert!(asked.iter().all(|asked| asked.contains("Authorization: Bearer access-1")), "{asked:?}");
}

/// How many seconds have passed at the house besides those that did.
static PASSED: AtomicU64 = AtomicU64::new(0);

#[test]
fn a_new_key_is_asked_for_and_not_at_every_forged_name() {
    let provider = Provider::start();
    let ticks = || engine::ticks() + Duration::from_secs(PASSED.load(Relaxed));
    let wall = || Moment::from_ms(1_790_000_000_000);
    let house = House::by(plan(&serve(&provider, "")), wall, ticks);
    let enter = |key: &str| {
        let sent = send(&house, "%2F");
        provider.gives(key, &claims(&provider, &sent));
        back(&house, &sent, "code=c").status
    };
    assert_eq!(enter("one"), 303);
    assert_eq!([0; 3].map(|_| enter("forged")), [502; 3]);
    assert_eq!(provider.heard("/keys").len(), 1, "what was read a moment ago is not asked for again");
    provider.says("/keys", &provider.keys("two"));
    PASSED.store(10, Relaxed);
    assert_eq!([enter("two"), enter("one"), enter("two")], [303, 502, 303]);
    assert_eq!(provider.heard("/keys").len(), 2);
    assert_eq!(provider.heard("/.well-known/openid-configuration").len(), 1);
    PASSED.store(3600, Relaxed);
    assert_eq!(enter("two"), 303);
    assert_eq!(
        provider.heard("/.well-known/openid-configuration").len(),
        2,
        "an hour later it may say something else"
    );
}

#[test]
fn while_the_provider_is_down_everybody_else_signs_in() {
    let provider = Provider::start();
    provider.hangs("/.well-known/openid-configuration");
    let house = open(&provider);
    let silent = house.get("/sign-in/oidc?then=%2Fincidents", PAGE);
    assert!(silent.status == 503 && silent.body.contains("does not answer just now"), "{silent:?}");
    assert!(silent.body.contains("name=\"then\" value=\"/incidents\""), "{silent:?}");
    assert_eq!(house.get("/sign-in/oidc", PAGE).status, 503);
    assert_eq!(provider.heard("/.well-known/openid-configuration").len(), 1, "it is not asked by each");
    house.signed_in("vera");
}

#[test]
fn a_provider_that_calls_itself_otherwise_is_not_believed() {
    let provider = Provider::start();
    let mut itself = provider.itself();
    itself["issuer"] = json!(format!("{}/", provider.url));
    provider.says("/.well-known/openid-configuration", &itself);
    let house = open(&provider);
    let reply = house.get("/sign-in/oidc", PAGE);
    assert!(reply.status == 502 && reply.body.contains("its log says why"), "{reply:?}");
    for (key, url) in [
        ("authorization_endpoint", "http://id.example/in"),
        ("authorization_endpoint", "javascript:alert(1)"),
    ] {
        let mut itself = provider.itself();
        itself[key] = json!(url);
        provider.says("/.well-known/openid-configuration", &itself);
        house.plans.send_replace(Some(plan(&serve(&provider, ""))));
        assert_eq!(house.get("/sign-in/oidc", PAGE).status, 502, "{url}");
    }
}

#[test]
fn a_plan_without_the_provider_ends_what_it_began() {
    let provider = Provider::start();
    let house = open(&provider);
    let (sent, late) = (send(&house, "%2F"), send(&house, "%2F"));
    provider.gives("one", &claims(&provider, &sent));
    let session = session(&back(&house, &sent, "code=c"));
    assert_eq!(house.get("/sign-in/oidc?then=%2Freports", &session).header("location"), Some("/reports"));
    house
        .plans
        .send_replace(Some(plan(&serve(&provider, "").replace("client_id: wardround", "client_id: other"))));
    assert_eq!(house.get("/metrics", &session).status, 401);
    assert_eq!(back(&house, &late, "code=c").status, 403);
    house.plans.send_replace(Some(plan(&format!(
        "{PATIENT}\n  tokens: {{v: {{token: {{file: view}}, role: view}}}}"
    ))));
    for path in ["/sign-in/oidc", "/sign-in/oidc/back?state=a&code=b"] {
        assert_eq!(house.get(path, PAGE).status, 404, "{path}");
    }
}

/// Whatever stands in the query, and whatever the provider answers, the page is there soon and nobody is let in.
#[test]
fn nonsense_lets_nobody_in() {
    let provider = Provider::start();
    let house = open(&provider);
    let nonsense = [
        "",
        "null",
        "[]",
        "{}",
        "<html>",
        r#"{"id_token": 7}"#,
        r#"{"id_token": ""}"#,
        r#"{"id_token": "a.b.c"}"#,
    ];
    let deep = format!("{{\"id_token\": {}", "[".repeat(100_000));
    let long = "x".repeat(600 << 10);
    for body in nonsense.into_iter().chain([deep.as_str(), long.as_str()]) {
        provider.fails("/token", 200, body);
        let reply = back(&house, &send(&house, "%2F"), "code=c");
        assert!([502, 503].contains(&reply.status), "{body:.50}: {reply:?}");
    }
    provider.hangs("/token");
    let reply = back(&house, &send(&house, "%2F"), "code=c");
    assert_eq!(reply.status, 503, "nobody waits for ever: {reply:?}");
    for query in [
        "%",
        "%ff=%ff&state=%00",
        "state[]=a&code[]=b",
        &"&".repeat(5000),
        &format!("state={}", "a".repeat(9000)),
    ] {
        assert_eq!(house.get(&format!("/sign-in/oidc/back?{query}"), PAGE).status, 403, "{query:.30}");
    }
}
