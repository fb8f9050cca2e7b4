//! How do other sites see the same services?

use std::collections::BTreeMap;

use axum::{http::Method, routing::get};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    call::Call,
    operation::{Gives, Operation, of},
    reply::{Answer, json},
};
use crate::{
    config::Role,
    model::Slug,
    serve::{routes::Route, sites::Elsewhere},
};

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    route: Route {
        method: Method::GET,
        path: "/api/v1/sites",
        needs: Role::View,
        does: "how other sites see the same services",
        handler: || get(sites),
    },
    asks: &[],
    takes: None,
    gives: Gives::json(of::<Sites>),
}];

/// Other sites, each under the name that the configuration gives it.
#[derive(Serialize, JsonSchema)]
struct Sites {
    sites: BTreeMap<Slug, Elsewhere>,
}

async fn sites(call: Call) -> Answer {
    let known = call.desk.serve.sites.now();
    json(&Sites { sites: known.as_ref().clone() })
}
