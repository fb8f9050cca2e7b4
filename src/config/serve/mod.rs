//! Where do we serve, and who may come in?

mod oidc;
mod password;
mod people;
mod role;
mod tls;

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

pub use oidc::Oidc;
pub use password::{Hash, LONGEST_PASSWORD};
pub use people::{Print, Token, User};
pub use role::Role;
pub use tls::{ServeTls, Shown};

use super::{
    pace::count,
    resolver::{Address, Listen},
    texts::Link,
};
use crate::{
    model::Slug,
    raw::{Door, Entries, Field, OneOrMany, Problem, Span},
};
use oidc::RawProvider;
use people::{RawToken, RawUser};
use tls::RawServeTls;

/// Where the page, the API and the metrics are served, and who may see and do what.
#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawServe {
    /// Where this agent listens. `--listen` wins over it.
    #[schemars(extend("default" = "127.0.0.1:9715"))]
    listen: Option<Field<Listen>>,
    /// How others reach it, where that is not the address it listens on: for links in feeds and for signing in.
    url: Option<Field<Link>>,
    /// Whether anybody may see the services that are marked `public`.
    #[schemars(extend("default" = false))]
    public: Option<Field<bool>>,
    /// TLS, by a certificate of our own. Left out: none is spoken.
    tls: Option<Field<RawServeTls>>,
    /// People who sign in with a password, each under a name. Once there is one, a token or `oidc`, nobody who is not known
    /// sees more than the public view.
    users: Option<Field<Entries<RawUser>>>,
    /// Programs that show a token (`Authorization: Bearer …`), each under a name.
    tokens: Option<Field<Entries<RawToken>>>,
    /// A provider (OpenID Connect) by which people sign in, beside `users` or in place of them.
    oidc: Option<Field<RawProvider>>,
    /// How much one client may ask, told apart by its address.
    per_client: Option<Field<RawPerClient>>,
    /// Addresses of proxies before us: what they say of their clients (`X-Forwarded-For`) is believed, and of nobody else.
    proxies: Option<Field<OneOrMany<Address>>>,
    /// A listener for `/metrics` and health alone, open to whoever reaches it. The main one has no `/metrics` then.
    metrics: Option<Field<Listen>>,
}

/// How much one client may ask.
#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RawPerClient {
    /// Requests a second, in the long run; five times as many at once after a pause. At least 1. Metrics and health are not
    /// counted.
    #[schemars(extend("default" = 20, "minimum" = 1))]
    requests: Option<Field<u32>>,
    /// Connections at the same time. At least 1. Proxies may have any number.
    #[schemars(extend("default" = 256, "minimum" = 1))]
    connections: Option<Field<u32>>,
}

/// How much one client may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PerClient {
    /// Requests a second, in the long run. At least 1.
    pub requests: u32,
    /// Connections at the same time. At least 1.
    pub connections: u32,
}

impl Default for PerClient {
    fn default() -> Self {
        Self { requests: 20, connections: 256 }
    }
}

/// Where we serve, and who may come in.
#[derive(Clone, Debug, Default)]
pub struct Serving {
    listen: Option<SocketAddr>,
    url: Option<Url>,
    public: bool,
    tls: Option<ServeTls>,
    users: BTreeMap<Slug, User>,
    tokens: Vec<Token>,
    oidc: Option<Arc<Oidc>>,
    per_client: PerClient,
    proxies: Vec<IpAddr>,
    metrics: Option<SocketAddr>,
}

