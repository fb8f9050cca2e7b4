//! Is what is right taken as it is meant?

use std::fmt::Write as _;

use wardround::{
    config::{self, Plan, Probe, Service},
    model::Links,
};

use super::{compare, files};

#[test]
fn every_right_configuration_is_taken_as_it_is_meant() {
    for path in files("tests/config/good") {
        let plan = config::load(&path).unwrap_or_else(|problems| panic!("{problems}"));
        compare(&path, &told(&plan));
    }
}

#[test]
fn what_is_probably_not_meant_is_warned_of() {
    let text = "site: a
tiers: {gold: {down: warning}, platinum: {}}
calendars: {clinics: {days: mon-fri, from: '08:00', to: '18:00'}}
include: conf.d/*.yaml
serve: {listen: '[::]:9715'}
services: {s: {tier: Gold, probes: {p: {tcp: {address: 'a:1'}}}}}";
    let plan = config::load_text("probes.yaml", text, &wardround::raw::Given::default()).unwrap();
    insta::assert_snapshot!(plan.warnings());
    let text = "site: a
serve: {listen: '10.0.0.1:9715', tokens: {grafana: {token: {file: token}, role: view}}}
services: {s: {probes: {p: {tcp: {address: 'a:1'}}}}}";
    let given = wardround::raw::Given::default().file("token", "0123456789abcdefghij");
    insta::assert_snapshot!(config::load_text("probes.yaml", text, &given).unwrap().warnings());
}

/// The defaults of the code, as the shipped file tells them in a comment.
#[test]
fn the_shipped_file_tells_the_defaults_as_they_are() {
    let shipped = std::fs::read_to_string("probes.yaml").unwrap();
    let told = shipped
        .lines()
        .find_map(|line| line.strip_prefix("#   "))
        .filter(|line| line.starts_with("defaults: "));
    let rest = "{site: a, services: {s: {probes: {p: {tcp: {address: 'a:1'}}}}}";
    let one = |text: String| {
        let plan = config::load_text("probes.yaml", text, &wardround::raw::Given::default()).unwrap();
        (plan.probes()[0].cadence(), plan.probes()[0].confirm(), plan.probes()[0].slow())
    };
    assert_eq!(one(format!("{rest}, {}}}", told.unwrap())), one(format!("{rest}}}")));
}

#[test]
fn the_digest_is_of_every_byte_that_was_read_and_of_no_secret() {
    let digest = |text: &str, targets: &str| {
        let given = wardround::raw::Given::default().file("t.yaml", targets);
        config::load_text("probes.yaml", text, &given).unwrap().digest().to_owned()
    };
    let text =
        "{site: a, services: {s: {probes: {p: {tcp: {address: '{target}:1'}, targets_from: t.yaml}}}}}";
    let one = digest(text, "[a]");
    assert_eq!((one.len(), &one), (64, &digest(text, "[a]")));
    assert_ne!(one, digest(text, "[ a]"));
    assert_ne!(one, digest(&format!("{text} "), "[a]"));
}

#[test]
fn a_named_list_is_its_days() {
    let text = "site: a
calendars: {clinics: {days: mon-fri, from: '08:00', to: '18:00', except: england-and-wales-bank-holidays}}
services: {s: {objectives: {target: 99, during: clinics}, probes: {p: {tcp: {address: 'a:1'}}}}}";
    let plan = config::load_text("probes.yaml", text, &wardround::raw::Given::default()).unwrap();
    let except = &plan.calendars()[0].except;
    assert!(except.contains(&jiff::civil::date(2026, 12, 28)) && except.len() > 190, "{}", except.len());
}

#[test]
fn other_words_for_the_same_work_make_no_other_work() {
    let id = |service: &str, hour: &str, reason: &str| {
        let text = format!(
            "{{site: a, services: {{{service}: {{probes: {{p: {{tcp: {{address: 'a:1'}}}}}}}}}}, maintenance: \
             [{{services: {service}, every: {{week: sun}}, from: '{hour}', to: '04:00', reason: {reason}, \
             declared_by: me}}]}}"
        );
        let plan = config::load_text("probes.yaml", text, &wardround::raw::Given::default());
        plan.unwrap_or_else(|why| panic!("{why}")).maintenance()[0].id.clone()
    };
    assert_eq!(id("epr", "01:00", "patches"), id("epr", "01:00", "upgrade"));
    assert_ne!(id("epr", "01:00", "patches"), id("epr", "02:00", "patches"));
    assert_ne!(id("epr", "01:00", "patches"), id("pacs", "01:00", "patches"));
    assert!(id(&"e".repeat(100), "01:00", "patches").as_str().len() <= 100);
}

fn told(plan: &Plan) -> String {
    let mut page = String::new();
    let zone = plan.zone().iana_name().unwrap_or("no name");
    writeln!(page, "{} in {zone}, listens on {:?}", plan.site(), plan.serve().listen()).unwrap();
    if !plan.serve().is_open_house() {
        writeln!(page, "{:#?}", plan.serve()).unwrap();
    }
    writeln!(page, "{:?}, resolver {:?}", plan.limits(), plan.resolver()).unwrap();
    for service in plan.services() {
        let (title, runbook) = (service.title(), service.runbook().map(url::Url::as_str));
        let (owner, tier, users) = (service.owner(), service.tier(), service.users());
        writeln!(page, "\n{} {title:?} {owner:?} {tier:?} {users:?} {runbook:?}", service.id()).unwrap();
        let public = if service.is_public() { ", public" } else { "" };
        let (needs, labels) = (service.depends_on(), service.labels());
        writeln!(page, "  needs {needs:?}, labels {labels:?}{public}").unwrap();
        plan.probes().iter().filter(|probe| probe.id().service == *service.id()).for_each(|probe| {
            writeln!(page, "  {}", one(probe)).unwrap();
        });
        service.groups().iter().for_each(|group| writeln!(page, "  {group:?}").unwrap());
        service.objectives().iter().for_each(|objective| writeln!(page, "  {objective:?}").unwrap());
        service.rebase().iter().for_each(|change| writeln!(page, "  {change:?}").unwrap());
    }
    plan.receivers().iter().for_each(|receiver| writeln!(page, "\n{receiver:?}").unwrap());
    plan.reports().into_iter().for_each(|reports| writeln!(page, "\n{reports:?}").unwrap());
    page + &promises(plan) + plan.warnings()
}

/// Tiers, links, calendars and planned work as JSON, a line each, as the ledger will have them.
fn promises(plan: &Plan) -> String {
    let calendars = plan.calendars().iter().map(|one| serde_json::to_string(one).unwrap());
    let works = plan.maintenance().iter().map(|one| serde_json::to_string(one).unwrap());
    let of = |service: &Service| serde_json::to_string(&service.severities()).unwrap();
    let loudness = plan.services().iter().filter_map(|one| Some(format!("{}: {}", one.tier()?, of(one))));
    let more = (*plan.links() != Links::default()).then(|| serde_json::to_string(plan.links()).unwrap());
    let lines: Vec<String> = loudness.chain(more).chain(calendars).chain(works).collect();
    if lines.is_empty() {
        return String::new();
    }
    format!("\n{}\nlooks are kept for {:?}\n", lines.join("\n"), plan.keep())
}

fn one(probe: &Probe) -> String {
    let (kind, cadence, confirm) = (probe.kind(), probe.cadence(), probe.confirm());
    let group = probe.group().map(|group| format!(" in {group}")).unwrap_or_default();
    let reference = if probe.reference() { ", reference" } else { "" };
    format!(
        "{}: {} {} every {:?} for {:?}, slow {:?}, confirm {}/{:?}/{}, {:?}{group}{reference}, {:?}",
        probe.id(),
        kind.name(),
        kind.target(),
        cadence.interval(),
        cadence.timeout(),
        probe.slow(),
        confirm.failures,
        confirm.recheck,
        confirm.successes,
        probe.impact(),
        probe.labels(),
    )
}
