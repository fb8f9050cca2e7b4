//! How does one look read in a terminal? A waterfall of its phases, what was found, the certificates.

use std::{fmt::Write as _, time::Duration};

use crate::model::{
    Certificate, Details, DnsFacts, Finding, Moment, Outcome, Reason, Seen, Span, TlsFacts, Weight, peer,
};

/// The widest bar, in columns.
const WIDTH: usize = 40;

/// The whole look as text, one line a fact. `steps` are the names of its steps, if it has any; `at` is when it began.
pub(super) fn waterfall(title: &str, seen: &Seen, steps: &[String], at: Moment) -> String {
    let mut text = format!("{title}\n{}\n\n", verdict(&seen.outcome));
    let total = seen.timeline.total();
    let mut last = None;
    for span in seen.timeline.spans() {
        let step = steps.get(usize::from(span.hop)).filter(|_| last.replace(span.hop) != Some(span.hop));
        text.extend(step.map(|step| format!("  {step}\n")));
        text += &bar(span, total, steps.is_empty());
    }
    let _ = writeln!(text, "  {:<15}{:>10}", "total", took(total));
    text += &details(&seen.details, at);
    for finding in seen.outcome.findings() {
        text += &found(finding);
    }
    text
}

fn verdict(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Up => "UP".into(),
        Outcome::Degraded(findings) => format!("DEGRADED: {}", expectations(findings)),
        Outcome::Down(Reason::Findings(findings)) => format!("DOWN: {}", expectations(findings)),
        Outcome::Down(Reason::Fault { fault, words }) => format!("DOWN: {} ({words})", fault.label()),
        Outcome::Unknown { ours, words } => {
            format!("UNKNOWN: {} ({words}). This is about us, not about the target.", ours.label())
        }
    }
}

fn expectations(findings: &[Finding]) -> String {
    match findings {
        [_] => "a broken expectation".into(),
        more => format!("{} broken expectations", more.len()),
    }
}

fn bar(span: &Span, total: Duration, with_hop: bool) -> String {
    let column = |at: Duration| {
        let share = at.as_secs_f64() / total.as_secs_f64().max(f64::MIN_POSITIVE);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to WIDTH")]
        #[expect(clippy::cast_precision_loss, reason = "WIDTH is small")]
        let column = (share * WIDTH as f64).round() as usize;
        column.min(WIDTH)
    };
    let (from, to) = (column(span.began), column(span.ended));
    let from = from.min(WIDTH - 1);
    let bar = format!("{}{}", " ".repeat(from), "█".repeat(to.saturating_sub(from).max(1)));
    let hop = if span.hop == 0 || !with_hop { String::new() } else { format!(" (hop {})", span.hop) };
    let indent = if with_hop { "" } else { "  " };
    let name = format!("{indent}{}{hop}", span.phase.label());
    format!("  {name:<15}{:>10}  {}\n", took(span.ended.saturating_sub(span.began)), bar.trim_end())
}

fn took(span: Duration) -> String {
    format!("{:.2} ms", span.as_secs_f64() * 1000.0)
}

fn details(details: &Details, at: Moment) -> String {
    let mut text = String::from("\n");
    let mut line = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = writeln!(text, "  {name:<12}{value}");
        }
    };
    // An echo goes to no port.
    line("peer", details.peer.map(peer::shown));
    line("status", details.http_status.map(|status| status.to_string()));
    line("version", details.http_version.map(str::to_owned));
    line("redirects", (details.redirects > 0).then(|| details.redirects.to_string()));
    line("body", details.body_bytes.map(|bytes| format!("{bytes} bytes")));
    line("dns", details.dns.as_deref().map(dns));
    line("tls", details.tls.as_deref().map(tls));
    for certificate in details.tls.iter().flat_map(|tls| tls.chain.iter()) {
        line("certificate", Some(told(certificate, at)));
    }
    text
}

fn dns(facts: &DnsFacts) -> String {
    let over = if facts.over_tcp { " (asked again over TCP)" } else { "" };
    format!("{} {}{over}", facts.rcode, facts.answers.join(", "))
}

fn tls(facts: &TlsFacts) -> String {
    let parts = [facts.version.map(str::to_owned), facts.cipher.clone(), facts.alpn.clone()];
    let agreed: Vec<String> = parts.into_iter().flatten().collect();
    let trust = facts.distrust.map_or("trusted".into(), |fault| format!("NOT trusted: {}", fault.label()));
    format!("{} {trust}", agreed.join(" ")).trim_start().to_owned()
}

fn told(certificate: &Certificate, at: Moment) -> String {
    let days = (certificate.not_after.as_ms() - at.as_ms()) / 86_400_000;
    let left = if certificate.not_after < at { "has run out".into() } else { format!("{days} days left") };
    format!("{} until {} ({left}), {}", certificate.subject, certificate.not_after, certificate.key)
}

fn found(finding: &Finding) -> String {
    let sign = if finding.weight == Weight::Fail { "✗" } else { "!" };
    let what = format!("{} {}", finding.check.label().trim_start_matches("expect_"), finding.subject);
    format!("  {sign} {}: expected {}, got {}\n", what.trim_end(), finding.expected, finding.got)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Check, Phase, Timeline};

    #[test]
    fn bars_stand_where_the_time_went() {
        let ms = Duration::from_millis;
        let mut timeline = Timeline::default();
        timeline.enter(Phase::Connect, 0, ms(0));
        timeline.enter(Phase::Wait, 0, ms(25));
        timeline.enter(Phase::Receive, 0, ms(75));
        timeline.end(ms(100));
        let finding = Finding {
            check: Check::Status,
            subject: String::new(),
            expected: "200".into(),
            got: "503".into(),
            weight: Weight::Fail,
        };
        let details = Details { http_status: Some(503), ..Details::default() };
        let seen = Seen { timeline, outcome: Outcome::Down(Reason::Findings(vec![finding])), details };
        insta::assert_snapshot!(waterfall(
            "epr/sign-in  http https://epr/login",
            &seen,
            &[],
            Moment::from_ms(0)
        ));
    }
}
