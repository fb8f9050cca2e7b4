//! What did a probe see, look by look and hour by hour?

use std::time::Duration;

use axum::{http::Method, routing::get};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    call::Call,
    operation::{Gives, Kind, Operation, Parameter, of},
    page::{CURSOR, FROM, UNTIL},
    problem::Problem,
    reply::{Answer, json},
    shape::ProbePlan,
};
use crate::{
    config::Role,
    ledger::{Hour, line::LookLine},
    model::{Moment, Period, ProbeId},
    serve::{board::ProbeStanding, routes::Route},
};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        route: Route {
            method: Method::GET,
            path: "/api/v1/services/{service}/probes/{probe}",
            needs: Role::View,
            does: "one probe: its plan, how it stands, its last look",
            handler: || get(probe),
        },
        asks: &[SERVICE, PROBE],
        takes: None,
        gives: Gives::json(of::<Probe>),
    },
    Operation {
        route: Route {
            method: Method::GET,
            path: "/api/v1/services/{service}/probes/{probe}/looks",
            needs: Role::View,
            does: "the looks of one probe, by when they began",
            handler: || get(looks),
        },
        asks: &[SERVICE, PROBE, FROM, UNTIL, LIMIT, CURSOR],
        takes: None,
        gives: Gives::json(of::<Looks>),
    },
    Operation {
        route: Route {
            method: Method::GET,
            path: "/api/v1/services/{service}/probes/{probe}/hours",
            needs: Role::View,
            does: "what the looks of one probe were in each hour, long after they are forgotten",
            handler: || get(hours),
        },
        asks: &[SERVICE, PROBE, FROM, UNTIL],
        takes: None,
        gives: Gives::json(of::<Hours>),
    },
];

const SERVICE: Parameter = Parameter::new("service", Kind::Segment, "which service");
const PROBE: Parameter = Parameter::new("probe", Kind::Segment, "which of its probes");
const LIMIT: Parameter =
    Parameter::new("limit", Kind::Count(1..=1000), "about how many looks, 100 if left out");

const DAY: Duration = Duration::from_hours(24);

/// The longest period whose hours are told at once.
const LONGEST: Duration = Duration::from_hours(24 * 400);

/// One probe.
#[derive(Serialize, JsonSchema)]
struct Probe {
    /// What the plan says of it.
    plan: ProbePlan,
    /// How it stands.
    standing: ProbeStanding,
    /// The last look.
    #[serde(skip_serializing_if = "Option::is_none")]
    look: Option<LookLine>,
}

/// Some looks.
#[derive(Serialize, JsonSchema)]
struct Looks {
    /// Those. All that began in the same millisecond as the last are among them, even if that is more than `limit`.
    looks: Vec<LookLine>,
    /// Where there are more; left out if there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// What the looks were in each hour.
#[derive(Serialize, JsonSchema)]
struct Hours {
    /// All hours together; `hour` is when the period begins.
    whole: HourTold,
    /// Each hour of UTC in which there were looks.
    hours: Vec<HourTold>,
}

/// What the looks of an hour were.
#[derive(Serialize, JsonSchema)]
struct HourTold {
    /// When it began.
    hour: Moment,
    up: u64,
    degraded: u64,
    down: u64,
    unknown: u64,
    /// How long good looks took, of which so many were no longer; null where there was none. Rounded up by less than 1/32.
    p50_us: Option<u64>,
    p90_us: Option<u64>,
    p95_us: Option<u64>,
    p99_us: Option<u64>,
    /// How long all good looks took together.
    sum_us: u64,
    /// How long the longest good look took.
    max_us: u64,
}

async fn probe(call: Call) -> Answer {
    let (id, standing) = (known(&call).await?, call.standing());
    let service = standing.service(&id.service);
    let probe = service.and_then(|service| service.probes.iter().find(|probe| probe.probe == id.probe));
    let probe = probe.ok_or_else(|| no_probe(&id))?;
    let outline = standing.outline.probes.get(probe.place).ok_or_else(|| no_probe(&id))?;
    let look = probe.look.as_deref().map(LookLine::of);
    json(&Probe { plan: ProbePlan::of(outline), standing: probe.clone(), look })
}

async fn looks(call: Call) -> Answer {
    let (id, period) = (known(&call).await?, call.period(DAY)?);
    let from = call.cursor::<Moment>()?.unwrap_or(period.from).max(period.from);
    let page = Period::new(from, period.until);
    let page = call.desk.serve.past.looks(id, page, call.count("limit").unwrap_or(100)).await?;
    let next = page.next.map(|next| call.next(&next, period));
    json(&Looks { looks: page.looks.iter().map(LookLine::of).collect(), next })
}

async fn hours(call: Call) -> Answer {
    let (id, period) = (known(&call).await?, call.period(7 * DAY)?);
    if period.length() > LONGEST {
        return Err(Problem::refused("ask for at most 400 days at once"));
    }
    let hours = call.desk.serve.past.hours(id, period).await?;
    let whole = hours.iter().fold(Hour::new(period.from), |mut whole, hour| {
        whole.merge(hour);
        whole
    });
    json(&Hours { whole: HourTold::of(&whole), hours: hours.iter().map(HourTold::of).collect() })
}

/// The probe that is meant: one of the plan, or one that is remembered.
async fn known(call: &Call) -> Result<ProbeId, Problem> {
    let id = ProbeId::new(call.segment("service")?, call.segment("probe")?);
    if call.standing().outline.probes.iter().any(|probe| probe.id == id) {
        return Ok(id);
    }
    let remembered = call.desk.serve.past.probes().await?;
    if remembered.contains(&id) { Ok(id) } else { Err(no_probe(&id)) }
}

fn no_probe(id: &ProbeId) -> Problem {
    Problem::nothing(format!("there is no probe `{id}`"))
}

impl HourTold {
    fn of(hour: &Hour) -> Self {
        let [up, degraded, down, unknown] = hour.outcomes;
        let quantile = |q| hour.latency.quantile(q).map(us);
        Self {
            hour: hour.from,
            up,
            degraded,
            down,
            unknown,
            p50_us: quantile(0.5),
            p90_us: quantile(0.9),
            p95_us: quantile(0.95),
            p99_us: quantile(0.99),
            sum_us: us(hour.sum),
            max_us: us(hour.max),
        }
    }
}

fn us(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}
