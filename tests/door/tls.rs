//! Is TLS spoken as it should be, and does a certificate that is renewed wrongly harm nobody?

use std::{
    fs,
    io::Write,
    net::TcpStream,
    path::Path,
    process::Command,
    sync::{Arc, LazyLock},
    thread::sleep,
    time::Duration,
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
};
use tempfile::TempDir;
use wardround::config::{self, System};

use super::house::{House, Reply};

type Issuer = CertifiedIssuer<'static, KeyPair>;

static OURS: LazyLock<Issuer> = LazyLock::new(issuer);
static THEIRS: LazyLock<Issuer> = LazyLock::new(issuer);

fn issuer() -> Issuer {
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate for `name` and its key, as PEM.
fn pair(name: &str, issuer: &Issuer) -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new([name.to_owned()]).unwrap().signed_by(&key, issuer).unwrap();
    (certificate.pem(), key.serialize_pem())
}

/// A house that speaks TLS from files in a folder.
fn house(clients: bool) -> (House, TempDir) {
    named("one.test", clients)
}

/// The same, which is called `name`.
fn named(name: &str, clients: bool) -> (House, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &pair(name, &OURS));
    fs::write(folder.path().join("clients.pem"), OURS.pem()).unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let clients = if clients { format!(", clients: '{}'", path("clients.pem")) } else { String::new() };
    let hash = config::Hash::of("correct horse").unwrap();
    let text = format!(
        "{{site: a, serve: {{users: {{anna: {{password: '{hash}', role: view}}}}, tls: {{certificate: '{}', key: '{}'{clients}}}}}, \
         services: {{s: {{probes: {{p: {{tcp: {{address: 'a:1'}}}}}}}}}}}}",
        path("cert.pem"),
        path("key.pem")
    );
    let plan = config::load_text("probes.yaml", text, &System).unwrap_or_else(|why| panic!("{why}"));
    (House::with(Arc::new(plan)), folder)
}

fn write(folder: &Path, (certificate, key): &(String, String)) {
    fs::write(folder.join("cert.pem"), certificate).unwrap();
    fs::write(folder.join("key.pem"), key).unwrap();
}

fn client(own: Option<&(String, String)>) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(OURS.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let builder = builder.with_root_certificates(roots);
    Arc::new(match own {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => {
            let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()];
            builder
                .with_client_auth_cert(chain, PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap())
                .unwrap()
        }
    })
}

/// What is answered to somebody who expects `name`; status 0 where they do not come to an agreement.
fn ask(house: &House, name: &'static str, config: &Arc<ClientConfig>, line: &str, body: &str) -> Reply {
    let connection = ClientConnection::new(Arc::clone(config), ServerName::try_from(name).unwrap()).unwrap();
    let mut stream = StreamOwned::new(connection, house.connect());
    let length = body.len();
    let words = format!(
        "{line} HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    match stream.write_all(words.as_bytes()) {
        Ok(()) => Reply::read(&mut stream),
        Err(_) => Reply { status: 0, head: String::new(), body: String::new() },
    }
}

/// Waits until somebody who expects `name` is served.
fn shows(house: &House, name: &'static str) -> bool {
    (0..100).any(|_| {
        sleep(Duration::from_millis(100));
        ask(house, name, &client(None), "GET /-/healthy", "").status == 200
    })
}

fn told(house: &House, family: &str) -> Option<String> {
    let text = house.metrics.text();
    let line = text.lines().find(|line| line.starts_with(family))?;
    line.rsplit_once(' ').map(|(_, value)| value.to_owned())
}

#[test]
fn over_tls_cookies_are_bound_to_it() {
    let (house, _folder) = house(false);
    assert!(shows(&house, "one.test"));
    let signed = ask(&house, "one.test", &client(None), "POST /sign-in", "user=anna&password=correct+horse");
    let cookie = signed.header("set-cookie").unwrap_or_default();
    assert!(
        signed.status == 303
            && cookie.starts_with("__Host-wardround-session=")
            && cookie.ends_with("; Secure")
    );
    assert!(signed.header("strict-transport-security").unwrap().starts_with("max-age="), "{signed:?}");
    assert_eq!(told(&house, "wardround_serve_tls_reload_ok"), Some("1".into()));
    assert!(told(&house, "wardround_serve_tls_not_after").unwrap().parse::<f64>().unwrap() > 1.7e9);
}

