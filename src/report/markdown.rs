//! How is a report told in short, in an e-mail or on a terminal?

use std::fmt::Write as _;

use super::{Report, ServiceReport, SiteReport, headline, words};

/// The report in short, as Markdown.
pub(super) fn markdown(report: &Report) -> String {
    let mut text = format!("# Availability of clinical systems: {}\n\n", escaped(&report.name));
    if report.is_provisional() {
        text += "**Provisional**: not every probe has been looked at since the period ended, so figures may still change.\n\n";
    }
    text += &escaped(&headline(report));
    text += "\n";
    if let Some(narrative) = &report.narrative {
        let _ = write!(text, "\n{}\n", narrative.trim_end());
    }
    report.sites.iter().for_each(|site| text += &of_site(site));
    text
}

fn of_site(site: &SiteReport) -> String {
    let mut text = format!(
        "\n## Seen from {}\n\n| service | available | down | outages | unknown | promises |\n|---|---|---|---|---|---|\n",
        escaped(&site.site)
    );
    site.services.iter().for_each(|service| text += &row(service));
    let (entries, hash) = (site.head.entries, &site.head.hash);
    let _ = writeln!(text, "\nLedger: {entries} entries, head `{hash}`.");
    text
}

fn row(service: &ServiceReport) -> String {
    let down = words::up(service.tally.down);
    let unknown = words::up(service.tally.unknown);
    let available = words::availability(service.availability, service.decimals);
    let (title, outages, promises) =
        (escaped(&service.title), service.outages(), escaped(&promises(service)));
    format!("| {title} | {available} | {down} | {outages} | {unknown} | {promises} |\n")
}

/// `99.9 % always: met (4 m of 43 m 12 s)`.
fn promises(service: &ServiceReport) -> String {
    let one = |kept: &super::Kept| {
        let (used, allowed) = (words::up(kept.availability.bad), words::down(kept.allowance));
        format!("{} {}: {} ({used} of {allowed})", kept.target, kept.name, kept.verdict.words())
    };
    let told: Vec<String> = service.objectives.iter().map(one).collect();
    if told.is_empty() { "none".into() } else { told.join("; ") }
}

/// What Markdown or HTML would take for markup is plain text.
fn escaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' => plain += "&lt;",
            '&' => plain += "&amp;",
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '!' => plain.extend(['\\', letter]),
            letter if letter.is_control() => plain.push(' '),
            letter => plain.push(letter),
        }
    }
    plain
}
