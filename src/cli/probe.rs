//! `wardround probe NAME`: what does one look see, now, and where does its time go?

use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;
use serde::Serialize;

use super::{Configured, say, waterfall::waterfall};
use crate::{
    config::{Plan, Probe as Planned},
    engine,
    model::{Moment, Outcome, ProbeId, Seen},
    probe::{Agent, Ask, look},
};

#[derive(Debug, Args)]
pub(super) struct Probe {
    /// The probe: `service/probe`, or its own name where that is unique.
    name: String,
    /// Print everything that was seen as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    configured: Configured,
}

/// One look as JSON.
#[derive(Serialize)]
struct Told<'a> {
    probe: &'a ProbeId,
    kind: &'static str,
    target: String,
    began_ms: Moment,
    /// The names of its steps, if it goes in steps: a span's hop is the place of one.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    steps: &'a [String],
    seen: &'a Seen,
}

impl Probe {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let plan = self.configured.load()?;
        let probe = named(&plan, &self.name)?;
        let (seen, began) = look_once(&plan, probe)?;
        let (id, kind, target) = (probe.id(), probe.kind().name(), probe.kind().target());
        let steps = probe.kind().steps();
        if self.json {
            let told = Told { probe: id, kind, target, began_ms: began, steps: &steps, seen: &seen };
            say(&serde_json::to_string_pretty(&told)?)?;
        } else {
            say(waterfall(&format!("{id}  {kind} {target}"), &seen, &steps, began).trim_end())?;
        }
        Ok(ExitCode::from(code(&seen.outcome)))
    }
}

/// 0 up, 1 down, 3 unknown, 4 degraded.
fn code(outcome: &Outcome) -> u8 {
    match outcome {
        Outcome::Up => 0,
        Outcome::Down(_) => 1,
        Outcome::Unknown { .. } => 3,
        Outcome::Degraded(_) => 4,
    }
}

#[tokio::main(flavor = "current_thread")]
async fn look_once(plan: &Plan, probe: &Planned) -> anyhow::Result<(Seen, Moment)> {
    let agent = Agent::new(plan.resolver()).map_err(anyhow::Error::msg).context("no resolver")?;
    let at = engine::wall();
    let ask = Ask { timeout: probe.cadence().timeout(), slow: probe.slow(), at };
    Ok((look(probe.kind(), ask, &agent).await, at))
}

fn named<'a>(plan: &'a Plan, name: &str) -> anyhow::Result<&'a Planned> {
    let is_named = |probe: &&Planned| probe.id().to_string() == name || probe.id().probe.as_str() == name;
    let found: Vec<&Planned> = plan.probes().iter().filter(is_named).collect();
    match found[..] {
        [probe] => Ok(probe),
        [] => bail!(
            "there is no probe {name:?}; there are: {}",
            first_ids(&plan.probes().iter().collect::<Vec<_>>())
        ),
        _ => bail!("{name:?} is the name of several probes; say which: {}", first_ids(&found)),
    }
}

fn first_ids(probes: &[&Planned]) -> String {
    let mut ids: Vec<String> = probes.iter().take(20).map(|probe| probe.id().to_string()).collect();
    if probes.len() > ids.len() {
        ids.push(format!("and {} more", probes.len() - ids.len()));
    }
    ids.join(", ")
}
