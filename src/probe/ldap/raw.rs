//! How is the kind `ldap` written?

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Ldap, Search,
    expect::Expected,
    filter::{self, EVERYTHING},
    wire::Scope,
};
use crate::{
    model::Endpoint,
    probe::{
        Bounds, Expectations, RawBounds,
        dial::{
            RawRoute,
            tls::{RawTls, Tls},
        },
        lockout::{Account, Lockout},
    },
    raw::{Brief, Door, Field, Lapse, OneOrMany, Secret, SecretSource, Span},
};

/// How many entries a search may find, where `size_limit` says nothing.
const SIZE_LIMIT: u32 = 100;
/// The largest `size_limit`.
const LARGEST_SIZE_LIMIT: u32 = 1000;

/// A directory (LDAP, Active Directory): does it answer, let us in, and find what it should?
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(in crate::probe) struct RawLdap {
    /// Where to look: `host:port`; 636 for LDAPS, 389 for `StartTLS`.
    address: Field<Endpoint>,
    #[serde(rename = "<<")]
    #[schemars(flatten)]
    route: RawRoute,
    /// TLS from the first byte on (LDAPS): `true`, or a map with a private CA, a client certificate, …
    #[schemars(extend("default" = false))]
    tls: Option<Field<Brief<bool, RawTls>>>,
    /// TLS after the operation `StartTLS`, with the settings of `tls`.
    #[schemars(extend("default" = false))]
    starttls: Option<Field<bool>>,
    /// Log in, with an account that may do little else. Only over TLS.
    bind: Option<Field<RawBind>>,
    /// How long nobody logs in with this account once it was refused, so that the directory does not lock it.
    #[schemars(extend("default" = "30m"))]
    lockout_guard: Option<Field<Lapse>>,
    /// Who agreed to what is refused otherwise.
    agreed: Option<Field<RawAgreed>>,
    /// Search, and count what is found.
    search: Option<Field<RawSearch>>,
    /// What must be so, or the look is down.
    expect: Option<Field<RawExpect>>,
    /// What should be so, or the look is degraded.
    warn: Option<Field<RawExpect>>,
}

/// Who logs in.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RawBind {
    /// The distinguished name; of Active Directory also `user@domain`.
    dn: Field<String>,
    /// The password: `${env:NAME}` or `{file: path}`.
    password: Field<SecretSource>,
}

/// Who agreed, and when, to what is refused otherwise.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RawAgreed {
    /// To log in without TLS: whoever listens has the password.
    unencrypted_bind: Field<String>,
}

/// What is searched for.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RawSearch {
    /// Below which entry.
    base: Field<String>,
    /// How deep: the entry itself, its children, or all.
    #[schemars(extend("default" = "sub"))]
    scope: Option<Field<Scope>>,
    /// Which entries, as RFC 4515 writes it: `=`, `*`, `&`, `|` and `!`.
    #[schemars(extend("default" = EVERYTHING))]
    filter: Option<Field<String>>,
    /// How many entries are sent at most, up to 1000.
    #[schemars(extend("default" = SIZE_LIMIT))]
    size_limit: Option<Field<u32>>,
}

/// What is expected.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawExpect {
    /// The directory holds each of these naming contexts.
    naming_contexts: Option<Field<OneOrMany<String>>>,
    /// It says that it supports each of these: controls, extensions, features, SASL mechanisms, versions of LDAP.
    supported: Option<Field<OneOrMany<String>>>,
    /// The search finds so many entries. Where nothing is said: at least one.
    entries: Option<Field<Brief<u32, RawBounds<u32>>>>,
}

pub(super) fn parse(raw: RawLdap, door: &mut Door<'_>) -> Option<Ldap> {
    let route = raw.route.checked(door);
    let (tls, starttls) = parse_tls(raw.tls, raw.starttls, door);
    let agreed = raw.agreed.and_then(Field::good);
    let agreed = agreed.is_some_and(|agreed| is_named(&agreed.unencrypted_bind, door));
    let secured = starttls || tls.is_some() || agreed;
    let account = match raw.bind {
        Some(bind) => Some(parse_bind(bind, secured, door)?),
        None => None,
    };
    let search_span = raw.search.as_ref().map(Field::span);
    let search = raw.search.and_then(Field::good).and_then(|search| parse_search(search, door));
    let expectations = parse_expectations(raw.expect, raw.warn, search_span.is_some(), door);
    let lockout = Lockout::parse(raw.lockout_guard, door);
    if search_span.is_some() && search.is_none() {
        return None;
    }
    Some(Ldap { address: raw.address.good()?, route, tls, starttls, account, lockout, search, expectations })
}

