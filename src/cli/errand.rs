//! How is a running agent asked for something? One short HTTP exchange with it.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context, bail};
use http_body_util::{BodyExt, Limited};
use hyper::{
    Request, StatusCode,
    client::conn::http1,
    header::{self, HeaderValue},
};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::{net::TcpStream, time::timeout};

/// An agent that takes longer is stuck.
const PATIENCE: Duration = Duration::from_secs(10);

/// The longest reply that is read.
const REPLY: usize = 1024 * 1024;

/// Where a token stands that the agent knows: on a command line others of this machine could read it.
const TOKEN: &str = "WARDROUND_TOKEN";

/// What the agent replied.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) words: String,
}

/// What an agent says that does not do what it is asked.
#[derive(Deserialize)]
struct Problem {
    detail: String,
}

impl Reply {
    /// What came back if it was done.
    ///
    /// # Errors
    /// It was not: the agent's own words.
    pub(super) fn done(self) -> anyhow::Result<String> {
        if self.status.is_success() {
            return Ok(self.words);
        }
        let told = serde_json::from_str(&self.words).map(|problem: Problem| problem.detail);
        let words = told.unwrap_or(self.words);
        let hint = if self.status == StatusCode::UNAUTHORIZED { HINT } else { "" };
        bail!("{}{hint}", words.trim_end())
    }
}

const HINT: &str = "; the environment variable WARDROUND_TOKEN is to hold a token of its `serve.tokens`";

/// Asks the agent at `address`.
#[tokio::main(flavor = "current_thread")]
pub(super) async fn run(address: SocketAddr, request: Request<String>) -> anyhow::Result<Reply> {
    timeout(PATIENCE, exchange(address, request)).await.context("it did not answer in time")?
}

async fn exchange(address: SocketAddr, mut request: Request<String>) -> anyhow::Result<Reply> {
    request.headers_mut().insert(header::HOST, address.to_string().parse()?);
    if let Some(bearer) = bearer(address)? {
        request.headers_mut().insert(header::AUTHORIZATION, bearer);
    }
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

/// The token to show to the agent at `address`, if there is one.
fn bearer(address: SocketAddr) -> anyhow::Result<Option<HeaderValue>> {
    let Ok(token) = std::env::var(TOKEN) else { return Ok(None) };
    if !address.ip().is_loopback() {
        tracing::warn!("the token in {TOKEN} crosses the network in clear");
    }
    let mut bearer =
        HeaderValue::try_from(format!("Bearer {token}")).with_context(|| format!("{TOKEN} is no token"))?;
    bearer.set_sensitive(true);
    Ok(Some(bearer))
}
