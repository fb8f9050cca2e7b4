//! Who asks, and may they?
//!
//! ```text
//! arrivals      how many connections, and from whom
//! tls           our own certificate, read again when it changes
//! mod           each request: how often, by which name, who, by whose page
//! near          who asks where nobody signs in
//! sign_in       the page, passwords, sessions; oidc: by a provider
//! refusal       how somebody is told no
//! dress         headers of every answer
//! ```

mod arrivals;
mod bucket;
mod cookie;
mod dress;
mod host;
mod near;
mod oidc;
mod origin;
mod refusal;
mod sessions;
mod sign_in;
mod throttle;
mod tls;
mod visitor;

use std::{
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};
use tokio::{
    sync::{Semaphore, watch},
    time::timeout,
};

pub(super) use arrivals::{Arrivals, Place};
pub(super) use oidc::ROUTES as OIDC_ROUTES;
#[cfg(any(test, fuzzing))]
pub(super) use oidc::fuzz;
pub(super) use sign_in::ROUTES;
pub(super) use tls::Certificate;
pub use visitor::{Visitor, Way};

use super::desk::Desk;
use crate::{
    config::{Plan, Print, Role, Serving, Token},
    metrics::{Metrics, SignIn},
};
use bucket::{Buckets, Pace};
use cookie::SESSION;
use host::Host;
use origin::Origin;
use refusal::{Reader, Refusal};
use sessions::Sessions;
use throttle::Throttle;

/// How long an answer may take to begin. A reload of a large configuration takes longest.
const ANSWER: Duration = Duration::from_secs(65);

/// How long a client may take to send what it has to say.
const SEND: Duration = Duration::from_secs(25);

/// The largest body that is read, in bytes.
const BODY: usize = 64 * 1024;

/// The largest body of somebody who may do everything: a configuration to be checked.
const LARGE: usize = 1 << 20;

/// What whoever watches us asks for.
pub(super) const OF_METRICS: [&str; 3] = ["/metrics", "/-/healthy", "/-/ready"];

/// What is asked for at a machine's pace, and is bounded in another way.
const PROBE: &str = "/probe";

/// How many passwords are checked at once: each takes a core and 19 MiB.
const CHECKS: usize = 2;

/// All that the door remembers.
#[derive(Debug)]
pub(super) struct Door {
    plans: watch::Receiver<Option<Arc<Plan>>>,
    ticks: fn() -> Duration,
    metrics: Metrics,
    buckets: Mutex<Buckets>,
    throttle: Mutex<Throttle>,
    sessions: Mutex<Sessions>,
    oidc: oidc::Remembered,
    checks: Semaphore,
    /// Whether metrics have a listener of their own.
    metrics_elsewhere: bool,
}

/// Meets every request: how often, by which name, who, by whose page. Whether they may is asked by [`admit`].
pub(super) async fn enter(State(desk): State<Desk>, mut request: Request, next: Next) -> Response {
    let door = &desk.door;
    let reader = Reader::of(request.method(), request.uri(), request.headers());
    let mut response = match door.meet(&mut request) {
        Ok(()) => timeout(ANSWER, next.run(request)).await.unwrap_or_else(|_| {
            Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "the answer took too long").told(&reader)
        }),
        Err(refusal) => refusal.told(&reader),
    };
    dress::dress(response.headers_mut(), door.is_secure());
    door.metrics.asked().answered(response.status().as_u16());
    response
}

/// What every answer says, where nobody is asked who they are.
pub(super) async fn dressed(mut response: Response) -> Response {
    dress::dress(response.headers_mut(), false);
    response
}

/// Tells of a new plan what cannot be followed while the agent runs: where and by what it serves since `begun`.
pub(super) async fn tell_changes(begun: Serving, mut plans: watch::Receiver<Option<Arc<Plan>>>) {
    let fixed = |serving: &Serving| (serving.listen(), serving.metrics(), serving.tls().is_some());
    while plans.changed().await.is_ok() {
        let now = plans.borrow_and_update().as_ref().map(|plan| fixed(plan.serve()));
        if now.is_some_and(|now| now != fixed(&begun)) {
            tracing::warn!(
                "`listen`, `metrics` and whether there is `tls` below `serve` hold from the next start on"
            );
        }
    }
}

/// Lets a request through, whole, if whoever asks has the role that it `needs`.
pub(super) async fn admit(needs: Role, request: Request, next: Next) -> Response {
    let reader = Reader::of(request.method(), request.uri(), request.headers());
    let visitor = request.extensions().get::<Visitor>();
    let refused = match visitor {
        Some(visitor) if visitor.role >= needs => None,
        visitor => Some(refusal(visitor, needs)),
    };
    if let Some(refusal) = refused {
        return refusal.told(&reader);
    }
    let most = if needs == Role::Admin { LARGE } else { BODY };
    match whole(request, most).await {
        Ok(request) => next.run(request).await,
        Err(refusal) => refusal.told(&reader),
    }
}

