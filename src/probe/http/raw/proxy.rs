//! How is a proxy written?

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de::Error};
use url::Url;

use super::auth::RawAuth;
use crate::{
    model::{Endpoint, Host},
    probe::http::proxy::Proxy,
    raw::{Brief, Door, Field, Refusal},
};

/// A proxy and how we log in to it.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct RawProxy {
    /// Where it is: `http://proxy.example.nhs.uk:3128`.
    url: Field<ProxyUrl>,
    /// How we log in to it.
    auth: Option<Field<RawAuth>>,
}

/// `http://host:port`.
#[derive(Debug, JsonSchema)]
pub(crate) struct ProxyUrl(#[schemars(with = "String")] Endpoint);

impl Proxy {
    /// Checks what was written.
    pub(crate) fn parse(raw: Field<Brief<ProxyUrl, RawProxy>>, door: &mut Door<'_>) -> Option<Self> {
        match raw.good()? {
            Brief::Brief(url) => Some(Self { endpoint: url.0, authorization: None }),
            Brief::Full(raw) => {
                let authorization = raw.auth.and_then(Field::good).and_then(|auth| auth.value(door));
                Some(Self { endpoint: raw.url.good()?.0, authorization })
            }
        }
    }
}

impl<'de> Deserialize<'de> for ProxyUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let refuse = |why: &str, cure: &str| Err(D::Error::custom(Refusal::new(why).cure(cure)));
        let Some(url) = Url::parse(&text).ok().filter(|url| url.scheme() == "http") else {
            return refuse("this is no URL of a proxy", CURE);
        };
        if !url.username().is_empty() || url.password().is_some() {
            return refuse(
                "a URL must not hold a user or a password",
                "write proxy: {url: …, auth: {basic: …}}",
            );
        }
        bare_endpoint(&url)
            .map_or_else(|| refuse("a proxy is a host and a port, and no more", CURE), |at| Ok(Self(at)))
    }
}

const CURE: &str = "write it like \"http://proxy.example.nhs.uk:3128\"";

/// A host and a port of a URL that is only that.
fn bare_endpoint(url: &Url) -> Option<Endpoint> {
    let host: Host = url.host_str()?.parse().ok()?;
    let port = url.port_or_known_default().filter(|port| *port != 0)?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    bare.then_some(Endpoint { host, port })
}
