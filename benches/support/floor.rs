//! What does the bare exchange cost? Tokio and rustls or a plain socket, and nothing else.

use std::{net::SocketAddr, path::Path, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    client::Resumption,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpStream, UdpSocket},
};
use tokio_rustls::TlsConnector;

use super::server::NAME;

/// A TLS client that trusts the bench's CA and resumes nothing.
pub(crate) fn connector(ca: &Path) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(ca).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.resumption = Resumption::disabled();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    TlsConnector::from(Arc::new(config))
}

pub(crate) async fn https(at: SocketAddr, connector: &TlsConnector) {
    let stream = TcpStream::connect(at).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let name = ServerName::try_from(NAME).unwrap();
    exchange(connector.connect(name, stream).await.unwrap()).await;
}

pub(crate) async fn http(at: SocketAddr) {
    let stream = TcpStream::connect(at).await.unwrap();
    stream.set_nodelay(true).unwrap();
    exchange(stream).await;
}

pub(crate) async fn tcp(at: SocketAddr) {
    let stream = TcpStream::connect(at).await.unwrap();
    stream.set_nodelay(true).unwrap();
}

/// Reads until the reply is whole by its length, as any client does.
async fn exchange(mut stream: impl AsyncRead + AsyncWrite + Unpin) {
    stream.write_all(b"GET /health HTTP/1.1\r\nhost: bench.test\r\n\r\n").await.unwrap();
    let mut reply = Vec::with_capacity(1024);
    while !reply.ends_with(b"Hello, ward!\n") {
        assert!(stream.read_buf(&mut reply).await.unwrap() > 0, "half a reply");
    }
}

pub(crate) async fn dns(at: SocketAddr) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    socket.connect(at).await.unwrap();
    let mut query = vec![0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    query.extend(b"\x05bench\x04test\x00\x00\x01\x00\x01");
    socket.send(&query).await.unwrap();
    let mut reply = [0; 1232];
    assert!(socket.recv(&mut reply).await.unwrap() > 40, "half a reply");
}
