//! How is the kind `tcp` written?

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Line, Step, Tcp,
    expect::{Closed, Expected},
    wire,
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
    raw::{Brief, BytePattern, Door, Field, OneOrMany, Pattern, Refusal, Writing, written_as_text},
};

/// How many bytes of the reply are read for one `expect`, where `limit` says nothing.
const LIMIT: u32 = 64 << 10;
/// The largest `limit`.
const LARGEST_LIMIT: u32 = 1 << 20;

/// A TCP port: does it open, and does what listens there say the right things?
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(in crate::probe) struct RawTcp {
    /// Where to look: `host:port`.
    address: Field<Endpoint>,
    #[serde(rename = "<<")]
    #[schemars(flatten)]
    route: RawRoute,
    /// TLS from the first byte on, or from the step `starttls` on: `true`, or a map with a private CA, a client
    /// certificate, …
    #[schemars(extend("default" = false))]
    tls: Option<Field<Brief<bool, RawTls>>>,
    /// What is said and waited for, in turn, once the connection stands. None by default: it is opened and closed.
    steps: Option<Field<OneOrMany<RawStep>>>,
    /// How many bytes are read at most until an `expect` matches, up to 1048576.
    #[schemars(extend("default" = LIMIT))]
    limit: Option<Field<u32>>,
    /// What must be so, or the look is down.
    expect: Option<Field<RawExpect>>,
    /// What should be so, or the look is degraded.
    warn: Option<Field<RawExpect>>,
}

/// One step of the conversation.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(deny_unknown_fields)]
enum RawStep {
    /// Text to send; `\r`, `\n`, `\t`, `\0`, `\\` and `\xHH` stand for the byte.
    Send(Field<String>),
    /// Bytes to send, in hexadecimal; spaces may stand between them: `0b 4d 53 48 1c 0d`.
    SendHex(Field<String>),
    /// A regular expression over the bytes that came since the last match; the next `expect` begins behind its match.
    Expect(Field<BytePattern>),
    /// A regular expression over each line that comes, without its end, and over one whose end has not come; the next step
    /// begins behind the line. Bytes that are no UTF-8 read as `U+FFFD`.
    Line(Field<Pattern>),
    /// The same, but a line is looked at only once its end has come.
    WholeLine(Field<Pattern>),
    /// Text to send as by `send`, in which `${1}` or `${name}` stands for what that group of the last `line` or `whole_line`
    /// matched, and `$$` for `$`.
    Answer(Field<String>),
    /// From here on TLS is spoken, with the settings of `tls`: write `starttls: true`.
    #[serde(rename = "starttls")]
    StartTls(Field<bool>),
}

/// What is expected besides the steps.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawExpect {
    /// The port must not open: `true` (in whatever way), `refused` (with a refusal) or `silent` (with no answer).
    closed: Option<Field<Closed>>,
}

pub(super) fn parse(raw: RawTcp, door: &mut Door<'_>) -> Option<Tcp> {
    let route = raw.route.checked(door);
    let tls_span = raw.tls.as_ref().map(Field::span);
    let tls = raw.tls.and_then(|tls| Tls::wanted(tls, door));
    let step_span = raw.steps.as_ref().map(Field::span);
    let steps = raw.steps.and_then(Field::good).map_or(Vec::new(), OneOrMany::good);
    let steps = steps.into_iter().filter_map(|step| parse_step(step, tls.is_some(), door)).collect();
    let limit = door.within(raw.limit.as_ref(), 1..=LARGEST_LIMIT, LIMIT) as usize;
    let expectations = Expectations::parse(raw.expect, raw.warn, door, |raw, _| Expected {
        closed: raw.closed.and_then(Field::good),
    });
    let address = raw.address.good()?;
    let tcp = Tcp { address, route, tls, steps, limit, expectations };
    if tcp.must_be_closed() {
        for span in [tls_span, step_span].into_iter().flatten() {
            let message = "nobody can be spoken to at a port that must be closed";
            door.problem(span, message, "leave this out, or leave `closed` out");
        }
    }
    Some(tcp)
}

fn parse_step(raw: RawStep, has_tls: bool, door: &mut Door<'_>) -> Option<Step> {
    let line = |pattern: Field<Pattern>, whole| Some(Step::Line(Line { pattern: pattern.good()?, whole }));
    match raw {
        RawStep::Send(text) => bytes(&text, wire::unescape, door).map(Step::Send),
        RawStep::SendHex(text) => bytes(&text, wire::unhex, door).map(Step::Send),
        RawStep::Answer(text) => bytes(&text, wire::unescape, door)
            .map(|bytes| Step::Answer(String::from_utf8_lossy(&bytes).into_owned())),
        RawStep::Expect(pattern) => pattern.good().map(Step::Expect),
        RawStep::Line(pattern) => line(pattern, false),
        RawStep::WholeLine(pattern) => line(pattern, true),
        RawStep::StartTls(yes) => Some(parse_starttls(&yes, has_tls, door)),
    }
}

fn parse_starttls(yes: &Field<bool>, has_tls: bool, door: &mut Door<'_>) -> Step {
    if yes.get() == Some(&false) {
        door.problem(yes.span(), "a step that does nothing", "write `starttls: true`, or leave the step out");
    }
    if !has_tls {
        door.problem(
            yes.span(),
            "nothing says how TLS is spoken from here on",
            "add `tls: true` beside `steps`",
        );
    }
    Step::StartTls
}

fn bytes(
    text: &Field<String>,
    read: fn(&str) -> Result<Vec<u8>, Refusal>,
    door: &mut Door<'_>,
) -> Option<Vec<u8>> {
    match read(text.get()?) {
        Ok(bytes) => Some(bytes),
        Err(refusal) => {
            door.refuse(text.span(), refusal);
            None
        }
    }
}

written_as_text!(
    Closed,
    Writing {
        wanted: "`true`, `refused` or `silent`",
        example: "true",
        parse: |text| match text {
            "true" => Ok(Closed::Either),
            "refused" => Ok(Closed::Refused),
            "silent" => Ok(Closed::Silent),
            "false" => {
                Err(Refusal::new("a port that may be open needs no `closed`").cure("leave the key out"))
            }
            _ => Err(Refusal::new(format!("`{text}` is not known here"))
                .cure("write true, `refused` or `silent`")),
        },
    },
    { "enum": [true, "refused", "silent"] }
);
