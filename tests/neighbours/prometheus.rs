//! Does a real Prometheus take what we serve, and answer with our numbers?

use std::{
    fs,
    net::SocketAddr,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;
use wardround::{
    metrics::Metrics,
    model::{Fault, Moment, Ours, Outcome},
};

use crate::{
    metrics::{
        exposition,
        ward::{chain, down, inventory, look, see, slow, unknown},
    },
    neighbours::started::free_address,
    serve::{Face, request},
};

/// A Prometheus that scrapes one target every second. Ends with its value.
struct Prometheus {
    child: Child,
    at: SocketAddr,
    _files: TempDir,
}

impl Prometheus {
    fn scraping(target: SocketAddr) -> Self {
        let (files, at) = (tempfile::tempdir().unwrap(), free_address());
        let config = files.path().join("prometheus.yml");
        let job = format!("{{job_name: wardround, static_configs: [{{targets: ['{target}']}}]}}");
        fs::write(&config, format!("global: {{scrape_interval: 1s}}\nscrape_configs: [{job}]\n")).unwrap();
        let child = Command::new("prometheus")
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.tsdb.path={}", files.path().join("data").display()))
            .arg(format!("--web.listen-address={at}"))
            .stdout(Stdio::null())
            .stderr(fs::File::create(files.path().join("log")).unwrap())
            .spawn()
            .expect("prometheus is in the Debian package prometheus");
        let started = Self { child, at, _files: files };
        within("prometheus starts", || {
            std::net::TcpStream::connect(at).ok()?;
            (request(at, "GET /-/ready", "").0 == 200).then_some(())
        });
        started
    }

    fn api(&self, path: &str) -> Value {
        let (status, _, body) = request(self.at, &format!("GET /api/v1/{path}"), "");
        assert_eq!(status, 200, "{path}: {body}");
        serde_json::from_str::<Value>(&body).unwrap()["data"].take()
    }

    /// The series and values that `query` gives now.
    fn query(&self, query: &str) -> Vec<(Value, String)> {
        let query: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
        let mut data = self.api(&format!("query?query={query}"));
        let series = data["result"].as_array_mut().unwrap().iter_mut();
        series.map(|one| (one["metric"].take(), one["value"][1].as_str().unwrap().to_owned())).collect()
    }

    fn value(&self, query: &str) -> Option<String> {
        let mut found = self.query(query);
        assert!(found.len() < 2, "{query}: {found:?}");
        found.pop().map(|(_, value)| value)
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What `found` gives once it gives something; fails after half a minute.
fn within<T>(what: &str, found: impl Fn() -> Option<T>) -> T {
    for _ in 0..300 {
        if let Some(found) = found() {
            return found;
        }
        thread::sleep(Duration::from_millis(100));
    }
    panic!("not within 30 s: {what}");
}

const HOSTILE: &str = "a \"quoted\" \\ back\nslash é 病院 {}=,";

/// `sign-in` has seen everything, and last a failure of ours; `api` nothing.
fn ward() -> Metrics {
    let metrics = Metrics::new();
    let mut plan = inventory(&["sign-in", "api"]);
    plan.services[0].title = HOSTILE.into();
    plan.probes[1].labels = [("Ward 7".into(), HOSTILE.into()), ("ward-7".into(), "\0".into())].into();
    metrics.replan(&plan);
    for outcome in [Outcome::Up, slow(), down(Fault::CertificateExpired), unknown(Ours::Stalled)] {
        let mut look = look("sign-in", outcome, Duration::from_millis(20));
        look.seen.details.http_status = Some(503);
        look.seen.details.tls = Some(chain(Moment::from_ms(1_780_000_000_500), None).into());
        see(&metrics, look);
    }
    metrics
}

#[test]
fn prometheus_scrapes_us_and_answers_with_our_numbers() {
    let metrics = ward();
    let face = Face::open(metrics.clone(), Some(Ok(())));
    let prometheus = Prometheus::scraping(face.at);
    within("our target is up", || prometheus.value("up").filter(|up| up == "1"));
    let target = &prometheus.api("targets")["activeTargets"][0];
    assert_eq!((&target["health"], &target["lastError"]), (&"up".into(), &"".into()), "{target}");

    let written = exposition::parse(&metrics.text()).unwrap().samples.len();
    assert_eq!(prometheus.value("scrape_samples_scraped"), Some(written.to_string()));
    for (query, value) in [
        ("wardround_probe_looks_total{probe='sign-in',outcome='degraded'}", "1"),
        ("wardround_probe_failures_total{fault='certificate_expired'}", "1"),
        ("sum(wardround_probe_phase_seconds_sum)", "0.06"),
        ("wardround_probe_http_status_code", "503"),
        ("wardround_tls_not_after_timestamp_seconds", "1780000000.5"),
        ("wardround_probe_last_good_timestamp_seconds{probe='sign-in'}", "1790000000.25"),
        ("wardround_probe_duration_seconds_bucket{probe='sign-in',le='1.0'}", "2"),
        ("count(wardround_probe_up) or vector(0)", "0"),
        ("wardround_service_state{state='unknown'}", "1"),
    ] {
        assert_eq!(prometheus.value(query).as_deref(), Some(value), "{query}");
    }
    let (info, _) = prometheus.query("wardround_probe_info{probe='api'}").remove(0);
    assert_eq!((&info["label_Ward_7"], &info["label_ward_7"]), (&HOSTILE.into(), &"\u{fffd}".into()));
    assert_eq!(prometheus.query("wardround_service_info")[0].0["title"], HOSTILE);

    // A removed probe's series end with the next scrape.
    metrics.replan(&inventory(&["sign-in"]));
    within("api's series are gone", || prometheus.query("{probe='api'}").is_empty().then_some(()));
    let (_, _, itself) = request(prometheus.at, "GET /metrics", "");
    for trouble in ["sample_duplicate_timestamp", "sample_out_of_order", "sample_out_of_bounds"] {
        let line = format!("prometheus_target_scrapes_{trouble}_total 0\n");
        assert!(itself.contains(&line), "{trouble}");
    }
}
