//! How is a real Alertmanager started and spoken to?

use std::net::SocketAddr;

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::shipped::TEMPLATES;
use crate::neighbours::started::{Started, free_address};

/// An Alertmanager on a port of this machine, alone and with a storage of its own. It ends with its value.
pub(crate) struct Alertmanager {
    pub(crate) url: String,
    started: Started,
}

impl Alertmanager {
    /// Starts it with the text of an `alertmanager.yml`; our templates stand beside that as `wardround.tmpl`.
    pub(crate) async fn start(config: &str) -> Self {
        let at = free_address();
        let listen = format!("--web.listen-address={at}");
        let arguments = [
            "--config.file=alertmanager.yml",
            "--storage.path=data",
            "--cluster.listen-address=",
            "--log.level=debug",
            &listen,
        ];
        let files = [("alertmanager.yml", config), ("wardround.tmpl", TEMPLATES)];
        let started = Started::by("prometheus-alertmanager", "prometheus-alertmanager", &arguments, &files);
        Self { url: format!("http://{at}"), started: started.ready(at).await }
    }

    /// Stops it as a machine that shuts down does; it keeps what it remembers.
    pub(crate) fn stop(&mut self) {
        self.started.stop();
    }

    /// Starts it again, at the same address and with what it remembers.
    pub(crate) async fn again(&mut self) {
        self.started.again();
        self.started.is_ready(self.at()).await;
    }

    /// Posts `alerts`, a list in the form of the v2 API, and says with which status it answered.
    pub(crate) async fn post(&self, alerts: &Value) -> u16 {
        self.asked("POST /api/v2/alerts", &alerts.to_string()).await.0
    }

    /// The alerts that fire, as the v2 API tells them.
    pub(crate) async fn alerts(&self) -> Vec<Value> {
        let (status, body) = self.asked("GET /api/v2/alerts", "").await;
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).unwrap()
    }

    fn at(&self) -> SocketAddr {
        self.url.trim_start_matches("http://").parse().unwrap()
    }

    async fn asked(&self, line: &str, body: &str) -> (u16, String) {
        let at = self.at();
        let mut stream = TcpStream::connect(at).await.unwrap();
        let head =
            format!("Host: {}\r\nContent-Type: application/json\r\nContent-Length: {}", at, body.len());
        let request = format!("{line} HTTP/1.0\r\n{head}\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).await.unwrap();
        let (head, body) = reply.split_once("\r\n\r\n").unwrap();
        (head[9..12].parse().unwrap(), body.to_owned())
    }
}
