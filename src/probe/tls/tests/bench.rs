//! Authorities, certificates and servers for the tests beside this one.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair,
    date_time_ymd,
};
use rustls::{
    ServerConfig, SupportedProtocolVersion,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, PrivateKeyDer},
    server::{WebPkiClientVerifier, danger::ClientCertVerifier},
    version::{TLS12, TLS13},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

use crate::{
    model::{Moment, Seen, TlsFacts},
    probe::{Agent, Ask, kind::Look, looking::look_as, tls::Tls},
    raw::Given,
};

pub(super) use crate::probe::tried::fault;

/// When all looks here begin: 2026-09-21T14:13:20Z.
pub(super) const NOW: Moment = Moment::from_ms(1_790_000_000_000);

/// TLS 1.2 alone, and TLS 1.3 alone.
pub(super) static ONE_EACH: [[&SupportedProtocolVersion; 1]; 2] = [[&TLS12], [&TLS13]];

/// A certificate with its key and the chain that is sent with it.
#[derive(Debug)]
pub(super) struct Leaf {
    pub(super) chain: Vec<CertificateDer<'static>>,
    pub(super) key: PrivateKeyDer<'static>,
    pub(super) pem: String,
    pub(super) key_pem: String,
}

/// Whoever signs.
pub(super) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(super) fn root(name: &str) -> Self {
        Self(CertifiedIssuer::self_signed(ca(name), KeyPair::generate().unwrap()).unwrap())
    }

    /// An authority vouched for by this one, with what is changed about its certificate.
    pub(super) fn below(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let mut params = ca(name);
        change(&mut params);
        Self(CertifiedIssuer::signed_by(params, KeyPair::generate().unwrap(), &self.0).unwrap())
    }

    pub(super) fn pem(&self) -> String {
        self.0.pem()
    }

    /// A certificate for `epr.test` and 127.0.0.1, with what is changed about it; `self` is sent along if it is no root.
    pub(super) fn leaf(&self, change: impl FnOnce(&mut CertificateParams)) -> Leaf {
        let key = KeyPair::generate().unwrap();
        let mut params = leaf_params();
        change(&mut params);
        let certificate = params.signed_by(&key, &self.0).unwrap();
        let mut chain = vec![certificate.der().clone()];
        chain.extend((!self.is_root()).then(|| self.0.der().clone()));
        Leaf { chain, pem: certificate.pem(), key_pem: key.serialize_pem(), key: key.into() }
    }

    fn is_root(&self) -> bool {
        let (_, parsed) = x509_parser::parse_x509_certificate(self.0.der()).unwrap();
        parsed.subject() == parsed.issuer()
    }

    fn client_verifier(&self) -> Arc<dyn ClientCertVerifier> {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(self.0.der().clone()).unwrap();
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider()).build().unwrap()
    }
}

/// A certificate that signed itself; `ca` as `openssl req -x509` makes it.
pub(super) fn self_signed(is_ca: bool) -> Leaf {
    let key = KeyPair::generate().unwrap();
    let mut params = leaf_params();
    if is_ca {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    }
    let certificate = params.self_signed(&key).unwrap();
    let chain = vec![certificate.der().clone()];
    Leaf { chain, pem: certificate.pem(), key_pem: key.serialize_pem(), key: key.into() }
}

fn ca(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(vec![]).unwrap();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::OrganizationName, "Royal Infirmary, Ward 3");
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    valid(&mut params, 2025, 2036);
    params
}

fn leaf_params() -> CertificateParams {
    let mut params = CertificateParams::new(vec!["epr.test".into(), "127.0.0.1".into()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, "epr.test");
    valid(&mut params, 2026, 2027);
    params
}

/// From the first day of one year to that of another.
pub(super) fn valid(params: &mut CertificateParams, from: i32, until: i32) {
    params.not_before = date_time_ymd(from, 1, 1);
    params.not_after = date_time_ymd(until, 1, 1);
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// How a server speaks TLS.
pub(super) struct Manner {
    pub(super) versions: &'static [&'static SupportedProtocolVersion],
    pub(super) alpn: &'static [&'static str],
    /// Whose client certificates it demands.
    pub(super) clients: Option<Arc<dyn ClientCertVerifier>>,
    pub(super) staple: Vec<u8>,
}

