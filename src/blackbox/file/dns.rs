//! How is `dns` written?

use serde::Deserialize;

use super::{Protocol, RawTls};
use crate::raw::{Field, Pattern};

/// `dns`.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::blackbox) struct RawDns {
    pub(in crate::blackbox) query_name: Field<String>,
    pub(in crate::blackbox) query_type: Option<Field<String>>,
    pub(in crate::blackbox) query_class: Option<Field<String>>,
    pub(in crate::blackbox) recursion_desired: Option<Field<bool>>,
    pub(in crate::blackbox) transport_protocol: Option<Field<Transport>>,
    pub(in crate::blackbox) dns_over_tls: Option<Field<bool>>,
    pub(in crate::blackbox) tls_config: Option<Field<RawTls>>,
    pub(in crate::blackbox) preferred_ip_protocol: Option<Field<Protocol>>,
    pub(in crate::blackbox) ip_protocol_fallback: Option<Field<bool>>,
    pub(in crate::blackbox) source_ip_address: Option<Field<String>>,
    pub(in crate::blackbox) valid_rcodes: Option<Field<Vec<Field<String>>>>,
    pub(in crate::blackbox) validate_answer_rrs: Option<Field<RawRecords>>,
    pub(in crate::blackbox) validate_authority_rrs: Option<Field<RawRecords>>,
    pub(in crate::blackbox) validate_additional_rrs: Option<Field<RawRecords>>,
}

/// How the question travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::blackbox) enum Transport {
    Udp,
    Tcp,
}

/// What the records of one section must be like, as a zone file would write them.
#[derive(Clone, Debug, Default, Deserialize)]
#[expect(clippy::struct_field_names, reason = "the keys are called so")]
pub(in crate::blackbox) struct RawRecords {
    pub(in crate::blackbox) fail_if_matches_regexp: Option<Field<Vec<Field<Pattern>>>>,
    pub(in crate::blackbox) fail_if_all_match_regexp: Option<Field<Vec<Field<Pattern>>>>,
    pub(in crate::blackbox) fail_if_not_matches_regexp: Option<Field<Vec<Field<Pattern>>>>,
    pub(in crate::blackbox) fail_if_none_matches_regexp: Option<Field<Vec<Field<Pattern>>>>,
}
