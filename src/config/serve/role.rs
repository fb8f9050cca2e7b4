//! What may somebody do here?

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What somebody may do; each may do all that those before it may.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Find the sign-in page, and hear that we serve: no more.
    #[default]
    #[serde(skip_deserializing)]
    Anybody,
    /// See what is marked `public`. Everybody may, where there is a public view.
    #[serde(skip_deserializing)]
    Public,
    /// See everything.
    View,
    /// Write notes, acknowledge incidents, announce planned work.
    Operate,
    /// Reload the configuration, check one, read who did what.
    Admin,
}

impl Role {
    /// Every role, the least first.
    pub const ALL: [Self; 5] = [Self::Anybody, Self::Public, Self::View, Self::Operate, Self::Admin];

    /// Its name, as it is written.
    pub fn label(self) -> &'static str {
        match self {
            Self::Anybody => "anybody",
            Self::Public => "public",
            Self::View => "view",
            Self::Operate => "operate",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}
