//! In what do we answer otherwise on purpose? A deviation that is no longer true fails the test that names it.

/// Metrics that differ, and why.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deviation {
    /// What `docs/blackbox.md` says of it.
    pub(super) words: &'static str,
    pub(super) metrics: &'static [&'static str],
}

pub(super) const ALL: [Deviation; 12] =
    [NEWER, DISTRUSTED, SKIPPED, LATE, NO_LINE, TRUNCATED, CIRCLE, LIMIT, PACKED, UNREAD, LOG_IN, HOPS];

pub(super) const NEWER: Deviation = Deviation {
    words: "`probe_tls_cipher_info` and the label `serialnumber`",
    metrics: &["probe_tls_cipher_info", "probe_ssl_last_chain_info"],
};

pub(super) const DISTRUSTED: Deviation = Deviation {
    words: "The certificate of a server that is not trusted",
    metrics: &["probe_ssl_earliest_cert_expiry", "probe_tls_version_info", "probe_ssl_last_chain_info"],
};

pub(super) const SKIPPED: Deviation = Deviation {
    words: "no expiry in the year 1",
    metrics: &["probe_ssl_last_chain_expiry_timestamp_seconds"],
};

pub(super) const LATE: Deviation = Deviation {
    words: "The phase in which a probe runs out of time",
    metrics: &["probe_http_duration_seconds"],
};

pub(super) const NO_LINE: Deviation = Deviation {
    words: "A reply without a line break",
    metrics: &["probe_success", "probe_duration_seconds"],
};

pub(super) const TRUNCATED: Deviation =
    Deviation { words: "A truncated DNS reply", metrics: &["probe_dns_answer_rrs", "probe_success"] };

pub(super) const CIRCLE: Deviation =
    Deviation { words: "Redirects that lead in a circle", metrics: &["probe_http_redirects"] };

pub(super) const LIMIT: Deviation = Deviation {
    words: "A body that is larger than `body_size_limit`",
    metrics: &["probe_http_uncompressed_body_length"],
};

pub(super) const PACKED: Deviation = Deviation {
    words: "`compression: gzip` without the header `Accept-Encoding`",
    metrics: &["probe_success", "probe_http_content_length", "probe_http_uncompressed_body_length"],
};

pub(super) const UNREAD: Deviation = Deviation {
    words: "A rule for the body of a redirect that is not followed",
    metrics: &["probe_success", "probe_failed_due_to_regex"],
};

pub(super) const LOG_IN: Deviation = Deviation {
    words: "A log-in goes to the target's own host alone",
    metrics: &[
        "probe_success",
        "probe_http_status_code",
        "probe_http_content_length",
        "probe_http_uncompressed_body_length",
        "probe_http_last_modified_timestamp_seconds",
    ],
};

pub(super) const HOPS: Deviation =
    Deviation { words: "`probe_icmp_reply_hop_limit`", metrics: &["probe_icmp_reply_hop_limit"] };
