//! `wardround ledger`: what is remembered, whole, moved or forgotten?

use std::{
    fs::File,
    io::{self, BufReader, BufWriter},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context;
use clap::{Args, Subcommand};

use super::{Configured, fold, say, stored::Stored};
use crate::{
    engine::wall,
    ledger::{Ledger as _, LedgerError, Sqlite, Verdict, line::Counts},
    model::{Moment, Period},
    raw::Lapse,
};

#[derive(Debug, Subcommand)]
pub(super) enum Ledger {
    /// Say whether anything was altered or lost; the exit code is 1 if so.
    Verify(Verify),
    /// Write all that is remembered as JSON lines.
    Export(Export),
    /// Take an export into a folder that has no ledger yet: all of it or nothing.
    Import(Import),
    /// Write looks, hours or incidents as CSV.
    Csv(super::csv::Csv),
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
pub(super) struct Export {
    #[command(flatten)]
    stored: Stored,
    /// Only looks that began at or after this instant, like 2026-10-01T00:00:00Z. All else is exported whole.
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    from: Option<Moment>,
    /// Only looks that began before this instant.
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    until: Option<Moment>,
    /// The file to make; without it, standard output.
    file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Import {
    #[command(flatten)]
    stored: Stored,
    /// The file holds bare looks, in order of time: what this configuration makes of them is remembered with them.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The export; `-` is standard input.
    file: PathBuf,
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
            Self::Export(export) => export.run(),
            Self::Import(import) => import.run(),
            Self::Csv(csv) => csv.run(),
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

impl Export {
    fn run(self) -> anyhow::Result<ExitCode> {
        let ledger = Sqlite::read(&self.stored.data)?;
        let (from, until) = (self.from, self.until);
        let last = Moment::from_ms(i64::MAX);
        let within = Period::new(from.unwrap_or(Moment::from_ms(i64::MIN)), until.unwrap_or(last));
        let looks = from.or(until).map(|_| within);
        let Some(file) = self.file else {
            return heard(ledger.export(looks, &mut BufWriter::new(io::stdout().lock())).map(drop));
        };
        let new = File::create_new(&file).with_context(|| format!("{}", file.display()))?;
        let counts = ledger.export(looks, &mut BufWriter::new(new))?;
        say(&format!("{}: {} written", file.display(), listed(counts)))?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Import {
    fn run(self) -> anyhow::Result<ExitCode> {
        if let Some(config) = self.config {
            let plan = Configured { config }.load()?;
            let looks = fold::bare(&plan, &self.file, &self.stored.data)?;
            say(&format!("{}: {looks} looks imported", self.stored.data.display()))?;
            return Ok(ExitCode::SUCCESS);
        }
        let counts = if self.file.as_os_str() == "-" {
            Sqlite::import(&self.stored.data, io::stdin().lock())
        } else {
            let file = File::open(&self.file).with_context(|| format!("{}", self.file.display()))?;
            Sqlite::import(&self.stored.data, BufReader::new(file))
        };
        let counts = counts.with_context(|| format!("{}", self.file.display()))?;
        say(&format!("{}: {} imported", self.stored.data.display(), listed(counts)))?;
        Ok(ExitCode::SUCCESS)
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

/// A reader that has gone away (`| head`) has seen enough.
pub(super) fn heard(told: Result<(), LedgerError>) -> anyhow::Result<ExitCode> {
    match told {
        Err(LedgerError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        told => Ok(told.map(|()| ExitCode::SUCCESS)?),
    }
}

fn listed(Counts { entries, looks, hours }: Counts) -> String {
    format!("{entries} entries, {looks} looks, {hours} hours")
}

pub(super) fn instant(text: &str) -> Result<Moment, String> {
    let at: jiff::Timestamp =
        text.parse().map_err(|error| format!("{error}; write it like 2026-10-01T00:00:00Z"))?;
    Ok(Moment::from_ms(at.as_millisecond()))
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
