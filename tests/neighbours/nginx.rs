//! Do we see nginx as its users do: over HTTP/1.1 and HTTP/2, with TLS and our own certificate, moved, packed, busy, mute?

use std::{fmt::Display, net::SocketAddr};

use wardround::{
    model::{Fault, Ours, Outcome, Phase, Seen},
    probe::Agent,
};

use super::{
    certificates::certificates,
    started::{Started, free_address},
};
use crate::looks::{fault, look_by, ours};

const CONFIG: &str = r#"
daemon off; master_process off; pid pid; error_log log;
events {}
http {
    access_log off; client_body_temp_path body; proxy_temp_path proxy;
    fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    gzip on; gzip_types *; gzip_min_length 1;
    server {
        listen PLAIN;
        location = /health { default_type application/json; return 200 '{"status": "fail", "queue": 12}'; }
        location = /maintenance { default_type text/html; return 200 '<title>Planned work</title><p>Back at 06:00'; }
        location = /busy { return 503; }
        location = /mute { return 444; }
        location = /old { return 301 /new; }
        location = /new { add_header X-Asked $http_x_site; return 200 'packed for $http_accept_encoding'; }
        location = /private { auth_basic Ward; auth_basic_user_file users; alias private; }
        location = /posted { if ($request_method != POST) { return 405; } return 200 $content_type; }
    }
    ssl_certificate certificate.pem; ssl_certificate_key key.pem; ssl_protocols TLSv1.2 TLSv1.3;
    server {
        listen SECURE ssl http2;
        location / { default_type text/plain; return 200 '$server_protocol $host'; }
        location = /large { default_type text/plain; alias large; }
    }
    server {
        listen CLIENTS ssl http2;
        ssl_client_certificate client-ca.pem; ssl_verify_client on;
        location / { return 200 $ssl_client_verify; }
    }
}
"#;

/// nginx, and where it is.
struct Nginx {
    plain: SocketAddr,
    secure: SocketAddr,
    clients: SocketAddr,
    started: Started,
}

async fn nginx() -> Nginx {
    let [plain, secure, clients] = [(); 3].map(|()| free_address());
    let [ca, certificate, key] = certificates("epr.test");
    let [client_ca, own, own_key] = certificates("monitor");
    let config = CONFIG.replace("PLAIN", &plain.to_string()).replace("SECURE", &secure.to_string());
    let config = config.replace("CLIENTS", &clients.to_string());
    let files = [
        ("nginx.conf", &*config),
        ("users", "monitor:{PLAIN}t0p\n"),
        ("ca.pem", &ca),
        ("certificate.pem", &certificate),
        ("key.pem", &key),
        ("client-ca.pem", &client_ca),
        ("own.pem", &own),
        ("own-key.pem", &own_key),
        ("private", "secret"),
        ("password", "t0p"),
        ("wrong", "hunter2"),
        ("large", &"0123456789".repeat(300_000)),
    ];
    let started = Started::by("nginx-light", "nginx", &["-p", ".", "-c", "nginx.conf"], &files);
    Nginx { plain, secure, clients, started: started.listens(clients).await }
}

impl Nginx {
    async fn look(&self, settings: impl Display) -> Seen {
        look_by(&Agent::new(&[]).unwrap(), &format!("http: {{{settings}}}")).await
    }

    async fn plain(&self, path: &str, more: &str) -> Seen {
        self.look(format!("url: 'http://{}{path}', {more}", self.plain)).await
    }

    async fn secure(&self, at: SocketAddr, tls: &str, more: &str) -> Seen {
        let ca = self.file("ca.pem");
        self.look(format!("url: 'https://epr.test/', connect_to: '{at}', tls: {{ca: '{ca}', {tls}}}, {more}"))
            .await
    }

    fn file(&self, name: &str) -> String {
        self.started.folder().join(name).display().to_string()
    }
}

fn told(seen: &Seen) -> Vec<String> {
    let findings = seen.outcome.findings().iter();
    findings
        .map(|finding| format!("{}: {} | {}", finding.check.label(), finding.expected, finding.got))
        .collect()
}

#[tokio::test]
async fn what_it_says_is_judged_and_not_only_its_status() {
    let nginx = nginx().await;
    let expect = "expect: {json: [{path: $.status, equals: pass}, {path: $.queue, at_most: 20}]}";
    assert_eq!(told(&nginx.plain("/health", expect).await), ["expect_json: \"pass\" | \"fail\""]);
    let down = ["expect_json: JSON | an HTML page called \"Planned work\""];
    assert_eq!(told(&nginx.plain("/maintenance", expect).await), down);
    let sign_in = "expect: {body: {contains: Sign in}}";
    let down = ["expect_body: contains \"Sign in\" | an HTML page called \"Planned work\""];
    assert_eq!(told(&nginx.plain("/maintenance", sign_in).await), down);
    assert_eq!(told(&nginx.plain("/busy", "").await), ["expect_status: 2xx | 503 Service Unavailable"]);
    assert_eq!(told(&nginx.plain("/none", "").await), ["expect_status: 2xx | 404 Not Found"]);
    assert_eq!(fault(&nginx.plain("/mute", "").await), Fault::Closed);
    let post = "method: POST, body: a, headers: {Content-Type: x/y}, expect: {body: {matches: ^x/y$}}";
    assert_eq!(nginx.plain("/posted", post).await.outcome, Outcome::Up);
}

