//! Is what a FHIR server answered what was asked for? Pure.

use serde_json::Value;

use super::{
    members::Members,
    raw::Interaction,
    resource::{Reference, Type},
    said::{self, media_type, resource_type},
};
use crate::{
    model::{Check, Failure, Fault, Finding, Moment},
    probe::{
        Bounds, Findings,
        http::{Place, Reply, Wanted},
        printable,
    },
};

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Question {
    Metadata,
    Smart,
    Read(Reference),
    Count(Type),
}

/// What is expected of an answer, checked.
#[derive(Debug, Default)]
pub(super) struct Expected {
    /// One of these, or a version below one of these, if any are named.
    pub(super) fhir_versions: Vec<String>,
    pub(super) resources: Vec<(Type, Vec<Interaction>)>,
    pub(super) capabilities: Vec<String>,
    pub(super) total: Option<Bounds<u64>>,
    /// What may be expected of any reply over HTTP.
    pub(super) reply: Wanted,
}

/// How many characters of a version are shown.
const SHOWN: usize = 20;

/// What FHIR's JSON is called, and was called before R3; and what many servers call it.
const FHIR_JSON: [&str; 4] =
    ["application/fhir+json", "application/json+fhir", "application/json", "text/json"];

impl Question {
    /// What it is called among the steps.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Metadata => "metadata",
            Self::Smart => "smart",
            Self::Read(_) => "read",
            Self::Count(_) => "count",
        }
    }

    /// What follows the base in the URL.
    pub(super) fn path(&self) -> String {
        match self {
            Self::Metadata => "metadata".to_owned(),
            Self::Smart => ".well-known/smart-configuration".to_owned(),
            Self::Read(reference) => reference.path(),
            Self::Count(kind) => format!("{}?_summary=count", kind.as_str()),
        }
    }

    /// The answer, if it is one to this question: what it is not, or what failed.
    pub(super) fn answer<'r>(&self, reply: &'r Reply) -> Result<Result<Members<'r>, Finding>, Failure> {
        if reply.status != 200 {
            let status = reply.status;
            let reason = status.canonical_reason().unwrap_or_default();
            let got = format!("{} {reason}, with {}", status.as_u16(), said::body(reply));
            return Ok(Err(Finding::hard(Check::Status, "", "200", got)));
        }
        let Some(body) = Members::of(reply) else { return self.no_json(reply).map(Err) };
        if !FHIR_JSON.contains(&&*media_type(reply)) {
            return Ok(Err(Finding::hard(Check::Header, "content-type", FHIR_JSON[0], media_type(reply))));
        }
        let wanted = self.resource();
        if !wanted.is_empty() && !resource_type(&body).is_some_and(|name| wanted.contains(&&*name)) {
            return Ok(Err(Finding::hard(Check::Resource, "", wanted[0], said::body(reply))));
        }
        self.belongs(&body)?;
        Ok(Ok(body))
    }

    /// What is no JSON: broken, where it says that it is some.
    fn no_json(&self, reply: &Reply) -> Result<Finding, Failure> {
        let called = media_type(reply);
        let page = said::body(reply);
        if FHIR_JSON.contains(&&*called) && !page.starts_with("a web page") {
            let words = format!("the body is called {called} and is none that can be read");
            return Err(Failure::theirs(Fault::Malformed, words));
        }
        let wanted = self.resource().first().copied().unwrap_or("JSON");
        Ok(Finding::hard(Check::Resource, "", wanted, page))
    }

    /// The types of resource that answer it, the present name first.
    fn resource(&self) -> Vec<&str> {
        match self {
            Self::Metadata => vec!["CapabilityStatement", "Conformance"],
            Self::Smart => vec![],
            Self::Read(reference) => vec![reference.kind.as_str()],
            Self::Count(_) => vec!["Bundle"],
        }
    }

    /// Another resource than the one that was asked for answers another question.
    fn belongs(&self, body: &Members<'_>) -> Result<(), Failure> {
        match self {
            Self::Read(wanted) if body.text("id").as_ref() != Some(&wanted.id) => {
                let words = format!("another {} came than {}", wanted.kind.as_str(), wanted.path());
                Err(Failure::theirs(Fault::UnrelatedReply, words))
            }
            _ => Ok(()),
        }
    }

    /// What every answer to it must hold, and this one does not.
    pub(super) fn lacks(&self, body: &Members<'_>) -> Vec<Finding> {
        let lack = |check, key, holds: bool, wanted| {
            (!holds).then(|| Finding::hard(check, key, wanted, kind_of(body.get(key).as_ref()).to_owned()))
        };
        let lacks = match self {
            Self::Smart => {
                let is_url = body.text("token_endpoint").is_some_and(|url| Place::parse(&url).is_ok());
                let is_list = body.list("capabilities").is_some();
                vec![
                    lack(Check::Json, "token_endpoint", is_url, "a URL"),
                    lack(Check::Json, "capabilities", is_list, "a list"),
                ]
            }
            Self::Count(_) => vec![lack(Check::Count, "total", total(body).is_some(), "a number")],
            _ => vec![],
        };
        lacks.into_iter().flatten().collect()
    }
}

