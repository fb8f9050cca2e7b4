//! How is all this described to programs? As a document of `OpenAPI`, made from the table that the routes are made from.

use std::sync::LazyLock;

use axum::{http::Method, routing::get};
use schemars::{
    SchemaGenerator,
    generate::{Contract, SchemaSettings},
};
use serde_json::{Map, Value, json};

use super::{
    call::Call,
    operation::{Gives, Operation, Parameter, Takes},
    operations,
    problem::Problem,
    reply::{Answer, json},
};
use crate::{config::Role, serve::routes::Route};

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    route: Route {
        method: Method::GET,
        path: "/api/v1/openapi.json",
        needs: Role::Public,
        does: "this API, described in OpenAPI 3.1",
        handler: || get(openapi),
    },
    asks: &[],
    takes: None,
    gives: Gives { status: 200, media: &["application/json"], schema: None },
}];

const ABOUT: &str = "What Wardround sees, remembers and is told. Times in replies are milliseconds since 1970 in UTC; in \
    requests they may be RFC 3339 as well. What is only for some roles says so; what somebody may not see is not there for him.";

async fn openapi(_: Call) -> Answer {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(document);
    json(&*DOCUMENT)
}

/// The document.
fn document() -> Value {
    let (mut gives, mut takes) = (generator(Contract::Serialize), generator(Contract::Deserialize));
    let problem = gives.subschema_for::<Problem>();
    let mut paths = Map::new();
    for operation in operations() {
        let path = paths.entry(operation.route.path).or_insert_with(|| json!({}));
        path[operation.route.method.as_str().to_lowercase()] = described(operation, &mut gives, &mut takes);
    }
    let mut schemas = gives.take_definitions(true);
    schemas.extend(takes.take_definitions(true));
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Wardround", "version": env!("CARGO_PKG_VERSION"), "description": ABOUT},
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "responses": {"problem": {
                "description": "It was not done: why.",
                "content": {Problem::MEDIA: {"schema": problem}},
            }},
        },
    })
}

fn generator(contract: Contract) -> SchemaGenerator {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.contract = contract;
    });
    settings.into_generator()
}

fn described(operation: &Operation, gives: &mut SchemaGenerator, takes: &mut SchemaGenerator) -> Value {
    let Operation { route, asks, .. } = operation;
    let mut told = json!({
        "operationId": name(route),
        "summary": route.does,
        "description": format!("Needs the role `{}`.", route.needs),
        "parameters": asks.iter().map(parameter).collect::<Vec<_>>(),
        "responses": replies(operation, gives),
    });
    if let Some(Takes { media, schema, required }) = &operation.takes {
        told["requestBody"] = json!({"required": required, "content": {*media: {"schema": schema(takes)}}});
    }
    told
}

/// `GET /api/v1/services/{service}` is `get_services_service`.
fn name(Route { method, path, .. }: &Route) -> String {
    let path = path.trim_start_matches("/api/v1/").replace(['/', '.'], "_").replace(['{', '}'], "");
    format!("{}_{path}", method.as_str().to_lowercase())
}

fn parameter(one: &Parameter) -> Value {
    let place = if one.in_path() { "path" } else { "query" };
    json!({
        "name": one.name,
        "in": place,
        "required": one.in_path(),
        "description": one.does,
        "schema": one.kind.schema(),
    })
}

fn replies(
    Operation { route, gives: Gives { status, media, schema }, .. }: &Operation,
    generator: &mut SchemaGenerator,
) -> Value {
    let schema = schema.map(|schema| schema(generator));
    let content: Map<String, Value> = media
        .iter()
        .map(|media| ((*media).to_owned(), json!({"schema": schema.clone().unwrap_or_default()})))
        .collect();
    let mut replies = json!({
        status.to_string(): {"description": "It was done."},
        "default": {"$ref": "#/components/responses/problem"},
    });
    if !content.is_empty() {
        replies[status.to_string()]["content"] = content.into();
    }
    if route.method == Method::GET {
        replies["304"] = json!({"description": "Nothing is new since the reply with that `ETag`."});
    }
    replies
}
