//! A server that says what it is told to say, and remembers what it was asked.

use std::sync::Arc;

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
    sync::mpsc,
};
use tokio_rustls::TlsAcceptor;

/// A server on loopback, for as long as it has something to say.
pub(in crate::probe) struct Server {
    /// Its host and port.
    pub(in crate::probe) at: String,
    asked: mpsc::UnboundedReceiver<String>,
}

impl Server {
    /// What it was asked next.
    pub(in crate::probe) async fn asked(&mut self) -> String {
        self.asked.recv().await.unwrap()
    }

    /// What else it was asked.
    pub(in crate::probe) fn rest(&mut self) -> Option<String> {
        self.asked.try_recv().ok()
    }
}

/// A server that answers each connection's one request with the next of `replies`, `{at}` in it being its own host and
/// port, and closes.
pub(in crate::probe) async fn server(replies: &[&str]) -> Server {
    answering(None, replies.iter().map(|reply| reply.as_bytes().to_vec()).collect()).await
}

/// The same over TLS.
pub(in crate::probe) async fn secure_server(acceptor: &TlsAcceptor, replies: &[&str]) -> Server {
    answering(Some(acceptor.clone()), replies.iter().map(|reply| reply.as_bytes().to_vec()).collect()).await
}

pub(in crate::probe) async fn answering(acceptor: Option<TlsAcceptor>, replies: Vec<Vec<u8>>) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap().to_string();
    let (tell, asked) = mpsc::unbounded_channel();
    let own = at.clone();
    tokio::spawn(async move {
        for reply in replies {
            let reply = filled(&reply, &own);
            let (stream, _) = listener.accept().await.unwrap();
            let Some(acceptor) = &acceptor else {
                answer(stream, &reply, &tell).await;
                continue;
            };
            if let Ok(stream) = acceptor.accept(stream).await {
                answer(stream, &reply, &tell).await;
            }
        }
    });
    Server { at, asked }
}

fn filled(reply: &[u8], at: &str) -> Vec<u8> {
    match str::from_utf8(reply) {
        Ok(text) => text.replace("{at}", at).into_bytes(),
        Err(_) => reply.to_vec(),
    }
}

async fn answer<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    reply: &[u8],
    tell: &mpsc::UnboundedSender<String>,
) {
    let asked = request(&mut stream).await;
    let _ = tell.send(asked);
    let _ = stream.write_all(reply).await;
    let _ = stream.shutdown().await;
}

/// A whole request, as far as it comes.
pub(in crate::probe) async fn request<S: AsyncRead + Unpin>(stream: &mut S) -> String {
    let mut asked = Vec::new();
    while !is_whole(&asked) {
        if stream.read_buf(&mut asked).await.unwrap_or(0) == 0 {
            break;
        }
    }
    String::from_utf8(asked).unwrap()
}

fn is_whole(asked: &[u8]) -> bool {
    let text = String::from_utf8_lossy(asked);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length =
        head.lines().find_map(|line| line.strip_prefix("Content-Length: ")).map_or(0, |n| n.parse().unwrap());
    body.len() >= length
}

/// Whether a server wants a certificate of ours.
#[derive(Clone, Copy)]
pub(in crate::probe) enum Demand {
    Nothing,
    /// It asks, and says nothing of there being none.
    Asks,
    Insists,
}

/// A new authority called `ca`, as PEM, and what it takes to be a server with its certificate for `name`.
pub(in crate::probe) struct Authority {
    pub(in crate::probe) pem: String,
    issuer: rcgen::Issuer<'static, rcgen::KeyPair>,
    root: rustls::pki_types::CertificateDer<'static>,
}

impl Authority {
    pub(in crate::probe) fn new(ca: &str) -> Self {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::new(vec![]).unwrap();
        params.distinguished_name.push(rcgen::DnType::CommonName, ca);
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let root = params.self_signed(&key).unwrap();
        Self { pem: root.pem(), root: root.der().clone(), issuer: rcgen::Issuer::new(params, key) }
    }

    /// A certificate for `name` until `until`, and its key.
    pub(in crate::probe) fn certificate(
        &self,
        name: &str,
        until: (i32, u8, u8),
    ) -> (rcgen::Certificate, rcgen::KeyPair) {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::new(vec![name.into()]).unwrap();
        params.not_before = rcgen::date_time_ymd(2026, 1, 1);
        params.not_after = rcgen::date_time_ymd(until.0, until.1, until.2);
        (params.signed_by(&key, &self.issuer).unwrap(), key)
    }

    /// A server with a certificate for `name` that speaks `alpn`, and `demands` a certificate of this authority, or not.
    pub(in crate::probe) fn acceptor(&self, name: &str, alpn: &[&str], demands: Demand) -> TlsAcceptor {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = rustls::ServerConfig::builder_with_provider(provider.clone());
        let builder = builder.with_safe_default_protocol_versions().unwrap();
        let verifier = || {
            let mut roots = rustls::RootCertStore::empty();
            roots.add(self.root.clone()).unwrap();
            rustls::server::WebPkiClientVerifier::builder_with_provider(roots.into(), provider)
        };
        let builder = match demands {
            Demand::Nothing => builder.with_no_client_auth(),
            Demand::Asks => {
                builder.with_client_cert_verifier(verifier().allow_unauthenticated().build().unwrap())
            }
            Demand::Insists => builder.with_client_cert_verifier(verifier().build().unwrap()),
        };
        let (certificate, key) = self.certificate(name, (2026, 12, 31));
        let mut config = builder.with_single_cert(vec![certificate.der().clone()], key.into()).unwrap();
        config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
        TlsAcceptor::from(Arc::new(config))
    }
}
