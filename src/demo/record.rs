//! What is on the pages of the patient record? A sign-in, a search, one record made for tests, and a way out.

use bytes::Bytes;
use hyper::{
    Method, Request, StatusCode,
    header::{COOKIE, HeaderValue, LOCATION, SET_COOKIE},
};
use url::form_urlencoded;

use super::{
    Ailment, files,
    pages::{HTML, JSON, Page, answered, html, moved, not_found, told},
};

/// What each sign-in page is given to be sent back with.
const CSRF: &str = "4f1c-9a02";
const FOUND: &str = r#"{"found":[{"id":"test-1","number":"9990000018","name":"TEST, Patient"}]}"#;

pub(super) fn page(request: &Request<Bytes>, ailment: Option<Ailment>) -> Page {
    let asked = request.uri().path_and_query().map_or("", |asked| asked.as_str());
    match (request.method(), asked) {
        (&Method::GET, "/") => moved("/login"),
        (&Method::GET, "/login") => sign_in_page(),
        (&Method::POST, "/login") => sign_in(request),
        _ if !has_session(request) => moved("/login"),
        (&Method::GET, "/home") => told(HTML, html("Worklist", "Welcome, wardround")),
        (&Method::GET, "/patients?number=9990000018") => told(JSON, FOUND.to_owned()),
        (&Method::GET, "/patients/test-1") if ailment == Some(Ailment::SaysFail) => {
            told(HTML, html("TEST, Patient", "This record cannot be opened at the moment"))
        }
        (&Method::GET, "/patients/test-1") => told(HTML, html("TEST, Patient", "Allergies: none known")),
        (&Method::POST, "/logout") => told(HTML, html("Signed out", "Good-bye")),
        _ => not_found(),
    }
}

fn sign_in_page() -> Page {
    let form = format!(
        "Royal Infirmary patient record: sign in<form method=post><input type=hidden name=csrf value={CSRF}>\
         <input name=user><input name=password type=password></form>"
    );
    with_cookie(told(HTML, html("Sign in", &form)), "visit=1; HttpOnly; Secure; SameSite=Lax")
}

fn sign_in(request: &Request<Bytes>) -> Page {
    let said = |wanted: &str| {
        form_urlencoded::parse(request.body()).find(|(name, _)| name == wanted).map(|(_, value)| value)
    };
    let known =
        said("user").as_deref() == Some("wardround") && said("password").as_deref() == Some(files::token());
    if said("csrf").as_deref() != Some(CSRF) || !has_cookie(request, "visit=1") {
        return answered(StatusCode::BAD_REQUEST, HTML, html("Sign in", "Your visit has ended"));
    }
    if !known {
        return answered(StatusCode::UNAUTHORIZED, HTML, html("Sign in", "Wrong user or password"));
    }
    let mut page = answered(StatusCode::SEE_OTHER, HTML, html("Moved", "/home"));
    page.headers_mut().insert(LOCATION, HeaderValue::from_static("/home"));
    with_cookie(page, "session=1; Path=/; HttpOnly; Secure; SameSite=Strict")
}

fn with_cookie(mut page: Page, cookie: &'static str) -> Page {
    page.headers_mut().insert(SET_COOKIE, HeaderValue::from_static(cookie));
    page
}

fn has_session(request: &Request<Bytes>) -> bool {
    has_cookie(request, "session=1")
}

/// However many headers it came in: HTTP/2 may cut it.
fn has_cookie(request: &Request<Bytes>, cookie: &str) -> bool {
    let shown = request.headers().get_all(COOKIE).iter().filter_map(|shown| shown.to_str().ok());
    shown.flat_map(|shown| shown.split("; ")).any(|shown| shown == cookie)
}
