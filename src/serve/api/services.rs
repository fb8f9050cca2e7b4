//! How do services stand, and how were their days?

use axum::{http::Method, routing::get};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    call::Call,
    operation::{Gives, Kind, Operation, Parameter, of},
    problem::Problem,
    reply::{Answer, json},
    shape::ServicePlan,
};
use crate::{
    config::Role,
    model::{Moment, ServiceState, Slug},
    report::Tally,
    serve::{
        board::{ServiceStanding, Standing},
        past::Strips,
        routes::Route,
    },
};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        route: Route {
            method: Method::GET,
            path: "/api/v1/status",
            needs: Role::Public,
            does: "how everything stands",
            handler: || get(status),
        },
        asks: &[],
        takes: None,
        gives: Gives::json(of::<Standing>),
    },
    Operation {
        route: Route {
            method: Method::GET,
            path: "/api/v1/services",
            needs: Role::Public,
            does: "the services, the worst first",
            handler: || get(services),
        },
        asks: &[
            Parameter::new("tier", Kind::Text, "only those of this tier"),
            Parameter::new("owner", Kind::Text, "only those that this owner looks after"),
            Parameter::new("state", Kind::OneOf(&STATES), "only those in this state"),
        ],
        takes: None,
        gives: Gives::json(of::<Services>),
    },
    Operation {
        route: Route {
            method: Method::GET,
            path: "/api/v1/services/{service}",
            needs: Role::Public,
            does: "one service: its plan, how it stands, its last 90 days",
            handler: || get(service),
        },
        asks: &[Parameter::new("service", Kind::Segment, "which service")],
        takes: None,
        gives: Gives::json(of::<Service>),
    },
];

const STATES: [&str; 6] = ["up", "at_risk", "degraded", "partial", "down", "unknown"];

/// Services in short.
#[derive(Serialize, JsonSchema)]
struct Services {
    /// Those, the worst first.
    services: Vec<Listed>,
}

/// A service in short.
#[derive(Serialize, JsonSchema)]
struct Listed {
    service: Slug,
    /// Its name for people.
    title: String,
    /// Who looks after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    /// How much it matters.
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<String>,
    /// What is believed.
    state: ServiceState,
    /// Since when.
    since: Option<Moment>,
    /// When the last look at it began.
    last_look: Option<Moment>,
}

/// One service.
#[derive(Serialize, JsonSchema)]
struct Service {
    /// What the plan says of it; left out for those who may see only what is public.
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<ServicePlan>,
    /// How it stands.
    standing: ServiceStanding,
    /// When its days were counted; none if they are not yet.
    days_at: Option<Moment>,
    /// Its last 90 days by the clock of the plan, today last; empty until they are counted.
    days: Vec<Day>,
}

/// What became of one day.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "DayTally")]
struct Day {
    /// Which, as 2026-10-06.
    #[schemars(length(equal = 10))]
    day: String,
    /// Seconds in each state; their sum is what of the day has passed in the service's life.
    tally: Tally,
}

async fn status(call: Call) -> Answer {
    json(&call.standing())
}

async fn services(call: Call) -> Answer {
    let (standing, sees_all) = (call.standing(), call.visitor.sees_all());
    let listed = standing.services.iter().map(|service| Listed::of(&standing, service, sees_all));
    let wanted = |asked: &str, is: Option<&str>| call.text(asked).is_none_or(|asked| is == Some(asked));
    let is_wanted = |one: &Listed| {
        wanted("tier", one.tier.as_deref())
            && wanted("owner", one.owner.as_deref())
            && wanted("state", Some(one.state.label()))
    };
    json(&Services { services: listed.filter(is_wanted).collect() })
}

async fn service(call: Call) -> Answer {
    let (id, standing, strips) = (call.segment("service")?, call.standing(), call.desk.serve.past.strips());
    let service = standing.service(&id).ok_or_else(|| no_service(&id))?;
    let outline = standing.plan_of(service).filter(|_| call.visitor.sees_all());
    json(&Service {
        plan: outline.map(|one| ServicePlan::of(&standing.outline, one)),
        standing: service.clone(),
        days_at: strips.at,
        days: days(&strips, &id),
    })
}

/// There is no such service, or it is not for whoever asks: nobody can tell which.
fn no_service(id: &Slug) -> Problem {
    Problem::nothing(format!("there is no service `{id}`"))
}

fn days(strips: &Strips, id: &Slug) -> Vec<Day> {
    let tallies = strips.services.get(id).into_iter().flatten();
    strips.days.iter().zip(tallies).map(|(day, tally)| Day { day: day.to_string(), tally: *tally }).collect()
}

impl Listed {
    fn of(standing: &Standing, service: &ServiceStanding, sees_all: bool) -> Self {
        let plan = standing.plan_of(service).filter(|_| sees_all);
        Self {
            service: service.service.clone(),
            title: service.title.clone(),
            owner: plan.and_then(|plan| plan.owner.clone()),
            tier: plan.and_then(|plan| plan.tier.clone()),
            state: service.state,
            since: service.since,
            last_look: service.last_look,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_can_be_asked_for() {
        assert_eq!(STATES, ServiceState::ALL.map(ServiceState::label));
    }
}
