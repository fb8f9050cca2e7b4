//! What did a FHIR server say, in words that hold nothing of a patient? Pure.

use hyper::header;
use serde_json::Value;

use super::members::Members;
use crate::probe::{http::Reply, printable};

/// How many issues of an `OperationOutcome` are told.
const ISSUES: usize = 3;

/// How many characters of a media type are shown.
const SHOWN: usize = 60;

/// What kind of body came: `OperationOutcome (error/not-found)`, `Bundle`, `a web page`. Never what it says: it may be
/// about a patient.
pub(super) fn body(reply: &Reply) -> String {
    match Members::of(reply) {
        Some(body) => match resource_type(&body) {
            Some(name) if name == "OperationOutcome" => format!("OperationOutcome ({})", issues(&body)),
            Some(name) => name,
            None => "JSON that is no FHIR resource".to_owned(),
        },
        None if reply.body.bytes.is_empty() => "an empty body".to_owned(),
        None if is_web_page(&reply.body.bytes) => format!("a web page ({})", media_type(reply)),
        None => format!("no JSON ({})", media_type(reply)),
    }
}

/// The type of a resource, if it may be one.
pub(super) fn resource_type(body: &Members<'_>) -> Option<String> {
    let name = body.text("resourceType")?;
    let may_be = (1..=64).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphabetic());
    may_be.then_some(name)
}

/// What the reply calls its body, without the media type's parameters.
pub(super) fn media_type(reply: &Reply) -> String {
    let Some(value) = reply.headers.get(header::CONTENT_TYPE) else { return "no Content-Type".to_owned() };
    let name = value.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default();
    printable(&name.trim_ascii().to_ascii_lowercase(), SHOWN)
}

/// Severity and code of the first issues: both are from closed lists. Its other words may name a patient.
fn issues(body: &Members<'_>) -> String {
    let all = body.list("issue").unwrap_or_default();
    let told = all.iter().take(ISSUES).map(|issue| {
        let [severity, code] = ["severity", "code"].map(|key| issue.get(key).and_then(code).unwrap_or("?"));
        format!("{severity}/{code}")
    });
    let more = if all.len() > ISSUES { ", …" } else { "" };
    format!("{}{more}", told.collect::<Vec<_>>().join(", "))
}

/// A code as FHIR's lists have them: small letters and hyphens.
fn code(value: &Value) -> Option<&str> {
    let code = value.as_str()?;
    let is_one =
        (1..=32).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    is_one.then_some(code)
}

fn is_web_page(bytes: &[u8]) -> bool {
    let head = bytes[..bytes.len().min(1024)].to_ascii_lowercase();
    let begins = head.trim_ascii_start();
    [&b"<!doctype html"[..], b"<html", b"<title", b"<head"].iter().any(|tag| begins.starts_with(tag))
}
