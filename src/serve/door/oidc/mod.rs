//! How does a person sign in by the provider that the house has already (OpenID Connect)? They are sent there, and come back with
//! a code; for that the provider tells us alone who they are.
//!
//! ```text
//! mod           there and back
//! begun         who is on the way; handed: what comes back with them
//! person        who they are; no: how they are told no
//! provider      what it says of itself, its keys and people
//! token         whether what it says of somebody is to be believed
//! ```

mod begun;
mod handed;
mod no;
mod person;
mod provider;
mod token;

#[cfg(any(test, fuzzing))]
pub(in crate::serve) use token::fuzz;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Extension,
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use url::Url;

use self::{
    begun::{Attempt, Begun, Ticket},
    handed::Handed,
    no::No,
    provider::{Call, Provider, Trouble, told},
};
use super::{
    Desk, Visitor, Way,
    cookie::BEGUN,
    lock,
    sessions::Person,
    sign_in::{Form, STARTING},
};
use crate::{
    config::{Oidc, Plan, Role, Serving},
    model::By,
    probe::oidc::Discovery,
    serve::routes::Route,
};

pub(in crate::serve) const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/sign-in/oidc",
        needs: Role::Anybody,
        does: "leads to the provider by which people sign in",
        handler: || get(there),
    },
    Route {
        method: Method::GET,
        path: "/sign-in/oidc/back",
        needs: Role::Anybody,
        does: "takes back whom the provider sends",
        handler: || get(back),
    },
];

/// How long a person waits for the provider.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the door remembers of sign-ins by a provider.
#[derive(Debug, Default)]
pub(super) struct Remembered {
    begun: Mutex<Begun>,
    provider: Provider,
}

/// The plan in force, and the provider in it.
struct Setting {
    plan: Arc<Plan>,
    oidc: Arc<Oidc>,
}

/// Where somebody begins who then wants to see `then`, and what that is called. It is the name by which others reach us: to
/// another one the browser would not bring its cookie back.
pub(super) fn way_in<'s>(serving: &'s Serving, then: &str) -> Option<(String, &'s str)> {
    let title = &serving.oidc()?.title;
    let mut url = serving.url()?.join("/sign-in/oidc").ok()?;
    url.query_pairs_mut().append_pair("then", then);
    Some((url.into(), title))
}

async fn there(
    State(desk): State<Desk>,
    Extension(visitor): Extension<Visitor>,
    RawQuery(query): RawQuery,
) -> Response {
    let form = Form::read(query.unwrap_or_default().as_bytes());
    match Setting::of(&desk) {
        Err(nothing) => nothing.into_response(),
        Ok(_) if visitor.way == Way::Session => Redirect::to(&form.then).into_response(),
        Ok(setting) => {
            let sent = setting.send(&desk, &visitor, &form.then).await;
            sent.unwrap_or_else(|no| no.told(&desk.door.metrics, &setting.plan, &form))
        }
    }
}

async fn back(
    State(desk): State<Desk>,
    Extension(visitor): Extension<Visitor>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    match Setting::of(&desk) {
        Err(nothing) => nothing.into_response(),
        Ok(setting) => {
            let mut response = setting.take(&desk, &visitor, &query.unwrap_or_default(), &headers).await;
            if let Some(line) = BEGUN.drop(setting.plan.serve().is_secure()) {
                response.headers_mut().append(header::SET_COOKIE, line);
            }
            response
        }
    }
}

impl Setting {
    /// `Err` is what is answered where there is none.
    fn of(desk: &Desk) -> Result<Self, (StatusCode, &'static str)> {
        let plan = desk.door.plan().ok_or(STARTING)?;
        let nothing = (StatusCode::NOT_FOUND, "nobody signs in by a provider here\n");
        let oidc = plan.serve().oidc().cloned().ok_or(nothing)?;
        Ok(Self { plan, oidc })
    }

