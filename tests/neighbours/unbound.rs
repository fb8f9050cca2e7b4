//! Does a real resolver, Unbound, answer us over UDP, TCP and TLS?

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

const CONFIG: &str = r#"
server:
    interface: 127.0.0.1@PLAIN
    interface: 127.0.0.1@TLS
    interface: 127.0.0.1@HTTPS
    tls-port: TLS
    https-port: HTTPS
    http-endpoint: /ask
    tls-service-key: key.pem
    tls-service-pem: certificate.pem
    directory: ""
    chroot: ""
    username: ""
    pidfile: ""
    use-syslog: no
    do-daemonize: no
    num-threads: 1
    module-config: iterator
    local-zone: ward.test. static
    local-data: "epr.ward.test. 300 A 10.20.0.7"
    local-data: "epr.ward.test. 300 A 10.20.0.8"
remote-control:
    control-enable: no
"#;

/// A resolver that knows `epr.ward.test`; its certificate is for `resolver.test`.
struct Unbound {
    started: Started,
    plain: SocketAddr,
    tls: SocketAddr,
    https: SocketAddr,
}

impl Unbound {
    async fn start() -> Self {
        let (plain, tls, https) = (free_address(), free_address(), free_address());
        let mut config = CONFIG.to_owned();
        for (name, address) in [("PLAIN", plain), ("HTTPS", https), ("TLS", tls)] {
            config = config.replace(name, &address.port().to_string());
        }
        let [ca, certificate, key] = certificates("resolver.test");
        let files = [
            ("unbound.conf", &*config),
            ("ca.pem", &ca),
            ("certificate.pem", &certificate),
            ("key.pem", &key),
        ];
        let started = Started::by("unbound", "unbound", &["-d", "-c", "unbound.conf"], &files);
        Self { started: started.listens(https).await, plain, tls, https }
    }

    async fn asked(&self, server: SocketAddr, more: &str) -> Seen {
        let settings = format!("dns: {{server: '{server}', name: epr.ward.test, type: A, {more}}}");
        look_by(&Agent::new(&[]).unwrap(), &settings).await
    }

    /// The settings of TLS that trust it.
    fn trusted(&self) -> String {
        format!("ca: '{}', server_name: resolver.test", self.started.folder().join("ca.pem").display())
    }
}

const ANSWERS: &str = "expect: {answers: [10.20.0.7, 10.20.0.8], flags: ra}";

#[tokio::test]
async fn a_resolver_is_asked_over_every_transport() {
    let unbound = Unbound::start().await;
    let tls = format!("transport: tls, tls: {{{}}}", unbound.trusted());
    let https = format!("transport: https, path: /ask, tls: {{{}}}", unbound.trusted());
    for (server, transport) in [
        (unbound.plain, "transport: udp"),
        (unbound.plain, "transport: tcp"),
        (unbound.tls, &tls),
        (unbound.https, &https),
    ] {
        let seen = unbound.asked(server, &format!("{transport}, {ANSWERS}")).await;
        assert_eq!(seen.outcome, Outcome::Up, "{transport}");
    }
    let seen = unbound.asked(unbound.tls, &tls).await;
    let phases: Vec<Phase> = seen.timeline.spans().iter().map(|span| span.phase).collect();
    assert_eq!(phases, [Phase::Connect, Phase::Tls, Phase::Send, Phase::Wait, Phase::Receive]);
    assert_eq!(seen.details.tls.unwrap().chain.len(), 1);
    let seen = unbound.asked(unbound.https, &https).await;
    assert_eq!((seen.details.http_status, seen.details.http_version), (Some(200), Some("HTTP/2")));
    let phases: Vec<Phase> = seen.timeline.spans().iter().map(|span| span.phase).collect();
    assert_eq!(phases, [Phase::Connect, Phase::Tls, Phase::Send, Phase::Wait, Phase::Receive]);
}

#[tokio::test]
async fn a_wrong_path_is_told() {
    let unbound = Unbound::start().await;
    let https = format!("transport: https, tls: {{{}}}", unbound.trusted());
    let seen = unbound.asked(unbound.https, &https).await;
    assert_eq!(fault(&seen), Fault::WrongProtocol, "{:?}", seen.outcome);
    assert_eq!(seen.details.http_status, Some(404));
}

#[tokio::test]
async fn nothing_is_asked_of_a_stranger() {
    let unbound = Unbound::start().await;
    let tls = format!("transport: tls, tls: {{{}}}", unbound.trusted().replace("resolver", "other"));
    let seen = unbound.asked(unbound.tls, &tls).await;
    assert_eq!(fault(&seen), Fault::CertificateWrongName);
    assert_eq!(seen.timeline.last(), Some(Phase::Tls));
}

#[tokio::test]
async fn plain_dns_at_the_door_of_tls_is_told() {
    let unbound = Unbound::start().await;
    let seen = unbound.asked(unbound.tls, "transport: tcp").await;
    assert!(matches!(fault(&seen), Fault::Closed | Fault::Reset), "{:?}", seen.outcome);
}