#[test]
fn a_pair_that_does_not_fit_changes_nothing_and_one_that_does_is_shown() {
    let (house, folder) = house(false);
    assert!(shows(&house, "one.test"));
    let (renewed, other) = (pair("two.test", &OURS), pair("two.test", &OURS));
    for (certificate, key) in
        [(&renewed.0, &other.1), (&"nonsense".to_owned(), &renewed.1), (&String::new(), &String::new())]
    {
        write(folder.path(), &(certificate.clone(), key.clone()));
        let refused = (0..100).any(|_| {
            sleep(Duration::from_millis(100));
            told(&house, "wardround_serve_tls_reload_ok") == Some("0".into())
        });
        assert!(refused && ask(&house, "one.test", &client(None), "GET /-/healthy", "").status == 200);
    }
    fs::remove_file(folder.path().join("key.pem")).unwrap();
    assert_eq!(ask(&house, "one.test", &client(None), "GET /-/healthy", "").status, 200);
    write(folder.path(), &renewed);
    assert!(shows(&house, "two.test"), "without a restart");
    assert_eq!(ask(&house, "one.test", &client(None), "GET /-/healthy", "").status, 0);
    assert_eq!(told(&house, "wardround_serve_tls_reload_ok"), Some("1".into()));
}

#[test]
fn only_clients_of_ours_connect_and_that_gives_them_no_role() {
    let (house, _folder) = house(true);
    let (ours, theirs) = (pair("client", &OURS), pair("client", &THEIRS));
    let come = |own| {
        (0..50).any(|_| {
            sleep(Duration::from_millis(20));
            ask(&house, "one.test", &client(own), "GET /-/healthy", "").status == 200
        })
    };
    assert!(come(Some(&ours)));
    for own in [None, Some(&theirs)] {
        assert_eq!(ask(&house, "one.test", &client(own), "GET /-/healthy", "").status, 0);
    }
    assert_eq!(ask(&house, "one.test", &client(Some(&ours)), "GET /metrics", "").status, 401);
}

#[test]
fn whoever_never_shakes_hands_holds_nobody_up() {
    let (house, _folder) = house(false);
    assert!(shows(&house, "one.test"));
    let silent: Vec<TcpStream> = (0..20).map(|_| house.connect()).collect();
    let mut clear = house.connect();
    clear.write_all(b"GET /-/healthy HTTP/1.1\r\nHost: one.test\r\n\r\n").unwrap();
    assert_eq!(Reply::read(&mut clear).status, 0, "nothing is told in clear");
    assert_eq!(ask(&house, "one.test", &client(None), "GET /-/healthy", "").status, 200);
    drop(silent);
}

#[test]
fn the_command_line_reaches_an_agent_that_speaks_tls() {
    let (house, folder) = named("localhost", false);
    fs::write(folder.path().join("other.pem"), THEIRS.pem()).unwrap();
    let end = |agent: String, ca: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_wardround"))
            .args(["maintenance", "end", "work-1", "--agent", &agent, "--ca", ca])
            .current_dir(folder.path())
            .env_remove("WARDROUND_TOKEN")
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    let at = format!("https://localhost:{}", house.at.port());
    let own = end(at.clone(), "clients.pem");
    assert!(own.contains("WARDROUND_TOKEN is to hold a token"), "the agent answers: {own}");
    let other = end(at.clone(), "other.pem");
    assert!(other.contains("no agent answers at localhost") && !other.contains("TOKEN"), "{other}");
    let missing = end(at, "missing.pem");
    assert!(missing.contains("missing.pem"), "{missing}");
    let plain = end(house.at.to_string(), "clients.pem");
    assert!(plain.contains("no agent answers at 127.0.0.1"), "{plain}");
}
