//! How is one connection served, however its client behaves?

use std::{net::SocketAddr, pin::pin, time::Duration};

use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    select,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use super::patient::Patient;

/// How long a connection may take for a request's head, or lie idle. No usual interval of scrapes, so that none meets
/// a connection that is just being closed.
const HEAD: Duration = Duration::from_secs(25);

/// The largest head of a request.
const HEAD_SIZE: usize = 16 * 1024;

/// About what is buffered for a client that reads slowly.
const BUFFER: usize = 64 * 1024;

/// How long a client may take to agree on keys.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How long replies under way may take once the agent stops.
const GRACE: Duration = Duration::from_secs(5);

/// Serves `stream` until either side ends it, or `stop`. Its errors are the client's own affair.
pub(super) async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    tls: Option<TlsAcceptor>,
    routes: Router,
    stop: CancellationToken,
) {
    let _ = stream.set_nodelay(true);
    let stream = Patient::new(stream);
    let Some(tls) = tls else { return talk(stream, peer, routes, stop).await };
    let shaken = stop.run_until_cancelled(timeout(HANDSHAKE, tls.accept(stream))).await;
    if let Some(Ok(Ok(stream))) = shaken {
        talk(stream, peer, routes, stop).await;
    }
}

async fn talk<S>(stream: S, peer: SocketAddr, routes: Router, stop: CancellationToken)
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let routes = TowerToHyperService::new(routes.layer(Extension(peer)));
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .max_header_size(HEAD_SIZE)
            .max_buf_size(BUFFER)
            .serve_connection(TokioIo::new(stream), routes)
    );
    select! {
        biased;
        _ = connection.as_mut() => {}
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            let _ = timeout(GRACE, connection).await;
        }
    }
}
