//! `wardround password`: which hash is to be written for this password?

use std::{
    io::{self, BufRead, IsTerminal, Write},
    process::ExitCode,
};

use anyhow::{Context, bail, ensure};
use clap::Args;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use super::say;
use crate::config::{Hash, LONGEST_PASSWORD};

/// The shortest password, in characters.
const SHORTEST: usize = 8;

#[derive(Debug, Args)]
pub(super) struct Password {}

impl Password {
    #[expect(clippy::unused_self, reason = "every verb runs alike")]
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let password = if io::stdin().is_terminal() { typed()? } else { line()? };
        ensure!(password.chars().count() >= SHORTEST, "a password has at least {SHORTEST} characters");
        ensure!(password.len() <= LONGEST_PASSWORD, "a password has at most {LONGEST_PASSWORD} bytes");
        say(&Hash::of(&password).map_err(anyhow::Error::msg)?)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// What is typed twice alike, without being seen.
fn typed() -> anyhow::Result<String> {
    let silence = Silence::keep()?;
    let first = asked("Password: ")?;
    let second = asked("Again: ")?;
    drop(silence);
    if first != second {
        bail!("these are two different passwords");
    }
    Ok(first)
}

fn asked(question: &str) -> anyhow::Result<String> {
    let mut out = io::stderr().lock();
    write!(out, "{question}").and_then(|()| out.flush())?;
    let answer = line();
    writeln!(out)?;
    answer
}

fn line() -> anyhow::Result<String> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).context("the password cannot be read")?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}

/// While it lasts, the terminal does not show what is typed.
struct Silence(Termios);

impl Silence {
    fn keep() -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        tcsetattr(io::stdin(), OptionalActions::Flush, &silent)?;
        Ok(Self(before))
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        // A terminal that has gone away needs no echo.
        let _ = tcsetattr(io::stdin(), OptionalActions::Flush, &self.0);
    }
}
