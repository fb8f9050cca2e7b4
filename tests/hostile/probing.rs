//! How does a test look once, by a probe as an engineer would write it?

use std::{net::SocketAddr, time::Duration};

use tokio::time::Instant;
use wardround::{
    config::{self, Plan},
    demo::{FILES, misbehave::Tongue},
    model::{Moment, Outcome, Seen},
    probe::{Agent, Ask, look},
    raw::Given,
};

pub(super) fn now() -> Moment {
    Moment::from_ms(jiff::Timestamp::now().as_millisecond())
}

/// One probe with these settings.
pub(super) fn plan(settings: &str, timeout: Duration) -> Plan {
    let text = format!(
        "site: here\nservices: {{villain: {{probes: {{look: {{{settings}, timeout: {}ms}}}}}}}}\n",
        timeout.as_millis()
    );
    let outside = FILES.into_iter().fold(Given::default(), |given, (path, text)| given.file(path, text));
    config::load_text("probes.yaml", text, &outside).unwrap_or_else(|problems| panic!("{problems}"))
}

/// The settings of a probe that looks in this tongue at this address.
pub(super) fn settings(tongue: Tongue, address: SocketAddr) -> String {
    let tls = format!("tls: {{{CA}}}");
    match tongue {
        Tongue::Http => format!("http: {{url: 'http://{address}/', {PAGE}}}"),
        Tongue::Https | Tongue::Http2 => format!("http: {{url: 'https://{address}/', {tls}, {PAGE}}}"),
        Tongue::DnsUdp => format!("dns: {{server: '{address}', name: epr.hospital.test, type: A}}"),
        Tongue::DnsTcp => {
            format!("dns: {{server: '{address}', name: epr.hospital.test, type: A, transport: tcp}}")
        }
        Tongue::Tls => format!("tls: {{address: '{address}', {CA}}}"),
        Tongue::StartTls => format!("tls: {{address: '{address}', {CA}, starttls: smtp}}"),
        Tongue::Lines => format!("tcp: {{address: '{address}', {LINES}}}"),
        Tongue::Ldap => format!("ldap: {{address: '{address}'}}"),
        Tongue::Mllp => format!("mllp: {{address: '{address}'}}"),
        Tongue::Smtp => format!("smtp: {{address: '{address}', security: none}}"),
        Tongue::Dicom => format!("dicom: {{address: '{address}', called: ARCHIVE}}"),
        Tongue::LinesInTls => format!("tcp: {{address: '{address}', {tls}, {LINES}}}"),
        Tongue::Oidc => format!("oidc: {{issuer: 'http://{address}/hospital'}}"),
        Tongue::Journey => {
            format!("journey: {{base: 'http://{address}', steps: {{name: look, url: /, {PAGE}}}}}")
        }
        Tongue::Fhir => format!("fhir: {{base: 'http://{address}/R4'}}"),
    }
}

const CA: &str = "ca: src/demo/ca.pem";
const PAGE: &str = "expect: {body: {contains: Sign in}}";
const LINES: &str = r#"steps: [{send: "hello\n"}, {expect: "you said: hello\n"}]"#;

/// What one look by the first probe of the plan found, and how long it took by the clock on the wall.
pub(super) async fn look_once(plan: &Plan, agent: &Agent) -> (Seen, Duration) {
    let probe = &plan.probes()[0];
    let ask = Ask { timeout: probe.cadence().timeout(), slow: probe.slow(), at: now() };
    let began = Instant::now();
    (look(probe.kind(), ask, agent).await, began.elapsed())
}

/// The outcome and its fault in two words: `down timeout_wait`.
pub(super) fn told(outcome: &Outcome) -> String {
    [outcome.label(), outcome.fault_label().unwrap_or("")].join(" ").trim_end().to_owned()
}
