//! Which way leads to an endpoint?

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    model::Endpoint,
    raw::{Door, Field},
};

/// Which addresses of a name are tried, and in which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
pub(crate) enum Family {
    /// IPv4 first, then IPv6.
    #[default]
    #[serde(rename = "prefer-v4")]
    PreferV4,
    /// IPv6 first, then IPv4.
    #[serde(rename = "prefer-v6")]
    PreferV6,
    /// IPv4 only.
    #[serde(rename = "v4")]
    V4,
    /// IPv6 only.
    #[serde(rename = "v6")]
    V6,
}

/// How to get to an endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Route {
    /// Which addresses are tried.
    pub(crate) family: Family,
    /// The address of ours to come from.
    pub(crate) source: Option<IpAddr>,
    /// Go here instead: one member behind a VIP, while name and certificate stay those of the target.
    pub(crate) connect_to: Option<Endpoint>,
}

impl Route {
    /// Checks what was written. A source of ours says which family it can reach.
    pub(crate) fn parse(
        family: Option<Field<Family>>,
        source: Option<Field<IpAddr>>,
        connect_to: Option<Field<Endpoint>>,
        door: &mut Door<'_>,
    ) -> Self {
        let span = source.as_ref().map(Field::span);
        let source = source.and_then(Field::good);
        let wanted = family.and_then(Field::good);
        let family = source.map_or_else(|| wanted.unwrap_or_default(), Family::of);
        if let (Some(span), Some(wanted)) = (span, wanted)
            && !wanted.reaches(family)
        {
            let message = "this source address is not of the family that is asked for";
            door.problem(span, message, "leave `family` out: the source decides it");
        }
        Self { family, source, connect_to: connect_to.and_then(Field::good) }
    }

    /// The endpoint that is dialled to reach `target`.
    pub(crate) fn dialled<'a>(&'a self, target: &'a Endpoint) -> &'a Endpoint {
        self.connect_to.as_ref().unwrap_or(target)
    }
}

impl Family {
    fn of(address: IpAddr) -> Self {
        if address.is_ipv4() { Self::V4 } else { Self::V6 }
    }

    /// Whether some address of this family may be of the family `only`.
    fn reaches(self, only: Self) -> bool {
        matches!(self, Self::PreferV4 | Self::PreferV6) || self == only
    }

    /// Whether `address` may be used.
    pub(super) fn allows(self, address: IpAddr) -> bool {
        match self {
            Self::PreferV4 | Self::PreferV6 => true,
            Self::V4 => address.is_ipv4(),
            Self::V6 => address.is_ipv6(),
        }
    }
}
