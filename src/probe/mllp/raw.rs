//! How is the kind `mllp` written?

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Mllp,
    expect::Expected,
    guard::{Agreed, checked},
    message::{Charset, Party, Question, harmless},
    wire::Code,
};
use crate::{
    model::Endpoint,
    probe::{
        Expectations,
        dial::{
            RawRoute,
            tls::{RawTls, Tls},
        },
    },
    raw::{Brief, Door, Field, OneOrMany, Span, TextSource},
};

/// Who we are, where `sending` says nothing.
const APPLICATION: &str = "WARDROUND";
/// Which version of HL7 we speak, where `version` says nothing.
const VERSION: &str = "2.4";
/// What cannot stand in a name, for it would be the end of it.
const SEPARATORS: [char; 3] = ['|', '~', '\\'];

/// An interface engine is sent a harmless HL7 message over MLLP: is it acknowledged?
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(in crate::probe) struct RawMllp {
    /// Where to look: `host:port`. A port of its own for monitoring is best: some listeners let one client in at a time.
    address: Field<Endpoint>,
    #[serde(rename = "<<")]
    #[schemars(flatten)]
    route: RawRoute,
    /// TLS from the first byte on: `true`, or a map with a private CA, a client certificate, …
    #[schemars(extend("default" = false))]
    tls: Option<Field<Brief<bool, RawTls>>>,
    /// What makes a good look: the open port alone, whatever acknowledgement of our message, or one that accepts it.
    #[schemars(extend("default" = "any_ack"))]
    mode: Option<Field<Mode>>,
    /// Who we say that we are: MSH-3 and MSH-4.
    #[schemars(extend("default" = { "application": APPLICATION }))]
    sending: Option<Field<RawParty>>,
    /// Whom we speak to: MSH-5 and MSH-6.
    receiving: Option<Field<RawParty>>,
    /// The version of HL7, in quotes: MSH-12.
    #[schemars(extend("default" = VERSION))]
    version: Option<Field<String>>,
    /// How letters are written as bytes, in the message and in the reply: MSH-18.
    #[schemars(extend("default" = "ascii"))]
    charset: Option<Field<Charset>>,
    /// A message of your own instead of `NMQ^N01`, a line a segment, or `{file: path}`. `{control_id}` must be its MSH-10;
    /// `{timestamp}` is the time at which it is sent.
    template: Option<Field<TextSource>>,
    /// Who agreed to what a `template` may not do otherwise.
    agreed: Option<Field<RawAgreed>>,
    /// What must be so, or the look is down.
    expect: Option<Field<RawExpect>>,
    /// What should be so, or the look is degraded.
    warn: Option<Field<RawExpect>>,
}

/// What makes a good look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Mode {
    /// The connection stands, and nothing is sent: for listeners that never acknowledge.
    ConnectOnly,
    /// Any acknowledgement of our message: somebody is there who reads it.
    #[default]
    AnyAck,
    /// One that accepts it: AA or CA.
    Accept,
}

/// One end of the conversation, as it stands in the header of a message.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RawParty {
    /// The application's name.
    application: Option<Field<String>>,
    /// The facility's name.
    facility: Option<Field<String>>,
}

/// Who agreed, and when, each to one thing that is refused otherwise.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RawAgreed {
    /// To a message that does more than ask (MSH-9 other than `NMQ`, `QRY` or `QBP`).
    message_type: Option<Field<String>>,
    /// To a message about a patient (`PID`) who was made up: the NHS number must be one that is never issued.
    test_patient: Option<Field<String>>,
    /// To a message that is not marked as a test (MSH-11 other than `T` or `D`).
    production: Option<Field<String>>,
}

/// What is expected of the answer.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawExpect {
    /// MSA-1 is one of these.
    acknowledgement: Option<Field<OneOrMany<Code>>>,
    /// MSH-3 of the answer: the application that answers.
    application: Option<Field<String>>,
}

pub(super) fn parse(raw: RawMllp, door: &mut Door<'_>) -> Option<Mllp> {
    let route = raw.route.checked(door);
    let tls = raw.tls.and_then(|tls| Tls::wanted(tls, door));
    let mode = raw.mode.and_then(Field::good).unwrap_or_default();
    let charset = raw.charset.and_then(Field::good).unwrap_or_default();
    let words = Words {
        sending: raw.sending,
        receiving: raw.receiving,
        version: raw.version,
        template: raw.template,
        agreed: raw.agreed,
    };
    if mode == Mode::ConnectOnly {
        let answer = [raw.expect.as_ref(), raw.warn.as_ref()].map(|raw| raw.map(Field::span));
        idle(words.spans().chain(answer).flatten(), door);
    }
    let expectations = parse_expectations(raw.expect, raw.warn, mode, charset, door);
    let question = if mode == Mode::ConnectOnly { None } else { Some(words.question(charset, door)?) };
    Some(Mllp { address: raw.address.good()?, route, tls, question, expectations })
}

fn idle(spans: impl Iterator<Item = Span>, door: &mut Door<'_>) {
    for span in spans {
        let message = "nothing is said by `mode: connect_only`, and so nothing is answered";
        door.problem(span, message, "leave this out, or choose another mode");
    }
}

