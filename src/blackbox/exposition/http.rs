//! What does a probe over HTTP leave? Zero for whatever was not seen.

use super::{Page, Told, tls};
use crate::model::Phase;

/// What it calls its phases, and what we call them.
const PHASES: [(&str, &[Phase]); 5] = [
    ("connect", &[Phase::Connect]),
    ("processing", &[Phase::Send, Phase::Wait]),
    ("resolve", &[Phase::Resolve]),
    ("tls", &[Phase::Tls]),
    ("transfer", &[Phase::Receive]),
];

pub(super) fn write(told: &Told<'_>, page: &mut Page) {
    durations(told, page);
    let (details, besides) = (told.details(), told.besides);
    let replied = details.http_status.is_some();
    let status: u32 = details.http_status.unwrap_or_default().into();
    page.put("probe_http_status_code", "Response HTTP status code", status);
    let redirects = u32::from(details.redirects) + u32::from(stayed(told));
    page.put("probe_http_redirects", "The number of redirects", redirects);
    let help = "Returns the version of HTTP of the probe response";
    page.put("probe_http_version", help, version(details.http_version));
    let secured = replied && besides.secured;
    page.put("probe_http_ssl", "Indicates if SSL was used for the final redirect", secured);
    lengths(told, replied, page);
    if let Some(at) = besides.last_modified() {
        let help = "Returns the Last-Modified HTTP response header in unixtime";
        page.put("probe_http_last_modified_timestamp_seconds", help, at.as_seconds());
    }
    let help = "Indicates if probe failed due to regex";
    page.put("probe_failed_due_to_regex", help, told.verdict.by_regex);
    // A chain is told also where it was the reason that there was no reply.
    if let Some(tls) = details.tls.as_deref().filter(|_| besides.secured || !replied) {
        tls::write(tls, page);
        if let Some(cipher) = tls.cipher.as_deref().filter(|_| replied) {
            let help = "Returns the TLS cipher negotiated during handshake";
            page.by("probe_tls_cipher_info", help, &[("cipher", cipher)], true);
        }
    }
}

/// A name that was not found leaves the one phase that there was.
fn durations(told: &Told<'_>, page: &mut Page) {
    let unresolved = told.timeline().last() == Some(Phase::Resolve) && told.details().redirects == 0;
    for (name, phases) in PHASES.iter().filter(|(name, _)| !unresolved || *name == "resolve") {
        let help = "Duration of http request by phase, summed over all redirects";
        page.by("probe_http_duration_seconds", help, &[("phase", name)], told.spent(phases));
    }
}

#[expect(clippy::cast_precision_loss, reason = "a length is told as every metric is")]
fn lengths(told: &Told<'_>, replied: bool, page: &mut Page) {
    let unknown = if replied { -1.0 } else { 0.0 };
    let content = told.besides.content_length().map_or(unknown, |length| length as f64);
    page.put("probe_http_content_length", "Length of http content response", content);
    let read = told.besides.body_length.or(told.details().body_bytes).filter(|_| !stayed(told));
    let read = read.unwrap_or_default();
    page.put("probe_http_uncompressed_body_length", "Length of uncompressed response body", read as f64);
}

/// Whether the last reply was a redirect that was not followed: it counts, and its body does not.
fn stayed(told: &Told<'_>) -> bool {
    let moved = matches!(told.details().http_status, Some(301 | 302 | 303 | 307 | 308));
    moved && told.besides.headers.contains_key(hyper::header::LOCATION)
}

fn version(name: Option<&str>) -> f64 {
    match name {
        Some("HTTP/2") => 2.0,
        Some("HTTP/1.1") => 1.1,
        Some("HTTP/1.0") => 1.0,
        _ => 0.0,
    }
}