/// The settings of TLS, and whether it begins with `StartTLS`.
fn parse_tls(
    tls: Option<Field<Brief<bool, RawTls>>>,
    starttls: Option<Field<bool>>,
    door: &mut Door<'_>,
) -> (Option<Tls>, bool) {
    let refused = matches!(tls.as_ref().and_then(Field::get), Some(Brief::Brief(false)));
    let Some(span) =
        starttls.filter(|starttls| starttls.get() == Some(&true)).map(|starttls| starttls.span())
    else {
        return (tls.and_then(|tls| Tls::wanted(tls, door)), false);
    };
    if refused {
        door.problem(span, "StartTLS without TLS", "leave one of `tls: false` and `starttls: true` out");
    }
    let tls = match tls {
        Some(tls) => Tls::wanted(tls, door),
        None => Tls::parse(RawTls::default(), span, &[], door),
    };
    (tls, true)
}

fn is_named(who: &Field<String>, door: &mut Door<'_>) -> bool {
    if who.get().is_some_and(|who| who.trim().is_empty()) {
        door.problem(who.span(), "nobody is named", "write who agreed, and when");
    }
    true
}

fn parse_bind(raw: Field<RawBind>, secured: bool, door: &mut Door<'_>) -> Option<Account> {
    if !secured {
        door.problem(
            raw.span(),
            "whoever listens would have this password: the connection has no TLS",
            "add `tls: true` (LDAPS) or `starttls: true`, or name who agreed: `agreed: {unencrypted_bind: …}`",
        );
    }
    let raw = raw.good()?;
    let password = door.secret(raw.password);
    if raw.dn.get().is_some_and(|dn| dn.trim().is_empty()) {
        door.problem(raw.dn.span(), "nobody logs in", "write a distinguished name, or leave `bind` out");
    }
    Some(Account { name: Secret::new(raw.dn.good()?), password: password? })
}

fn parse_search(raw: RawSearch, door: &mut Door<'_>) -> Option<Search> {
    let filter = match raw.filter {
        Some(filter) => parse_filter(&filter, door),
        None => filter::encoded(EVERYTHING).ok(),
    };
    let size_limit = door.within(raw.size_limit.as_ref(), 1..=LARGEST_SIZE_LIMIT, SIZE_LIMIT);
    let scope = raw.scope.and_then(Field::good).unwrap_or_default();
    Some(Search { base: raw.base.good()?, scope, filter: filter?, size_limit })
}

fn parse_filter(text: &Field<String>, door: &mut Door<'_>) -> Option<Vec<u8>> {
    let encoded = filter::encoded(text.get()?);
    encoded.map_err(|refusal| door.refuse(text.span(), refusal)).ok()
}

fn parse_expectations(
    expect: Option<Field<RawExpect>>,
    warn: Option<Field<RawExpect>>,
    searches: bool,
    door: &mut Door<'_>,
) -> Expectations<Expected> {
    let counted =
        [&expect, &warn].map(|raw| raw.as_ref().and_then(|raw| raw.get()?.entries.as_ref()).map(Field::span));
    for span in counted.into_iter().flatten().filter(|_| !searches) {
        tell_no_search(span, door);
    }
    let mut expectations = Expectations::parse(expect, warn, door, |raw, door| Expected {
        naming_contexts: door.values(raw.naming_contexts),
        supported: door.values(raw.supported),
        entries: raw.entries.and_then(|raw| Bounds::written(raw, door)),
    });
    if searches && expectations.must.entries.is_none() {
        expectations.must.entries = Some(Bounds::at_least(1));
    }
    expectations
}

fn tell_no_search(span: Span, door: &mut Door<'_>) {
    door.problem(
        span,
        "nothing is searched for, and so nothing found",
        "add `search: {base: …}`, or leave this out",
    );
}
