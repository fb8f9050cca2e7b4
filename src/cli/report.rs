//! `wardround report`: what was promised, and what became of it?

use std::{
    fs,
    io::{IsTerminal, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use clap::{Args, builder::PossibleValue};
use jiff::tz::TimeZone;

use super::{say, stored::Stored};
use crate::{
    engine,
    ledger::Sqlite,
    model::Slug,
    report::{self, Account, Asked, Format, Named, Remembered},
};

/// A report is told of a period that has begun; the month before this one unless another is named.
#[derive(Debug, Args)]
pub(super) struct Report {
    /// A month (2026-10), quarter (2026-Q1), year, financial year (FY2026), day, or A..B; last month if left out.
    #[arg(long)]
    period: Option<String>,
    /// In which forms.
    #[arg(long, value_delimiter = ',', default_value = "md")]
    format: Vec<Format>,
    /// Write a file for each form into this folder; without it, the one form is printed.
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// What you have to say of the period: a text file that is put at the front.
    #[arg(long, value_name = "FILE")]
    notes: Option<PathBuf>,
    /// Print the stretches of time behind the figures of one service instead.
    #[arg(long, value_name = "SERVICE", conflicts_with_all = ["format", "output", "notes"])]
    explain: Option<Slug>,
    /// The folder of the ledger of one more site.
    #[arg(long, value_name = "DIR")]
    and: Vec<PathBuf>,
    #[command(flatten)]
    stored: Stored,
}

impl clap::ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.ending()))
    }
}

impl Report {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let folders = [&self.stored.data].into_iter().chain(&self.and);
        let ledgers: Vec<Sqlite> = folders.map(|folder| Sqlite::read(folder)).collect::<Result<_, _>>()?;
        // An agent that writes meanwhile is not seen: entries and looks are of one moment.
        let _held = ledgers.iter().map(Sqlite::hold).collect::<Result<Vec<_>, _>>()?;
        let accounts: Vec<Account> = ledgers.iter().map(report::account).collect::<Result<_, _>>()?;
        let asked = self.asked(&accounts[0])?;
        let sites = ledgers.iter().zip(accounts).map(|(ledger, account)| remembered(ledger, account, &asked));
        let report = report::Report::of(&asked, &sites.collect::<Result<Vec<_>, _>>()?)?;
        match &self.explain {
            Some(service) => explain(&report, service, &asked.zone)?,
            None => self.tell(&report)?,
        }
        Ok(ExitCode::SUCCESS)
    }

    fn asked(&self, account: &Account) -> anyhow::Result<Asked> {
        let zone = account.plans().last().map_or("UTC", |plan| &plan.outline.zone);
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        let named = match &self.period {
            Some(text) => Named::parse(text, &zone)?,
            None => Named::month_before(engine::wall(), &zone).context("no month is before this one")?,
        };
        Ok(Asked { narrative: self.notes.as_deref().map(narrative).transpose()?, ..Asked::of(named, zone) })
    }

    fn tell(&self, report: &report::Report) -> anyhow::Result<()> {
        match (&self.output, &*self.format) {
            (Some(folder), formats) => formats.iter().try_for_each(|format| keep(folder, report, *format)),
            (None, [Format::Pdf]) => bail!("a PDF is a file: say with --output into which folder"),
            (None, [format]) => print(&format.write(report)?),
            (None, _) => bail!("several forms are files: say with --output into which folder"),
        }
    }
}

fn remembered(ledger: &Sqlite, account: Account, asked: &Asked) -> anyhow::Result<Remembered> {
    let progress = std::io::stderr().is_terminal();
    let told = |done, of| {
        if progress && done % 100 == 0 {
            eprint(&format!("\rreading the looks of {of} probes: {done}"));
        }
    };
    let remembered = report::remembered(ledger, account, asked.periods(), told)?;
    if progress {
        eprint("\r\x1b[2K");
    }
    Ok(remembered)
}

/// How far it has come matters to nobody if it cannot be told.
fn eprint(text: &str) {
    drop(std::io::stderr().write_all(text.as_bytes()));
}

fn narrative(file: &Path) -> anyhow::Result<String> {
    fs::read_to_string(file).with_context(|| format!("{}: the notes cannot be read", file.display()))
}

fn print(bytes: &[u8]) -> anyhow::Result<()> {
    say(String::from_utf8_lossy(bytes).trim_end())?;
    Ok(())
}

/// The file is there wholly or as it was before.
fn keep(folder: &Path, report: &report::Report, format: Format) -> anyhow::Result<()> {
    let file = folder.join(report.file_name(format));
    let bytes = format.write(report)?;
    engine::replace(&file, &bytes).with_context(|| format!("{}: it cannot be written", file.display()))?;
    say(&file.display().to_string())?;
    Ok(())
}

fn explain(report: &report::Report, service: &Slug, zone: &TimeZone) -> anyhow::Result<()> {
    let of = |site: &report::SiteReport| {
        let found = site.services.iter().find(|one| one.service == *service)?;
        Some(format!("{}: {}", site.site, report::explain(found, zone)))
    };
    let told: Vec<String> = report.sites.iter().filter_map(of).collect();
    if told.is_empty() {
        let known = report.sites.iter().flat_map(|site| &site.services).map(|one| one.service.as_str());
        bail!(
            "no service `{service}` was watched in {}; there were {}",
            report.name,
            known.collect::<Vec<_>>().join(", ")
        );
    }
    say(told.join("\n").trim_end())?;
    Ok(())
}
