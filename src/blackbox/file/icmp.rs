//! How is `icmp` written?

use serde::Deserialize;

use super::Protocol;
use crate::raw::Field;

/// `icmp`.
#[derive(Clone, Debug, Default, Deserialize)]
pub(in crate::blackbox) struct RawIcmp {
    pub(in crate::blackbox) preferred_ip_protocol: Option<Field<Protocol>>,
    pub(in crate::blackbox) ip_protocol_fallback: Option<Field<bool>>,
    pub(in crate::blackbox) source_ip_address: Option<Field<String>>,
    pub(in crate::blackbox) payload_size: Option<Field<u32>>,
    pub(in crate::blackbox) dont_fragment: Option<Field<bool>>,
    pub(in crate::blackbox) ttl: Option<Field<u8>>,
}
