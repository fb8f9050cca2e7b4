//! How is a running agent asked for something? One short HTTP exchange with it.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::{Context, anyhow, bail};
use bytes::Bytes;
use clap::Args;
use http_body_util::Full;
use hyper::{
    Request, StatusCode,
    header::{self, HeaderValue},
};
use serde::Deserialize;

use crate::{
    config::System,
    engine,
    probe::{self, Looking, Place, RawTls, Reach, Route, Stream, Tls, http1},
    raw::{Common, Door, Field, Problems, Span},
};

/// An agent that takes longer is stuck.
const PATIENCE: Duration = Duration::from_secs(10);

/// The longest reply that is read.
const REPLY: usize = 1024 * 1024;

/// Where a token stands that the agent knows: on a command line others of this machine could read it.
const TOKEN: &str = "WARDROUND_TOKEN";

/// Where the running agent is reached.
#[derive(Debug, Args)]
pub(super) struct At {
    /// Where the running agent listens: an address, or the URL of one that speaks TLS: `https://…`.
    #[arg(long = "agent", value_name = "ADDRESS", env = "WARDROUND_LISTEN", value_parser = place, default_value = "127.0.0.1:9715")]
    agent: Box<Place>,
    /// A PEM file with the only certificates to trust, instead of this machine's roots: the agent's own, or its CA.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
}

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

impl At {
    /// Asks the agent there.
    ///
    /// # Errors
    /// Nothing that could be read came back.
    #[tokio::main(flavor = "current_thread")]
    pub(super) async fn ask(&self, request: Request<String>) -> anyhow::Result<Reply> {
        let agent = probe::Agent::new(&[]).map_err(anyhow::Error::msg)?;
        let mut looking = Looking::begin(&agent, PATIENCE, engine::wall());
        let asked = tokio::time::timeout(PATIENCE, self.exchange(request, &mut looking)).await;
        let where_to =
            || format!("no agent answers at {}; is one running? --agent says where", self.agent.endpoint);
        asked.context("it did not answer in time").flatten().with_context(where_to)
    }

    async fn exchange(&self, request: Request<String>, looking: &mut Looking<'_>) -> anyhow::Result<Reply> {
        let tls = self.agent.is_secure().then(|| self.tls()).transpose()?;
        let mut request = request.map(|body| Full::new(Bytes::from(body)));
        request.headers_mut().insert(header::HOST, self.agent.authority.clone());
        request.headers_mut().extend(self.bearer()?.map(|bearer| (header::AUTHORIZATION, bearer)));
        let told = |failure: crate::model::Failure| anyhow!(failure.words);
        let stream = Stream::open(looking, &self.agent.endpoint, &Route::default(), tls.as_ref()).await;
        let reach = Reach { limit: REPLY, follow: false };
        let answer = http1(looking, stream.map_err(told)?, request, reach).await.map_err(told)?;
        if answer.body.cut {
            bail!("the reply is too long");
        }
        let words = String::from_utf8_lossy(&answer.body.bytes).into_owned();
        Ok(Reply { status: answer.status, words })
    }

    /// Whom we trust.
    fn tls(&self) -> anyhow::Result<Tls> {
        let (mut problems, mut common) = (Problems::default(), Common::default());
        let here = Span::default();
        let ca = self.ca.as_ref().map(|ca| Field::new(here, ca.display().to_string()));
        let mut door = Door::new("".as_ref(), &System, &mut problems, &mut common);
        let tls = Tls::parse(RawTls { ca, ..RawTls::default() }, here, &["http/1.1"], &mut door);
        tls.ok_or_else(|| anyhow!("{problems}"))
    }

    /// The token to show, if there is one.
    fn bearer(&self) -> anyhow::Result<Option<HeaderValue>> {
        let Ok(token) = std::env::var(TOKEN) else { return Ok(None) };
        if !self.agent.is_secure() && !self.agent.endpoint.host.is_here() {
            tracing::warn!("the token in {TOKEN} crosses the network in clear");
        }
        let bearer = HeaderValue::try_from(format!("Bearer {token}"));
        let mut bearer = bearer.with_context(|| format!("{TOKEN} is no token"))?;
        bearer.set_sensitive(true);
        Ok(Some(bearer))
    }
}

/// `127.0.0.1:9715`, or a URL.
fn place(text: &str) -> Result<Box<Place>, String> {
    let plain = text.parse::<SocketAddr>().map(|address| format!("http://{address}"));
    let place = Place::parse(plain.as_deref().unwrap_or(text));
    place
        .map(Box::new)
        .map_err(|_| "write an address (127.0.0.1:9715) or a URL (https://status.example.nhs.uk)".into())
}
