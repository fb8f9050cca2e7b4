//! How does a person sign in, and out again?

use std::{net::IpAddr, sync::Arc};

use askama::Template;
use axum::{
    Extension,
    body::Bytes,
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use tokio::task::spawn_blocking;
use url::form_urlencoded;

use super::{Desk, Door, Visitor, Way, cookie::SESSION, lock, oidc, sessions::Person};
use crate::{
    config::{Plan, Role, Serving},
    metrics::SignIn,
    model::{By, Slug},
    serve::{page::assets, routes::Route},
};

pub(in crate::serve) const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/sign-in",
        needs: Role::Anybody,
        does: "asks who you are",
        handler: || get(ask),
    },
    Route {
        method: Method::POST,
        path: "/sign-in",
        needs: Role::Anybody,
        does: "signs in with a name and a password",
        handler: || post(sign_in),
    },
    Route {
        method: Method::POST,
        path: "/sign-out",
        needs: Role::Anybody,
        does: "ends the session",
        handler: || post(sign_out),
    },
];

/// What is answered while there is no plan.
pub(super) const STARTING: (StatusCode, &str) =
    (StatusCode::SERVICE_UNAVAILABLE, "no plan is in force yet\n");

/// The longest path that is remembered over a sign-in.
const LONGEST: usize = 2000;

#[derive(Template)]
#[template(path = "door/sign-in.html")]
struct Page<'p> {
    site: &'p str,
    style: &'static str,
    passwords: bool,
    /// Where to go for the provider, and what it is called.
    elsewhere: Option<(String, &'p str)>,
    then: &'p str,
    user: &'p str,
    trouble: Option<&'p str>,
}

/// What is filled in.
#[derive(Default)]
pub(super) struct Form {
    user: String,
    password: String,
    /// A path of ours.
    pub(super) then: String,
}

impl Form {
    /// An empty one, with a path of ours.
    pub(super) fn leading_to(then: String) -> Self {
        Self { then, ..Self::default() }
    }

    pub(super) fn read(text: &[u8]) -> Self {
        let mut form = Self::default();
        for (key, value) in form_urlencoded::parse(text) {
            match &*key {
                "user" => form.user = value.trim().to_lowercase(),
                "password" => form.password = value.into_owned(),
                "then" => form.then = value.into_owned(),
                _ => {}
            }
        }
        Self { then: local(&form.then).to_owned(), ..form }
    }
}

/// A path of ours that `then` is; the first page, where it may lead elsewhere.
fn local(then: &str) -> &str {
    let plain = then.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let ours = then.starts_with('/') && !then.starts_with("//") && !then.starts_with("/sign-");
    if plain && ours && then.len() <= LONGEST { then } else { "/" }
}

async fn ask(
    State(desk): State<Desk>,
    Extension(visitor): Extension<Visitor>,
    RawQuery(query): RawQuery,
) -> Response {
    let form = Form::read(query.unwrap_or_default().as_bytes());
    let Some(plan) = desk.door.plan() else { return STARTING.into_response() };
    if plan.serve().is_open_house() || visitor.way == Way::Session {
        return Redirect::to(&form.then).into_response();
    }
    page(&plan, &form, StatusCode::OK, None)
}

async fn sign_in(
    State(desk): State<Desk>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let (door, form) = (&desk.door, Form::read(&body));
    let Some(plan) = door.plan() else { return STARTING.into_response() };
    if plan.serve().is_open_house() {
        return Redirect::to(&form.then).into_response();
    }
    if let Err(wait) = lock(&door.throttle).begin(visitor.from, &form.user, (door.ticks)()) {
        door.metrics.asked().signed_in(SignIn::Delayed);
        let seconds = wait.as_millis().div_ceil(1000);
        let words = format!("Too many attempts failed. Try again in {seconds} s.");
        let response = page(&plan, &form, StatusCode::TOO_MANY_REQUESTS, Some(&words));
        return ([(header::RETRY_AFTER, seconds.to_string())], response).into_response();
    }
    let Some(person) = door.check(&form, plan.serve()).await else {
        door.refused(visitor.from, &form.user);
        let words = "There is no such name with this password.";
        return page(&plan, &form, StatusCode::FORBIDDEN, Some(words));
    };
    lock(&door.throttle).succeeded(visitor.from, &form.user);
    let by = By { name: person.name().to_owned(), from: visitor.from.to_string() };
    let response = door.welcome(person, &headers, plan.serve(), visitor.from, &form.then);
    desk.remember(by, "signed in with a password".into()).await;
    response
}

