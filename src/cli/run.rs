//! `wardround run`: go round until stopped.

use std::{net::SocketAddr, process::ExitCode, sync::Arc};

use clap::Args;
use tokio_util::sync::CancellationToken;

use super::{Configured, monitor::Monitor, stored::Stored};
use crate::config::Serving;

const LISTEN: &str = "Where /metrics is served; wins over `serve.listen` of the configuration. Whoever can reach this address can \
    read every figure: keep it to this machine, or to a network that you trust [default: 127.0.0.1:9715]";

#[derive(Debug, Args)]
pub(super) struct Run {
    #[command(flatten)]
    configured: Configured,
    #[command(flatten)]
    stored: Stored,
    #[arg(long, value_name = "ADDRESS", env = "WARDROUND_LISTEN", help = LISTEN)]
    listen: Option<SocketAddr>,
}

impl Run {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let plan = self.configured.load()?;
        let listen = self.listen.or(plan.serve().listen()).unwrap_or(Serving::LISTEN);
        let configured = self.configured;
        let load = Arc::new(move || configured.load().map_err(|problems| problems.to_string()));
        let (stop, data) = (CancellationToken::new(), self.stored.data);
        Monitor { plan, load, listen, readers: Vec::new(), stop, data }.run()?;
        Ok(ExitCode::SUCCESS)
    }
}
