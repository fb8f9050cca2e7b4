//! How is a journey written?

use std::collections::BTreeSet;

use hyper::Method;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Journey,
    step::{Body, Step},
    take::Take,
    text::Text,
};
use crate::{
    probe::{
        Expectations,
        http::{Expected, Path, Place, RawAsking, RawExpect, RawMethod, header_name, wanted},
    },
    raw::{Door, Entries, Field, Key, Lapse, OneOrMany, Pattern, Span, Statuses, TextSource},
};

/// How much of a body is read, in bytes.
const BODY_LIMIT: u32 = 1 << 20;
/// The most steps of one journey.
const MOST_STEPS: usize = 50;
/// The longest name of a step, in characters.
const LONGEST_NAME: usize = 40;

/// What a clinician does, step by step in one session: log in, search the test patient, open the record, log out. Cookies and
/// connections last as long as the look; every step is a part of it by itself.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(in crate::probe) struct RawJourney {
    /// Where it begins: the URLs of the steps are seen from here, and only this host and port sees `auth` and `headers`.
    #[schemars(with = "String", extend("format" = "uri"))]
    base: Field<Place>,
    /// The steps, in turn. Their names are a label of metrics.
    steps: Field<OneOrMany<RawStep>>,
    /// Who agreed that this journey changes something. Without it POST, PUT, PATCH and DELETE are for steps with a `purpose` alone.
    writes: Option<Field<RawWrites>>,
    #[serde(rename = "<<")]
    #[schemars(flatten)]
    asking: RawAsking<BODY_LIMIT>,
}

/// One step.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RawStep {
    /// What people call it: `open record`. Each step has a name of its own.
    name: Field<String>,
    /// Where it goes, seen from the base: `/login`. It may hold `${take:NAME}`, and be nothing else.
    url: Field<TextSource>,
    /// How it is asked.
    #[schemars(extend("default" = "GET"))]
    method: Option<Field<RawMethod>>,
    /// What a step with POST is for, if it changes no record.
    purpose: Option<Field<Purpose>>,
    /// Headers to send besides.
    headers: Option<Field<Entries<TextSource>>>,
    /// The fields of a form to send.
    form: Option<Field<Entries<TextSource>>>,
    /// JSON to send, as text; what is filled in is written as JSON wants it between its quotes.
    json: Option<Field<TextSource>>,
    /// Text to send.
    body: Option<Field<TextSource>>,
    /// What is taken from the reply for later steps, which write it as `${take:NAME}`.
    take: Option<Field<Entries<RawTake>>>,
    /// A good step that takes longer is degraded.
    slow: Option<Field<Lapse>>,
    /// Whether it is taken whatever became of the others, such as a log-out. It is no part of the time that a clinician waits.
    #[schemars(extend("default" = false))]
    always: Option<Field<bool>>,
    /// What must hold of the reply, or the look is down and the journey ends.
    expect: Option<Field<RawExpect>>,
    /// What should hold of the reply, or the look is degraded.
    warn: Option<Field<RawExpect>>,
}

/// What a step with POST is for, if it changes no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Purpose {
    /// To begin a session.
    LogIn,
    /// To end it.
    LogOut,
    /// To find something.
    Search,
}

/// An agreement that a journey changes something.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RawWrites {
    /// Who agreed, and when.
    agreed_by: Field<String>,
}

