//! How is a look at TLS written?

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Tls,
    expect::{Cipher, Wanted},
    key::Key,
    name::Name,
    starttls::StartTls,
    trusted::Trusted,
};
use crate::{
    model::{Endpoint, Host},
    probe::{
        Expectations,
        dial::{
            RawRoute,
            tls::{self, RawClient, RawTls, Version, cipher_names},
        },
    },
    raw::{Brief, Door, Field, Lapse, OneOrMany, Pattern, Span, advice},
};

/// A TLS handshake, alone or after STARTTLS, and the certificates that it shows.
#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct Raw {
    /// Where to look: `epr.example.nhs.uk:443`.
    address: Field<Endpoint>,
    /// The protocol that is spoken before TLS begins. Default: none, TLS begins at once.
    starttls: Option<Field<StartTls>>,
    /// The name that is sent (SNI) and that the certificate must carry. Default: the host of `address`.
    server_name: Option<Field<Host>>,
    /// A PEM file with the only certificates to trust, instead of this machine's roots: those of a private CA, or the
    /// target's own.
    ca: Option<Field<String>>,
    /// Our own certificate, for targets that ask for one (mTLS). It is shown only to a server that is trusted.
    client: Option<Field<RawClient>>,
    /// The lowest TLS version that we offer.
    #[schemars(extend("default" = "TLS 1.2"))]
    minimum: Option<Field<Version>>,
    /// The protocols to offer by ALPN, the preferred one first: `[h2, http/1.1]`. Default: none.
    alpn: Option<Field<OneOrMany<String>>>,
    #[serde(rename = "<<")]
    #[schemars(flatten)]
    route: RawRoute,
    /// What must hold, or the look is down.
    expect: Option<Field<RawExpect>>,
    /// What should hold, or the look is degraded.
    warn: Option<Field<RawExpect>>,
}

/// What is expected of a handshake and its certificates.
#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct RawExpect {
    /// Whether the chain must be trusted for the name, now. Default under `expect`: `true`; `any` judges the rest alone.
    trusted: Option<Field<Trusted>>,
    /// Every certificate of the chain is valid for this long at least: `21d`.
    expires_in: Option<Field<Lapse>>,
    /// The server's certificate covers each of these names and addresses.
    names: Option<Field<OneOrMany<Name>>>,
    /// The issuer of the server's certificate, as in `CN=NHS Root,O=NHS,C=GB`.
    issuer: Option<Field<RawMatches>>,
    /// The kind of the server's key and its least size: `RSA 2048`, `EC P-256`, `Ed25519`, or a list, of which one holds.
    key: Option<Field<OneOrMany<Key>>>,
    /// The TLS version agreed on, or a list of which it is one.
    version: Option<Field<OneOrMany<Version>>>,
    /// The cipher suite agreed on by its IANA name, a list of which it is one, or `{matches: …}`.
    cipher: Option<Field<Brief<OneOrMany<String>, RawMatches>>>,
    /// The protocol agreed on by ALPN.
    alpn: Option<Field<String>>,
    /// Whether the server must refuse us for want of a client certificate.
    #[schemars(extend("default" = false))]
    refuses_without_client_certificate: Option<Field<bool>>,
}

/// A text that must match.
#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct RawMatches {
    /// A regular expression that matches somewhere in it.
    matches: Field<Pattern>,
}

impl Raw {
    pub(super) fn check(self, door: &mut Door<'_>) -> Option<Tls> {
        let at = self.address.span();
        let alpn = self.alpn.map_or(Vec::new(), |alpn| protocols(alpn, door));
        let client = self.client.as_ref().map(Field::span);
        let raw =
            RawTls { server_name: self.server_name, ca: self.ca, client: self.client, minimum: self.minimum };
        let offered: Vec<&str> = alpn.iter().map(String::as_str).collect();
        let terms = tls::Tls::parse(raw, at, &offered, door);
        let expectations =
            Expectations::parse(self.expect, self.warn, door, |raw, door| raw.check(client, &offered, door));
        let expectations = with_default_trust(expectations);
        let route = self.route.checked(door);
        let starttls = self.starttls.and_then(Field::good);
        let (address, terms) = (self.address.good()?, terms?);
        let host = route.dialled(&address).host.to_string().into();
        Some(Tls { address, host, route, terms, starttls, expectations })
    }
}

