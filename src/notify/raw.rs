//! How is a receiver written?

use lettre::message::Mailbox;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::{
    model::{Endpoint, Host, Severity},
    probe::{ProxyUrl, RawAuth, RawClient, RawProxy, RawTls, Version},
    raw::{
        Brief, Entries, Field, Lapse, OneOrMany, Refusal, SecretSource, TextSource, Writing, written_as_text,
    },
};

/// The keys that name a kind of receiver.
pub(super) const KINDS: [&str; 4] = ["alertmanager", "webhook", "email", "heartbeat"];

/// Who is told. Exactly one key names the kind and carries its settings.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, extend("oneOf" = KINDS.map(|kind| json!({ "required": [kind] }))))]
pub(crate) struct RawReceiver {
    /// An Alertmanager: it gets every alert with the labels that the rules of Prometheus give it, so that it knows both as one.
    pub(super) alertmanager: Option<Field<RawAlertmanager>>,
    /// A URL to which each message is posted as JSON.
    pub(super) webhook: Option<Field<RawWebhook>>,
    /// People, by e-mail.
    pub(super) email: Option<Field<RawEmail>>,
    /// A URL that is asked for again and again, so that its owner notices when that stops.
    pub(super) heartbeat: Option<Field<RawHeartbeat>>,
    /// What it is told of: one severity, or a list. Left out: all but `none`. Not for a heartbeat.
    pub(super) severity: Option<Field<OneOrMany<Severity>>>,
    /// From one beat to the next, at least 5s. For a heartbeat only.
    #[schemars(extend("default" = "1m"))]
    pub(super) interval: Option<Field<Lapse>>,
}

/// An Alertmanager, by its API version 2 (0.16 or newer).
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawAlertmanager {
    /// Where it is: `https://alertmanager.example.nhs.uk`, with the path before `/api/v2/alerts` if there is one. Of several
    /// that form a cluster each is a receiver of its own.
    pub(super) url: Field<TextSource>,
    /// How we log in.
    pub(super) auth: Option<Field<RawAuth>>,
    /// How TLS is spoken and whom it trusts.
    pub(super) tls: Option<Field<RawTls>>,
    /// A proxy that is asked with CONNECT to open the way: `http://proxy.example.nhs.uk:3128`, or a map with a log-in.
    pub(super) proxy: Option<Field<Brief<ProxyUrl, RawProxy>>>,
    /// Labels that every alert carries besides: the same as the `external_labels` of your Prometheus, or Alertmanager takes
    /// its alerts and ours for different ones.
    pub(super) labels: Option<Field<Entries<String>>>,
}

/// Another site: where its agent is asked how everything stands there.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct RawSite {
    /// Where its agent is: `https://wardround.north.example.nhs.uk`.
    pub(super) url: Field<TextSource>,
    /// How we log in: a token of that agent, with the role `view`.
    pub(super) auth: Option<Field<RawAuth>>,
    /// How TLS is spoken and whom it trusts.
    pub(super) tls: Option<Field<RawTls>>,
    /// A proxy that is asked with CONNECT to open the way: `http://proxy.example.nhs.uk:3128`, or a map with a log-in.
    pub(super) proxy: Option<Field<Brief<ProxyUrl, RawProxy>>>,
}

/// A URL to which each message is posted as JSON.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawWebhook {
    /// The URL: text, with `${env:NAME}` in it, or `{file: path}`. No more than its host is ever shown.
    url: Field<TextSource>,
    /// How we log in.
    auth: Option<Field<RawAuth>>,
    /// How TLS is spoken and whom it trusts.
    tls: Option<Field<RawTls>>,
    /// A proxy that is asked with CONNECT to open the way: `http://proxy.example.nhs.uk:3128`, or a map with a log-in.
    proxy: Option<Field<Brief<ProxyUrl, RawProxy>>>,
}

/// A URL that is asked for at every beat.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawHeartbeat {
    /// The URL: text, with `${env:NAME}` in it, or `{file: path}`. No more than its host is ever shown.
    url: Field<TextSource>,
    /// How it is asked for.
    #[schemars(extend("default" = "GET"))]
    pub(super) method: Option<Field<RawBeat>>,
    /// How we log in.
    auth: Option<Field<RawAuth>>,
    /// How TLS is spoken and whom it trusts.
    tls: Option<Field<RawTls>>,
    /// A proxy that is asked with CONNECT to open the way: `http://proxy.example.nhs.uk:3128`, or a map with a log-in.
    proxy: Option<Field<Brief<ProxyUrl, RawProxy>>>,
}

