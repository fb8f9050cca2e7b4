//! How is `tls_config` written?

use serde::Deserialize;

use super::Text;
use crate::raw::Field;

/// `tls_config`.
#[derive(Clone, Debug, Default, Deserialize)]
pub(in crate::blackbox) struct RawTls {
    pub(in crate::blackbox) insecure_skip_verify: Option<Field<bool>>,
    pub(in crate::blackbox) ca_file: Option<Field<String>>,
    pub(in crate::blackbox) cert_file: Option<Field<String>>,
    pub(in crate::blackbox) key_file: Option<Field<String>>,
    pub(in crate::blackbox) server_name: Option<Field<String>>,
    pub(in crate::blackbox) min_version: Option<Field<GoVersion>>,
    pub(in crate::blackbox) max_version: Option<Field<GoVersion>>,
    /// In the file itself.
    pub(in crate::blackbox) ca: Option<Field<Text>>,
    pub(in crate::blackbox) cert: Option<Field<Text>>,
    pub(in crate::blackbox) key: Option<Field<Text>>,
}

/// A version of TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(in crate::blackbox) enum GoVersion {
    Tls10,
    Tls11,
    Tls12,
    Tls13,
}
