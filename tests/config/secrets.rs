//! Does a secret stay a secret?

use wardround::{config, raw::Given};

/// A configuration in which every secret that can be written is `hunter2`.
const TEXT: &str = r#"
site: a
serve:
  tokens: {grafana: {token: "${env:LONG}", role: view}, page: {token: {file: long}, role: view}}
  users: {anna: {password: "${env:HASH}", role: view}}
services:
  s:
    probes:
      basic:
        http: {url: "https://a/", auth: {basic: {user: monitor, password: "${env:SECRET}"}}}
      bearer:
        http: {url: "https://a/", auth: {bearer: {file: secret}}}
      header:
        http: {url: "https://a/", headers: {X-Api-Key: "key ${env:OTHER}"}, body: "${env:OTHER}"}
      proxy:
        http: {url: "https://a/", proxy: {url: "http://p:1", auth: {basic: {user: "${env:OTHER}", password: {file: secret}}}}}
notify:
  teams: {webhook: {url: "https://a/${env:OTHER}", auth: {bearer: "${env:SECRET}"}}}
  alive: {heartbeat: {url: "https://a/hunter2", auth: {basic: {user: "${env:OTHER}", password: {file: secret}}}}}
  duty: {alertmanager: {url: "https://a/", auth: {bearer: {file: secret}}}}
  desk: {email: {server: "a:25", user: "${env:OTHER}", password: "${env:SECRET}", from: a@b.example, to: c@d.example}}
"#;

/// Everything secret is made of `secret`.
fn outside(secret: &str) -> Given {
    let hash = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzYWx0$iWh06vD8Fy27wf9npn6FXWiCX4K6pW6Ue1Bnzz07Z8A";
    let given = Given::default().variable("SECRET", secret).variable("OTHER", secret).variable("HASH", hash);
    let (long, longer) = (secret.replace(' ', "-").repeat(4), secret.replace(' ', "-").repeat(5));
    given.file("secret", format!("{secret}\n")).variable("LONG", &long).file("long", longer)
}

#[test]
fn a_plan_never_prints_one() {
    let plan = config::load_text("probes.yaml", TEXT, &outside("hunter2"))
        .unwrap_or_else(|problems| panic!("{problems}"));
    let printed = format!("{plan:?} {plan:#?} {}", plan.digest());
    assert!(!printed.contains("hunter2"), "{printed}");
    assert!(!printed.contains("iWh06vD8"), "the hash of a password: {printed}");
    assert!(!printed.contains("aHVudGVyMg"), "in base 64: {printed}");
    assert!(!printed.contains("104, 117, 110, 116, 101, 114, 50"), "in bytes: {printed}");
}

#[test]
fn the_digest_tells_nothing_of_one() {
    let digest =
        |secret: &str| config::load_text("probes.yaml", TEXT, &outside(secret)).unwrap().digest().to_owned();
    assert_eq!(digest("hunter2"), digest("correct horse"));
}

/// Whatever else is wrong with a file, what stands where a secret belongs is not shown.
#[test]
fn mistakes_around_one_do_not_show_it() {
    let given = outside("s");
    let places =
        ["\"${env:SECRET}\"", "{file: secret}", "\"${env:LONG}\"", "{file: long}", "\"${env:HASH}\""];
    let wrong = [
        "hunter2",
        "\"Bearer hunter2\"",
        "[hunter2]",
        "{hunter2: hunter2}",
        "{hunter2}",
        "[[hunter2]]",
        "\"hunter2",
        "hunter2: x",
        "!!int hunter2",
        "|\n  hunter2",
    ];
    for (place, wrong) in places.iter().flat_map(|place| wrong.map(|wrong| (place, wrong))) {
        for (at, _) in TEXT.match_indices(place) {
            let text = format!("{}{wrong}{}", &TEXT[..at], &TEXT[at + place.len()..]);
            let words = config::load_text("probes.yaml", &text, &given).unwrap_err().to_string();
            assert!(!words.contains("hunter2"), "{words}");
        }
    }
}