    fn call<'s>(&'s self, desk: &Desk) -> Call<'s> {
        let ticks = desk.door.ticks;
        let (resolver, until) = (self.plan.resolver(), ticks() + PATIENCE);
        Call { oidc: &self.oidc, resolver, wall: desk.serve.wall, ticks, until }
    }

    /// Where the provider is to send people back to.
    fn back(&self) -> String {
        let back = self.plan.serve().url().and_then(|url| url.join("/sign-in/oidc/back").ok());
        back.map(String::from).unwrap_or_default()
    }

    /// Sends somebody to the provider.
    async fn send(&self, desk: &Desk, visitor: &Visitor, then: &str) -> Result<Response, No> {
        let (door, call) = (&desk.door, self.call(desk));
        let itself = door.oidc.provider.itself(&call).await;
        let entrance = itself.and_then(|itself| entrance(&call, &itself));
        let entrance = entrance.map_err(|why| No::trouble(&self.oidc, &why))?;
        let ticket = lock(&door.oidc.begun).begin(self.oidc.print(), visitor.from, then, (door.ticks)());
        let ticket = ticket.ok_or_else(No::random)?;
        let line = BEGUN.hold(&ticket.browser, self.plan.serve().is_secure()).ok_or_else(No::random)?;
        let headers =
            [(header::SET_COOKIE, line), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
        Ok((headers, Redirect::to(self.asking(entrance, &ticket).as_str())).into_response())
    }

    fn asking(&self, mut entrance: Url, ticket: &Ticket) -> Url {
        entrance.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", &self.oidc.client_id),
            ("redirect_uri", &self.back()),
            ("scope", &self.oidc.scopes),
            ("state", &ticket.state),
            ("nonce", &ticket.nonce),
            ("code_challenge", &ticket.challenge),
            ("code_challenge_method", "S256"),
        ]);
        entrance
    }

    /// Takes back whom the provider sends.
    async fn take(&self, desk: &Desk, visitor: &Visitor, query: &str, headers: &HeaderMap) -> Response {
        let refuse = |no: No, then| no.told(&desk.door.metrics, &self.plan, &Form::leading_to(then));
        match self.attempt(desk, query, headers) {
            Err(no) => refuse(no, "/".into()),
            Ok((attempt, code)) => match self.person(desk, visitor, &attempt, &code).await {
                Err(no) => refuse(no, attempt.then),
                Ok(person) => self.welcome(desk, visitor, person, headers, &attempt.then).await,
            },
        }
    }

    /// Whose return this is, and the code that they bring.
    fn attempt(&self, desk: &Desk, query: &str, headers: &HeaderMap) -> Result<(Attempt, String), No> {
        let handed = Handed::read(query).ok_or_else(No::strange)?;
        let browsers = BEGUN.held(headers, self.plan.serve().is_secure());
        let state = handed.state.ok_or_else(No::strange)?;
        let attempt = lock(&desk.door.oidc.begun).end(&state, &browsers, (desk.door.ticks)());
        let attempt = attempt.filter(|attempt| attempt.provider == self.oidc.print());
        let attempt = attempt.ok_or_else(No::strange)?;
        if handed.issuer.is_some_and(|issuer| issuer != self.oidc.issuer()) {
            return Err(No::trouble(&self.oidc, &Trouble::Wrong("another provider answered (`iss`)".into())));
        }
        match (handed.error, handed.code) {
            (Some(error), _) => Err(No::refused(&self.oidc, &error)),
            (None, code) => Ok((attempt, code.ok_or_else(No::strange)?)),
        }
    }

    async fn welcome(
        &self,
        desk: &Desk,
        visitor: &Visitor,
        person: Person,
        headers: &HeaderMap,
        then: &str,
    ) -> Response {
        let by = By { name: person.name().to_owned(), from: visitor.from.to_string() };
        let response = desk.door.welcome(person, headers, self.plan.serve(), visitor.from, then);
        desk.remember(by, format!("signed in by {}", self.oidc.title)).await;
        response
    }
}

/// Where people are sent.
fn entrance(call: &Call<'_>, itself: &Discovery) -> Result<Url, Trouble> {
    let url = told(itself.authorization_endpoint.as_ref(), "authorization_endpoint")?;
    call.place(url)?;
    Url::parse(url).map_err(|why| Trouble::Wrong(why.to_string()))
}