async fn sign_out(State(desk): State<Desk>, headers: HeaderMap) -> Response {
    let secure = desk.door.is_secure();
    desk.door.forget(&headers, secure);
    let mut response = Redirect::to("/").into_response();
    response.headers_mut().extend(SESSION.drop(secure).map(|line| (header::SET_COOKIE, line)));
    // What a browser kept of pages must not be looked at by whoever sits down next.
    response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cache\""));
    response
}

impl Door {
    pub(super) fn plan(&self) -> Option<Arc<Plan>> {
        self.plans.borrow().clone()
    }

    /// Whose password this is. Where there is no such user, somebody else's is checked, so that the time does not tell.
    async fn check(&self, form: &Form, serving: &Serving) -> Option<Person> {
        let name: Option<Slug> = form.user.parse().ok();
        let known = name.as_ref().and_then(|name| serving.users().get_key_value(name));
        let hash = known.or_else(|| serving.users().iter().next())?.1.password.clone();
        let _turn = self.checks.acquire().await.ok()?;
        let (tried, password) = (hash.clone(), form.password.clone());
        let fits = spawn_blocking(move || tried.is_of(&password)).await.unwrap_or(false);
        let (name, _) = known.filter(|_| fits)?;
        Some(Person::User { name: name.clone(), password: Box::new(hash) })
    }

    fn refused(&self, from: IpAddr, user: &str) {
        self.metrics.asked().signed_in(SignIn::Refused);
        // What was typed as a name may be a password.
        let known = user
            .parse::<Slug>()
            .is_ok_and(|name| self.plan().is_some_and(|plan| plan.serve().users().contains_key(&name)));
        let user = if known { user } else { "somebody unknown" };
        tracing::warn!(%from, user, "a sign-in was refused");
    }

    /// Begins a session, and leads to where somebody wanted to go.
    pub(super) fn welcome(
        &self,
        person: Person,
        headers: &HeaderMap,
        serving: &Serving,
        from: IpAddr,
        then: &str,
    ) -> Response {
        let secure = serving.is_secure();
        self.forget(headers, secure);
        let name = person.name().to_owned();
        let id = lock(&self.sessions).begin(person, (self.ticks)());
        let line = id.and_then(|id| SESSION.hold(&id, secure));
        let Some(line) = line else {
            return (StatusCode::SERVICE_UNAVAILABLE, "this machine gives no random numbers\n")
                .into_response();
        };
        self.metrics.asked().signed_in(SignIn::Accepted);
        tracing::info!(%from, user = %name, "signed in");
        ([(header::SET_COOKIE, line)], Redirect::to(then)).into_response()
    }

    /// Ends the sessions that a browser holds.
    fn forget(&self, headers: &HeaderMap, secure: bool) {
        let mut sessions = lock(&self.sessions);
        for id in SESSION.held(headers, secure) {
            sessions.end(id);
        }
    }
}

pub(super) fn page(plan: &Plan, form: &Form, status: StatusCode, trouble: Option<&str>) -> Response {
    let page = Page {
        site: plan.site().as_str(),
        style: assets::style(),
        passwords: !plan.serve().users().is_empty(),
        elsewhere: oidc::way_in(plan.serve(), &form.then),
        then: &form.then,
        user: &form.user,
        trouble,
    };
    let stored = [(header::CACHE_CONTROL, "no-store")];
    (status, stored, Html(page.render().unwrap_or_default())).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_elsewhere() {
        for ours in ["/", "/incidents?open=1#a", "/a//b", "/a:b"] {
            assert_eq!(local(ours), ours);
        }
        let long = format!("/{}", "a".repeat(LONGEST));
        for foreign in [
            "",
            "//evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "https://evil.example",
            "evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/a\r\nSet-Cookie: a=b",
            "/é",
            " /",
            "/sign-in",
            "/sign-out",
            &long,
        ] {
            assert_eq!(local(foreign), "/", "{foreign:?}");
        }
    }

    #[test]
    fn a_form_is_read_as_browsers_send_it() {
        let form = Form::read(b"user=+Anna+&password=a%26b+c&then=%2Fincidents%3Fopen&x=y");
        assert_eq!((&*form.user, &*form.password, &*form.then), ("anna", "a&b c", "/incidents?open"));
    }
}
