//! How is a running agent asked for something? One short HTTP exchange with it.

use std::{net::SocketAddr, time::Duration};

use anyhow::Context;
use http_body_util::{BodyExt, Limited};
use hyper::{Request, StatusCode, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time::timeout};

/// An agent that takes longer is stuck.
const PATIENCE: Duration = Duration::from_secs(10);

/// The longest reply that is read.
const REPLY: usize = 1024 * 1024;

/// What the agent replied.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) words: String,
}

/// Asks the agent at `address`.
#[tokio::main(flavor = "current_thread")]
pub(super) async fn run(address: SocketAddr, request: Request<String>) -> anyhow::Result<Reply> {
    timeout(PATIENCE, exchange(address, request)).await.context("it did not answer in time")?
}

async fn exchange(address: SocketAddr, mut request: Request<String>) -> anyhow::Result<Reply> {
    request.headers_mut().insert(header::HOST, address.to_string().parse()?);
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let reply = sender.send_request(request).await?;
    let status = reply.status();
    let body = Limited::new(reply.into_body(), REPLY).collect().await;
    let body = body.map_err(|_| anyhow::anyhow!("the reply broke off or is too long"))?.to_bytes();
    connection.abort();
    Ok(Reply { status, words: String::from_utf8_lossy(&body).into_owned() })
}
