//! By which provider do people sign in, and which of its groups may do what here?

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de::Error};
use serde_json::Value;
use serde_json_path::JsonPath;

use super::{Print, Role};
use crate::{
    config::texts::Line,
    probe::{Place, Proxy, ProxyUrl, RawProxy, RawTls, Tls},
    raw::{Brief, Door, Field, OneOrMany, Problem, Refusal, Secret, SecretSource, Span},
};

/// What everybody is in who can sign in at the provider.
const EVERYBODY: &str = "*";

/// What is asked of a provider unless it is said.
const SCOPES: [&str; 3] = ["openid", "profile", "email"];

/// A provider (OpenID Connect) by which people sign in. It needs `url` below `serve`.
#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawProvider {
    /// Who the provider is, to the letter as it says itself: `https://id.example.nhs.uk/realms/hospital`. What it says is
    /// read below this, at `/.well-known/openid-configuration`. `http://` only on this machine.
    issuer: Field<Issuer>,
    /// What the way to it is called on the sign-in page and in the audit log.
    #[schemars(extend("default" = "Hospital sign-in"))]
    title: Option<Field<Line>>,
    /// Who we are for the provider.
    client_id: Field<String>,
    /// The secret that it gave us: `${env:NAME}` or `{file: path}`. Left out: there is none, and PKCE alone protects.
    client_secret: Option<Field<SecretSource>>,
    /// What is asked for. `openid` is always.
    #[schemars(extend("default" = SCOPES))]
    scopes: Option<Field<OneOrMany<String>>>,
    /// Which claim tells the groups of a person: its name, or a JSON path (`$.realm_access.roles`). Its value is a text, or a
    /// list of them.
    #[schemars(extend("default" = "groups"))]
    claim: Option<Field<Claim>>,
    /// Which groups may do what.
    roles: Field<RawRoles>,
    /// Which claim tells what a person is called: its name, or a JSON path. Where there is none, `sub`.
    #[schemars(extend("default" = "preferred_username"))]
    name: Option<Field<Claim>>,
    /// Whom we trust.
    tls: Option<Field<RawProviderTls>>,
    /// A proxy that is asked with CONNECT to open the way: `http://proxy.example.nhs.uk:3128`, or a map with a log-in.
    proxy: Option<Field<Brief<ProxyUrl, RawProxy>>>,
}

/// Whom we trust when we speak to a provider.
#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RawProviderTls {
    /// A PEM file with the only certificates to trust, instead of this machine's roots.
    ca: Field<String>,
}

/// Which groups may do what: one, or a list; `"*"` is everybody who can sign in. Whoever is in several may do most.
#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RawRoles {
    /// Who sees everything.
    view: Option<Field<OneOrMany<String>>>,
    /// Who also writes notes, acknowledges incidents, announces planned work.
    operate: Option<Field<OneOrMany<String>>>,
    /// Who also reloads the configuration, and reads who did what.
    admin: Option<Field<OneOrMany<String>>>,
}

/// A provider by which people sign in.
#[derive(Debug)]
pub struct Oidc {
    issuer: Issuer,
    /// What the way to it is called.
    pub title: String,
    /// Who we are for it.
    pub client_id: String,
    /// The secret that it gave us.
    pub(crate) client_secret: Option<Secret>,
    /// What is asked for, with spaces between.
    pub scopes: String,
    groups: Claim,
    name: Claim,
    roles: Vec<(String, Role)>,
    /// Whom we trust; none where TLS is not spoken, which is on this machine only.
    pub(crate) tls: Option<Tls>,
    /// Who opens the way.
    pub(crate) proxy: Option<Proxy>,
}

/// Who a provider is: a URL that is compared to the letter.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(with = "String")]
struct Issuer {
    text: String,
    #[schemars(skip)]
    place: Place,
}

/// Where in what is told of a person something stands.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(with = "String")]
enum Claim {
    Named(String),
    At(JsonPath),
}

impl Oidc {
    /// Who it is, to the letter.
    pub fn issuer(&self) -> &str {
        &self.issuer.text
    }

    /// What tells it, and who we are for it, from all others.
    pub fn print(&self) -> Print {
        Print::of(&format!("{} {}", self.issuer(), self.client_id))
    }

    /// Which of the groups of a person, of whom `claims` are told, have a role here.
    pub fn groups(&self, claims: &Value) -> Vec<String> {
        let told = self.groups.texts(claims);
        let known = self.roles.iter().map(|(group, _)| group.as_str());
        known.filter(|group| *group == EVERYBODY || told.contains(group)).map(str::to_owned).collect()
    }

    /// Whether it is told what the groups of a person are.
    pub fn tells_groups(&self, claims: &Value) -> bool {
        !self.groups.texts(claims).is_empty()
    }

    /// The most that one of `groups` may do.
    pub fn role(&self, groups: &[String]) -> Option<Role> {
        let held = self.roles.iter().filter(|(group, _)| groups.contains(group));
        held.map(|(_, role)| *role).max()
    }

