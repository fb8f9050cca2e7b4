//! How does a real agent of ours go round?

use std::{fs, net::SocketAddr, process::Command, time::Duration};

use rustix::process::Signal;
use tokio::time::sleep;
use wardround::demo::FILES;

use super::started::{Started, free_address};
use crate::serve::request;

/// An agent that goes round. It ends with its value.
pub(crate) struct Agent {
    pub(crate) at: SocketAddr,
    started: Started,
}

impl Agent {
    pub(crate) async fn start(config: &str) -> Self {
        Self::listening(config, free_address()).await
    }

    pub(crate) async fn listening(config: &str, at: SocketAddr) -> Self {
        let listen = format!("--listen={at}");
        let arguments = ["run", "--config=probes.yaml", "--data=data", &listen];
        let files = [("probes.yaml", config)];
        let started =
            Started::with("wardround", env!("CARGO_BIN_EXE_wardround"), &arguments, &files, |folder| {
                fs::create_dir_all(folder.join("src/demo")).unwrap();
                for (path, text) in FILES {
                    fs::write(folder.join(path), text).unwrap();
                }
            });
        Self { at, started: started.listens(at).await }
    }

    /// Waits until every service is believed to be up.
    pub(crate) async fn is_well(&self, services: usize) {
        for _ in 0..1200 {
            let text = request(self.at, "GET /metrics", "").2;
            let up = |line: &&str| {
                line.starts_with("wardround_service_state{")
                    && line.contains("state=\"up\"")
                    && line.ends_with(" 1")
            };
            if text.lines().filter(up).count() == services {
                return;
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("not all {services} services are up within a minute");
    }

    /// Gives it another file to go by.
    pub(crate) fn reload(&self, config: &str) {
        fs::write(self.started.folder().join("probes.yaml"), config).unwrap();
        let (status, _, body) = request(self.at, "POST /-/reload", "");
        assert_eq!(status, 200, "{body}");
    }

    /// Announces work on `service` from now on.
    pub(crate) fn maintenance(&self, service: &str, length: &str) {
        let agent = format!("--agent={}", self.at);
        let said = Command::new(env!("CARGO_BIN_EXE_wardround"))
            .args(["maintenance", "start", "--service", service, "--for", length])
            .args(["--reason", "Work", "--by", "A test", &agent])
            .output()
            .unwrap();
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    }

    /// Sleeps as a machine would.
    pub(crate) async fn pause(&self, length: Duration) {
        self.started.signal(Signal::STOP);
        sleep(length).await;
        self.started.signal(Signal::CONT);
    }
}
