//! What can be typed? The verbs, one file each.

mod check;
mod csv;
mod demo;
mod errand;
mod fold;
mod import;
mod incidents;
mod ledger;
mod maintenance;
mod monitor;
mod notify;
mod papers;
mod password;
mod probe;
mod replay;
mod report;
mod run;
mod schema;
mod status;
mod stored;
mod waterfall;
mod within;
mod words;

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::{self, Plan};

/// The exit code for a configuration with problems (`EX_CONFIG` of sysexits.h).
const BAD_CONFIGURATION: u8 = 78;

/// Watches whether a hospital's clinical systems are there, and fast, from where clinicians stand.
#[derive(Debug, Parser)]
#[command(name = "wardround", version, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    verb: Verb,
    /// How log lines are written.
    #[arg(long, global = true, value_enum, default_value_t, env = "WARDROUND_LOG_FORMAT")]
    log_format: LogFormat,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Go round: look at every probe on its schedule and show what is seen.
    Run(run::Run),
    /// Read the configuration and tell every problem.
    Check(check::Check),
    /// Look once, now, and show where the time went.
    Probe(probe::Probe),
    /// Show how each service is, since when, and what is open.
    Status(status::Status),
    /// List incidents, or show one with the looks that showed it.
    Incidents(incidents::Incidents),
    /// Tell of a period what was promised, what became of it, and what nobody saw.
    Report(report::Report),
    /// Tell what would have been told of the remembered looks under another configuration.
    Replay(replay::Replay),
    /// Announce planned work to the running agent, or take it back.
    Maintenance(maintenance::Maintenance),
    /// Tell receivers of a test, to see whether they can be told.
    Notify(notify::Notify),
    /// Print the hash of a password that is typed or piped, to be written in the configuration.
    Password(password::Password),
    /// Print a configuration made of a blackbox.yml and the scrapes that use it.
    Import(import::Import),
    /// Print the JSON Schema of the configuration, for editors.
    Schema,
    /// Print what completes a command line in a shell.
    Completions(papers::Completions),
    /// Print the manual page, or write one for each verb.
    Man(papers::Man),
    /// Look after what is remembered.
    #[command(subcommand)]
    Ledger(ledger::Ledger),
    /// Watch a small simulated hospital on this machine.
    Demo(demo::Demo),
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For machines: one object a line.
    Json,
}

/// Where the configuration is.
#[derive(Debug, Args)]
struct Configured {
    /// The configuration.
    #[arg(long, value_name = "FILE", default_value = "probes.yaml", env = "WARDROUND_CONFIG")]
    config: PathBuf,
}

/// The configuration has problems: their text.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct BadConfiguration(String);

impl Configured {
    fn load(&self) -> Result<Plan, BadConfiguration> {
        config::load(&self.config).map_err(|problems| BadConfiguration(problems.to_string()))
    }
}

impl Cli {
    /// Does what was typed. The exit code says how it went.
    ///
    /// # Errors
    /// Whatever stopped it, in words; [`exit_code`] says with which code to leave.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        log_to_stderr(self.log_format, self.verb.logged());
        match self.verb {
            Verb::Run(run) => run.run(),
            Verb::Check(check) => check.run(),
            Verb::Probe(probe) => probe.run(),
            Verb::Status(status) => status.run(),
            Verb::Incidents(incidents) => incidents.run(),
            Verb::Report(report) => report.run(),
            Verb::Replay(replay) => replay.run(),
            Verb::Maintenance(maintenance) => maintenance.run(),
            Verb::Notify(notify) => notify.run(),
            Verb::Password(password) => password.run(),
            Verb::Import(import) => import.run(),
            Verb::Schema => schema::run(),
            Verb::Completions(completions) => completions.run(),
            Verb::Man(man) => man.run(),
            Verb::Ledger(ledger) => ledger.run(),
            Verb::Demo(demo) => demo.run(),
        }
    }
}

/// The code to leave with after an error.
pub fn exit_code(error: &anyhow::Error) -> ExitCode {
    if error.is::<BadConfiguration>() { ExitCode::from(BAD_CONFIGURATION) } else { ExitCode::FAILURE }
}

impl Verb {
    /// What is logged unless something else is asked for. What the demo has to tell is on its screen.
    fn logged(&self) -> &'static str {
        if matches!(self, Self::Demo(_)) { "error" } else { "info" }
    }
}

/// Logs to standard error; `WARDROUND_LOG` sets what is logged.
fn log_to_stderr(format: LogFormat, logged: &str) {
    use tracing_subscriber::{EnvFilter, fmt};
    let filter = EnvFilter::try_from_env("WARDROUND_LOG").unwrap_or_else(|_| EnvFilter::new(logged));
    // A log that cannot be written (its disk is full) must not be told of there: that would end the monitor.
    let lines = fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    let lines = lines.log_internal_errors(false);
    let set = match format {
        LogFormat::Text => lines.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
    // A second call (tests do that) finds the log already set.
    drop(set);
}

/// Prints `text` and a line's end. A reader that has gone away (`| head`) has seen enough.
fn say(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        told => told,
    }
}
