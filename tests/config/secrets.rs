//! Does a secret stay a secret?

use wardround::{config, raw::Given};

/// A configuration in which every secret that can be written is `hunter2`.
const TEXT: &str = r#"
site: a
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

#[test]
fn a_plan_never_prints_one() {
    let given = Given::default()
        .variable("SECRET", "hunter2")
        .variable("OTHER", "hunter2")
        .file("secret", "hunter2\n");
    let plan = config::load_text("probes.yaml", TEXT, &given).unwrap_or_else(|problems| panic!("{problems}"));
    let printed = format!("{plan:?} {plan:#?} {}", plan.digest());
    assert!(!printed.contains("hunter2"), "{printed}");
    assert!(!printed.contains("aHVudGVyMg"), "in base 64: {printed}");
    assert!(!printed.contains("104, 117, 110, 116, 101, 114, 50"), "in bytes: {printed}");
}

#[test]
fn the_digest_tells_nothing_of_one() {
    let digest = |secret: &str| {
        let given =
            Given::default().variable("SECRET", secret).variable("OTHER", secret).file("secret", secret);
        config::load_text("probes.yaml", TEXT, &given).unwrap().digest().to_owned()
    };
    assert_eq!(digest("hunter2"), digest("correct horse"));
}

/// Whatever else is wrong with a file, what stands where a secret belongs is not shown.
#[test]
fn mistakes_around_one_do_not_show_it() {
    let given = Given::default().file("secret", "s");
    let places = ["\"${env:SECRET}\"", "{file: secret}"];
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
