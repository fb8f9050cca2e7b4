//! Can we talk in steps with real servers, nginx in clear and OpenSSL's over TLS?

use std::net::SocketAddr;

use wardround::{
    model::{Fault, Outcome, Phase, Seen},
    probe::Agent,
};

use super::{
    certificates::certificates,
    started::{Started, free_address},
};
use crate::looks::{fault, look_by};

async fn look(address: SocketAddr, more: &str) -> Seen {
    let settings = format!("tcp: {{address: '{address}', {more}}}");
    look_by(&Agent::new(&[]).unwrap(), &settings).await
}

const NGINX: &str = "
daemon off; master_process off; pid pid; error_log log;
events {}
http { access_log off; server { listen ADDRESS; return 503 busy; } }
";

#[tokio::test]
async fn nginx_is_spoken_to_line_by_line() {
    let at = free_address();
    let config = NGINX.replace("ADDRESS", &at.to_string());
    let arguments = ["-p", ".", "-c", "nginx.conf"];
    let nginx = Started::by("nginx-light", "nginx", &arguments, &[("nginx.conf", &config)]);
    let _nginx = nginx.listens(at).await;
    let steps = |status| {
        format!(
            r"steps: [{{send: 'GET / HTTP/1.0\r\n'}}, {{send_hex: 0d 0a}}, {{expect: '^HTTP/1\.1 {status} '}}, {{expect: busy$}}]"
        )
    };
    assert_eq!(look(at, &steps(503)).await.outcome, Outcome::Up);
    let seen = look(at, &steps(200)).await;
    let [finding] = seen.outcome.findings() else { panic!("{:?}", seen.outcome) };
    assert_eq!(finding.check.label(), "expect_reply");
    assert!(finding.got.starts_with("\"HTTP/1.1 503 Service"), "{}", finding.got);
    assert_eq!(look(at, "expect: {closed: true}").await.outcome.findings()[0].got, "open");
}

#[tokio::test]
async fn openssl_is_spoken_to_over_tls() {
    let at = free_address();
    let [ca, certificate, key] = certificates("tie.test");
    let files = [("ca.pem", &*ca), ("certificate.pem", &certificate), ("key.pem", &key)];
    let (port, command) = (at.port().to_string(), "s_server -www -cert certificate.pem -key key.pem -accept");
    let arguments: Vec<&str> = command.split(' ').chain([&*port]).collect();
    let openssl = Started::by("openssl", "openssl", &arguments, &files).listens(at).await;
    let ca = openssl.folder().join("ca.pem");
    let steps =
        r"steps: [{send: 'GET / HTTP/1.0\r\n\r\n'}, {expect: '^HTTP/1\.0 200 ok'}, {expect: TLSv1\.3}]";
    let tls = |name: &str| format!("tls: {{ca: '{}', server_name: {name}}}, {steps}", ca.display());
    let seen = look(at, &tls("tie.test")).await;
    assert_eq!(seen.outcome, Outcome::Up);
    let phases: Vec<Phase> = seen.timeline.spans().iter().map(|span| span.phase).collect();
    assert_eq!(phases[..3], [Phase::Connect, Phase::Tls, Phase::Send]);
    assert_eq!(seen.details.tls.unwrap().version, Some("TLS 1.3"));
    let stranger = look(at, &tls("other.test")).await;
    assert_eq!(fault(&stranger), Fault::CertificateWrongName);
    assert_eq!(stranger.timeline.last(), Some(Phase::Tls), "nothing is sent to a stranger");
}
