//! argv in, exit code out; the only place that prints an error.

use std::process::ExitCode;

use clap::Parser;
use wardround::cli::{Cli, exit_code};

#[expect(clippy::print_stderr, reason = "the only place that prints an error")]
fn main() -> ExitCode {
    Cli::parse().run().unwrap_or_else(|error| {
        eprintln!("{error:#}");
        exit_code(&error)
    })
}
