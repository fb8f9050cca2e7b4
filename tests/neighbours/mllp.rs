//! Does an HL7 server by somebody else understand our message, and we its acknowledgement? The package `hl7` of `PyPI`.

use std::net::SocketAddr;

use wardround::{
    model::{Outcome, Seen},
    probe::Agent,
};

use super::{
    certificates::certificates,
    python::python,
    started::{Started, free_address},
};
use crate::looks::look_by;

/// It answers each message with the code that its receiving facility names, in the name of its sending facility.
const ENGINE: &str = "
import asyncio, ssl, sys
from hl7.mllp import start_hl7_server

async def receive(reader, writer):
    try:
        while True:
            message = await reader.readmessage()
            header = message.segment('MSH')
            writer.writemessage(message.create_ack(str(header(6)), application=str(header(4))))
            await writer.drain()
    except asyncio.IncompleteReadError:
        writer.close()

async def main(port, encoding, certificate=None, key=None):
    tls = certificate and ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    if tls:
        tls.load_cert_chain(certificate, key)
    server = await start_hl7_server(receive, '127.0.0.1', int(port), encoding=encoding, ssl=tls)
    async with server:
        await server.serve_forever()

asyncio.run(main(*sys.argv[1:]))
";

async fn engine(at: SocketAddr, arguments: &[&str], files: &[(&str, &str)]) -> Started {
    let python = python("hl7-0.4.5", &["hl7==0.4.5"]);
    let python = std::path::absolute(python).unwrap();
    let port = at.port().to_string();
    let arguments = [&["engine.py", &port], arguments].concat();
    let files = [&[("engine.py", ENGINE)], files].concat();
    Started::by("python3-venv", python.to_str().unwrap(), &arguments, &files).listens(at).await
}

async fn look(at: SocketAddr, code: &str, more: &str) -> Seen {
    let settings =
        format!("mllp: {{address: '{at}', receiving: {{application: E, facility: {code}}}, {more}}}");
    look_by(&Agent::new(&[]).unwrap(), &settings).await
}

#[tokio::test]
async fn every_code_is_read_as_it_was_meant() {
    let at = free_address();
    let _engine = engine(at, &["utf-8"], &[]).await;
    for (code, accepted) in
        [("AA", true), ("CA", true), ("AE", false), ("AR", false), ("CE", false), ("CR", false)]
    {
        assert_eq!(look(at, code, "mode: any_ack").await.outcome, Outcome::Up, "{code}");
        let seen = look(at, code, "mode: accept").await;
        assert_eq!(seen.outcome == Outcome::Up, accepted, "{code}: {:?}", seen.outcome);
        assert!(
            accepted || seen.words().ends_with(&format!("expected AA or CA, got {code}")),
            "{}",
            seen.words()
        );
    }
}

#[tokio::test]
async fn letters_come_and_go_in_the_charset_that_was_agreed() {
    let named =
        |charset| format!("charset: {charset}, sending: {{facility: Zoë}}, expect: {{application: Zoë}}");
    for (charset, encoding) in [("utf-8", "utf-8"), ("latin-1", "iso-8859-1")] {
        let at = free_address();
        let _engine = engine(at, &[encoding], &[]).await;
        assert_eq!(look(at, "AA", &named(charset)).await.outcome, Outcome::Up, "{charset}");
        let is_utf8 = look(at, "AA", &named("latin-1")).await.outcome != Outcome::Up;
        assert_eq!(is_utf8, encoding == "utf-8");
    }
}

#[tokio::test]
async fn the_same_over_tls_and_by_a_template() {
    let at = free_address();
    let [ca, certificate, key] = certificates("tie.test");
    let files = [("ca.pem", &*ca), ("certificate.pem", &certificate), ("key.pem", &key)];
    let engine = engine(at, &["utf-8", "certificate.pem", "key.pem"], &files).await;
    let ca = engine.folder().join("ca.pem");
    let template = r"MSH|^~\&|W|RI|E|AA|{timestamp}||QRY^A19|{control_id}|T|2.4";
    let settings = format!(
        "mllp: {{address: '{at}', mode: accept, tls: {{ca: '{}', server_name: tie.test}}, template: '{template}'}}",
        ca.display()
    );
    let seen = look_by(&Agent::new(&[]).unwrap(), &settings).await;
    assert_eq!(seen.outcome, Outcome::Up);
    assert_eq!(seen.details.tls.unwrap().version, Some("TLS 1.3"));
    // Without TLS the engine takes our frame for a broken handshake.
    assert_ne!(look(at, "AA", "mode: any_ack").await.outcome, Outcome::Up);
}
