//! How is TLS spoken? Every handshake is finished where it can be, the chain is read whatever it is worth, and what it
//! is worth is told apart, so that an expired certificate is seen and never trusted.

mod chain;
mod failure;
mod raw;
mod settings;
mod verify;

pub(crate) use chain::Chains;
pub(crate) use failure::failure_within;
pub(crate) use raw::RawTls;
pub(crate) use settings::Tls;

use std::sync::Arc;

use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::{
    model::{Failure, Fault, Host, Ours, Phase, TlsFacts},
    probe::Looking,
};
use verify::Capture;

/// A finished handshake. Nothing that must stay secret may be sent on it unless `trust` says so.
pub(crate) struct Secured<S> {
    /// The encrypted stream.
    pub(crate) stream: TlsStream<S>,
    /// Whether the chain is trusted for this name, now; why not.
    pub(crate) trust: Result<(), Failure>,
}

/// Shakes hands over `stream` for the name `host`; stamps `tls` and fills `looking.details.tls`, also on failure.
pub(crate) async fn handshake<S>(
    looking: &mut Looking<'_>,
    stream: S,
    tls: &Tls,
    host: &Host,
) -> Result<Secured<S>, Failure>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    looking.watch.enter(Phase::Tls);
    let name = tls.name_for(host)?;
    let capture = Arc::new(Capture::new(tls.verifier(), looking.at));
    // What was captured is read also when this future is dropped at the deadline.
    let seen = Reading { looking, capture: &capture };
    let connector = TlsConnector::from(Arc::new(tls.client_config(&capture)));
    let result = connector.connect(name, stream).await;
    let trust = capture.trust();
    if let Ok(stream) = &result {
        seen.looking.details.tls = Some(Box::new(agreed(stream.get_ref().1)));
    }
    drop(seen);
    match result {
        Ok(stream) => Ok(Secured { stream, trust }),
        Err(error) => Err(failure::of_handshake(&error)),
    }
}

struct Reading<'a, 'b> {
    looking: &'a mut Looking<'b>,
    capture: &'a Capture,
}

impl Drop for Reading<'_, '_> {
    fn drop(&mut self) {
        let Some(chain) = self.capture.chain() else { return };
        let facts = self.looking.details.tls.get_or_insert_default();
        facts.chain = self.looking.agent.chains.read(&chain);
        facts.distrust = self.capture.distrust();
    }
}

fn agreed(connection: &rustls::ClientConnection) -> TlsFacts {
    TlsFacts {
        version: connection.protocol_version().map(version_name),
        cipher: connection.negotiated_cipher_suite().map(|suite| format!("{:?}", suite.suite())),
        alpn: connection.alpn_protocol().map(|name| String::from_utf8_lossy(name).into_owned()),
        ..TlsFacts::default()
    }
}

fn version_name(version: rustls::ProtocolVersion) -> &'static str {
    match version {
        rustls::ProtocolVersion::TLSv1_3 => "TLS 1.3",
        rustls::ProtocolVersion::TLSv1_2 => "TLS 1.2",
        rustls::ProtocolVersion::TLSv1_1 => "TLS 1.1",
        rustls::ProtocolVersion::TLSv1_0 => "TLS 1.0",
        _ => "unknown",
    }
}

fn server_name(host: &Host) -> Result<ServerName<'static>, Failure> {
    match host {
        Host::Ip(ip) => Ok(ServerName::IpAddress((*ip).into())),
        Host::Name(name) => ServerName::try_from(name.to_string())
            .map_err(|_| Failure::ours(Ours::Internal, format!("{name} cannot be a name in a certificate"))),
    }
}

/// The failure for a chain that is not trusted.
fn distrusted(fault: Fault, words: String) -> Failure {
    Failure::theirs(fault, words)
}
