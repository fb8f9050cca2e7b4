//! How is TLS spoken? Every handshake is finished where it can be, the chain is read whatever it is worth, and what it
//! is worth is told apart, so that an expired certificate is seen and never trusted.

mod certificate;
mod chain;
mod failure;
mod hello;
mod identity;
mod name;
mod offer;
mod overhear;
mod raw;
mod reason;
mod roots;
mod settings;
mod staple;
mod suites;
mod trust;
mod verify;

pub(crate) use chain::Chains;
pub(crate) use failure::failure_within;
pub(crate) use offer::told_more;
pub(crate) use overhear::Overheard;
pub(crate) use raw::{RawClient, RawTls, Version};
pub(crate) use settings::{Tls, cipher_names, provider};

use std::{os::fd::AsFd, sync::Arc};

use rustls::{CipherSuite, ProtocolVersion, pki_types::ServerName};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::{Route, connect, open as reopen};
use crate::{
    model::{Cause, Endpoint, Failure, Fault, Host, Ours, Phase, TlsFacts},
    probe::Looking,
};
use failure::Attempt;
use verify::Capture;

/// A finished handshake. Nothing that must stay secret may be sent on it unless `trust` says so.
pub(crate) struct Secured<S> {
    /// The encrypted stream.
    pub(crate) stream: TlsStream<Overheard<S>>,
    /// Whether the chain is trusted for this name, now; why not.
    pub(crate) trust: Result<(), Failure>,
}

/// A handshake, however it ended.
pub(crate) struct Shaken<S> {
    /// The encrypted stream, or why there is none.
    pub(crate) stream: Result<TlsStream<Overheard<S>>, Failure>,
    /// Whether the chain is trusted for this name, now; why not.
    pub(crate) trust: Result<(), Failure>,
    /// Whether a certificate of ours was asked for.
    pub(crate) asked: bool,
}

/// Connects to `target` by `route` and shakes hands for the name `host`; stamps `resolve`, `connect` and `tls`. A server that
/// speaks none of our versions or ciphers is asked, on a connection of its own, for those it has.
pub(crate) async fn open(
    looking: &mut Looking<'_>,
    target: &Endpoint,
    route: &Route,
    tls: &Tls,
    host: &Host,
) -> Result<Secured<TcpStream>, Failure> {
    let stream = connect(looking, target, route).await?;
    match handshake(looking, stream, tls, host).await {
        Ok(secured) => Ok(secured),
        Err(failure) => Err(told_more(looking, failure, tls, host, |peer| reopen(peer, route)).await),
    }
}

/// Shakes hands over `stream` for the name `host`; stamps `tls` and fills `looking.details.tls`, also on failure.
pub(crate) async fn handshake<S>(
    looking: &mut Looking<'_>,
    stream: S,
    tls: &Tls,
    host: &Host,
) -> Result<Secured<S>, Failure>
where
    S: AsyncRead + AsyncWrite + AsFd + Unpin,
{
    let shaken = shake(looking, stream, tls, host).await;
    Ok(Secured { stream: shaken.stream?, trust: shaken.trust })
}

/// Like [`handshake`], and tells what was seen of the far side where it failed.
pub(crate) async fn shake<S>(looking: &mut Looking<'_>, stream: S, tls: &Tls, host: &Host) -> Shaken<S>
where
    S: AsyncRead + AsyncWrite + AsFd + Unpin,
{
    looking.watch.enter(Phase::Tls);
    let capture = Arc::new(tls.capture(looking.agent.chains.clone(), looking.at));
    // What was captured is read also when this future is dropped at the deadline.
    let mut reading = Reading { looking, capture: &capture, facts: TlsFacts::default() };
    let stream = match tls.name_for(host) {
        Ok(name) => connected(&mut reading, stream, tls, name).await,
        Err(failure) => Err(failure),
    };
    let seen = capture.seen();
    Shaken { stream, trust: seen.trust(), asked: seen.asked }
}

async fn connected<S>(
    reading: &mut Reading<'_, '_>,
    stream: S,
    tls: &Tls,
    name: ServerName<'static>,
) -> Result<TlsStream<Overheard<S>>, Failure>
where
    S: AsyncRead + AsyncWrite + AsFd + Unpin,
{
    let connector = TlsConnector::from(Arc::new(tls.client_config(reading.capture)));
    match connector.connect(name, Overheard::new(stream)).into_fallible().await {
        Ok(stream) => {
            reading.facts = agreed(stream.get_ref().1);
            Ok(stream)
        }
        Err((error, stream)) => {
            reading.facts = overheard(stream.first());
            Err(failed(&error, stream.first(), reading.capture))
        }
    }
}

/// Writes down what was seen of the far side, however the handshake ends.
struct Reading<'a, 'b> {
    looking: &'a mut Looking<'b>,
    capture: &'a Arc<Capture>,
    facts: TlsFacts,
}

impl Drop for Reading<'_, '_> {
    fn drop(&mut self) {
        let seen = self.capture.seen();
        let mut facts = std::mem::take(&mut self.facts);
        facts.distrust = seen.distrust.as_ref().and_then(fault_of);
        (facts.chain, facts.asked_for_certificate) = (seen.chain, seen.asked);
        if facts != TlsFacts::default() {
            self.looking.details.tls = Some(Box::new(facts));
        }
    }
}

fn failed(error: &std::io::Error, first: &[u8], capture: &Capture) -> Failure {
    let seen = capture.seen();
    match seen.distrust {
        Some(distrust) if seen.withheld => {
            let words = format!("{}; so our client certificate was not shown", distrust.words);
            Failure { words, ..distrust }
        }
        _ => failure::of_handshake(error, Attempt { first, asked: seen.asked, shown: capture.shows() }),
    }
}

fn agreed(connection: &rustls::ClientConnection) -> TlsFacts {
    TlsFacts {
        version: connection.protocol_version().map(suites::version),
        cipher: connection.negotiated_cipher_suite().map(|suite| suites::cipher(suite.suite())),
        alpn: connection.alpn_protocol().map(|name| String::from_utf8_lossy(name).into_owned()),
        ..TlsFacts::default()
    }
}

/// What the server's hello says, which is in the clear, of a handshake that came to nothing.
fn overheard(first: &[u8]) -> TlsFacts {
    let agreed = hello::agreed(first);
    TlsFacts {
        version: agreed.map(|(version, _)| suites::version(ProtocolVersion::from(version))),
        cipher: agreed.map(|(_, cipher)| suites::cipher(CipherSuite::from(cipher))),
        ..TlsFacts::default()
    }
}

fn fault_of(failure: &Failure) -> Option<Fault> {
    match failure.cause {
        Cause::Theirs(fault) => Some(fault),
        Cause::Ours(_) => None,
    }
}

fn server_name(host: &Host) -> Result<ServerName<'static>, Failure> {
    match host {
        Host::Ip(ip) => Ok(ServerName::IpAddress((*ip).into())),
        Host::Name(name) => ServerName::try_from(name.to_string())
            .map_err(|_| Failure::ours(Ours::Internal, format!("{name} cannot be a name in a certificate"))),
    }
}
