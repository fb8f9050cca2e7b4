//! Which series are there about who asks us?

use super::{Family, Label, Unit};

pub(crate) static REQUESTS: Family =
    Family::counter("wardround_serve_requests_total", Unit::Count, "Requests, by the kind of answer.")
        .labels(&[Label::Site, Label::Answer]);

pub(crate) static SIGN_INS: Family = Family::counter(
    "wardround_serve_sign_ins_total",
    Unit::Count,
    "Attempts to sign in, or to be known by a token that is not one. Good tokens are not counted.",
)
.labels(&[Label::Site, Label::SignIn]);

pub(crate) static TURNED_AWAY: Family = Family::counter(
    "wardround_serve_turned_away_total",
    Unit::Count,
    "Requests and connections turned away because their client asked too much at once.",
);

pub(crate) static SERVE_TLS_OK: Family = Family::gauge(
    "wardround_serve_tls_reload_ok",
    Unit::Code,
    "Whether the files of our own certificate could be used when they last changed: 1, or 0 while an older pair is shown.",
)
.absent("where this agent does not speak TLS itself.");

pub(crate) static SERVE_TLS_NOT_AFTER: Family = Family::gauge(
    "wardround_serve_tls_not_after_timestamp_seconds",
    Unit::Timestamp,
    "When the certificate that this agent shows expires.",
)
.absent("where this agent does not speak TLS itself.");

/// Every metric about who asks us.
pub(super) const SERVE: &[&Family] =
    &[&REQUESTS, &SIGN_INS, &TURNED_AWAY, &SERVE_TLS_OK, &SERVE_TLS_NOT_AFTER];
