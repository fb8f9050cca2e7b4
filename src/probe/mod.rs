//! How do we look? The only folder that speaks to the hospital.
//!
//! A kind of probe is one folder and two lines below: `mod ntp;` and `ntp: ntp::Ntp,` in the list. In its folder:
//! `mod.rs` (the checked type and its `Look`), `raw.rs` (its YAML shape), `wire.rs` (a pure codec, where the
//! protocol is ours to speak) and `expect.rs` (pure: reply → findings).

mod agent;
mod ber;
mod bounds;
mod closely;
mod dial;
mod expectation;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod kind;
mod lockout;
mod looking;
mod patience;
mod printable;
mod random;
mod reading;
mod redact;
mod stranger;
mod token;
#[cfg(test)]
mod tried;

mod dicom;
mod dns;
mod fhir;
mod http;
mod icmp;
mod journey;
mod ldap;
mod mllp;
pub(crate) mod oidc;
mod smtp;
mod tcp;
mod tls;

pub use agent::Agent;
pub(crate) use closely::{Besides, Closely, look_closely};
// For those whom we tell, by the same ways by which we look.
pub(crate) use dial::{
    Route, Stopwatch, Stream, connect,
    tls::{RawClient, RawTls, Tls, Version, provider},
};
pub(crate) use http::{Answer, OURS, Place, Proxy, ProxyUrl, RawAuth, RawProxy, Reach, http1};
pub use looking::{Ask, look};
pub(crate) use looking::{Looking, weigh};
pub(crate) use printable::printable;
pub(crate) use random::random;
pub(crate) use reading::Reading;
pub(crate) use stranger::{Stranger, stranger};
pub(crate) use tls::StartTls;

use bounds::{Bounds, RawBounds};
use expectation::{Expectations, Findings};
use kind::{Look, kinds};

kinds! {
    http: http::Http,
    dns: dns::Dns,
    tls: tls::Tls,
    tcp: tcp::Tcp,
    mllp: mllp::Mllp,
    ldap: ldap::Ldap,
    dicom: dicom::Dicom,
    fhir: fhir::Fhir,
    smtp: smtp::Smtp,
    oidc: oidc::Oidc,
    journey: journey::Journey,
    icmp: icmp::Icmp,
}
