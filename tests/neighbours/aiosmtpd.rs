//! Do we see a real mail server as it is, in each way of securing it, and with a log-in?

use std::{net::SocketAddr, path::Path};

use wardround::{
    model::{Fault, Ours, Outcome, Phase, Seen},
    probe::Agent,
};

use super::{
    certificates::certificates,
    started::{Started, free_address},
};
use crate::looks::{fault, look_by, ours};

async fn look(at: SocketAddr, more: &str) -> Seen {
    let settings = format!("smtp: {{address: '{at}', {more}}}");
    look_by(&Agent::new(&[]).unwrap(), &settings).await
}

/// A server of this command, in which `ADDRESS` is where it listens; and how its certificate is trusted.
async fn server(command: &str) -> (SocketAddr, String, Started) {
    let at = free_address();
    let command = command.replace("ADDRESS", &at.to_string());
    let words: Vec<&str> = command.split(' ').collect();
    let [ca, certificate, key] = certificates("mail.test");
    let files = [("ca.pem", &*ca), ("own.pem", &certificate), ("own.key", &key), ("login.py", LOGIN)];
    let started = Started::by("python3-aiosmtpd", words[0], &words[1..], &files).listens(at).await;
    let tls = format!("tls: {{ca: '{}', server_name: mail.test}}", started.folder().join("ca.pem").display());
    (at, tls, started)
}

#[tokio::test]
async fn tls_begins_by_starttls() {
    let (at, tls, _server) = server("aiosmtpd -n -l ADDRESS --tlscert own.pem --tlskey own.key").await;
    let seen = look(at, &format!("{tls}, expect: {{banner: SMTP, extensions: [8BITMIME, starttls]}}")).await;
    assert_eq!(seen.outcome, Outcome::Up);
    let hop = seen.timeline.spans().iter().find(|span| span.phase == Phase::Tls).map(|span| span.hop);
    assert_eq!((hop, seen.details.tls.is_some()), (Some(2), true));
    let stranger = look(at, "security: opportunistic").await;
    assert_eq!(fault(&stranger), Fault::CertificateUnknownIssuer);
}

#[tokio::test]
async fn tls_begins_at_once_or_never() {
    let (at, tls, _server) = server("aiosmtpd -n -l ADDRESS --smtpscert own.pem --smtpskey own.key").await;
    assert_eq!(look(at, &format!("security: implicit, {tls}")).await.outcome, Outcome::Up);

    let (at, tls, _server) = server("aiosmtpd -n -l ADDRESS").await;
    assert_eq!(look(at, "security: none").await.outcome, Outcome::Up);
    assert_eq!(look(at, &format!("security: opportunistic, {tls}")).await.outcome, Outcome::Up);
    assert_eq!(fault(&look(at, &tls).await), Fault::StartTlsRefused);
    let missing = look(at, "security: none, expect: {extensions: CHUNKING}").await;
    assert_eq!(missing.outcome.fault_label(), Some("expect_extensions"));
}

/// One who knows the user `monitor` with the password `t0p`, over TLS alone.
const LOGIN: &str = r#"
import asyncio, ssl, sys
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import SMTP, AuthResult

context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain("own.pem", "own.key")

def known(server, session, envelope, mechanism, data):
    success = data.login == b"monitor" and data.password == b"t0p"
    return AuthResult(success=success, handled=False)

def serve():
    return SMTP(Sink(), tls_context=context, authenticator=known, auth_exclude_mechanism=sys.argv[2:])

async def main():
    host, port = sys.argv[1].split(":")
    await (await asyncio.get_running_loop().create_server(serve, host, int(port))).serve_forever()

asyncio.run(main())
"#;

/// The Python that the package is for.
const PYTHON: &str = "/usr/bin/python3 login.py ADDRESS";

#[tokio::test]
async fn we_are_let_in_or_our_credential_is_refused() {
    let auth = |password: &Path, user: &str| {
        format!("auth: {{user: {user}, password: {{file: '{}'}}}}", password.display())
    };
    for (command, stranger) in [(PYTHON, "nobody"), (&*format!("{PYTHON} PLAIN"), "somebody")] {
        let (at, tls, server) = server(command).await;
        let password = server.folder().join("password");
        std::fs::write(&password, "t0p").unwrap();
        let expect = "expect: {mechanisms: LOGIN}";
        let known = look(at, &format!("{tls}, {}, {expect}", auth(&password, "monitor"))).await;
        assert_eq!(known.outcome, Outcome::Up, "{command}");
        for words in ["our log-in is refused", "this account was refused before"] {
            let unknown = look(at, &format!("{tls}, {}", auth(&password, stranger))).await;
            assert_eq!(ours(&unknown), Ours::CredentialRefused);
            assert!(
                unknown.words().contains(words) && !unknown.words().contains("t0p"),
                "{}",
                unknown.words()
            );
        }
    }
}
