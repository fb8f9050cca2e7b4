//! Where do we serve, and who may come in?

mod role;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

pub use role::Role;

use super::{resolver::Listen, texts::Link};
use crate::raw::{Door, Field};

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
    /// A listener for `/metrics` and health alone, open to whoever reaches it. The main one has no `/metrics` then.
    metrics: Option<Field<Listen>>,
}

/// Where we serve, and who may come in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Serving {
    listen: Option<SocketAddr>,
    url: Option<Url>,
    public: bool,
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

    /// Where `/metrics` and health are served by themselves.
    pub fn metrics(&self) -> Option<SocketAddr> {
        self.metrics
    }
}

impl RawServe {
    pub(super) fn checked(self, door: &mut Door<'_>) -> Serving {
        let listen = self.listen.and_then(Field::good).map(|listen| listen.0);
        Serving {
            listen,
            url: self.url.and_then(|url| bare(url, door)),
            public: self.public.and_then(Field::good).unwrap_or_default(),
            metrics: self.metrics.and_then(|metrics| own(metrics, listen.unwrap_or(Serving::LISTEN), door)),
        }
    }
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

fn own(metrics: Field<Listen>, listen: SocketAddr, door: &mut Door<'_>) -> Option<SocketAddr> {
    let at = metrics.span();
    let metrics = metrics.good()?.0;
    if metrics == listen && metrics.port() != 0 {
        door.problem(at, "this is where all else is served", "name another port, or leave `metrics` out");
    }
    Some(metrics)
}
