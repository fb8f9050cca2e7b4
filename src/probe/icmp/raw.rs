//! How is the kind `icmp` written?

use std::{ops::RangeInclusive, time::Duration};

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Icmp, expect::Expected};
use crate::{
    model::{Endpoint, Host},
    probe::{Bounds, Expectations, RawBounds, dial::RawOrigin},
    raw::{Door, Field, Lapse},
};

const COUNT: u8 = 3;
const SIZE: u16 = 56;
const SPACING: Lapse = Lapse(Duration::from_millis(100));
const SPACINGS: RangeInclusive<Lapse> = Lapse(Duration::from_millis(10))..=Lapse(Duration::from_secs(10));

/// A machine or a way: do ICMP echoes come back, how many and how soon?
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(in crate::probe) struct RawIcmp {
    /// Where to look: a name or an address.
    host: Field<Host>,
    #[serde(rename = "<<")]
    #[schemars(flatten)]
    origin: RawOrigin,
    /// How many echoes are sent, from 1 to 20.
    #[schemars(extend("default" = COUNT))]
    count: Option<Field<u8>>,
    /// How many bytes each carries, from 16 to 1400.
    #[schemars(extend("default" = SIZE))]
    size: Option<Field<u16>>,
    /// How long the next echo waits, from 10ms to 10s; less where the timeout would not hold them all.
    #[schemars(extend("default" = "100ms"))]
    spacing: Option<Field<Lapse>>,
    /// What must be so, or the look is down.
    expect: Option<Field<RawExpect>>,
    /// What should be so, or the look is degraded.
    warn: Option<Field<RawExpect>>,
}

/// What is expected of the echoes.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RawExpect {
    /// The share of echoes that are not answered, in percent, rounded up.
    loss: Option<Field<RawBounds<usize>>>,
    /// The mean time until an answer.
    round_trip: Option<Field<RawBounds<Lapse>>>,
    /// The mean difference between one such time and the next.
    jitter: Option<Field<RawBounds<Lapse>>>,
}

pub(super) fn parse(raw: RawIcmp, door: &mut Door<'_>) -> Option<Icmp> {
    let route = raw.origin.checked(door);
    let count = door.within(raw.count.as_ref(), 1..=20, COUNT);
    let size = door.within(raw.size.as_ref(), 16..=1400, SIZE);
    let Lapse(spacing) = door.within(raw.spacing.as_ref(), SPACINGS, SPACING);
    let expect = |raw, door: &mut Door<'_>| parse_expect(raw, count, door);
    let expectations = Expectations::parse(raw.expect, raw.warn, door, expect);
    let target = Endpoint { host: raw.host.good()?, port: 0 };
    Some(Icmp { target, route, count, size, spacing, expectations })
}

fn parse_expect(raw: RawExpect, count: u8, door: &mut Door<'_>) -> Expected {
    if let Some(jitter) = raw.jitter.as_ref().filter(|_| count < 2) {
        let message = "one echo alone has no jitter";
        door.problem(jitter.span(), message, "let `count` be 2 or more, or leave this out");
    }
    Expected {
        loss: raw.loss.and_then(|raw| parse_loss(raw, door)),
        round_trip: raw.round_trip.and_then(|raw| Bounds::parse(raw, door)),
        jitter: raw.jitter.and_then(|raw| Bounds::parse(raw, door)),
    }
}

fn parse_loss(raw: Field<RawBounds<usize>>, door: &mut Door<'_>) -> Option<Bounds<usize>> {
    let span = raw.span();
    let told = door.told();
    let bounds = Bounds::parse(raw, door)?;
    if bounds.allow(&100) && door.told() == told {
        door.problem(span, "any loss would do", "write {at_most: …} with less than 100, in percent");
    }
    Some(bounds)
}
