//! How is a look at a FHIR server written?

use hyper::header::{self, HeaderValue};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Fhir,
    expect::{Expected, Question},
    resource::{Reference, Type},
};
use crate::{
    probe::{
        Bounds, Expectations, RawBounds,
        http::{Place, RawAsking, RawJson, values},
        patience::Patience,
        token::{RawToken, Token},
    },
    raw::{Door, Entries, Field, Key, Lapse, OneOrMany, Span},
};

/// What we accept.
const ACCEPT: &str = "application/fhir+json";
/// How much of an answer is read, in bytes: a capability statement may be long.
const BODY_LIMIT: u32 = 4 << 20;
/// A FHIR server: does it say what it is, and answer from its database and its index?
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(in crate::probe) struct RawFhir {
    /// The server's base: `https://fhir.example.nhs.uk/R4`.
    #[schemars(with = "String", extend("format" = "uri"))]
    base: Field<Place>,
    /// What is asked for: `metadata` (the capability statement), `smart` (the SMART configuration), `read: Organization/RR8`
    /// (one resource: the database) or `count: Location` (how many there are: the index).
    #[schemars(extend("default" = "metadata"))]
    ask: Option<Field<RawAsk>>,
    /// Who agreed that this look touches a patient's record. Without it only resources that are about no patient are asked for.
    patient: Option<Field<RawPatient>>,
    /// What we accept; `application/fhir+json; fhirVersion=4.0` asks for one version of FHIR.
    #[schemars(extend("default" = ACCEPT))]
    accept: Option<Field<String>>,
    /// A token server that lets us in.
    token: Option<Field<RawToken>>,
    #[serde(rename = "<<")]
    #[schemars(flatten)]
    asking: RawAsking<BODY_LIMIT>,
    /// What must hold of the answer, or the look is down.
    expect: Option<Field<RawExpect>>,
    /// What should hold of the answer, or the look is degraded.
    warn: Option<Field<RawExpect>>,
}

/// What is asked for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(deny_unknown_fields)]
enum RawAsk {
    /// The capability statement.
    Metadata,
    /// The SMART configuration.
    Smart,
    /// One resource, by its type and id.
    Read(Field<Reference>),
    /// How many resources of a type there are.
    Count(Field<Type>),
}

/// An agreement that a look touches a patient's record.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RawPatient {
    /// Who agreed, and when.
    agreed_by: Field<String>,
    /// The id of the record that was made for tests, which `read` names too.
    test_id: Option<Field<String>>,
}

/// What is expected of an answer.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RawExpect {
    /// The version of FHIR that a capability statement names: one of these; `4.0` stands for every 4.0.x.
    fhir_version: Option<Field<OneOrMany<String>>>,
    /// What a capability statement offers: types of resources, each with interactions (`[]`: whichever).
    resources: Option<Field<Entries<OneOrMany<Interaction>>>>,
    /// What a SMART configuration offers: each of these.
    capabilities: Option<Field<OneOrMany<String>>>,
    /// How many resources are counted.
    total: Option<Field<RawBounds<u64>>>,
    /// Values of the answer.
    json: Option<Field<OneOrMany<RawJson>>>,
    /// How long every certificate of the chain must still last.
    expires_in: Option<Field<Lapse>>,
}

/// What may be done with a type of resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Interaction {
    /// One is read.
    Read,
    /// A former version of one is read.
    Vread,
    /// One is changed.
    Update,
    /// One is changed in part.
    Patch,
    /// One is removed.
    Delete,
    /// What became of one.
    HistoryInstance,
    /// What became of all.
    HistoryType,
    /// One is made.
    Create,
    /// Some are searched.
    SearchType,
}

impl Interaction {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Vread => "vread",
            Self::Update => "update",
            Self::Patch => "patch",
            Self::Delete => "delete",
            Self::HistoryInstance => "history-instance",
            Self::HistoryType => "history-type",
            Self::Create => "create",
            Self::SearchType => "search-type",
        }
    }
}

pub(super) fn parse(raw: RawFhir, door: &mut Door<'_>) -> Option<Fhir> {
    let question = raw.ask.map_or(Some(Question::Metadata), |ask| question(ask, raw.patient, door));
    let expectations =
        Expectations::parse(raw.expect, raw.warn, door, |raw, door| expected(raw, question.as_ref(), door));
    if let (Some(auth), Some(_)) = (&raw.asking.auth, &raw.token) {
        door.problem(auth.span(), "`auth` and `token` both say how we log in", "keep one of the two");
    }
    let url = below(&raw.base, question.as_ref(), door)?;
    let mut asking = raw.asking.checked(url, door)?;
    if let Some(accept) = accepted(raw.accept, door) {
        asking.template.headers.insert(header::ACCEPT, accept);
    }
    let token = match raw.token {
        Some(token) => Some(Token::parse(token, &asking, door)?),
        None => None,
    };
    Some(Fhir { asking, question: question?, token, patience: Patience::default(), expectations })
}

