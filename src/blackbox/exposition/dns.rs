//! What does a probe of a name server leave? Zero for whatever was not seen.

use super::{Page, Told};
use crate::{
    blackbox::file::got,
    model::{Outcome, Phase, Reason},
};

/// What it calls its phases, and what we call them.
const PHASES: [(&str, &[Phase]); 3] = [
    ("connect", &[Phase::Connect, Phase::Tls]),
    ("request", &[Phase::Send, Phase::Wait, Phase::Receive]),
    ("resolve", &[Phase::Resolve]),
];

/// The sections of a reply.
const SECTIONS: [(&str, &str); 3] = [
    ("probe_dns_answer_rrs", "Returns number of entries in the answer resource record list"),
    ("probe_dns_authority_rrs", "Returns number of entries in the authority resource record list"),
    ("probe_dns_additional_rrs", "Returns number of entries in the additional resource record list"),
];

pub(super) fn write(told: &Told<'_>, page: &mut Page) {
    let unresolved = told.timeline().last() == Some(Phase::Resolve);
    for (name, phases) in PHASES.iter().filter(|(name, _)| !unresolved || *name == "resolve") {
        let help = "Duration of DNS request by phase";
        page.by("probe_dns_duration_seconds", help, &[("phase", name)], told.spent(phases));
    }
    let help = "Displays whether or not the query was executed successfully";
    page.put("probe_dns_query_succeeded", help, is_answered(&told.seen.outcome));
    let records = told.besides.records.as_ref();
    for (index, (name, help)) in SECTIONS.into_iter().enumerate() {
        let count = records.map_or(0, |records| records[index].len());
        page.put(name, help, u32::try_from(count).unwrap_or(u32::MAX));
    }
    let asked = got(told.module.dns.as_ref()).and_then(|dns| got(dns.query_type.as_ref()));
    if let Some([answers, ..]) = records.filter(|_| asked.is_some_and(|kind| kind == "SOA")) {
        page.put("probe_dns_serial", "Returns the serial number of the zone", serial(answers));
    }
}

fn is_answered(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Up | Outcome::Degraded(_) | Outcome::Down(Reason::Findings(_)))
}

/// The third field of the data of an SOA record among the answers.
fn serial(answers: &[String]) -> u32 {
    let mut soa = answers.iter().rev().filter_map(|record| record.split_once("\tSOA\t"));
    soa.find_map(|(_, data)| data.split(' ').nth(2)?.parse().ok()).unwrap_or_default()
}
