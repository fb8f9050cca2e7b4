//! How is the kind `smtp` written?

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Security, Smtp, expect::Expected};
use crate::{
    model::Endpoint,
    probe::{
        Expectations,
        dial::{
            RawRoute,
            tls::{RawTls, Tls},
        },
        lockout::{Account, Lockout},
    },
    raw::{Door, Field, Lapse, OneOrMany, Pattern, SecretSource, Span, TextSource},
};

/// Where TLS begins at once, where `security` says nothing.
const IMPLICIT_PORT: u16 = 465;

/// A mail server: does it greet, secure itself and offer what it should? No mail is ever handed to it.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(in crate::probe) struct RawSmtp {
    /// Where to look: `host:port`.
    address: Field<Endpoint>,
    #[serde(rename = "<<")]
    #[schemars(flatten)]
    route: RawRoute,
    /// When TLS begins. Default: `implicit` at port 465, else `starttls`.
    security: Option<Field<Security>>,
    /// How TLS is spoken and whom it trusts.
    tls: Option<Field<RawTls>>,
    /// As whom we log in. Default: as nobody.
    auth: Option<Field<RawLogin>>,
    /// How long nobody logs in with this account once it was refused, so that whoever keeps it does not lock it.
    #[schemars(extend("default" = "30m"))]
    lockout_guard: Option<Field<Lapse>>,
    /// What must be so, or the look is down.
    expect: Option<Field<RawExpect>>,
    /// What should be so, or the look is degraded.
    warn: Option<Field<RawExpect>>,
}

/// A user and a password, by `AUTH PLAIN` or `AUTH LOGIN`. They are sent over TLS only.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RawLogin {
    /// The user: text, with `${env:NAME}` in it, or `{file: path}`.
    user: Field<TextSource>,
    /// The password: `${env:NAME}` or `{file: path}`.
    password: Field<SecretSource>,
}

/// What is expected of a mail server.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RawExpect {
    /// A regular expression that matches in the last line of its greeting, without the code.
    banner: Option<Field<Pattern>>,
    /// Extensions that it offers: `SIZE`, `8BITMIME`, … `STARTTLS` counts as offered where it was used.
    extensions: Option<Field<OneOrMany<String>>>,
    /// Ways of logging in that it offers, after TLS has begun: `PLAIN`, `LOGIN`, …
    mechanisms: Option<Field<OneOrMany<String>>>,
}

pub(super) fn parse(raw: RawSmtp, door: &mut Door<'_>) -> Option<Smtp> {
    let route = raw.route.checked(door);
    let account = raw.auth.map(|auth| (auth.span(), parse_account(auth, door)));
    let expectations = Expectations::parse(raw.expect, raw.warn, door, |raw, door| Expected {
        banner: raw.banner.and_then(Field::good),
        extensions: names(raw.extensions, door),
        mechanisms: names(raw.mechanisms, door),
    });
    let lockout = Lockout::parse(raw.lockout_guard, door);
    let at = raw.address.span();
    let address = raw.address.good()?;
    let usual = if address.port == IMPLICIT_PORT { Security::Implicit } else { Security::StartTls };
    let security = raw.security.map_or(Some(usual), Field::good)?;
    let tls = parse_tls(security, raw.tls, at, door)?;
    let account = match account {
        Some((at, account)) => {
            keep_secret(security, at, door);
            Some(account?)
        }
        None => None,
    };
    Some(Smtp { address, route, security, tls, account, lockout, expectations })
}

fn parse_account(raw: Field<RawLogin>, door: &mut Door<'_>) -> Option<Account> {
    let raw = raw.good()?;
    let (user, password) = (door.text(raw.user), door.secret(raw.password));
    Some(Account { name: user?, password: password? })
}

fn keep_secret(security: Security, at: Span, door: &mut Door<'_>) {
    if matches!(security, Security::None | Security::Opportunistic) {
        let message = "a password might be sent in the clear";
        door.problem(at, message, "write `security: starttls` or `implicit`, or leave `auth` out");
    }
}

/// `Some(None)` where no TLS is spoken.
#[expect(clippy::option_option, reason = "the outer one says whether the settings are good")]
fn parse_tls(
    security: Security,
    raw: Option<Field<RawTls>>,
    at: Span,
    door: &mut Door<'_>,
) -> Option<Option<Tls>> {
    let at = raw.as_ref().map_or(at, Field::span);
    if security == Security::None {
        if raw.is_some() {
            door.problem(at, "no TLS is spoken here", "leave `tls` out, or `security: none`");
        }
        return Some(None);
    }
    let raw = raw.map_or_else(|| Some(RawTls::default()), Field::good)?;
    Tls::parse(raw, at, &[], door).map(Some)
}

fn names(raw: Option<Field<OneOrMany<String>>>, door: &mut Door<'_>) -> Vec<String> {
    door.values(raw).into_iter().map(|name| name.to_ascii_uppercase()).collect()
}