fn parse_expectations(
    expect: Option<Field<RawExpect>>,
    warn: Option<Field<RawExpect>>,
    mode: Mode,
    charset: Charset,
    door: &mut Door<'_>,
) -> Expectations<Expected> {
    let written = expect.as_ref().and_then(|raw| raw.get()?.acknowledgement.as_ref()).map(Field::span);
    let mut expectations = Expectations::parse(expect, warn, door, |raw, door| Expected {
        acknowledgement: raw.acknowledgement.map(|raw| door.values(Some(raw))),
        application: raw.application.and_then(Field::good),
        charset,
    });
    if mode == Mode::Accept {
        expectations.must.acknowledgement = Some(Code::ACCEPTING.to_vec());
        if let Some(span) = written {
            let message = "`mode: accept` says already which acknowledgements are good";
            door.problem(span, message, "leave one of the two out");
        }
    }
    expectations
}

/// What is said of the message to send.
struct Words {
    sending: Option<Field<RawParty>>,
    receiving: Option<Field<RawParty>>,
    version: Option<Field<String>>,
    template: Option<Field<TextSource>>,
    agreed: Option<Field<RawAgreed>>,
}

impl Words {
    fn spans(&self) -> impl Iterator<Item = Option<Span>> + use<> {
        let template = self.template.as_ref().map(Field::span);
        let agreed = self.agreed.as_ref().map(Field::span);
        self.header_spans().chain([template, agreed])
    }

    fn header_spans(&self) -> impl Iterator<Item = Option<Span>> + use<> {
        let version = self.version.as_ref().map(Field::span);
        let parties = [&self.sending, &self.receiving].map(|party| party.as_ref().map(Field::span));
        parties.into_iter().chain([version])
    }

    fn question(mut self, charset: Charset, door: &mut Door<'_>) -> Option<Question> {
        match self.template.take() {
            Some(template) => self.own(template, charset, door),
            None => self.harmless(charset, door),
        }
    }

    fn own(self, template: Field<TextSource>, charset: Charset, door: &mut Door<'_>) -> Option<Question> {
        for span in self.header_spans().flatten() {
            door.problem(span, "the header of a `template` says this itself", "leave this key out");
        }
        let agreed =
            self.agreed.and_then(Field::good).map_or(Agreed::default(), |raw| parse_agreed(raw, door));
        let span = template.span();
        let text = door.text(template)?;
        match checked(text.expose(), agreed, charset) {
            Ok(question) => Some(question),
            Err(refusals) => {
                for refusal in refusals {
                    door.refuse(span, refusal);
                }
                None
            }
        }
    }

    fn harmless(self, charset: Charset, door: &mut Door<'_>) -> Option<Question> {
        if let Some(agreed) = self.agreed {
            let message = "there is nothing to agree to: the message is harmless";
            door.problem(agreed.span(), message, "leave this out; it belongs to a `template`");
        }
        let [sending, receiving] = [(self.sending, APPLICATION), (self.receiving, "")]
            .map(|(party, usual)| parse_party(party, usual, charset, door));
        let version = parse_version(self.version, door);
        Question::of(&harmless(&sending, &receiving, &version, charset), charset).ok()
    }
}

fn parse_party(raw: Option<Field<RawParty>>, usual: &str, charset: Charset, door: &mut Door<'_>) -> Party {
    let raw = raw.and_then(Field::good).unwrap_or_default();
    let mut named = |name: Option<Field<String>>| {
        let span = name.as_ref().map(Field::span);
        let name = name.and_then(Field::good);
        if let (Some(span), Some(name)) = (span, &name)
            && let Some(bad) =
                name.chars().find(|c| SEPARATORS.contains(c) || c.is_control() || !charset.has(*c))
        {
            let message =
                format!("`{}` cannot stand in a name of HL7, or not in this charset", bad.escape_default());
            door.problem(span, message, "write the name as it stands in the header of a message");
        }
        name
    };
    Party {
        application: named(raw.application).unwrap_or_else(|| usual.to_owned()),
        facility: named(raw.facility).unwrap_or_default(),
    }
}

fn parse_version(raw: Option<Field<String>>, door: &mut Door<'_>) -> String {
    let span = raw.as_ref().map(Field::span);
    let version = raw.and_then(Field::good).unwrap_or_else(|| VERSION.to_owned());
    let is_version = |text: &str| {
        let mut numbers = text.split('.');
        let digits = |number: &str| number.len() == 1 && number.bytes().all(|byte| byte.is_ascii_digit());
        numbers.next() == Some("2") && (1..=2).contains(&text.matches('.').count()) && numbers.all(digits)
    };
    if let Some(span) = span
        && !is_version(&version)
    {
        door.problem(
            span,
            format!("`{version}` is no version of HL7 v2"),
            "write one like \"2.4\" or \"2.5.1\"",
        );
    }
    version
}

fn parse_agreed(raw: RawAgreed, door: &mut Door<'_>) -> Agreed {
    let mut agrees = |who: Option<Field<String>>| {
        let Some(who) = who else { return false };
        let named = who.get().is_none_or(|who| !who.trim().is_empty());
        if !named {
            door.problem(who.span(), "nobody is named", "write who agreed, and when");
        }
        named
    };
    Agreed {
        message_type: agrees(raw.message_type),
        test_patient: agrees(raw.test_patient),
        production: agrees(raw.production),
    }
}
