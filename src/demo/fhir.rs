//! What does the hospital's FHIR server answer? What it is, one organisation, how many places there are; and tokens for whom
//! it knows.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use hyper::{
    Method, Request, StatusCode,
    header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE},
};

use super::{
    Ailment, files,
    pages::{JSON, Page, answered},
};

const FHIR: &str = "application/fhir+json;charset=utf-8";
/// What a token is, for as long as it lasts.
const TOKEN: &str = "good-for-a-minute";

const STATEMENT: &str = r#"{"resourceType":"CapabilityStatement","status":"active","date":"2026-11-01","kind":"instance",
"fhirVersion":"4.0.1","format":["json"],"rest":[{"mode":"server","resource":[
{"type":"Patient","interaction":[{"code":"read"},{"code":"search-type"}]},
{"type":"Organization","interaction":[{"code":"read"},{"code":"search-type"}]},
{"type":"Location","interaction":[{"code":"read"},{"code":"search-type"}]}]}]}"#;
const SMART: &str = r#"{"token_endpoint":"https://fhir.hospital.test:9730/token","grant_types_supported":["client_credentials"],
"token_endpoint_auth_methods_supported":["client_secret_basic"],"capabilities":["client-confidential-symmetric","permission-v2"]}"#;
const ORGANISATION: &str =
    r#"{"resourceType":"Organization","id":"RI1","active":true,"name":"Royal Infirmary"}"#;
const PLACES: &str = r#"{"resourceType":"Bundle","type":"searchset","total":312}"#;

pub(super) fn page(request: &Request<Bytes>, ailment: Option<Ailment>) -> Page {
    let asked = request.uri().path_and_query().map_or("", |asked| asked.as_str());
    match (request.method(), asked) {
        (&Method::POST, "/token") => token(request),
        (&Method::GET, "/R4/metadata") => answered(StatusCode::OK, FHIR, STATEMENT.to_owned()),
        (&Method::GET, "/R4/.well-known/smart-configuration") => {
            answered(StatusCode::OK, JSON, SMART.to_owned())
        }
        _ if !bears(request, &format!("Bearer {TOKEN}")) => unauthorised(),
        _ if ailment == Some(Ailment::SaysFail) => outcome(StatusCode::INTERNAL_SERVER_ERROR, "exception"),
        (&Method::GET, "/R4/Organization/RI1") => answered(StatusCode::OK, FHIR, ORGANISATION.to_owned()),
        (&Method::GET, "/R4/Location?_summary=count") => answered(StatusCode::OK, FHIR, PLACES.to_owned()),
        _ => outcome(StatusCode::NOT_FOUND, "not-found"),
    }
}

/// For a client that shows its secret in the way that every client can.
fn token(request: &Request<Bytes>) -> Page {
    let known = STANDARD.encode(format!("wardround:{}", files::token()));
    if !bears(request, &format!("Basic {known}")) {
        return answered(StatusCode::UNAUTHORIZED, JSON, r#"{"error":"invalid_client"}"#.to_owned());
    }
    if &**request.body() != b"grant_type=client_credentials&scope=system%2F*.rs" {
        return answered(StatusCode::BAD_REQUEST, JSON, r#"{"error":"invalid_request"}"#.to_owned());
    }
    let token = format!(r#"{{"access_token":"{TOKEN}","token_type":"bearer","expires_in":60}}"#);
    answered(StatusCode::OK, JSON, token)
}

fn bears(request: &Request<Bytes>, expected: &str) -> bool {
    request.headers().get(AUTHORIZATION).is_some_and(|shown| shown.as_bytes() == expected.as_bytes())
}

fn unauthorised() -> Page {
    let mut page = outcome(StatusCode::UNAUTHORIZED, "login");
    page.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    page
}

/// What failed, as FHIR says it.
fn outcome(status: StatusCode, code: &str) -> Page {
    let text =
        format!(r#"{{"resourceType":"OperationOutcome","issue":[{{"severity":"error","code":"{code}"}}]}}"#);
    answered(status, FHIR, text)
}
