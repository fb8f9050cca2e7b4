//! `wardround import`: what is a `blackbox.yml`, with the scrapes that use it, in our own words?

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use clap::Args;

use super::{BadConfiguration, say};
use crate::{blackbox::import, config::System, raw::Outside};

#[derive(Debug, Args)]
pub(super) struct Import {
    /// The `blackbox.yml` of `blackbox_exporter`.
    blackbox: PathBuf,
    /// The `prometheus.yml` whose scrape jobs use it. Left out: every module becomes a probe of a target to replace.
    prometheus: Option<PathBuf>,
}

/// The largest file that is read, in bytes.
const LARGEST: usize = 64 << 20;

impl Import {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let blackbox = read(&self.blackbox)?;
        let prometheus = self.prometheus.as_deref().map(read).transpose()?;
        let prometheus = prometheus.as_ref().map(|(name, text)| (name.as_str(), text.as_str()));
        let imported = import((&blackbox.0, &blackbox.1), prometheus)
            .map_err(|problems| BadConfiguration(problems.to_string()))?;
        let mut notes = std::io::stderr().lock();
        for note in &imported.notes {
            writeln!(notes, "{note}")?;
        }
        say(imported.yaml.trim_end())?;
        Ok(ExitCode::SUCCESS)
    }
}

fn read(path: &Path) -> anyhow::Result<(String, String)> {
    let name = path.display().to_string();
    let bytes = System.file(path, LARGEST).map_err(anyhow::Error::msg).with_context(|| name.clone())?;
    let text = String::from_utf8(bytes).with_context(|| format!("{name} is not UTF-8 text"))?;
    Ok((name, text))
}
