//! `wardround ledger`: what is remembered, whole, moved or forgotten?

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};

use super::{say, stored::Stored};
use crate::{
    engine::wall,
    ledger::{Ledger as _, Sqlite, Verdict},
    raw::Lapse,
};

#[derive(Debug, Subcommand)]
pub(super) enum Ledger {
    /// Say whether anything was altered or lost; the exit code is 1 if so.
    Verify(Verify),
    /// Copy the ledger as it is now into a new file, while an agent writes it.
    Backup(Backup),
    /// Forget looks that are older than a while; all else stays for ever. No agent may be writing.
    Prune(Prune),
}

#[derive(Debug, Args)]
pub(super) struct Verify {
    #[command(flatten)]
    stored: Stored,
}

#[derive(Debug, Args)]
pub(super) struct Backup {
    #[command(flatten)]
    stored: Stored,
    /// The file to make; a ledger is read from a folder in which it is called ledger.sqlite.
    file: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Prune {
    #[command(flatten)]
    stored: Stored,
    /// How long looks are kept, counted back from now.
    #[arg(long, value_name = "SPAN", default_value = "35d", value_parser = span)]
    keep: Lapse,
}

/// What a whole chain does not show.
const NOT_SHOWN: &str = "\
    This shows that no entry was altered, removed or put in between since it was written, unless whoever did so also\n\
    wrote the whole chain anew: against that, keep the head above somewhere else, and compare. Looks and hours are not in\n\
    the chain.";

impl Ledger {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Verify(verify) => verify.run(),
            Self::Backup(backup) => backup.run(),
            Self::Prune(prune) => prune.run(),
        }
    }
}

impl Verify {
    fn run(self) -> anyhow::Result<ExitCode> {
        let verdict = Sqlite::read(&self.stored.data)?.verify()?;
        say(&told(&verdict))?;
        Ok(if verdict.broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

impl Backup {
    fn run(self) -> anyhow::Result<ExitCode> {
        let ledger = Sqlite::read(&self.stored.data)?;
        ledger.backup(&self.file)?;
        say(&format!("{}: written", self.file.display()))?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Prune {
    fn run(self) -> anyhow::Result<ExitCode> {
        drop(Sqlite::read(&self.stored.data)?); // where there is none, none is made
        let mut ledger = Sqlite::open(&self.stored.data)?.ledger;
        let before = wall() - self.keep.0;
        let forgotten = ledger.prune(before)?;
        say(&format!("{forgotten} looks that began before {before} are forgotten"))?;
        Ok(ExitCode::SUCCESS)
    }
}

fn span(text: &str) -> Result<Lapse, String> {
    serde_json::from_value(text.into()).map_err(|refusal| refusal.to_string())
}

fn told(verdict: &Verdict) -> String {
    let Verdict { entries, looks, hours, head, broken } = verdict;
    let counts = format!(
        "{entries} entries in the chain, {looks} looks, {hours} hours\nhead {} {}",
        head.seq.0, head.hash
    );
    if broken.is_empty() {
        return format!("whole: {counts}\n\n{NOT_SHOWN}");
    }
    format!("BROKEN: {}\nup to there: {counts}", broken.join("\nBROKEN: "))
}
