//! How is `http` written?

use serde::{Deserialize, de::IgnoredAny};

use super::{Protocol, RawTls, Text};
use crate::raw::{Entries, Field, Pattern};

/// `http`.
#[derive(Clone, Debug, Default, Deserialize)]
pub(in crate::blackbox) struct RawHttp {
    pub(in crate::blackbox) valid_status_codes: Option<Field<Vec<Field<u16>>>>,
    pub(in crate::blackbox) valid_http_versions: Option<Field<Vec<Field<Text>>>>,
    pub(in crate::blackbox) preferred_ip_protocol: Option<Field<Protocol>>,
    pub(in crate::blackbox) ip_protocol_fallback: Option<Field<bool>>,
    pub(in crate::blackbox) method: Option<Field<Text>>,
    pub(in crate::blackbox) headers: Option<Field<Entries<Text>>>,
    pub(in crate::blackbox) body: Option<Field<Text>>,
    pub(in crate::blackbox) body_file: Option<Field<String>>,
    pub(in crate::blackbox) follow_redirects: Option<Field<bool>>,
    pub(in crate::blackbox) no_follow_redirects: Option<Field<bool>>,
    pub(in crate::blackbox) fail_if_ssl: Option<Field<bool>>,
    pub(in crate::blackbox) fail_if_not_ssl: Option<Field<bool>>,
    pub(in crate::blackbox) fail_if_body_matches_regexp: Option<Field<Vec<Field<Pattern>>>>,
    pub(in crate::blackbox) fail_if_body_not_matches_regexp: Option<Field<Vec<Field<Pattern>>>>,
    pub(in crate::blackbox) fail_if_header_matches: Option<Field<Vec<Field<RawHeaderMatch>>>>,
    pub(in crate::blackbox) fail_if_header_not_matches: Option<Field<Vec<Field<RawHeaderMatch>>>>,
    pub(in crate::blackbox) compression: Option<Field<Text>>,
    pub(in crate::blackbox) body_size_limit: Option<Field<Text>>,
    pub(in crate::blackbox) basic_auth: Option<Field<RawBasic>>,
    pub(in crate::blackbox) authorization: Option<Field<RawAuthorization>>,
    pub(in crate::blackbox) bearer_token: Option<Field<Text>>,
    pub(in crate::blackbox) bearer_token_file: Option<Field<String>>,
    pub(in crate::blackbox) tls_config: Option<Field<RawTls>>,
    pub(in crate::blackbox) proxy_url: Option<Field<Text>>,
    pub(in crate::blackbox) enable_http2: Option<Field<bool>>,
    pub(in crate::blackbox) enable_http3: Option<Field<bool>>,
    pub(in crate::blackbox) proxy_from_environment: Option<Field<bool>>,
    pub(in crate::blackbox) no_proxy: Option<Field<IgnoredAny>>,
    pub(in crate::blackbox) proxy_connect_header: Option<Field<IgnoredAny>>,
    pub(in crate::blackbox) oauth2: Option<Field<IgnoredAny>>,
    pub(in crate::blackbox) http_headers: Option<Field<IgnoredAny>>,
    pub(in crate::blackbox) fail_if_body_json_matches_cel: Option<Field<IgnoredAny>>,
    pub(in crate::blackbox) fail_if_body_json_not_matches_cel: Option<Field<IgnoredAny>>,
    #[expect(dead_code, reason = "a proxy is always asked by name here")]
    skip_resolve_phase_with_proxy: Option<Field<bool>>,
}

/// What must not be, or must be, in a header.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::blackbox) struct RawHeaderMatch {
    pub(in crate::blackbox) header: Field<String>,
    pub(in crate::blackbox) regexp: Field<Pattern>,
    pub(in crate::blackbox) allow_missing: Option<Field<bool>>,
}

/// `basic_auth`.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::blackbox) struct RawBasic {
    pub(in crate::blackbox) username: Option<Field<Text>>,
    pub(in crate::blackbox) username_file: Option<Field<String>>,
    pub(in crate::blackbox) password: Option<Field<Text>>,
    pub(in crate::blackbox) password_file: Option<Field<String>>,
}

/// `authorization`.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::blackbox) struct RawAuthorization {
    #[serde(rename = "type")]
    pub(in crate::blackbox) scheme: Option<Field<String>>,
    pub(in crate::blackbox) credentials: Option<Field<Text>>,
    pub(in crate::blackbox) credentials_file: Option<Field<String>>,
}
