//! How is `tcp` written?

use serde::Deserialize;

use super::{Protocol, RawTls, Text};
use crate::raw::{Field, Pattern};

/// `tcp`.
#[derive(Clone, Debug, Default, Deserialize)]
pub(in crate::blackbox) struct RawTcp {
    pub(in crate::blackbox) preferred_ip_protocol: Option<Field<Protocol>>,
    pub(in crate::blackbox) ip_protocol_fallback: Option<Field<bool>>,
    pub(in crate::blackbox) source_ip_address: Option<Field<String>>,
    pub(in crate::blackbox) query_response: Option<Field<Vec<Field<RawExchange>>>>,
    pub(in crate::blackbox) tls: Option<Field<bool>>,
    pub(in crate::blackbox) tls_config: Option<Field<RawTls>>,
}

/// What is waited for, and said then.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::blackbox) struct RawExchange {
    pub(in crate::blackbox) expect: Option<Field<Pattern>>,
    pub(in crate::blackbox) labels: Option<Field<Vec<Field<RawLabel>>>>,
    pub(in crate::blackbox) send: Option<Field<Text>>,
    pub(in crate::blackbox) starttls: Option<Field<bool>>,
}

/// A label of `probe_expect_info`.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::blackbox) struct RawLabel {
    pub(in crate::blackbox) name: Field<String>,
    pub(in crate::blackbox) value: Field<Text>,
}
