//! Did a probe succeed, as the module means it? What our kind judged, and what only the module's own words can say.

use hyper::HeaderMap;

use super::file::{Prober, RawHeaderMatch, RawHttp, RawModule, RawRecords, got, is_on};
use crate::{
    model::{Check, Fault, Outcome, Phase, Reason, Seen},
    probe::Besides,
    raw::{Field, Pattern},
};

/// How a probe ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) success: bool,
    /// Whether a regular expression is why it did not succeed.
    pub(super) by_regex: bool,
    /// What broke of what only the module says, in words.
    pub(super) words: Vec<String>,
}

impl Verdict {
    pub(super) fn of(module: &RawModule, seen: &Seen, besides: &Besides) -> Self {
        let good = seen.outcome.is_good();
        match module.prober.get() {
            Some(Prober::Http) => http(got(module.http.as_ref()), seen, besides),
            Some(Prober::Dns) => {
                let words = if good { dns(module, besides) } else { Vec::new() };
                Self { success: good && words.is_empty(), by_regex: false, words }
            }
            _ => Self { success: good, by_regex: missed(seen), words: Vec::new() },
        }
    }
}

/// The status comes first: where it is wrong, no expression is looked at.
fn http(raw: Option<&RawHttp>, seen: &Seen, besides: &Besides) -> Verdict {
    let good = seen.outcome.is_good();
    let findings = seen.outcome.findings();
    let replied = good || !findings.is_empty();
    let status = replied && findings.iter().all(|finding| finding.check != Check::Status);
    let words = raw.filter(|_| status).map_or(Vec::new(), |raw| headers(raw, &besides.headers));
    let body = status && findings.iter().any(|finding| finding.check == Check::Body);
    Verdict { success: good && words.is_empty(), by_regex: body || !words.is_empty(), words }
}

fn headers(raw: &RawHttp, headers: &HeaderMap) -> Vec<String> {
    let listed = |field: &Option<Field<Vec<Field<RawHeaderMatch>>>>| -> Vec<RawHeaderMatch> {
        let items = got(field.as_ref()).map_or(&[][..], Vec::as_slice);
        items.iter().filter_map(|item| item.get().cloned()).collect()
    };
    let unwanted = listed(&raw.fail_if_header_matches);
    let wanted = listed(&raw.fail_if_header_not_matches);
    let unwanted = unwanted.iter().filter_map(|rule| broken(rule, headers, false));
    unwanted.chain(wanted.iter().filter_map(|rule| broken(rule, headers, true))).collect()
}

/// Of a header that comes more than once, one value is enough to match.
fn broken(rule: &RawHeaderMatch, headers: &HeaderMap, wanted: bool) -> Option<String> {
    let (name, pattern) = (rule.header.get()?, rule.regexp.get()?);
    let values: Vec<String> = headers
        .get_all(name.as_str())
        .iter()
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .collect();
    if values.is_empty() {
        let missing = !is_on(rule.allow_missing.as_ref());
        return missing.then(|| format!("the header {} is missing", name.escape_debug()));
    }
    let matches = values.iter().any(|value| pattern.is_match(value));
    let how = if wanted { "does not match" } else { "matches" };
    (matches != wanted).then(|| format!("the header {} {how} /{}/", name.escape_debug(), pattern.as_str()))
}

fn dns(module: &RawModule, besides: &Besides) -> Vec<String> {
    let (Some(raw), Some(records)) = (got(module.dns.as_ref()), &besides.records) else { return Vec::new() };
    let rules = [&raw.validate_answer_rrs, &raw.validate_authority_rrs, &raw.validate_additional_rrs];
    let sections = ["answers", "authorities", "additional records"];
    let judged = rules.into_iter().zip(sections).zip(records);
    judged
        .filter_map(|((rule, section), records)| {
            let why = unlike(got(rule.as_ref())?, records)?;
            Some(format!("the {section}: {why}"))
        })
        .collect()
}

fn unlike(rule: &RawRecords, records: &[String]) -> Option<String> {
    let of = |field: &Option<Field<Vec<Field<Pattern>>>>| -> Vec<Pattern> {
        let items = got(field.as_ref()).map_or(&[][..], Vec::as_slice);
        items.iter().filter_map(|item| item.get().cloned()).collect()
    };
    let any = |pattern: &Pattern| records.iter().any(|record| pattern.is_match(record));
    let all = |pattern: &Pattern| records.iter().all(|record| pattern.is_match(record));
    let told = |how: &str, pattern: &Pattern| Some(format!("{how} /{}/", pattern.as_str()));
    if let Some(pattern) = of(&rule.fail_if_matches_regexp).iter().find(|pattern| any(pattern)) {
        return told("one matches", pattern);
    }
    // As it does, which is the contrary of what the key says.
    if let Some(pattern) = of(&rule.fail_if_all_match_regexp).iter().find(|pattern| !all(pattern)) {
        return told("not all match", pattern);
    }
    if let Some(pattern) =
        of(&rule.fail_if_not_matches_regexp).iter().find(|pattern| records.is_empty() || !all(pattern))
    {
        return told("one does not match", pattern);
    }
    let some = of(&rule.fail_if_none_matches_regexp);
    let none = !some.is_empty() && !some.iter().any(any);
    none.then(|| told("none matches", &some[0])).flatten()
}

/// Whether a line was waited for to the end, and did not come.
fn missed(seen: &Seen) -> bool {
    match &seen.outcome {
        Outcome::Down(Reason::Findings(_)) => true,
        Outcome::Down(Reason::Fault { fault, .. }) => {
            *fault == Fault::Closed && seen.timeline.last() == Some(Phase::Wait)
        }
        _ => false,
    }
}