    /// The groups that may do something here.
    pub fn named_groups(&self) -> impl Iterator<Item = &str> {
        self.roles.iter().map(|(group, _)| group.as_str())
    }

    /// What a person is called, if it is told.
    pub fn name<'c>(&self, claims: &'c Value) -> Option<&'c str> {
        let named = self.name.texts(claims).into_iter().find(|name| !name.trim().is_empty());
        named.map(str::trim)
    }
}

impl Claim {
    fn texts<'c>(&self, claims: &'c Value) -> Vec<&'c str> {
        let found: Vec<&Value> = match self {
            Self::Named(name) => claims.get(name).into_iter().collect(),
            Self::At(path) => path.query(claims).all(),
        };
        let each = found
            .into_iter()
            .flat_map(|value| value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice));
        each.filter_map(Value::as_str).collect()
    }
}

impl RawProvider {
    pub(super) fn checked(self, door: &mut Door<'_>) -> Option<Arc<Oidc>> {
        let at = self.issuer.span();
        let client_secret = self.client_secret.map(|secret| door.secret(secret));
        let proxy = self.proxy.map(|proxy| Proxy::parse(proxy, door));
        let (scopes, roles) = (scopes(self.scopes), roles(self.roles, door));
        let issuer = self.issuer.good()?;
        let tls = if issuer.place.is_secure() { Some(trusted(self.tls, at, door)?) } else { None };
        let or = |claim: Option<Field<Claim>>, usual: &str| {
            claim.and_then(Field::good).unwrap_or_else(|| Claim::Named(usual.to_owned()))
        };
        Some(Arc::new(Oidc {
            issuer,
            title: self.title.and_then(Field::good).map_or("Hospital sign-in".into(), |title| title.0),
            client_id: self.client_id.good()?,
            client_secret: client_secret.flatten(),
            scopes,
            groups: or(self.claim, "groups"),
            name: or(self.name, "preferred_username"),
            roles: roles?,
            tls,
            proxy: proxy.flatten(),
        }))
    }
}

fn trusted(raw: Option<Field<RawProviderTls>>, at: Span, door: &mut Door<'_>) -> Option<Tls> {
    let raw = raw
        .and_then(Field::good)
        .map_or_else(RawTls::default, |raw| RawTls { ca: Some(raw.ca), ..RawTls::default() });
    Tls::parse(raw, at, &["http/1.1"], door)
}

fn scopes(raw: Option<Field<OneOrMany<String>>>) -> String {
    let written = raw.and_then(Field::good).map(OneOrMany::good);
    let mut scopes = written.unwrap_or_else(|| SCOPES.map(str::to_owned).to_vec());
    if !scopes.iter().any(|scope| scope == SCOPES[0]) {
        scopes.insert(0, SCOPES[0].to_owned());
    }
    scopes.join(" ")
}

fn roles(raw: Field<RawRoles>, door: &mut Door<'_>) -> Option<Vec<(String, Role)>> {
    let at = raw.span();
    let raw = raw.good()?;
    let mut roles = Vec::new();
    for (groups, role) in [(raw.view, Role::View), (raw.operate, Role::Operate), (raw.admin, Role::Admin)] {
        let Some(groups) = groups else { continue };
        let at = groups.span();
        let groups = groups.good().map_or(Vec::new(), OneOrMany::good);
        if role > Role::View && groups.iter().any(|group| group == EVERYBODY) {
            let problem = Problem::new(at, format!("everybody who can sign in there has the role `{role}`"));
            door.warn(problem.cure("name the groups"));
        }
        roles.extend(groups.into_iter().map(|group| (group, role)));
    }
    if roles.is_empty() {
        door.problem(
            at,
            "nobody may do anything",
            "write which groups may: roles: {view: \"*\", operate: [epr-on-call]}",
        );
        return None;
    }
    Some(roles)
}

impl<'de> Deserialize<'de> for Issuer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let refuse = |why: &str, cure: &str| Err(D::Error::custom(Refusal::new(why).cure(cure)));
        let place = Place::parse(&text).map_err(D::Error::custom)?;
        if text.contains(['?', '#']) {
            return refuse("there is no `?` and no `#` in an issuer", "take them out");
        }
        if text.contains("/.well-known/") {
            return refuse(
                "this is where the provider says who it is",
                "leave out /.well-known/ and what follows: it is added",
            );
        }
        if !place.is_secure() && !place.endpoint.host.is_here() {
            return refuse(
                "whoever is on the way could sign in as anybody: this is not TLS",
                "write https://…",
            );
        }
        Ok(Self { text, place })
    }
}

impl<'de> Deserialize<'de> for Claim {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if !text.starts_with('$') {
            return Ok(Self::Named(text));
        }
        let refuse = |why: &str| {
            Refusal::new(format!("`{text}` is no JSON path: {why}"))
                .cure("write a name, or a path like \"$.realm_access.roles\"")
        };
        JsonPath::parse(&text).map(Self::At).map_err(|why| D::Error::custom(refuse(why.message())))
    }
}