#[tokio::test]
async fn what_is_moved_is_found_and_what_is_packed_is_read() {
    let nginx = nginx().await;
    let expect = format!(
        "expect: {{body: {{contains: packed for gzip}}, headers: {{Content-Encoding: gzip, X-Asked: north}}, final_url: 'http://{}/new'}}",
        nginx.plain
    );
    let seen = nginx.plain("/old", &format!("gzip: true, headers: {{X-Site: north}}, {expect}")).await;
    assert_eq!((&seen.outcome, seen.details.redirects), (&Outcome::Up, 1));
    let plainly =
        "expect: {body: {contains: packed for identity}, headers: {Content-Encoding: {absent: true}}}";
    assert_eq!(nginx.plain("/old", plainly).await.outcome, Outcome::Up);
    let seen = nginx
        .plain("/old", "redirects: 0, expect: {status: 301, headers: {Location: {matches: /new$}}}")
        .await;
    assert_eq!(seen.outcome, Outcome::Up);
}

#[tokio::test]
async fn it_lets_us_in_or_it_is_not_its_fault() {
    let nginx = nginx().await;
    let auth = |file: &str| {
        format!("auth: {{basic: {{user: monitor, password: {{file: '{}'}}}}}}", nginx.file(file))
    };
    let seen = nginx
        .plain("/private", &format!("{}, expect: {{body: {{contains: secret}}}}", auth("password")))
        .await;
    assert_eq!(seen.outcome, Outcome::Up);
    assert_eq!(ours(&nginx.plain("/private", &auth("wrong")).await), Ours::CredentialRefused);
    let watched = nginx.plain("/private", &format!("{}, refused: down", auth("wrong"))).await;
    assert_eq!(told(&watched), ["expect_status: 2xx | 401 Unauthorized"]);
    assert_eq!(told(&nginx.plain("/private", "").await), ["expect_status: 2xx | 401 Unauthorized"]);
}

#[tokio::test]
async fn tls_and_both_versions_of_http() {
    let nginx = nginx().await;
    for (version, protocol) in [("auto", "HTTP/2"), ("http1", "HTTP/1.1"), ("http2", "HTTP/2")] {
        let expect = format!(
            "http_version: {protocol}, tls_version: TLS 1.3, body: {{contains: '{protocol}'}}, expires_in: 21d"
        );
        let seen = nginx.secure(nginx.secure, "", &format!("version: {version}, expect: {{{expect}}}")).await;
        assert_eq!(seen.outcome, Outcome::Up);
        let phases: Vec<Phase> = seen.timeline.spans().iter().map(|span| span.phase).collect();
        assert_eq!(phases, [Phase::Connect, Phase::Tls, Phase::Send, Phase::Wait, Phase::Receive]);
    }
    let stranger = nginx.secure(nginx.secure, "server_name: pacs.test", "").await;
    assert_eq!(fault(&stranger), Fault::CertificateWrongName);
    assert_eq!(stranger.timeline.last(), Some(Phase::Tls));
    let plaintext = nginx.secure(nginx.plain, "", "").await;
    assert_eq!(fault(&plaintext), Fault::NotTls);
    let at = nginx.secure;
    let seen = nginx.look(format!("url: 'http://{at}/', version: http1")).await;
    assert_eq!(
        told(&seen),
        ["expect_status: 2xx | 400 Bad Request"],
        "nginx itself says that this is for HTTPS"
    );
}

#[tokio::test]
async fn large_bodies_come_whole_or_as_far_as_they_may() {
    let nginx = nginx().await;
    let ca = nginx.file("ca.pem");
    for version in ["http1", "http2"] {
        let text = format!(
            "url: 'https://epr.test/large', connect_to: '{}', tls: {{ca: '{ca}'}}, version: {version}",
            nginx.secure
        );
        let whole =
            nginx.look(format!("{text}, body_limit: 4000000, expect: {{size: {{at_least: 3000000}}}}")).await;
        assert_eq!((whole.outcome, whole.details.body_bytes), (Outcome::Up, Some(3_000_000)));
        let packed = nginx
            .look(format!("{text}, gzip: true, body_limit: 4000000, expect: {{size: {{at_least: 3000000}}}}"))
            .await;
        assert_eq!(packed.outcome, Outcome::Up);
        assert!(packed.details.body_bytes.unwrap() < 100_000, "{:?}", packed.details.body_bytes);
        let part = nginx.look(format!("{text}, expect: {{body: {{contains: '01234567890'}}}}")).await;
        assert_eq!((part.outcome, part.details.body_bytes), (Outcome::Up, Some(1 << 20)));
        assert_eq!(
            fault(&nginx.look(format!("{text}, expect: {{body: {{contains: x}}}}")).await),
            Fault::TooLarge
        );
    }
}

/// nginx finishes the handshake and says in HTTP what it misses.
#[tokio::test]
async fn it_knows_us_by_our_certificate() {
    let nginx = nginx().await;
    let own = |key: &str| {
        format!("client: {{certificate: '{}', key: {{file: '{}'}}}}", nginx.file("own.pem"), nginx.file(key))
    };
    for version in ["http1", "http2"] {
        let more = format!("version: {version}, expect: {{body: {{contains: SUCCESS}}}}");
        let seen = nginx.secure(nginx.clients, &own("own-key.pem"), &more).await;
        assert_eq!(seen.outcome, Outcome::Up);
        let seen = nginx.secure(nginx.clients, "", &format!("version: {version}")).await;
        assert_eq!(told(&seen), ["expect_status: 2xx | 400 Bad Request"]);
        assert!(seen.details.tls.unwrap().asked_for_certificate);
    }
}
