//! Does `wardround import` write a configuration that is right, and say what it left out?

use std::process::{Command, Output};

use insta::assert_snapshot;
use wardround::{blackbox::import, config, raw::Given};

const BLACKBOX: &str = r#"
modules:
  http_2xx:
    prober: http
    timeout: 5s
    http:
      preferred_ip_protocol: ip4
      fail_if_body_not_matches_regexp: ["Sign in"]
  http_api:
    prober: http
    http:
      method: POST
      headers: {Host: api.example.nhs.uk, X-Api-Key: "k${1}"}
      body: '{"ping": 1}'
      bearer_token: hunter2
      fail_if_header_matches: [{header: Via, regexp: squid}]
      tls_config: {ca_file: trust.pem}
      body_size_limit: 1MB
      follow_redirects: false
  smtp:
    prober: tcp
    tcp:
      query_response:
        - expect: "^220"
        - send: "EHLO \\prober\r"
        - expect: "^250-STARTTLS"
        - send: "STARTTLS\r"
        - expect: "^220"
        - starttls: true
      tls_config: {insecure_skip_verify: true}
  names:
    prober: dns
    dns:
      query_name: epr.example.nhs.uk
      query_type: A
      preferred_ip_protocol: ip4
      ip_protocol_fallback: false
      validate_answer_rrs: {fail_if_not_matches_regexp: [x]}
  ping: {prober: icmp}
"#;

const PROMETHEUS: &str = r#"
global: {scrape_interval: 30s, scrape_timeout: 8s, external_labels: {site: a}}
rule_files: [x.yml]
scrape_configs:
  - job_name: prometheus
    static_configs: [{targets: ["localhost:9090"]}]
  - job_name: Web pages
    metrics_path: /probe
    params: {module: [http_2xx]}
    static_configs:
      - targets: ["https://epr.example.nhs.uk/login", "pacs.example.nhs.uk", "https://u:p@a/", "a b"]
        labels: {owner: "Web team", __meta: x}
      - targets: ["https://epr.example.nhs.uk/login?again=1"]
    relabel_configs: &usual
      - {source_labels: [__address__], target_label: __param_target}
      - {source_labels: [__param_target], target_label: instance}
      - {target_label: __address__, replacement: "127.0.0.1:9115"}
      - {source_labels: [a, b], target_label: c, separator: ";"}
  - job_name: many
    scrape_interval: 1m
    metrics_path: /probe
    static_configs:
      - {targets: ["10.0.0.53", "ns1.example.nhs.uk:53"], labels: {module: names}}
      - {targets: ["mail.example.nhs.uk"], labels: {module: smtp}}
      - {targets: ["mail.example.nhs.uk:25"], labels: {module: smtp}}
      - {targets: ["10.1.2.3"], labels: {module: ping}}
      - {targets: ["api.example.nhs.uk"], labels: {module: http_api}}
      - {targets: ["x"], labels: {module: nowhere}}
    relabel_configs:
      - {source_labels: [__address__], target_label: __param_target}
      - {source_labels: [module], target_label: __param_module}
      - {target_label: __address__, replacement: "127.0.0.1:9115"}
  - job_name: prefixed
    metrics_path: /probe
    params: {module: [http_2xx]}
    file_sd_configs: [{files: [x.json]}]
    static_configs: [{targets: ["wiki:8080"]}]
    relabel_configs:
      - {source_labels: [__address__], regex: "([^:]+):(\\d+)", replacement: "https://$1.example.nhs.uk:${2}/", target_label: __param_target}
      - {target_label: __address__, replacement: "127.0.0.1:9115"}
  - job_name: "odd\n  - name: <b>\""
    metrics_path: /probe
    params: {module: [http_2xx], target: ["https://one.example.nhs.uk/"]}
"#;

fn outside() -> Given {
    let certificate = rcgen::generate_simple_self_signed(vec!["a".to_owned()]).unwrap().cert.pem();
    let given = Given::default().file("trust.pem", certificate);
    given.variable("HTTP_API_TOKEN", "hunter2").variable("HTTP_API_X_API_KEY", "k")
}

#[test]
fn scrapes_become_services_that_pass_the_check() {
    let imported = import(("blackbox.yml", BLACKBOX), Some(("prometheus.yml", PROMETHEUS))).unwrap();
    let plan = config::load_text("probes.yaml", &imported.yaml, &outside());
    let plan = plan.unwrap_or_else(|problems| panic!("{problems}\n{}", imported.yaml));
    assert_eq!((plan.services().len(), plan.probes().len()), (4, 10));
    assert!(!imported.yaml.contains("hunter2") && !imported.yaml.contains("u:p"));
    assert_snapshot!(imported.yaml);
    assert_snapshot!(imported.notes.join("\n"));
}

#[test]
fn modules_alone_become_probes_of_targets_to_replace() {
    let imported = import(("blackbox.yml", BLACKBOX), None).unwrap();
    let plan = config::load_text("probes.yaml", &imported.yaml, &outside());
    let plan = plan.unwrap_or_else(|problems| panic!("{problems}\n{}", imported.yaml));
    assert_eq!((plan.services().len(), plan.probes().len()), (1, 4));
}

#[test]
fn what_is_wrong_with_either_file_is_told_at_its_place() {
    let problems = import(("blackbox.yml", "modules: {a: {probe: http}}"), Some(("prometheus.yml", "a: [")))
        .unwrap_err();
    let words = problems.to_string();
    assert!(words.contains("unknown key `probe`") && words.contains("prometheus.yml:1"), "{words}");
}

fn run(arguments: &[&str], folder: &std::path::Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wardround")).args(arguments).current_dir(folder).output().unwrap()
}

#[test]
fn the_verb_prints_it_and_what_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("blackbox.yml"),
        "modules: {http_2xx: {prober: http}, ping: {prober: icmp, icmp: {ttl: 3}}}",
    )
    .unwrap();
    let said = run(&["import", "blackbox.yml"], folder.path());
    assert!(said.status.success());
    assert!(String::from_utf8_lossy(&said.stderr).contains("a `ttl` of their own"));
    std::fs::write(folder.path().join("probes.yaml"), &said.stdout).unwrap();
    let checked = run(&["check"], folder.path());
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    std::fs::write(folder.path().join("blackbox.yml"), "modules: {http_2xx: {prober: htpp}}").unwrap();
    let refused = run(&["import", "blackbox.yml"], folder.path());
    assert_eq!(refused.status.code(), Some(78));
    assert_eq!(run(&["import", "nowhere.yml"], folder.path()).status.code(), Some(1));
}