fn refusal(visitor: Option<&Visitor>, needs: Role) -> Refusal {
    match visitor {
        Some(Visitor { way: Way::Unknown, .. }) => {
            Refusal::new(StatusCode::UNAUTHORIZED, "sign in, or show a token (Authorization: Bearer …)")
        }
        Some(visitor) => {
            let words = format!("this needs the role `{needs}`; {} has `{}`", visitor.name, visitor.role);
            Refusal::new(StatusCode::FORBIDDEN, words)
        }
        None => Refusal::new(StatusCode::FORBIDDEN, "nobody knows who asks"),
    }
}

/// The request with its body read: no handler waits for a slow client, or reads without bound.
async fn whole(request: Request, most: usize) -> Result<Request, Refusal> {
    let (head, body) = request.into_parts();
    let read = timeout(SEND, to_bytes(body, most)).await;
    let read =
        read.map_err(|_| Refusal::new(StatusCode::REQUEST_TIMEOUT, "the request took too long to come"))?;
    let too_large = |_| {
        let words = format!("the request broke off, or is longer than {} KiB", most / 1024);
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, words)
    };
    Ok(Request::from_parts(head, Body::from(read.map_err(too_large)?)))
}

impl Door {
    pub(super) fn new(
        plans: watch::Receiver<Option<Arc<Plan>>>,
        ticks: fn() -> Duration,
        metrics: Metrics,
    ) -> Self {
        let has_own = |plan: &Arc<Plan>| plan.serve().metrics().is_some();
        let metrics_elsewhere = plans.borrow().as_ref().is_some_and(has_own);
        Self {
            plans,
            ticks,
            metrics,
            buckets: Mutex::default(),
            throttle: Mutex::default(),
            sessions: Mutex::default(),
            oidc: oidc::Remembered::default(),
            checks: Semaphore::new(CHECKS),
            metrics_elsewhere,
        }
    }

    fn is_secure(&self) -> bool {
        self.plans.borrow().as_ref().is_some_and(|plan| plan.serve().is_secure())
    }

    /// Says in the request who asks; `Err` if it is not even asked whether they may.
    fn meet(&self, request: &mut Request) -> Result<(), Refusal> {
        let Some(peer) = request.extensions().get::<SocketAddr>().copied() else {
            return Err(Refusal::new(StatusCode::FORBIDDEN, "nobody knows who asks"));
        };
        if self.metrics_elsewhere && request.uri().path() == OF_METRICS[0] {
            return Err(Refusal::new(StatusCode::NOT_FOUND, "metrics have a listener of their own"));
        }
        let plan = self.plans.borrow().clone();
        let visitor = match plan.as_deref().map(Plan::serve) {
            Some(serving) => self.known(peer.ip().to_canonical(), serving, request)?,
            None if request.uri().path().starts_with("/-/") => nobody(peer.ip(), false),
            None => {
                let refusal = Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "no plan is in force yet");
                return Err(refusal.after(Duration::from_secs(1)));
            }
        };
        request.extensions_mut().insert(visitor);
        Ok(())
    }

    fn known(&self, peer: IpAddr, serving: &Serving, request: &Request) -> Result<Visitor, Refusal> {
        let from = client(peer, request.headers(), serving);
        self.pace(from, serving, request)?;
        let host = Host::of(request)?;
        let origin = Origin::of(request.headers(), host.as_ref(), serving);
        let visitor = self.visitor(from, serving, request.headers())?;
        let visitor = match visitor {
            Some(visitor) => visitor,
            None if serving.is_open_house() => {
                by_our_name(host.as_ref(), serving, request)?;
                near::visitor(from, host.as_ref(), origin, request.headers())
            }
            None => nobody(from, serving.is_public()),
        };
        by_our_page(&visitor, origin, request.method())?;
        Ok(visitor)
    }

    fn pace(&self, from: IpAddr, serving: &Serving, request: &Request) -> Result<(), Refusal> {
        let path = request.uri().path();
        if request.method() == Method::GET && (path == PROBE || OF_METRICS.contains(&path)) {
            return Ok(());
        }
        let per_second = serving.per_client().requests;
        let pace = Pace { per_second, burst: per_second.saturating_mul(5) };
        let taken = lock(&self.buckets).take(from, pace, (self.ticks)());
        taken.map_err(|wait| {
            self.metrics.asked().turned_away();
            Refusal::too_much(wait)
        })
    }

    /// Whoever shows something by which they are known.
    fn visitor(
        &self,
        from: IpAddr,
        serving: &Serving,
        headers: &HeaderMap,
    ) -> Result<Option<Visitor>, Refusal> {
        if serving.is_open_house() {
            return Ok(None);
        }
        if let Some(shown) = bearer(headers) {
            return self.program(shown, from, serving).map(Some);
        }
        let (now, mut sessions) = ((self.ticks)(), lock(&self.sessions));
        let mut held = SESSION.held(headers, serving.is_secure()).into_iter();
        let known = held.find_map(|id| sessions.whose(id, serving, now));
        Ok(known.map(|(name, role)| Visitor { name, role, from, way: Way::Session }))
    }

    fn program<'s>(&self, shown: &str, from: IpAddr, serving: &'s Serving) -> Result<Visitor, Refusal> {
        let print = Print::of(shown);
        // Each is compared, so that the time tells nothing.
        let same = |known, token: &'s Token| if token.print == print { Some(token) } else { known };
        let known = serving.tokens().iter().fold(None, same);
        let Some(token) = known else {
            self.metrics.asked().signed_in(SignIn::Refused);
            tracing::warn!(%from, "a token was shown that is none of ours");
            return Err(Refusal::new(StatusCode::UNAUTHORIZED, "this token is none of ours"));
        };
        Ok(Visitor { name: format!("token {}", token.name), role: token.role, from, way: Way::Token })
    }
}

