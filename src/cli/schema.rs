//! `wardround schema`: what may stand in the configuration, for editors?

use std::process::ExitCode;

pub(super) fn run() -> anyhow::Result<ExitCode> {
    super::say(&serde_json::to_string_pretty(&crate::config::schema())?)?;
    Ok(ExitCode::SUCCESS)
}
