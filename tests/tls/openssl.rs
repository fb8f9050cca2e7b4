//! OpenSSL's test server, and the certificates that it shows.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    time::Duration,
};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, SignatureAlgorithm,
};
use tempfile::TempDir;
use wardround::{
    config::{System, load_text},
    model::{Fault, Moment, Outcome, Reason, Seen, TlsFacts},
    probe::{Agent, Ask, look},
};

/// A folder with an authority (`ca.pem`, `ca.key`) in which certificates are made.
pub(super) struct Desk {
    folder: TempDir,
    authority: CertifiedIssuer<'static, KeyPair>,
}

impl Desk {
    pub(super) fn new() -> Self {
        Self::of("Ward Root")
    }

    /// With an authority of this name.
    pub(super) fn of(name: &str) -> Self {
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let desk = Self { folder: tempfile::tempdir().unwrap(), authority };
        desk.write("ca.pem", &desk.authority.pem());
        desk.write("ca.key", &desk.authority.key().serialize_pem());
        desk
    }

    pub(super) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    pub(super) fn write(&self, name: &str, content: &str) {
        std::fs::write(self.folder.path().join(name), content).unwrap();
    }

    /// Makes `name.pem` and `name.key`: a certificate for `epr.test` with a key of this kind, and what is changed about it.
    pub(super) fn issue(
        &self,
        name: &str,
        kind: &'static SignatureAlgorithm,
        change: impl FnOnce(&mut CertificateParams),
    ) {
        let key = KeyPair::generate_for(kind).unwrap();
        let mut params = CertificateParams::new(vec!["epr.test".to_owned()]).unwrap();
        change(&mut params);
        self.write(&format!("{name}.pem"), &params.signed_by(&key, &self.authority).unwrap().pem());
        self.write(&format!("{name}.key"), &key.serialize_pem());
    }

    /// Runs OpenSSL here.
    pub(super) fn run(&self, arguments: &str) {
        let output = Command::new("openssl")
            .args(arguments.split(' '))
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .output()
            .expect("openssl is in the Debian package openssl");
        assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// A server that shows `name.pem`.
    pub(super) fn serve(&self, name: &str, more: &str) -> Server {
        let mut command = Command::new("openssl");
        let shown = format!("s_server -accept 127.0.0.1:0 -cert {name}.pem -key {name}.key");
        command.args(shown.split(' ').chain(more.split(' ').filter(|word| !word.is_empty())));
        Server::start(command.current_dir(self.folder.path()))
    }

    /// Looks at a server of ours by the name `epr.test`, trusting the authority, with more settings.
    pub(super) async fn look(&self, server: &Server, more: &str) -> Seen {
        let ca = self.path("ca.pem");
        let settings =
            format!("{{address: '{}', server_name: epr.test, ca: '{ca}', {more}}}", server.address);
        let text = format!("site: bench\nservices: {{bench: {{probes: {{bench: {{tls: {settings}}}}}}}}}\n");
        let plan = load_text("bench.yaml", text, &System).unwrap_or_else(|problems| panic!("{problems}"));
        let at = Moment::from_ms(jiff::Timestamp::now().as_millisecond());
        let ask = Ask { timeout: Duration::from_secs(5), slow: None, at };
        look(plan.probes()[0].kind(), ask, &Agent::new(&[]).unwrap()).await
    }
}

/// A server under way. Ends with its value.
pub(super) struct Server {
    child: Child,
    pub(super) address: SocketAddr,
}

impl Server {
    /// Starts it on a port of the system's choice, which it names in its first line.
    fn start(command: &mut Command) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("openssl is in the Debian package openssl");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let told = lines.find_map(|line| line.ok()?.strip_prefix("ACCEPT ")?.parse().ok());
        // Whatever it says later has to go somewhere.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address: told.expect("openssl s_server tells its port") }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(super) fn fault(seen: &Seen) -> (Fault, &str) {
    match &seen.outcome {
        Outcome::Down(Reason::Fault { fault, words }) => (*fault, words),
        other => panic!("{other:?}"),
    }
}

pub(super) fn facts(seen: &Seen) -> &TlsFacts {
    seen.details.tls.as_deref().unwrap_or_else(|| panic!("nothing was told of TLS: {:?}", seen.outcome))
}