/// Where a value is found in a reply.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(deny_unknown_fields)]
enum RawTake {
    /// Where this matches in the body: its first group, or all that matches. Of a page of HTML it is taken as a browser reads it: `&amp;`
    /// is `&`.
    Regex(Field<Pattern>),
    /// Where this matches in the URL to which redirects led: its first group, or all that matches.
    Url(Field<Pattern>),
    /// The first value to which this path leads in a JSON body.
    Json(#[schemars(with = "String")] Field<Path>),
    /// A header.
    Header(Field<String>),
}

pub(super) fn parse(raw: RawJourney, door: &mut Door<'_>) -> Option<Journey> {
    let redirects = raw.asking.redirects();
    let secure = raw.base.get().is_none_or(Place::is_secure);
    let agreed = raw.writes.and_then(Field::good).is_some_and(|writes| is_agreed(&writes, door));
    let mut parsing =
        Parsing { expected: Expected { secure, redirects, head: false }, agreed, ..Parsing::default() };
    let steps = parsing.steps(raw.steps, door);
    Some(Journey { asking: raw.asking.checked(raw.base, door)?, steps })
}

fn is_agreed(writes: &RawWrites, door: &mut Door<'_>) -> bool {
    if writes.agreed_by.get().is_some_and(|who| who.trim().is_empty()) {
        door.problem(writes.agreed_by.span(), "nobody agreed", "write who agreed, and when");
    }
    true
}

/// What is known of the steps read so far.
#[derive(Default)]
struct Parsing {
    expected: Expected,
    agreed: bool,
    names: BTreeSet<String>,
    taken: BTreeSet<String>,
    ending: bool,
}

impl Parsing {
    fn steps(&mut self, raw: Field<OneOrMany<RawStep>>, door: &mut Door<'_>) -> Vec<Step> {
        let span = raw.span();
        let Some(OneOrMany(raw)) = raw.good() else { return Vec::new() };
        let count = raw.len();
        let steps: Vec<Step> = raw.into_iter().filter_map(|step| self.step(step, door)).collect();
        if count > MOST_STEPS {
            door.problem(span, format!("{count} steps are too many"), format!("write {MOST_STEPS} at most"));
        }
        if steps.len() == count && steps.iter().all(|step| step.always) {
            door.problem(span, "there is no step on the way", "name a step that is not `always` taken");
        }
        steps
    }

    fn step(&mut self, raw: Field<RawStep>, door: &mut Door<'_>) -> Option<Step> {
        let span = raw.span();
        let raw = raw.good()?;
        let method = raw.method.as_ref().and_then(Field::get).map_or(Method::GET, |method| method.checked());
        self.guard(&raw, &method, span, door);
        let harmless = method.is_safe() || raw.purpose.is_some();
        let always = raw.always.as_ref().and_then(Field::get).copied().unwrap_or_default();
        if self.ending && !always {
            door.problem(
                span,
                "this step follows one that is always taken",
                "let those that are `always` taken be the last",
            );
        }
        self.ending |= always;
        let name = self.name(&raw.name, door);
        let url = self.text(Some(raw.url), door);
        let headers = self.headers(raw.headers, door);
        let body = self.body(raw.form, raw.json, raw.body, door);
        let take = self.take(raw.take, door);
        let expected = Expected { head: method == Method::HEAD, ..self.expected };
        let mut expectations =
            Expectations::parse(raw.expect, raw.warn, door, |raw, door| wanted(raw, expected, door));
        expectations.must.status.get_or_insert_with(|| Statuses::range(200, 299));
        Some(Step {
            name: name?,
            method,
            url: url?,
            headers,
            body,
            take,
            slow: raw.slow.and_then(Field::good).map(|slow| slow.0),
            always,
            harmless,
            expectations,
        })
    }

    /// Nothing is changed unless somebody agreed to it.
    fn guard(&self, raw: &RawStep, method: &Method, at: Span, door: &mut Door<'_>) {
        let harmless = [Method::GET, Method::HEAD, Method::OPTIONS].contains(method);
        let meant = raw.purpose.as_ref().is_some_and(|_| method == Method::POST);
        if let Some(purpose) = raw.purpose.as_ref().filter(|_| !meant && !self.agreed && !harmless) {
            door.problem(purpose.span(), format!("no {method} is for that"), "leave `purpose` to POST");
        } else if !harmless && !meant && !self.agreed {
            let span = raw.method.as_ref().map_or(at, Field::span);
            let cure = "add `purpose: log-in`, `log-out` or `search` if it changes no record; or `writes: {agreed_by: …}` to the journey";
            door.problem(span, format!("{method} may change a record"), cure);
        }
    }

