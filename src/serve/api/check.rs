//! Is a configuration right, before anybody puts it in force?

use std::path::Path;

use axum::{
    extract::DefaultBodyLimit,
    http::{Method, StatusCode},
    routing::post,
};
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use tokio::{sync::Semaphore, task::spawn_blocking};

use super::{
    call::Call,
    operation::{Gives, Operation, Takes, of},
    problem::Problem,
    reply::{Answer, json},
};
use crate::{
    config::{self, Plan, Role},
    raw::{Outside, Problems, Told},
    serve::routes::Route,
};

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    route: Route {
        method: Method::POST,
        path: "/api/v1/config/check",
        needs: Role::Admin,
        does: "says what is wrong with a configuration, the text of one file; nothing is put in force",
        handler: || post(check).layer(DefaultBodyLimit::max(LARGEST)),
    },
    asks: &[],
    takes: Some(Takes { media: "application/yaml", schema: |_| Schema::default(), required: true }),
    gives: Gives::json(of::<Checked>),
}];

/// The largest configuration that is checked so, in bytes.
const LARGEST: usize = 1 << 20;

/// One is checked at a time: it takes a core.
static DESK: Semaphore = Semaphore::const_new(1);

/// What is said of what was not read.
const UNREAD: &str = "a check over HTTP reads nothing of this machine";

/// What is wrong with a configuration.
#[derive(Serialize, JsonSchema)]
struct Checked {
    /// Whether nothing is wrong, as far as can be told without `unread`.
    good: bool,
    /// What is wrong, by where it stands.
    problems: Vec<Told>,
    /// What was not looked up, for it lies outside of the text: variables, files. `wardround check` on the machine does.
    unread: Vec<Told>,
    /// What is allowed and probably not meant, as text.
    #[serde(skip_serializing_if = "String::is_empty")]
    warnings: String,
    /// How many services there are, if all is good.
    #[serde(skip_serializing_if = "Option::is_none")]
    services: Option<usize>,
    /// How many probes there are, if all is good.
    #[serde(skip_serializing_if = "Option::is_none")]
    probes: Option<usize>,
}

/// An outside in which there is nothing: neither the environment nor the files of this machine are for whoever asks.
struct Nothing;

async fn check(call: Call) -> Answer {
    let text = call.body().clone();
    if text.is_empty() {
        return Err(Problem::bad("send the text of a configuration"));
    }
    let _place = DESK.acquire().await;
    let checked = spawn_blocking(move || config::load_text("probes.yaml", text, &Nothing));
    let failed =
        |_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the check failed: a fault of Wardround");
    json(&match checked.await.map_err(failed)? {
        Ok(plan) => Checked::good(&plan),
        Err(problems) => Checked::bad(&problems),
    })
}

impl Checked {
    fn good(plan: &Plan) -> Self {
        Self {
            good: true,
            problems: Vec::new(),
            unread: Vec::new(),
            warnings: plan.warnings().to_owned(),
            services: Some(plan.services().len()),
            probes: Some(plan.probes().len()),
        }
    }

    fn bad(told: &Problems) -> Self {
        let (unread, problems): (Vec<_>, Vec<_>) = told.told().partition(|one| one.message.contains(UNREAD));
        let (good, warnings) = (problems.is_empty(), told.warnings());
        Self { good, problems, unread, warnings, services: None, probes: None }
    }
}

impl Outside for Nothing {
    fn variable(&self, _: &str) -> Result<String, String> {
        Err(UNREAD.into())
    }

    fn file(&self, _: &Path, _: usize) -> Result<Vec<u8>, String> {
        Err(UNREAD.into())
    }

    fn folder(&self, _: &Path) -> Result<Vec<String>, String> {
        Err(UNREAD.into())
    }
}
