//! `wardround maintenance`: which work is planned, and how is it announced to a running agent?

use std::{process::ExitCode, time::Duration};

use clap::{Args, Subcommand};
use hyper::{Method, Request, header};
use serde::Deserialize;

use super::{errand::At, ledger::instant, say, status, stored::Stored, within::length, words};
use crate::{
    engine,
    ledger::{Ledger, Sqlite},
    model::{Announcement, Moment, Slug},
    serve::board::Board,
};

#[derive(Debug, Args)]
pub(super) struct Maintenance {
    #[command(subcommand)]
    deed: Deed,
}

#[derive(Debug, Subcommand)]
enum Deed {
    /// Announce planned work to the running agent, from now on or from a time to come.
    Start(Start),
    /// List what is under way or still to come, from the configuration and by hand.
    List(List),
    /// Take back planned work that was announced so: what is under way ends now.
    End {
        /// Its name, as `start` or `list` printed it.
        id: Slug,
        #[command(flatten)]
        at: At,
    },
}

#[derive(Debug, Args)]
struct Start {
    /// A service that it touches; may be given again.
    #[arg(long = "service", required = true)]
    services: Vec<Slug>,
    /// How long it lasts, at most 31d.
    #[arg(long = "for", value_name = "LENGTH", value_parser = length)]
    lasts: Duration,
    /// When it begins, with its offset from UTC: 2026-12-06T22:00Z [default: now]
    #[arg(long, value_parser = instant)]
    from: Option<Moment>,
    /// What is done.
    #[arg(long)]
    reason: String,
    /// Who says so: a person, a board, a change number.
    #[arg(long = "by")]
    declared_by: String,
    #[command(flatten)]
    at: At,
}

#[derive(Debug, Args)]
struct List {
    /// Print everything as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    stored: Stored,
}

/// What was announced.
#[derive(Deserialize)]
struct Announced {
    id: Slug,
}

impl Maintenance {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        match self.deed {
            Deed::Start(start) => start.run(),
            Deed::List(list) => list.run(),
            Deed::End { id, at } => end(&id, &at),
        }
    }
}

impl Start {
    fn run(self) -> anyhow::Result<ExitCode> {
        let announcement = Announcement {
            services: self.services,
            from: self.from,
            lasts_ms: u64::try_from(self.lasts.as_millis()).unwrap_or(u64::MAX),
            reason: self.reason,
            declared_by: self.declared_by,
        };
        let body = serde_json::to_string(&announcement)?;
        let request = Request::builder().method(Method::POST).uri("/api/v1/maintenance");
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let Announced { id } = serde_json::from_str(&tell(request.body(body)?, &self.at)?)?;
        say(id.as_str())?;
        Ok(ExitCode::SUCCESS)
    }
}

impl List {
    fn run(self) -> anyhow::Result<ExitCode> {
        let tail = Sqlite::read(&self.stored.data)?.tail()?;
        let works = Board::recover(&tail, Vec::new()).standing(true, engine::wall()).maintenance;
        let zone = words::zone(&tail);
        let text = match self.json {
            true => serde_json::to_string_pretty(&works)?,
            false if works.is_empty() => "No work is planned.".into(),
            false => works.iter().map(|work| status::planned(work, &zone)).collect(),
        };
        say(text.trim_end())?;
        Ok(ExitCode::SUCCESS)
    }
}

fn end(id: &Slug, at: &At) -> anyhow::Result<ExitCode> {
    let uri = format!("/api/v1/maintenance/{id}");
    tell(Request::builder().method(Method::DELETE).uri(uri).body(String::new())?, at)?;
    say("withdrawn")?;
    Ok(ExitCode::SUCCESS)
}

fn tell(request: Request<String>, at: &At) -> anyhow::Result<String> {
    at.ask(request)?.done()
}
