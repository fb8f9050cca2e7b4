//! Who behaves in ways that no well-kept server does?

use std::{net::SocketAddr, sync::Arc};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
};

async fn serve<F>(treat: impl Fn(TcpStream) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = std::io::Result<()>> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(treat(stream));
        }
    });
    at
}

/// Takes everything and says nothing.
pub(super) async fn mute() -> SocketAddr {
    serve(|mut stream| async move {
        while stream.read(&mut [0; 1024]).await? > 0 {}
        Ok(())
    })
    .await
}

/// Says `words` at once, and then waits for the other side to leave.
pub(super) async fn saying(words: &'static [u8]) -> SocketAddr {
    serve(move |mut stream| async move {
        stream.write_all(words).await?;
        while stream.read(&mut [0; 1024]).await? > 0 {}
        Ok(())
    })
    .await
}

/// Begins a page, and never ends it.
pub(super) async fn slow_body() -> SocketAddr {
    saying(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf").await
}

/// Greets whoever gives its word back.
pub(super) async fn ping() -> SocketAddr {
    serve(|stream| async move {
        let mut stream = BufReader::new(stream);
        stream.write_all(b"NOTICE hello\r\nPING :c0ffee\r\n").await?;
        let mut answer = String::new();
        while !answer.contains("PONG c0ffee\n") && stream.read_line(&mut answer).await? > 0 {}
        stream.write_all(b":irc 001 welcome\r\n").await
    })
    .await
}

/// A mail server that speaks TLS when asked to.
pub(super) async fn starttls([_, certificate, key]: &[String; 3]) -> SocketAddr {
    let certificate = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
    let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    serve(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let mut stream = BufReader::new(stream);
            let mut line = String::new();
            stream.write_all(b"220 mail ESMTP\r\n").await?;
            stream.read_line(&mut line).await?;
            stream.write_all(b"250-mail\r\n250-STARTTLS\r\n250 HELP\r\n").await?;
            stream.read_line(&mut line).await?;
            stream.write_all(b"220 go on\r\n").await?;
            let mut stream = acceptor.accept(stream.into_inner()).await?;
            while stream.read(&mut [0; 1024]).await? > 0 {}
            Ok(())
        }
    })
    .await
}
