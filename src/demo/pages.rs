//! What is on the hospital's web pages?

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    HeaderMap, Request, Response, StatusCode,
    header::{
        AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE,
    },
};

use super::{Ailment, Part, fhir, files, record, sign_in};

pub(super) type Page = Response<Full<Bytes>>;

pub(super) const HTML: &str = "text/html; charset=utf-8";
pub(super) const JSON: &str = "application/json";
const MAINTENANCE: &str = "<title>Maintenance</title><h1>Back soon</h1>\
    <p>The system is down for planned maintenance. We are sorry for the inconvenience.";

/// The answer of `part` to a request.
pub(super) fn page(part: Part, request: &Request<Bytes>, ailment: Option<Ailment>) -> Page {
    let path = request.uri().path();
    match ailment {
        Some(Ailment::Unavailable) => unavailable(),
        Some(Ailment::MaintenancePage) => told(HTML, MAINTENANCE.to_owned()),
        Some(Ailment::SaysFail) if path == "/health" => told(JSON, health("fail")),
        _ if part == Part::Fhir => fhir::page(request, ailment),
        _ if part == Part::SignIn => sign_in::page(request, ailment),
        _ if part == Part::Record => record::page(request, ailment),
        _ => healthy(part, path, request.headers()),
    }
}

fn healthy(part: Part, path: &str, headers: &HeaderMap) -> Page {
    match (part, path) {
        (Part::Images, "/") => moved("/viewer"),
        (Part::Images, "/viewer") => told(HTML, html("Image viewer", "Worklist: 3 studies")),
        (Part::Pathology, "/results") => told(HTML, html("Results", "Latest results: 12 new")),
        (Part::RecordApi, "/lists/today") if !bears_token(headers) => unauthorised(),
        (Part::RecordApi, "/lists/today") => {
            told(JSON, r#"{"clinics":[{"name":"Fracture","booked":31}]}"#.into())
        }
        (Part::RecordApi | Part::Partners | Part::Prescribing, "/health") => told(JSON, health("pass")),
        _ => not_found(),
    }
}

pub(super) fn html(title: &str, text: &str) -> String {
    format!("<!doctype html><html lang=en-GB><title>{title}</title><h1>{title}</h1><p>{text}\n")
}

fn health(status: &str) -> String {
    format!(
        r#"{{"status":"{status}","version":"7.2.1","checks":{{"database":{{"status":"{status}"}},"queue":{{"depth":4}}}}}}"#
    )
}

fn bears_token(headers: &HeaderMap) -> bool {
    let expected = format!("Bearer {}", files::token());
    headers.get(AUTHORIZATION).is_some_and(|shown| shown.as_bytes() == expected.as_bytes())
}

pub(super) fn told(kind: &'static str, text: String) -> Page {
    answered(StatusCode::OK, kind, text)
}

pub(super) fn answered(status: StatusCode, kind: &'static str, text: String) -> Page {
    let mut page = Response::new(Full::from(text));
    *page.status_mut() = status;
    page.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    page.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    page
}

pub(super) fn moved(to: &'static str) -> Page {
    let mut page = answered(StatusCode::FOUND, HTML, html("Moved", to));
    page.headers_mut().insert(LOCATION, HeaderValue::from_static(to));
    page
}

pub(super) fn not_found() -> Page {
    answered(StatusCode::NOT_FOUND, HTML, html("Not found", "There is no such page"))
}

fn unavailable() -> Page {
    let mut page =
        answered(StatusCode::SERVICE_UNAVAILABLE, HTML, html("Service unavailable", "Try again later"));
    page.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("60"));
    page
}

fn unauthorised() -> Page {
    let mut page = answered(StatusCode::UNAUTHORIZED, JSON, r#"{"error":"a token is needed"}"#.to_owned());
    page.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(path: &'static str) -> Request<Bytes> {
        let mut request = Request::new(Bytes::new());
        *request.uri_mut() = hyper::Uri::from_static(path);
        request
    }

    #[test]
    fn the_token_opens_the_list() {
        let mut request = asked("/lists/today");
        assert_eq!(page(Part::RecordApi, &request, None).status(), 401);
        request.headers_mut().insert(AUTHORIZATION, HeaderValue::from_static("Bearer only-for-the-demo"));
        assert_eq!(page(Part::RecordApi, &request, None).status(), 200);
    }

    #[test]
    fn ailments_show() {
        let status = |ailment| page(Part::Images, &asked("/viewer"), ailment).status();
        assert_eq!(status(None), 200);
        assert_eq!(status(Some(Ailment::Unavailable)), 503);
        assert_eq!(status(Some(Ailment::MaintenancePage)), 200);
    }
}