impl Serving {
    /// Where this agent listens if it is told nothing else: on this machine alone.
    pub const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9715);

    /// Where this agent listens, if it was written.
    pub fn listen(&self) -> Option<SocketAddr> {
        self.listen
    }

    /// How others reach it, if it was written: the root of a host.
    pub fn url(&self) -> Option<&Url> {
        self.url.as_ref()
    }

    /// Whether anybody may see the services that are marked `public`.
    pub fn is_public(&self) -> bool {
        self.public
    }

    /// How TLS is spoken, if it is.
    pub fn tls(&self) -> Option<&ServeTls> {
        self.tls.as_ref()
    }

    /// Who signs in with a password.
    pub fn users(&self) -> &BTreeMap<Slug, User> {
        &self.users
    }

    /// Which programs show a token.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// By which provider people sign in, if there is one.
    pub fn oidc(&self) -> Option<&Arc<Oidc>> {
        self.oidc.as_ref()
    }

    /// How much one client may ask.
    pub fn per_client(&self) -> PerClient {
        self.per_client
    }

    /// Proxies before us, whose word on their clients is believed.
    pub fn proxies(&self) -> &[IpAddr] {
        &self.proxies
    }

    /// Whether nobody can sign in: then whoever reaches the listener sees everything.
    pub fn is_open_house(&self) -> bool {
        self.users.is_empty() && self.tokens.is_empty() && self.oidc.is_none()
    }

    /// Whether clients reach us by https, here or at a proxy before us.
    pub fn is_secure(&self) -> bool {
        self.tls.is_some() || self.url.as_ref().is_some_and(|url| url.scheme() == "https")
    }

    /// Warns of what strangers can do who reach a listener that is open to the network.
    fn warn(&self, at: Span, door: &mut Door<'_>) {
        if self.is_open_house() {
            let problem =
                Problem::new(at, "whoever reaches this address sees everything: nobody has to sign in");
            door.warn(problem.cure("add `users`, `oidc` or `tokens`, or listen on 127.0.0.1"));
        } else if !self.is_secure() {
            let problem =
                Problem::new(at, "passwords and tokens cross the network in clear: this is not TLS");
            door.warn(problem.cure("add `tls`; behind a proxy that speaks TLS, write its `url: https://…`"));
        }
    }

    /// Where `/metrics` and health are served by themselves.
    pub fn metrics(&self) -> Option<SocketAddr> {
        self.metrics
    }
}

impl RawServe {
    pub(super) fn checked(self, at: Span, door: &mut Door<'_>) -> Serving {
        let at = self.listen.as_ref().map_or(at, Field::span);
        let listen = self.listen.and_then(Field::good).map(|listen| listen.0);
        let has_url = self.url.is_some();
        let url = self.url.and_then(|url| bare(url, door));
        let serving = Serving {
            listen,
            url,
            public: self.public.and_then(Field::good).unwrap_or_default(),
            tls: self.tls.and_then(|tls| tls.good()?.checked(door)),
            users: people::users(self.users, door),
            tokens: people::tokens(self.tokens, door),
            oidc: self.oidc.and_then(|oidc| known_by_url(oidc, has_url, door)?.checked(door)),
            per_client: per_client(self.per_client.and_then(Field::good), door),
            proxies: addresses(self.proxies),
            metrics: self.metrics.and_then(|metrics| own(metrics, listen.unwrap_or(Serving::LISTEN), door)),
        };
        if !serving.listen.unwrap_or(Serving::LISTEN).ip().is_loopback() {
            serving.warn(at, door);
        }
        serving
    }
}

fn per_client(raw: Option<RawPerClient>, door: &mut Door<'_>) -> PerClient {
    let standard = PerClient::default();
    let Some(raw) = raw else { return standard };
    PerClient {
        requests: count(raw.requests, door).unwrap_or(standard.requests),
        connections: count(raw.connections, door).unwrap_or(standard.connections),
    }
}

fn addresses(raw: Option<Field<OneOrMany<Address>>>) -> Vec<IpAddr> {
    raw.and_then(Field::good)
        .map_or(Vec::new(), OneOrMany::good)
        .into_iter()
        .map(|address| address.0)
        .collect()
}

/// The URL, if nothing follows its host.
fn bare(written: Field<Link>, door: &mut Door<'_>) -> Option<Url> {
    let at = written.span();
    let url = written.good()?.0;
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        let cure = "leave out what follows the host: https://status.example.nhs.uk";
        door.problem(at, "this agent is served at the root of a host, not below a path", cure);
        return None;
    }
    Some(url)
}

/// Without a URL of ours, a provider could not send anybody back.
fn known_by_url(written: Field<RawProvider>, has_url: bool, door: &mut Door<'_>) -> Option<RawProvider> {
    if !has_url {
        let cure = "write how others reach this agent: url: https://status.example.nhs.uk, below `serve`";
        door.problem(written.span(), "the provider could not send anybody back: `serve` has no `url`", cure);
    }
    written.good()
}

fn own(metrics: Field<Listen>, listen: SocketAddr, door: &mut Door<'_>) -> Option<SocketAddr> {
    let at = metrics.span();
    let metrics = metrics.good()?.0;
    if metrics == listen && metrics.port() != 0 {
        door.problem(at, "this is where all else is served", "name another port, or leave `metrics` out");
    }
    Some(metrics)
}
