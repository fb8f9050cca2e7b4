//! Who changed what?

use std::time::Duration;

use axum::{http::Method, routing::get};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    call::Call,
    operation::{Gives, Kind, Operation, Parameter, of},
    page::{CURSOR, FROM, UNTIL},
    reply::{Answer, json},
};
use crate::{config::Role, model::Deed, serve::routes::Route};

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    route: Route {
        method: Method::GET,
        path: "/api/v1/audit",
        needs: Role::Admin,
        does: "who changed what, in order",
        handler: || get(audit),
    },
    asks: &[
        FROM,
        UNTIL,
        Parameter::new("limit", Kind::Count(1..=1000), "at most so many, 100 if left out"),
        CURSOR,
    ],
    takes: None,
    gives: Gives::json(of::<Audit>),
}];

/// The usual period.
const MONTH: Duration = Duration::from_hours(24 * 30);

/// Who changed what.
#[derive(Serialize, JsonSchema)]
struct Audit {
    /// That, in order.
    deeds: Vec<Deed>,
    /// Where there are more; left out if there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

async fn audit(call: Call) -> Answer {
    let (period, skipped) = (call.period(MONTH)?, call.cursor::<usize>()?.unwrap_or(0));
    let deeds = call.desk.serve.past.deeds(period).await?;
    let mut deeds: Vec<Deed> =
        deeds.into_iter().filter(|deed| period.contains(deed.at)).skip(skipped).collect();
    let rest = deeds.split_off(deeds.len().min(call.count("limit").unwrap_or(100)));
    let next = (!rest.is_empty()).then(|| call.next(&(skipped + deeds.len()), period));
    json(&Audit { deeds, next })
}
