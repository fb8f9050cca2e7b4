//! How is the kind `dicom` written?

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Dicom,
    expect::{Expected, Status},
    title::Title,
};
use crate::{
    model::Endpoint,
    probe::{
        Expectations,
        dial::{
            RawRoute,
            tls::{RawTls, Tls},
        },
    },
    raw::{Brief, Door, Field, OneOrMany},
};

/// Who we say that we are, where `calling` says nothing.
const CALLING: &str = "WARDROUND";

/// An archive, a modality, a workstation: does it answer C-ECHO? Nothing else is ever asked of it.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(in crate::probe) struct RawDicom {
    /// Where to look: `host:port`.
    address: Field<Endpoint>,
    /// The AE title of whom we call.
    called: Field<Title>,
    /// Our own AE title. Many know only callers that were registered with them.
    #[schemars(extend("default" = CALLING))]
    calling: Option<Field<Title>>,
    #[serde(rename = "<<")]
    #[schemars(flatten)]
    route: RawRoute,
    /// TLS from the first byte on: `true`, or a map with a private CA, a client certificate, …
    #[schemars(extend("default" = false))]
    tls: Option<Field<Brief<bool, RawTls>>>,
    /// What must be so, or the look is down.
    expect: Option<Field<RawExpect>>,
    /// What should be so, or the look is degraded.
    warn: Option<Field<RawExpect>>,
}

/// What is expected of the answer.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RawExpect {
    /// The status of the echo: one of these, by name or in four hexadecimal digits. Default under `expect`: `success`.
    status: Option<Field<OneOrMany<Status>>>,
}

pub(super) fn parse(raw: RawDicom, door: &mut Door<'_>) -> Option<Dicom> {
    let route = raw.route.checked(door);
    let tls = raw.tls.and_then(|tls| Tls::wanted(tls, door));
    let mut expectations = Expectations::parse(raw.expect, raw.warn, door, |raw, door| Expected {
        statuses: door.values(raw.status),
    });
    expectations.must = expectations.must.or_success();
    let calling = raw.calling.map_or_else(|| Title::parse(CALLING).ok(), Field::good)?;
    let (address, called) = (raw.address.good()?, raw.called.good()?);
    Some(Dicom { address, route, tls, calling, called, expectations })
}
