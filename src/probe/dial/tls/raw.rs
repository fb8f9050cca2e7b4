//! How are TLS settings written?

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    model::Host,
    raw::{Field, SecretSource},
};

/// `tls:` below a kind: how TLS is spoken and whom it trusts.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct RawTls {
    /// The name that is sent (SNI) and that the certificate must carry, where it is not the target's host.
    pub(crate) server_name: Option<Field<Host>>,
    /// A PEM file with the only certificates to trust, instead of this machine's roots: those of a private CA, or the
    /// target's own.
    pub(crate) ca: Option<Field<String>>,
    /// Our own certificate, for targets that ask for one (mTLS). It is shown only to a server that is trusted.
    pub(crate) client: Option<Field<RawClient>>,
    /// The lowest TLS version that we offer. Default: TLS 1.2.
    pub(crate) minimum: Option<Field<Version>>,
}

/// Our own certificate and its key.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct RawClient {
    /// A PEM file with the certificate and the chain to its issuer.
    pub(in crate::probe) certificate: Field<String>,
    /// The private key as PEM: `{file: path}` or `${env:NAME}`.
    pub(in crate::probe) key: Field<SecretSource>,
}

/// A TLS version that we can speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
pub(crate) enum Version {
    /// TLS 1.2 and 1.3.
    #[default]
    #[serde(rename = "TLS 1.2")]
    V12,
    /// TLS 1.3 alone.
    #[serde(rename = "TLS 1.3")]
    V13,
}

impl Version {
    /// What it is called.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::V12 => "TLS 1.2",
            Self::V13 => "TLS 1.3",
        }
    }
}
