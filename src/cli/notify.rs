//! `wardround notify`: can those who are to be told be told?

use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;

use super::{Configured, say};
use crate::{
    config::Plan,
    engine,
    model::Severity,
    notify::{Receiver, tell_trial},
    probe::Agent,
};

#[derive(Debug, Args)]
pub(super) struct Notify {
    /// The receivers to tell, by their names below `notify`. Left out: all of them.
    receivers: Vec<String>,
    /// How loud the test is: `critical` to see whether it really wakes somebody.
    #[arg(long, default_value = "info", value_parser = severity)]
    severity: Severity,
    #[command(flatten)]
    configured: Configured,
}

impl Notify {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let plan = self.configured.load()?;
        let receivers = named(&plan, &self.receivers)?;
        let failed = tell_all(&plan, &receivers, self.severity)?;
        Ok(ExitCode::from(u8::from(failed > 0)))
    }
}

/// Tells each in turn, says how it went, and gives how many could not be told.
#[tokio::main(flavor = "current_thread")]
async fn tell_all(plan: &Plan, receivers: &[&Receiver], severity: Severity) -> anyhow::Result<usize> {
    let agent = Agent::new(plan.resolver()).map_err(anyhow::Error::msg).context("no resolver")?;
    let mut failed = 0;
    for receiver in receivers {
        let told = tell_trial(receiver, plan.site(), severity, engine::wall(), &agent).await;
        failed += usize::from(told.is_err());
        let how = told.map_or_else(|why| format!("NOT TOLD: {why}"), |()| "told".to_owned());
        say(&format!("{}: {how}", receiver.name()))?;
    }
    Ok(failed)
}

fn named<'p>(plan: &'p Plan, names: &[String]) -> anyhow::Result<Vec<&'p Receiver>> {
    if plan.receivers().is_empty() {
        bail!("nobody is to be told: the configuration has no `notify`");
    }
    let known = |name: &str| plan.receivers().iter().find(|receiver| receiver.name().as_str() == name);
    if let Some(unknown) = names.iter().find(|name| known(name).is_none()) {
        let all: Vec<&str> = plan.receivers().iter().map(|receiver| receiver.name().as_str()).collect();
        bail!("there is no receiver {unknown:?}; there are: {}", all.join(", "));
    }
    let asked =
        |receiver: &&Receiver| names.is_empty() || names.iter().any(|name| name == receiver.name().as_str());
    Ok(plan.receivers().iter().filter(asked).collect())
}

fn severity(text: &str) -> Result<Severity, String> {
    let known = Severity::ALL.into_iter().filter(|severity| *severity != Severity::None);
    let found = known.clone().find(|severity| severity.label() == text);
    let all: Vec<&str> = known.map(Severity::label).collect();
    found.ok_or_else(|| format!("one of {}", all.join(", ")))
}
