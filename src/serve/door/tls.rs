//! Which certificate is shown now? Its files are looked at every other second, and read again when they changed.

use std::{os::unix::fs::MetadataExt, path::Path, sync::Arc, time::Duration};

use rustls::{
    ServerConfig,
    sign::SingleCertAndKey,
    version::{TLS12, TLS13},
};
use tokio::{sync::watch, task::spawn_blocking, time::sleep};
use tokio_rustls::TlsAcceptor;

use crate::{
    config::{Plan, ServeTls, Shown, System},
    metrics::Metrics,
    probe::provider,
};

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(2);

/// What tells whether a file changed: which it is, how long, and when it was written.
type Stamp = Option<(u64, u64, u64, i64, i64)>;

/// The files that were read last, and as they were then.
struct Read {
    tls: ServeTls,
    stamps: Vec<Stamp>,
}

/// Our own side of TLS, as it is now.
#[derive(Clone)]
pub(in crate::serve) struct Certificate(watch::Receiver<Arc<ServerConfig>>);

impl Certificate {
    /// Whoever shakes hands with the next client.
    pub(in crate::serve) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(self.0.borrow().clone())
    }

    /// Reads the files, until they can be used.
    pub(in crate::serve) async fn begin(tls: ServeTls, metrics: Metrics) -> (Self, Keeper) {
        let mut read = Read { tls, stamps: Vec::new() };
        let first = loop {
            if let Some(config) = read.again(&metrics).await {
                break config;
            }
            sleep(LOOK).await;
        };
        let (show, shown) = watch::channel(first);
        (Self(shown), Keeper { show, read, metrics })
    }
}

/// Whoever looks at the files.
pub(in crate::serve) struct Keeper {
    show: watch::Sender<Arc<ServerConfig>>,
    read: Read,
    metrics: Metrics,
}

impl Keeper {
    /// Shows what the files hold, which are those of the plan in force, for as long as somebody is served.
    pub(in crate::serve) async fn keep(mut self, plans: watch::Receiver<Option<Arc<Plan>>>) {
        while !self.show.is_closed() {
            sleep(LOOK).await;
            let named = plans.borrow().as_ref().and_then(|plan| plan.serve().tls().cloned());
            if let Some(tls) = named.filter(|tls| *tls != self.read.tls) {
                self.read = Read { tls, stamps: Vec::new() };
            }
            if let Some(config) = self.read.again(&self.metrics).await {
                self.show.send_replace(config);
            }
        }
    }
}

impl Read {
    /// What the files hold, if they changed since they were last read, and fit together. Not on this thread: a disk may hang.
    async fn again(&mut self, metrics: &Metrics) -> Option<Arc<ServerConfig>> {
        let (tls, before) = (self.tls.clone(), self.stamps.clone());
        let (stamps, read) = spawn_blocking(move || changed(&tls, &before)).await.ok()??;
        self.stamps = stamps;
        match read.and_then(|shown| Ok((shown.not_after, config(shown).map_err(|why| why.to_string())?))) {
            Ok((not_after, config)) => {
                metrics.asked().shows(not_after);
                tracing::info!(until = %not_after, "TLS: the certificate was read");
                Some(config)
            }
            Err(why) => {
                metrics.asked().shows_an_older_one();
                tracing::error!("TLS: what was shown before is still shown: {why}");
                None
            }
        }
    }
}

/// What the files hold, if they changed.
fn changed(tls: &ServeTls, before: &[Stamp]) -> Option<(Vec<Stamp>, Result<Shown, String>)> {
    let stamps: Vec<Stamp> = tls.files().map(stamp).collect();
    (stamps != before).then(|| (stamps, tls.read(&System)))
}

fn stamp(file: &Path) -> Stamp {
    let data = std::fs::metadata(file).ok()?;
    Some((data.dev(), data.ino(), data.len(), data.mtime(), data.mtime_nsec()))
}

fn config(Shown { pair, clients, .. }: Shown) -> Result<Arc<ServerConfig>, rustls::Error> {
    let builder =
        ServerConfig::builder_with_provider(provider()).with_protocol_versions(&[&TLS13, &TLS12])?;
    let builder = match clients {
        Some(verifier) => builder.with_client_cert_verifier(verifier),
        None => builder.with_no_client_auth(),
    };
    let mut config = builder.with_cert_resolver(Arc::new(SingleCertAndKey::from(pair)));
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
