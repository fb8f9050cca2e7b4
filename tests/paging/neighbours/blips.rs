//! Is there silence for a blip?

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::{Router, extract::Path, http::StatusCode, routing::get};
use tokio::{
    net::TcpListener,
    time::{Instant, sleep},
};

use super::world::{Duty, SECOND, notify, prometheus};
use crate::neighbours::agent::Agent;

const WARDS: usize = 100;

/// Once it is `ill`, it fails each path once.
fn failing(ill: Arc<AtomicBool>, failed: Arc<Mutex<BTreeSet<String>>>) -> Router {
    let answer = move |Path(ward): Path<String>| async move {
        let fails = ill.load(Ordering::Relaxed) && failed.lock().unwrap().insert(ward);
        if fails { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::OK }
    };
    Router::new().route("/{ward}", get(answer))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_blips_of_one_failed_look_page_nobody() {
    let (ill, failed) = (Arc::new(AtomicBool::new(false)), Arc::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let app = failing(Arc::clone(&ill), Arc::clone(&failed));
    let serving = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    let duty = Duty::start().await;
    let ward = |n: usize| format!("  ward-{n}: {{probes: {{page: {{http: {{url: 'http://{at}/{n}'}}}}}}}}\n");
    let services: String = (0..WARDS).map(ward).collect();
    let url = duty.alertmanager.url.as_str();
    let config = format!(
        "site: ward\ndefaults: {{interval: 10s, timeout: 2s, confirm: {{recheck: 1s}}}}\nlimits: {{per_host: 200}}\n\
         services:\n{services}{}",
        notify(&[url])
    );
    let agent = Agent::start(&config).await;
    let _prometheus = prometheus(agent.at, &[url]).await;
    agent.is_well(WARDS).await;
    let begun = Instant::now();
    ill.store(true, Ordering::Relaxed);
    while failed.lock().unwrap().len() < WARDS {
        assert!(begun.elapsed() < 60 * SECOND, "every ward has its blip");
        sleep(SECOND / 10).await;
    }
    let heard = duty.receiver.after(20 * SECOND, "page").await;
    assert_eq!(heard.len(), 0, "{heard:#?}");
    let text = crate::serve::request(agent.at, "GET /metrics", "").2;
    let down = |line: &&str| {
        line.starts_with("wardround_probe_looks_total{") && line.contains("outcome=\"down\"} 1")
            || line.contains("outcome=\"down\",") && line.ends_with(" 1")
    };
    assert_eq!(text.lines().filter(down).count(), WARDS, "each was looked at in its blip");
    serving.abort();
}
