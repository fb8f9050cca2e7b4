//! What does a receiver's far end hear? A server whose mood the test changes as it goes.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinHandle, time::sleep};

/// How it answers.
#[derive(Clone, Copy)]
pub(super) enum Mood {
    Takes,
    /// Not now.
    Fails,
    /// Not for so many seconds.
    Wants(u64),
    /// Never, what holds these words.
    Refuses(&'static str),
    /// Says nothing.
    Hangs,
    /// Says nothing for so many milliseconds, and then takes it.
    Dawdles(u64),
}

/// A server of any path.
pub(super) struct Server {
    pub(super) url: String,
    mood: Arc<Mutex<Mood>>,
    heard: Arc<Mutex<Vec<(bool, String)>>>,
    serving: JoinHandle<()>,
}

impl Server {
    pub(super) async fn start(mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (mood, heard) = (Arc::new(Mutex::new(mood)), Arc::default());
        let app = answering(Arc::clone(&mood), Arc::clone(&heard));
        let serving = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, mood, heard, serving }
    }

    pub(super) fn becomes(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// How often it was asked, whatever it answered.
    pub(super) fn asked(&self) -> usize {
        self.heard.lock().unwrap().len()
    }

    /// What it took, as JSON.
    pub(super) fn took(&self) -> Vec<Value> {
        let heard = self.heard.lock().unwrap();
        let taken = heard.iter().filter(|(taken, _)| *taken);
        taken.map(|(_, body)| serde_json::from_str(body).unwrap_or(Value::Null)).collect()
    }

    /// The messages that it took, as a webhook: `epr-outage-1 firing`.
    pub(super) fn messages(&self) -> Vec<String> {
        let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
        self.took().iter().map(|body| format!("{} {}", text(body, "id"), text(body, "event"))).collect()
    }

    /// The alerts of the last post that it took, as an Alertmanager: `WardroundServiceDown epr EPR firing`.
    pub(super) fn alerts(&self, now: &str) -> Vec<String> {
        let last = self.took().pop().unwrap_or_default();
        let told = |alert: &Value| {
            let label = |name: &str| alert["labels"][name].as_str().unwrap_or("-").to_owned();
            let stage = if alert["endsAt"].as_str().unwrap() > now { "firing" } else { "over" };
            format!("{} {} {} {stage}", label("alertname"), label("service"), label("owner"))
        };
        last.as_array().into_iter().flatten().map(told).collect()
    }

    /// Waits until it was asked `count` times.
    pub(super) async fn until_asked(&self, count: usize) {
        self.until(|server| server.asked() >= count).await;
    }

    /// Waits until it took `count` requests.
    pub(super) async fn until_took(&self, count: usize) {
        self.until(|server| server.took().len() >= count).await;
    }

    /// Waits until `is_so`.
    pub(super) async fn until(&self, is_so: impl Fn(&Self) -> bool) {
        for _ in 0..2000 {
            if is_so(self) {
                return;
            }
            sleep(Duration::from_millis(5)).await;
        }
        panic!("not within ten seconds: {:#?}", self.heard.lock().unwrap());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn answering(mood: Arc<Mutex<Mood>>, heard: Arc<Mutex<Vec<(bool, String)>>>) -> Router {
    Router::new().fallback(move |body: Bytes| {
        let (mood, body) = (*mood.lock().unwrap(), String::from_utf8_lossy(&body).into_owned());
        let takes = match mood {
            Mood::Takes | Mood::Dawdles(_) => true,
            Mood::Refuses(words) => !body.contains(words),
            Mood::Fails | Mood::Wants(_) | Mood::Hangs => false,
        };
        heard.lock().unwrap().push((takes, body));
        answer(mood, takes)
    })
}

async fn answer(mood: Mood, takes: bool) -> Response {
    match mood {
        Mood::Hangs => std::future::pending().await,
        Mood::Dawdles(ms) => sleep(Duration::from_millis(ms)).await,
        _ => {}
    }
    match mood {
        _ if takes => StatusCode::OK.into_response(),
        Mood::Wants(seconds) => {
            (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, seconds.to_string())]).into_response()
        }
        Mood::Refuses(_) => StatusCode::UNPROCESSABLE_ENTITY.into_response(),
        _ => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}