fn nobody(from: IpAddr, public: bool) -> Visitor {
    let role = if public { Role::Public } else { Role::Anybody };
    Visitor { name: "anybody".into(), role, from, way: Way::Unknown }
}

/// Where a request comes from: what a proxy of ours says of it, or else the far end of the connection.
fn client(peer: IpAddr, headers: &HeaderMap, serving: &Serving) -> IpAddr {
    let is_proxy = |address: &IpAddr| serving.proxies().contains(address);
    if !is_proxy(&peer) {
        return peer;
    }
    let lines = headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok());
    let named: Vec<IpAddr> =
        lines.flat_map(|line| line.split(',')).map_while(|name| name.trim().parse().ok()).collect();
    // From the right: what stands further left may have been written by the client itself.
    named.into_iter().rev().map(|name| name.to_canonical()).find(|name| !is_proxy(name)).unwrap_or(peer)
}

/// The token that a program shows. Other schemes are the affair of a proxy before us.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Where nobody signs in, a page of somebody else's may have had its own name lead here.
fn by_our_name(host: Option<&Host>, serving: &Serving, request: &Request) -> Result<(), Refusal> {
    match host {
        Some(host) if !host.is_ours(serving) && !request.uri().path().starts_with("/-/healthy") => {
            let words =
                format!("{host} is no name of ours: write it as `url` below `serve`, or ask by address");
            Err(Refusal::new(StatusCode::MISDIRECTED_REQUEST, words))
        }
        _ => Ok(()),
    }
}

/// What a browser carries by itself, a session or its place in the network, a strange page must not use.
fn by_our_page(visitor: &Visitor, origin: Origin, method: &Method) -> Result<(), Refusal> {
    let changes = !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
    let trusted = match visitor.way {
        Way::Token => true,
        Way::Session => origin == Origin::Ours,
        Way::Open | Way::Unknown => origin != Origin::Foreign,
    };
    if !changes || trusted {
        return Ok(());
    }
    Err(Refusal::new(StatusCode::FORBIDDEN, "this was asked by a page that is not ours"))
}

/// What is held stays whole when a thread panics over it: each change is a few plain assignments.
fn lock<T>(held: &Mutex<T>) -> MutexGuard<'_, T> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::load_text, raw::Given};

    #[test]
    fn a_client_is_told_by_our_own_proxies_only() {
        let text = "{site: a, serve: {proxies: [10.0.0.1, 10.0.0.2]}, services: {s: {probes: {p: {tcp: {address: 'a:1'}}}}}}";
        let plan = load_text("probes.yaml", text, &Given::default()).unwrap();
        let from = |peer: &str, lines: &[&str]| {
            let headers =
                lines.iter().map(|line| ("x-forwarded-for".parse().unwrap(), line.parse().unwrap()));
            let mut map = HeaderMap::new();
            headers.for_each(|(name, value): (header::HeaderName, header::HeaderValue)| {
                map.append(name, value);
            });
            client(peer.parse().unwrap(), &map, plan.serve()).to_string()
        };
        assert_eq!(from("192.0.2.9", &["198.51.100.1"]), "192.0.2.9");
        assert_eq!(from("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(from("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(from("10.0.0.1", &["1.2.3.4, 198.51.100.1, 10.0.0.2"]), "198.51.100.1");
        assert_eq!(from("10.0.0.1", &["1.2.3.4", "2001:db8::1, 10.0.0.2"]), "2001:db8::1");
        assert_eq!(from("10.0.0.1", &["nonsense"]), "10.0.0.1");
    }

    #[test]
    fn a_token_is_shown_as_a_bearer_shows_it() {
        let shown = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("authorization", value.parse().unwrap());
            bearer(&headers).map(str::to_owned)
        };
        assert_eq!(shown("bearer  abc"), Some("abc".to_owned()));
        assert_eq!([shown("Basic abc"), shown("Bearer"), shown("abc")], [None, None, None]);
    }
}