impl Expected {
    /// Judges an answer that came by `reply` at the wall-clock time `at`.
    pub(super) fn judge(
        &self,
        body: &Members<'_>,
        reply: &Reply,
        place: &Place,
        at: Moment,
        findings: &mut Findings,
    ) {
        self.judge_version(body, findings);
        self.judge_resources(body, findings);
        self.judge_capabilities(body, findings);
        if let Some((bounds, total)) = self.total.as_ref().zip(total(body))
            && !bounds.allow(&total)
        {
            findings.broken(Check::Count, "total", bounds.words(), total.to_string());
        }
        self.reply.judge(reply, place, at, findings);
    }

    fn judge_resources(&self, body: &Members<'_>, findings: &mut Findings) {
        if self.resources.is_empty() {
            return;
        }
        let rest = body.list("rest").unwrap_or_default();
        for (kind, interactions) in &self.resources {
            judge_resource(kind, interactions, &rest, findings);
        }
    }

    fn judge_capabilities(&self, body: &Members<'_>, findings: &mut Findings) {
        if self.capabilities.is_empty() {
            return;
        }
        let offered = body.list("capabilities").unwrap_or_default();
        for wanted in self.capabilities.iter().filter(|wanted| !offered.iter().any(|one| one == *wanted)) {
            findings.broken(Check::Offers, "capabilities", wanted, "not offered");
        }
    }

    fn judge_version(&self, body: &Members<'_>, findings: &mut Findings) {
        if self.fhir_versions.is_empty() {
            return;
        }
        let got = body.text("fhirVersion");
        let is = |wanted: &String| {
            got.as_deref()
                .and_then(|got| got.strip_prefix(&**wanted))
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        if !self.fhir_versions.iter().any(is) {
            let got = got.as_deref().map_or("absent".to_owned(), |got| printable(got.as_bytes(), SHOWN));
            findings.broken(Check::FhirVersion, "", self.fhir_versions.join(" or "), got);
        }
    }
}

/// What a capability statement offers of one type of resource, over all its `rest` parts that are of a server.
fn judge_resource(kind: &Type, wanted: &[Interaction], rest: &[Value], findings: &mut Findings) {
    let all = rest.iter().flat_map(|rest| list(rest, "resource"));
    let mut offered = all.filter(|one| text(one, "type") == Some(kind.as_str())).peekable();
    if offered.peek().is_none() {
        findings.broken(Check::Offers, kind.as_str(), "offered", "not offered");
        return;
    }
    let codes: Vec<&str> =
        offered.flat_map(|one| list(one, "interaction")).filter_map(|one| text(one, "code")).collect();
    for wanted in wanted.iter().filter(|wanted| !codes.contains(&wanted.code())) {
        findings.broken(Check::Offers, kind.as_str(), wanted.code(), "not offered");
    }
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key)?.as_str()
}

/// How many there are; an absent number is none, and not zero.
fn total(body: &Members<'_>) -> Option<u64> {
    body.get("total")?.as_u64()
}

fn kind_of(value: Option<&Value>) -> &'static str {
    match value {
        None => "absent",
        Some(Value::Null) => "null",
        Some(Value::String(_)) => "another text",
        Some(Value::Number(_)) => "another number",
        Some(Value::Array(_)) => "a list",
        Some(_) => "something else",
    }
}
