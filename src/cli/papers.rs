//! `wardround completions` and `wardround man`: what a package ships beside the program.

use std::{fs, io, path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Cli, say};

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// For which shell.
    shell: Shell,
}

#[derive(Debug, Args)]
pub(super) struct Man {
    /// The folder for a page of each verb; the page of the program is printed if it is left out.
    folder: Option<PathBuf>,
}

impl Completions {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "wardround", &mut script);
        say(String::from_utf8(script)?.trim_end())?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Man {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let command = Cli::command().name("wardround");
        match self.folder {
            Some(folder) => {
                fs::create_dir_all(&folder)
                    .and_then(|()| clap_mangen::generate_to(command, &folder))
                    .with_context(|| format!("{}: it cannot be written", folder.display()))?;
            }
            None => say(page(command)?.trim_end())?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn page(command: clap::Command) -> io::Result<String> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}
