//! What would a server speak that refused our versions or ciphers? It is asked once more, in the clear.

use std::{net::SocketAddr, time::Duration};

use rustls::{
    CipherSuite, ProtocolVersion,
    pki_types::{CertificateDer, ServerName},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    time::timeout,
};

use super::{
    Tls,
    hello::{self, Offer, Progress},
    suites,
    trust::Shown,
};
use crate::{
    model::{Cause, Failure, Fault, Host, TlsFacts},
    probe::Looking,
};

/// How long a server may take to answer in the clear.
const PATIENCE: Duration = Duration::from_secs(2);

/// The most that is read of a reply, in bytes.
const MOST: usize = 64 << 10;

/// Tells a failed handshake more exactly where the server may not speak what we do: `again` opens another connection to it. What
/// it agrees to in the clear goes into `looking.details.tls`, its chain too. Takes 2 s or half of
/// the time that is left at most, and never makes a failure of anything else.
pub(crate) async fn told_more<S, F>(
    looking: &mut Looking<'_>,
    failure: Failure,
    tls: &Tls,
    host: &Host,
    again: impl FnOnce(SocketAddr) -> F,
) -> Failure
where
    F: Future<Output = Result<S, Failure>>,
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (Some(peer), Ok(name)) = (looking.details.peer, tls.name_for(host)) else { return failure };
    if !may_differ(looking, &failure) {
        return failure;
    }
    let asking = async { ask(again(peer).await.ok()?, &name).await };
    match timeout(PATIENCE.min(looking.remaining() / 2), asking).await {
        Ok(Some(offer)) => {
            looking.details.tls = Some(Box::new(facts(looking, tls, &name, &offer)));
            told(&failure, tls, &offer)
        }
        _ => failure,
    }
}

/// Some servers refuse a version by an alert, some by closing or resetting the connection.
fn may_differ(looking: &Looking<'_>, failure: &Failure) -> bool {
    let refused = matches!(
        failure.cause,
        Cause::Theirs(Fault::TlsVersion | Fault::TlsHandshake | Fault::Closed | Fault::Reset)
    );
    refused && looking.details.tls.as_ref().is_none_or(|facts| facts.chain.is_empty())
}

async fn ask<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, name: &ServerName<'_>) -> Option<Offer> {
    let mut random = [0; 32];
    aws_lc_rs::rand::fill(&mut random).ok()?;
    let sent = match name {
        ServerName::DnsName(name) => Some(name.as_ref()),
        _ => None,
    };
    stream.write_all(&hello::client_hello(sent, random)).await.ok()?;
    let mut reply = Vec::with_capacity(4096);
    loop {
        let read = (&mut stream).take(MOST as u64).read_buf(&mut reply).await.unwrap_or(0);
        let (offer, progress) = hello::read(&reply);
        if read == 0 || progress == Progress::Ended || reply.len() >= MOST {
            return offer;
        }
    }
}

fn facts(looking: &Looking<'_>, tls: &Tls, name: &ServerName<'_>, offer: &Offer) -> TlsFacts {
    let chain = looking.agent.chains.read(offer.chain.iter().map(Vec::as_slice));
    let sent: Vec<_> = offer.chain.iter().map(|der| CertificateDer::from(der.as_slice())).collect();
    let distrust = sent.split_first().and_then(|(own, intermediates)| {
        let shown = Shown { own, intermediates, name, staple: &offer.staple, chain: &chain };
        tls.trust().judge(shown, looking.at).err()
    });
    TlsFacts {
        version: Some(suites::version(ProtocolVersion::from(offer.version))),
        cipher: Some(suites::cipher(CipherSuite::from(offer.cipher))),
        distrust: distrust.as_ref().and_then(super::fault_of),
        chain,
        ..TlsFacts::default()
    }
}

fn told(failure: &Failure, tls: &Tls, offer: &Offer) -> Failure {
    let version = suites::version(ProtocolVersion::from(offer.version));
    let cipher = suites::cipher(CipherSuite::from(offer.cipher));
    if !tls.speaks_version(ProtocolVersion::from(offer.version)) {
        let words = format!("the far side speaks {version} at most ({cipher}), and we {}", tls.versions());
        return Failure::theirs(Fault::TlsVersion, words);
    }
    if !tls.speaks_cipher(CipherSuite::from(offer.cipher)) {
        let words =
            format!("the far side speaks {version} with ciphers that are out of use only, like {cipher}");
        return Failure::theirs(Fault::TlsHandshake, words);
    }
    let words =
        format!("{}; asked for anything it knows, it agreed to {version} with {cipher}", failure.words);
    Failure { cause: failure.cause, words }
}