impl Default for Manner {
    fn default() -> Self {
        Self { versions: rustls::ALL_VERSIONS, alpn: &[], clients: None, staple: Vec::new() }
    }
}

impl Manner {
    pub(super) fn demanding(versions: &'static [&'static SupportedProtocolVersion], of: &Authority) -> Self {
        Self { versions, clients: Some(of.client_verifier()), ..Self::default() }
    }

    fn acceptor(self, leaf: Leaf) -> TlsAcceptor {
        let builder =
            ServerConfig::builder_with_provider(provider()).with_protocol_versions(self.versions).unwrap();
        let builder = match self.clients {
            Some(clients) => builder.with_client_cert_verifier(clients),
            None => builder.with_no_client_auth(),
        };
        let mut config = builder.with_single_cert_with_ocsp(leaf.chain, leaf.key, self.staple).unwrap();
        config.alpn_protocols = self.alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
        TlsAcceptor::from(Arc::new(config))
    }
}

/// A server that shows `leaf`.
pub(super) async fn server(leaf: Leaf, manner: Manner) -> SocketAddr {
    let acceptor = manner.acceptor(leaf);
    serve(move |stream| {
        let acceptor = acceptor.clone();
        async move { encrypted(acceptor, stream).await }
    })
    .await
}

/// A server that first hears and says what is written, in the clear, and then shows `leaf`; it hands out what it read.
pub(super) async fn server_after(
    script: &'static [(&'static [u8], &'static [u8])],
    leaf: Leaf,
) -> SocketAddr {
    let acceptor = Manner::default().acceptor(leaf);
    serve(move |mut stream| {
        let acceptor = acceptor.clone();
        async move {
            if play(script, &mut stream).await {
                encrypted(acceptor, stream).await;
            }
        }
    })
    .await
}

/// Hears what begins and ends as written, then says the rest, step by step.
async fn play(script: &[(&[u8], &[u8])], stream: &mut TcpStream) -> bool {
    for (hear, say) in script {
        let mut heard = Vec::new();
        while !heard.ends_with(hear) {
            if stream.read_buf(&mut heard).await.unwrap_or(0) == 0 {
                return false;
            }
        }
        if stream.write_all(say).await.is_err() {
            return false;
        }
    }
    true
}

async fn encrypted(acceptor: TlsAcceptor, stream: TcpStream) {
    if let Ok(mut stream) = acceptor.accept(stream).await {
        let _ = stream.read_to_end(&mut Vec::new()).await;
    }
}

/// A server that treats every connection alike, each in a task of its own.
pub(super) async fn serve<F: Future<Output = ()> + Send + 'static>(
    treat: impl Fn(TcpStream) -> F + Send + 'static,
) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(treat(stream));
        }
    });
    address
}

/// Looks by `settings`, with `{at}` in place of the address.
pub(super) async fn look(given: &Given, settings: &str, at: SocketAddr) -> Seen {
    look_for(Duration::from_secs(5), given, settings, at).await
}

pub(super) async fn look_for(timeout: Duration, given: &Given, settings: &str, at: SocketAddr) -> Seen {
    let settings = settings.replace("{at}", &at.to_string());
    let tls = given.check(&settings, Tls::parse).unwrap_or_else(|problems| panic!("{problems}"));
    let ask = Ask { timeout, slow: None, at: NOW };
    let seen = look_as(&tls, ask, &Agent::new(&[]).unwrap(), None).await.0;
    assert!(seen.timeline.total() < timeout + Duration::from_millis(500));
    seen
}

pub(super) fn facts(seen: &Seen) -> &TlsFacts {
    seen.details.tls.as_deref().unwrap_or_else(|| panic!("nothing was told of TLS: {:?}", seen.outcome))
}

/// The broken expectations: label, subject, expected, got.
pub(super) fn findings(seen: &Seen) -> Vec<[&str; 4]> {
    let told = seen.outcome.findings().iter();
    told.map(|finding| [finding.check.label(), &finding.subject, &finding.expected, &finding.got]).collect()
}
