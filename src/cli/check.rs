//! `wardround check`: is the configuration right?

use std::process::ExitCode;

use clap::Args;

use super::{Configured, say};

#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    configured: Configured,
}

impl Check {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let plan = self.configured.load()?;
        let (services, probes) = (plan.services().len(), plan.probes().len());
        let file = self.configured.config.display();
        say(&format!("{}{file}: good: {services} services, {probes} probes", plan.warnings()))?;
        Ok(ExitCode::SUCCESS)
    }
}