/// How the URL of a heartbeat is asked for.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum RawBeat {
    /// As a page is.
    Get,
    /// With an empty body.
    Post,
}

/// People, by e-mail: one mail when it begins, one in the same thread when it is over.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct RawEmail {
    /// The mail server, a host and a port: `smtp.example.nhs.uk:587`.
    pub(super) server: Field<Endpoint>,
    /// Whether TLS is spoken: `starttls`, `implicit` or `none`; or a map that says whom it trusts. Left out: `implicit` at
    /// port 465, else `starttls`, without which no mail is sent.
    pub(super) tls: Option<Field<Brief<Mode, RawMailTls>>>,
    /// Who we are for the mail server: text, with `${env:NAME}` in it, or `{file: path}`.
    pub(super) user: Option<Field<TextSource>>,
    /// The password: `${env:NAME}` or `{file: path}`. It is sent over TLS only.
    pub(super) password: Option<Field<SecretSource>>,
    /// Whom the mail comes from: `wardround@example.nhs.uk`, or `Wardround <wardround@example.nhs.uk>`.
    pub(super) from: Field<Address>,
    /// Whom it goes to: one address, or a list.
    pub(super) to: Field<OneOrMany<Address>>,
}

/// When TLS begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Mode {
    /// After a first word in the clear, and before anything that matters.
    StartTls,
    /// At once.
    Implicit,
    /// Never: anybody on the way can read the mail.
    None,
}

/// How TLS is spoken to a mail server, and whom it trusts.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawMailTls {
    /// When TLS begins. Left out: `implicit` at port 465, else `starttls`.
    pub(super) mode: Option<Field<Mode>>,
    /// The name that is sent (SNI) and that the certificate must carry, where it is not the server's host.
    pub(super) server_name: Option<Field<Host>>,
    /// A PEM file with the only certificates to trust, instead of this machine's roots.
    pub(super) ca: Option<Field<String>>,
    /// Our own certificate, for servers that ask for one.
    pub(super) client: Option<Field<RawClient>>,
    /// The lowest TLS version that we offer. Default: TLS 1.2.
    pub(super) minimum: Option<Field<Version>>,
}

impl RawMailTls {
    /// When TLS begins, and all else.
    pub(super) fn split(self) -> (Option<Mode>, RawTls) {
        let Self { mode, server_name, ca, client, minimum } = self;
        (mode.and_then(Field::good), RawTls { server_name, ca, client, minimum })
    }
}

/// The address of a mailbox, with a name or without.
#[derive(Clone, Debug)]
pub(super) struct Address(pub(super) Mailbox);

written_as_text!(
    Address,
    Writing {
        wanted: "a mail address",
        example: "it.oncall@example.nhs.uk",
        parse: |text| {
            let cure = "write it like \"it.oncall@example.nhs.uk\" or \"IT on call <it.oncall@example.nhs.uk>\"";
            let refuse = |why: &str| Refusal::new(format!("`{text}` is no mail address{why}")).cure(cure);
            let mailbox: Mailbox = text.parse().map_err(|_| refuse(""))?;
            let address: &str = mailbox.email.as_ref();
            if address.is_ascii() { Ok(Self(mailbox)) } else { Err(refuse(": it is not ASCII, which few mail servers take")) }
        },
    },
    { "type": "string", "examples": ["it.oncall@example.nhs.uk", "IT on call <it.oncall@example.nhs.uk>"] }
);

/// What all that are told over HTTP have in common.
pub(super) struct RawCall {
    pub(super) url: Field<TextSource>,
    pub(super) auth: Option<Field<RawAuth>>,
    pub(super) tls: Option<Field<RawTls>>,
    pub(super) proxy: Option<Field<Brief<ProxyUrl, RawProxy>>>,
}

impl From<RawWebhook> for RawCall {
    fn from(RawWebhook { url, auth, tls, proxy }: RawWebhook) -> Self {
        Self { url, auth, tls, proxy }
    }
}

impl From<RawHeartbeat> for RawCall {
    fn from(RawHeartbeat { url, method: _, auth, tls, proxy }: RawHeartbeat) -> Self {
        Self { url, auth, tls, proxy }
    }
}
