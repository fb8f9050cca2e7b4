//! How do we look? The only folder that speaks to the hospital.
//!
//! A kind of probe is one folder and two lines below: `mod ntp;` and `ntp: ntp::Ntp,` in the list. In its folder:
//! `mod.rs` (the checked type and its `Look`), `raw.rs` (its YAML shape), `wire.rs` (a pure codec, where the
//! protocol is ours to speak) and `expect.rs` (pure: reply → findings).

mod agent;
mod bounds;
mod dial;
mod expectation;
mod kind;
mod looking;
mod printable;

mod dns;
mod http;
mod tcp;
mod tls;

pub use agent::Agent;
pub(crate) use looking::weigh;
pub use looking::{Ask, look};

use bounds::{Bounds, RawBounds};
use expectation::{Expectations, Findings};
use kind::{Look, kinds};
use looking::Looking;
use printable::printable;

kinds! {
    http: http::Http,
    dns: dns::Dns,
    tls: tls::Tls,
    tcp: tcp::Tcp,
}