    fn name(&mut self, raw: &Field<String>, door: &mut Door<'_>) -> Option<String> {
        let name = raw.get()?.trim().to_owned();
        let printable =
            (1..=LONGEST_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
        if !printable || name.contains(['"', '\\']) {
            let cure = format!("write a few words, {LONGEST_NAME} characters at most: \"open record\"");
            door.problem(raw.span(), "this is no name of a step", cure);
        }
        if !self.names.insert(name.clone()) {
            door.problem(
                raw.span(),
                format!("two steps are called \"{name}\""),
                "give each a name of its own",
            );
        }
        Some(name)
    }

    fn text(&self, raw: Option<Field<TextSource>>, door: &mut Door<'_>) -> Option<Text> {
        let raw = raw?;
        let span = raw.span();
        let text = Text(door.parts(raw)?);
        for name in text.needs().filter(|name| !self.taken.contains(*name)) {
            let message = format!("no step before this one takes `{name}`");
            door.problem(
                span,
                message,
                format!("add `take: {{{name}: …}}` to a step before it, or correct the name"),
            );
        }
        Some(text)
    }

    fn headers(
        &self,
        raw: Option<Field<Entries<TextSource>>>,
        door: &mut Door<'_>,
    ) -> Vec<(hyper::header::HeaderName, Text)> {
        let entries = raw.and_then(Field::good).map_or(Vec::new(), |entries| entries.0);
        let mut all = Vec::new();
        for (key, value) in entries {
            let (name, text) = (header_name(&key, door), self.text(Some(value), door));
            all.extend(name.zip(text));
        }
        all
    }

    fn body(
        &self,
        form: Option<Field<Entries<TextSource>>>,
        json: Option<Field<TextSource>>,
        body: Option<Field<TextSource>>,
        door: &mut Door<'_>,
    ) -> Body {
        let spans =
            [form.as_ref().map(Field::span), json.as_ref().map(Field::span), body.as_ref().map(Field::span)];
        if let Some(second) = spans.into_iter().flatten().nth(1) {
            door.problem(second, "a step sends one body", "keep one of `form`, `json` and `body`");
        }
        if let Some(form) = form {
            let fields = form.good().map_or(Vec::new(), |entries| entries.0);
            let field = |(key, value): (Key, _)| Some((key.text, self.text(Some(value), door)?));
            return Body::Form(fields.into_iter().filter_map(field).collect());
        }
        let json = self.text(json, door).map(Body::Json);
        json.or_else(|| self.text(body, door).map(Body::Text)).unwrap_or(Body::Nothing)
    }

    fn take(&mut self, raw: Option<Field<Entries<RawTake>>>, door: &mut Door<'_>) -> Vec<(String, Take)> {
        let mut all = Vec::new();
        for (key, raw) in raw.and_then(Field::good).map_or(Vec::new(), |entries| entries.0) {
            if !is_name(&key.text) {
                let cure = "write letters, digits and `_`, and begin with a letter";
                door.problem(key.span, format!("`{}` is no name for what is taken", key.text), cure);
            }
            all.extend(raw.good().and_then(|raw| taken(raw, door)).map(|take| (key.text.clone(), take)));
            self.taken.insert(key.text);
        }
        all
    }
}

fn taken(raw: RawTake, door: &mut Door<'_>) -> Option<Take> {
    Some(match raw {
        RawTake::Regex(pattern) => Take::Regex(pattern.good()?),
        RawTake::Url(pattern) => Take::Url(pattern.good()?),
        RawTake::Json(path) => Take::Json(path.good()?),
        RawTake::Header(name) => {
            let key = Key { span: name.span(), text: name.good()? };
            Take::Header(header_name(&key, door)?)
        }
    })
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
