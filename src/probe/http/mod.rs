//! The kind `http`.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    model::{Endpoint, Failure, Finding, Moment},
    probe::{
        Looking,
        dial::{Route, connect},
        kind::Look,
    },
    raw::{Door, Field},
};

/// Checked settings.
#[derive(Debug)]
pub(super) struct Http {
    address: Endpoint,
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Raw {
    /// Where to look.
    address: Field<Endpoint>,
}

impl Look for Http {
    const NAME: &'static str = "http";
    type Raw = Raw;
    type Reply = ();

    fn parse(raw: Raw, _: &mut Door<'_>) -> Option<Self> {
        Some(Self { address: raw.address.good()? })
    }

    fn target(&self) -> String {
        self.address.to_string()
    }

    fn host(&self) -> Arc<str> {
        self.address.host.to_string().into()
    }

    async fn exchange(&self, looking: &mut Looking<'_>) -> Result<(), Failure> {
        connect(looking, &self.address, &Route::default()).await.map(drop)
    }

    fn judge(&self, (): &(), _: Moment) -> Result<Vec<Finding>, Failure> {
        Ok(Vec::new())
    }
}
