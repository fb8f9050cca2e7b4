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

/// How it is written: a part of each kind that speaks to one port.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(crate) struct RawRoute {
    /// Connect to this host and port instead: one member behind a VIP. Name and certificate (and the header `Host`) stay those
    /// of the target.
    connect_to: Option<Field<Endpoint>>,
    #[serde(rename = "<<")]
    #[schemars(flatten)]
    origin: RawOrigin,
}

/// How the way to a name begins: a part of every kind.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(crate) struct RawOrigin {
    /// Which addresses of the name are tried, and in which order.
    #[schemars(extend("default" = "prefer-v4"))]
    family: Option<Field<Family>>,
    /// The address of ours to come from. By default the system chooses it.
    source: Option<Field<IpAddr>>,
}

impl RawRoute {
    pub(crate) fn checked(self, door: &mut Door<'_>) -> Route {
        let connect_to = self.connect_to.and_then(Field::good);
        Route { connect_to, ..self.origin.checked(door) }
    }
}

impl RawOrigin {
    /// A source of ours says which family it can reach.
    pub(crate) fn checked(self, door: &mut Door<'_>) -> Route {
        let span = self.source.as_ref().map(Field::span);
        let source = self.source.and_then(Field::good);
        let wanted = self.family.and_then(Field::good);
        let family = source.map_or_else(|| wanted.unwrap_or_default(), Family::of);
        if let (Some(span), Some(wanted)) = (span, wanted)
            && !wanted.reaches(family)
        {
            let message = "this source address is not of the family that is asked for";
            door.problem(span, message, "leave `family` out: the source decides it");
        }
        Route { family, source, connect_to: None }
    }
}

impl Route {
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
