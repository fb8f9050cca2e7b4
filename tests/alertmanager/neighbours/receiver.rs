//! What did an Alertmanager send, to whom, and when?

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{Router, body::Bytes, extract::Path, http::StatusCode, routing::post};
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinHandle, time::Instant};

/// One message, as it came.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// The path it was posted to, without the slash: the test's name for whom it is for.
    pub(crate) to: String,
    pub(crate) at: Instant,
    pub(crate) body: Value,
}

impl Message {
    pub(crate) fn is_resolved(&self) -> bool {
        self.body["status"] == "resolved" || self.body["event_action"] == "resolve"
    }

    /// The value of `label` of each of the alerts in it (webhooks only), in order.
    pub(crate) fn labels(&self, label: &str) -> Vec<String> {
        let alerts = self.body["alerts"].as_array().into_iter().flatten();
        let mut values: Vec<String> =
            alerts.filter_map(|alert| Some(alert["labels"][label].as_str()?.to_owned())).collect();
        values.sort();
        values
    }
}

/// A server that takes whatever JSON is posted to it, at any path of one segment, and keeps it.
pub(crate) struct Receiver {
    pub(crate) url: String,
    messages: Arc<Mutex<Vec<Message>>>,
    serving: JoinHandle<()>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let messages = Arc::default();
        let app = keeping(Arc::clone(&messages));
        let serving = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, messages, serving }
    }

    /// All messages so far, oldest first.
    pub(crate) fn received(&self) -> Vec<Message> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The messages so far to `to`.
    pub(crate) fn to(&self, to: &str) -> Vec<Message> {
        self.received().into_iter().filter(|message| message.to == to).collect()
    }

    /// Waits until `count` messages have come to `to`, and gives them; fails after a minute.
    pub(crate) async fn until(&self, to: &str, count: usize) -> Vec<Message> {
        for _ in 0..1200 {
            let came = self.to(to);
            if came.len() >= count {
                return came;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("not {count} messages to {to} within a minute, but {:#?}", self.received());
    }

    /// Waits for `time`, in which more may come, and gives all to `to`.
    pub(crate) async fn after(&self, time: Duration, to: &str) -> Vec<Message> {
        tokio::time::sleep(time).await;
        self.to(to)
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn keeping(messages: Arc<Mutex<Vec<Message>>>) -> Router {
    let keep = move |Path(to): Path<String>, body: Bytes| async move {
        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        let message = Message { to, at: Instant::now(), body };
        messages.lock().unwrap_or_else(PoisonError::into_inner).push(message);
        (StatusCode::ACCEPTED, r#"{"status": "success"}"#)
    };
    Router::new().route("/{to}", post(keep))
}