fn question(ask: Field<RawAsk>, patient: Option<Field<RawPatient>>, door: &mut Door<'_>) -> Option<Question> {
    let agreed = patient.and_then(Field::good);
    match ask.good()? {
        RawAsk::Metadata => Some(Question::Metadata),
        RawAsk::Smart => Some(Question::Smart),
        RawAsk::Count(kind) => {
            let span = kind.span();
            let kind = kind.good()?;
            if kind.may_be_about_a_patient() && agreed.is_none() {
                refuse(&kind, span, door);
            }
            Some(Question::Count(kind))
        }
        RawAsk::Read(reference) => {
            let span = reference.span();
            let reference = reference.good()?;
            if reference.kind.may_be_about_a_patient() {
                agree(&reference, agreed, span, door);
            }
            Some(Question::Read(reference))
        }
    }
}

fn refuse(kind: &Type, at: Span, door: &mut Door<'_>) {
    let message = format!("a resource of the type {} may be about a patient", kind.as_str());
    let cure = format!(
        "ask for what is about nobody, such as {}; or add `patient: {{agreed_by: …, test_id: …}}` for a record made for tests",
        Type::EXAMPLES
    );
    door.problem(at, message, cure);
}

/// A patient's record is read only where somebody agreed, and where the id of the record is said twice.
fn agree(reference: &Reference, agreed: Option<RawPatient>, at: Span, door: &mut Door<'_>) {
    let Some(agreed) = agreed else { return refuse(&reference.kind, at, door) };
    let span = agreed.test_id.as_ref().map_or(agreed.agreed_by.span(), Field::span);
    let said = agreed.test_id.and_then(Field::good);
    if said.as_ref() != Some(&reference.id) {
        let message = "this is not the record made for tests that `patient` names";
        let cure = "write the same id after `read` and under `patient: {test_id: …}`";
        door.problem(if said.is_some() { at } else { span }, message, cure);
    }
    if agreed.agreed_by.get().is_some_and(|who| who.trim().is_empty()) {
        door.problem(agreed.agreed_by.span(), "nobody agreed", "write who agreed, and when");
    }
}

/// The URL of the question below the base.
fn below(base: &Field<Place>, question: Option<&Question>, door: &mut Door<'_>) -> Option<Field<Place>> {
    let place = base.get()?;
    if place.as_str().contains('?') {
        door.problem(base.span(), "a base has no query", "leave out what follows the `?`");
    }
    let path = question.map_or_else(String::new, Question::path);
    let url = format!("{}/{path}", place.shown().trim_end_matches('/'));
    let place = Place::parse(&url).map_err(|refusal| door.refuse(base.span(), refusal)).ok()?;
    Some(Field::new(base.span(), place))
}

fn accepted(raw: Option<Field<String>>, door: &mut Door<'_>) -> Option<HeaderValue> {
    let Some(raw) = raw else { return Some(HeaderValue::from_static(ACCEPT)) };
    let value = HeaderValue::try_from(raw.get()?.as_str()).ok();
    if value.is_none() {
        door.problem(raw.span(), "a header cannot hold control characters or line breaks", "take them out");
    }
    value
}

fn expected(raw: RawExpect, question: Option<&Question>, door: &mut Door<'_>) -> Expected {
    tell_unanswered(&raw, question, door);
    let resources = raw.resources.and_then(Field::good).map_or(Vec::new(), |entries| entries.0);
    Expected {
        fhir_versions: door.values(raw.fhir_version),
        resources: resources.into_iter().filter_map(|(key, wanted)| resource(&key, wanted, door)).collect(),
        capabilities: door.values(raw.capabilities),
        total: raw.total.and_then(|total| Bounds::parse(total, door)),
        reply: values(raw.json, raw.expires_in, door),
    }
}

fn resource(
    key: &Key,
    wanted: Field<OneOrMany<Interaction>>,
    door: &mut Door<'_>,
) -> Option<(Type, Vec<Interaction>)> {
    let kind = Type::parse(&key.text).map_err(|refusal| door.refuse(key.span, refusal)).ok()?;
    Some((kind, wanted.good()?.good()))
}

/// What the answer to another question would say.
fn tell_unanswered(raw: &RawExpect, question: Option<&Question>, door: &mut Door<'_>) {
    let Some(question) = question else { return };
    let metadata = *question == Question::Metadata;
    let wrong = [
        (raw.fhir_version.as_ref().map(Field::span), metadata, "metadata"),
        (raw.resources.as_ref().map(Field::span), metadata, "metadata"),
        (raw.capabilities.as_ref().map(Field::span), *question == Question::Smart, "smart"),
        (raw.total.as_ref().map(Field::span), matches!(question, Question::Count(_)), "count"),
    ];
    for (span, answered, ask) in wrong {
        if let Some(span) = span.filter(|_| !answered) {
            let message = format!("only the answer to `ask: {ask}` says this");
            door.problem(span, message, "leave it out, or ask that in a probe of its own");
        }
    }
}
