//! `wardround demo`: what does a watched hospital look like?

use std::process::ExitCode;

use clap::Args;

#[derive(Debug, Args)]
pub(super) struct Demo {}

impl Demo {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let Self {} = self;
        anyhow::bail!("the demo is not there yet")
    }
}
