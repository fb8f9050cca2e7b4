//! Is a large configuration read, and told briefly when it is wrong?

use wardround::{config, raw::Given};

/// A configuration whose one probe looks at `count` targets, named in a file; the first of them is `first`.
fn many(count: usize, name: impl Fn(usize) -> String) -> (&'static str, Given) {
    let text = "
site: royal-infirmary
services:
  wards:
    probes:
      desk:
        http: {url: \"https://{target}/login\", expect: {body: {matches: '^<title>Sign in( here)?</title>'}}}
        targets_from: wards.yaml
";
    let target = |n| format!("- {{target: {}, name: pc-{n}, labels: {{ward: \"{}\"}}}}\n", name(n), n % 40);
    (text, Given::default().file("wards.yaml", (0..count).map(target).collect::<String>()))
}

#[test]
fn ten_thousand_targets_are_ten_thousand_probes() {
    let (text, given) = many(10_000, |n| format!("pc-{n}.wards.example.nhs.uk"));
    let plan = config::load_text("probes.yaml", text, &given).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(plan.probes().len(), 10_000);
    let last = &plan.probes()[9_999];
    assert_eq!(last.id().to_string(), "wards/desk.pc-9999");
    assert!(last.kind().target().contains("pc-9999.wards.example.nhs.uk"));
    assert_eq!(last.labels()["ward"], "39");
}

#[test]
fn a_thousand_mistakes_are_told_briefly() {
    let (text, given) = many(1_000, |n| format!("\"pc {n}\""));
    let problems = config::load_text("probes.yaml", text, &given).unwrap_err();
    assert_eq!(problems.len(), 1_000);
    let words = problems.to_string();
    assert_eq!(words.matches("error:").count(), 50);
    assert!(words.ends_with("… and 950 more\n"));
}

#[test]
fn one_mistake_in_the_settings_of_many_targets_is_told_once() {
    let (text, given) = many(1_000, |n| format!("pc-{n}"));
    let text = text.replace("</title>'", "</title'").replace("^<title>", "(");
    let problems = config::load_text("probes.yaml", text, &given).unwrap_err();
    assert_eq!(problems.len(), 1, "{problems}");
}