fn with_default_trust(mut expectations: Expectations<Wanted>) -> Expectations<Wanted> {
    expectations.must.trusted.get_or_insert(true);
    expectations
}

fn protocols(alpn: Field<OneOrMany<String>>, door: &mut Door<'_>) -> Vec<String> {
    let all = alpn.good().map_or(Vec::new(), |list| list.0);
    for name in &all {
        if name.get().is_some_and(|text| !(1..=255).contains(&text.len())) {
            door.problem(
                name.span(),
                "this is no name of a protocol",
                "write it like \"h2\" or \"http/1.1\"",
            );
        }
    }
    all.into_iter().filter_map(Field::good).collect()
}

impl RawExpect {
    fn check(self, client: Option<Span>, offered: &[&str], door: &mut Door<'_>) -> Wanted {
        self.check_client(client, door);
        let alpn = self.alpn.and_then(|alpn| one_of_offered(alpn, offered, door));
        Wanted {
            trusted: self.trusted.and_then(Field::good).map(|trusted| trusted == Trusted::Yes),
            expires_in: self.expires_in.and_then(Field::good).map(|lapse| lapse.0),
            names: door.values(self.names),
            issuer: self.issuer.and_then(Field::good).and_then(|issuer| issuer.matches.good()),
            keys: door.values(self.key),
            versions: door.values(self.version),
            cipher: self.cipher.and_then(Field::good).map(|cipher| known(cipher, door)),
            alpn,
            refuses: self.refuses_without_client_certificate.and_then(Field::good).unwrap_or_default(),
        }
    }

    /// A certificate of our own that is never shown, or shown to anybody, was not meant.
    fn check_client(&self, client: Option<Span>, door: &mut Door<'_>) {
        if client.is_none() {
            return;
        }
        let is = |field: &Field<bool>| field.get() == Some(&true);
        if let Some(refuses) = self.refuses_without_client_certificate.as_ref().filter(|field| is(field)) {
            let cure = "watch with a probe of its own whether a client without a certificate is refused";
            door.problem(
                refuses.span(),
                "`client` gives us a certificate, so this could never be seen",
                cure,
            );
        }
        if let Some(trusted) = self.trusted.as_ref().filter(|field| field.get() == Some(&Trusted::Any)) {
            let cure = "take it out, and name the target's CA, or its own certificate, as `ca`";
            door.problem(trusted.span(), "`client` is shown only to a server that is trusted", cure);
        }
    }
}

fn one_of_offered(alpn: Field<String>, offered: &[&str], door: &mut Door<'_>) -> Option<String> {
    let at = alpn.span();
    let wanted = alpn.good()?;
    if !offered.contains(&wanted.as_str()) {
        let cure = format!("offer it too: alpn: [{wanted}, …]");
        door.problem(at, "nobody agrees to a protocol that we do not offer", cure);
    }
    Some(wanted)
}

fn known(cipher: Brief<OneOrMany<String>, RawMatches>, door: &mut Door<'_>) -> Cipher {
    let names = match cipher {
        Brief::Full(raw) => return raw.matches.good().map_or(Cipher::OneOf(Vec::new()), Cipher::Matches),
        Brief::Brief(names) => names.0,
    };
    let known = cipher_names();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    for name in &names {
        if let Some(text) = name.get().filter(|text| !known.contains(&text.as_str())) {
            door.problem(
                name.span(),
                format!("`{text}` is no cipher suite that we speak"),
                advice(text, &known),
            );
        }
    }
    Cipher::OneOf(names.into_iter().filter_map(Field::good).collect())
}
