//! Where is what is remembered?

use std::path::PathBuf;

use clap::Args;

/// Where the ledger is.
#[derive(Clone, Debug, Args)]
pub(super) struct Stored {
    /// The folder of the ledger.
    #[arg(long, value_name = "DIR", default_value = "wardround-data", env = "WARDROUND_DATA")]
    pub(super) data: PathBuf,
}
