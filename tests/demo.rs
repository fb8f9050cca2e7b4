//! Does the simulated hospital behave as real clients expect of a real one, and misbehave as told?

mod neighbours;
mod shipped;
mod verb;

use std::{net::TcpStream, process::Stdio, time::Duration};

use wardround::{
    demo::{Ailment, Flaw, Hospital, Part, Ports},
    model::Moment,
};

use crate::neighbours::started::packaged;

async fn open() -> Hospital {
    Hospital::start(Ports::Any, now()).await.unwrap()
}

pub(crate) fn now() -> Moment {
    Moment::from_ms(jiff::Timestamp::now().as_millisecond())
}

/// What a command said, both ways, and how it ended.
struct Said {
    code: i32,
    text: String,
}

fn run(program: &str, arguments: &[&str]) -> Said {
    let output = packaged(program).args(arguments).stdin(Stdio::null()).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    Said { code: output.status.code().unwrap(), text: String::from_utf8_lossy(&text).into_owned() }
}

/// Asks with curl, which trusts the hospital's authority alone.
fn curl(hospital: &Hospital, part: Part, path: &str, more: &[&str]) -> Said {
    let place = format!("{}:{}", part.host(), hospital.port(part));
    let scheme = if part == Part::Images { "http" } else { "https" };
    let url = format!("{scheme}://{place}{path}");
    let resolve = format!("{place}:127.0.0.1");
    let told = "\n%{http_code} HTTP/%{http_version}";
    let common = ["-sS", "--max-time", "5", "--cacert", "src/demo/ca.pem", "--resolve", &resolve, "-w", told];
    run("curl", &[&common, more, &[&url]].concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_are_there_by_both_versions_of_http() {
    let hospital = open().await;
    let page = curl(&hospital, Part::Record, "/login", &[]);
    assert!(page.text.contains("Sign in") && page.text.ends_with("200 HTTP/2"), "{}", page.text);
    let page = curl(&hospital, Part::Record, "/", &["--http1.1", "--location"]);
    assert!(page.text.contains("Sign in") && page.text.ends_with("200 HTTP/1.1"), "{}", page.text);
    let page = curl(&hospital, Part::Images, "/", &["--location"]);
    assert!(page.text.contains("Image viewer") && page.text.ends_with("200 HTTP/1.1"), "{}", page.text);
    for part in [Part::RecordApi, Part::Prescribing] {
        let page = curl(&hospital, part, "/health", &[]);
        assert!(page.text.contains(r#""status":"pass""#), "{}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_and_a_certificate_open_what_they_should() {
    let hospital = open().await;
    let list = |more| curl(&hospital, Part::RecordApi, "/lists/today", more).text;
    assert!(list(&[]).ends_with("401 HTTP/2"));
    assert!(list(&["--oauth2-bearer", "only-for-the-demo"]).ends_with("200 HTTP/2"));
    let partners = |more| curl(&hospital, Part::Partners, "/health", more);
    assert_ne!(partners(&[]).code, 0);
    let shown = partners(&["--cert", "src/demo/client.pem", "--key", "src/demo/client.key"]);
    assert!(shown.text.ends_with("200 HTTP/2"), "{}", shown.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn web_ailments_come_and_go() {
    let hospital = open().await;
    let ask = |ailment, more| {
        hospital.set(Part::Prescribing, ailment);
        curl(&hospital, Part::Prescribing, "/health", more)
    };
    assert!(ask(Some(Ailment::Unavailable), &[]).text.ends_with("503 HTTP/2"));
    assert!(ask(Some(Ailment::MaintenancePage), &[]).text.contains("<title>Maintenance</title>"));
    assert!(ask(Some(Ailment::SaysFail), &[]).text.contains(r#""status":"fail""#));
    assert_eq!(ask(Some(Ailment::HalfReply), &["--http1.1"]).code, 18, "curl: partial file");
    assert_eq!(ask(Some(Ailment::HalfReply), &[]).code, 92, "curl: stream error");
    assert_eq!(ask(Some(Ailment::Garbage), &["--http1.1"]).code, 1, "curl: unsupported protocol");
    assert_eq!(ask(Some(Ailment::Hanging), &["--max-time", "0.2"]).code, 28, "curl: timeout");
    assert_eq!(ask(Some(Ailment::Reset), &[]).code, 35, "curl: TLS connect error");
    assert_eq!(ask(Some(Ailment::Slow(Duration::from_secs(9))), &["--max-time", "0.2"]).code, 28);
    assert!(ask(None, &[]).text.ends_with("200 HTTP/2"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_flaw_of_a_certificate_is_what_it_says() {
    let hospital = open().await;
    let address = format!("127.0.0.1:{}", hospital.port(Part::Pathology));
    let verdict = |flaw: Option<Flaw>| {
        hospital.set(Part::Pathology, flaw.map(Ailment::Certificate));
        let trust = ["-CAfile", "src/demo/ca.pem", "-verify_hostname", "pathology.hospital.test"];
        let said = run("openssl", &[&["s_client", "-connect", &address][..], &trust].concat()).text;
        let line = said.lines().find(|line| line.contains("Verify return code:")).unwrap_or(&said);
        line.split("code: ").nth(1).and_then(|code| code.split(' ').next()).unwrap_or(&said).to_owned()
    };
    assert_eq!(verdict(None), "0");
    assert_eq!(verdict(Some(Flaw::EndsSoon)), "0");
    assert_eq!(verdict(Some(Flaw::Expired)), "10");
    assert_eq!(verdict(Some(Flaw::NotYetValid)), "9");
    assert_eq!(verdict(Some(Flaw::WrongName)), "62");
    assert_eq!(verdict(Some(Flaw::SelfSigned)), "18");
    assert_eq!(verdict(Some(Flaw::UnknownIssuer)), "21");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_gateway_speaks_starttls() {
    let hospital = open().await;
    let address = format!("127.0.0.1:{}", hospital.port(Part::Mail));
    let arguments = ["s_client", "-starttls", "smtp", "-connect", &address, "-CAfile", "src/demo/ca.pem"];
    let shown = || run("openssl", &arguments).text.contains("subject=CN = mail.hospital.test");
    assert!(shown());
    hospital.set(Part::Mail, Some(Ailment::SaysFail));
    assert!(!shown());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_refuses_keeps_the_port_and_opens_again() {
    let hospital = open().await;
    let address = ("127.0.0.1", hospital.port(Part::Interfaces));
    let knock = || TcpStream::connect(address).map(drop).map_err(|error| error.kind());
    let patiently = async |wanted| {
        while knock() != wanted {
            tokio::task::yield_now().await;
        }
    };
    assert_eq!(knock(), Ok(()));
    hospital.set(Part::Interfaces, Some(Ailment::Refused));
    patiently(Err(std::io::ErrorKind::ConnectionRefused)).await;
    hospital.set(Part::Interfaces, None);
    patiently(Ok(())).await;
}

#[tokio::test]
async fn the_ports_of_the_shipped_file_are_rewritten() {
    let hospital = open().await;
    let rewritten = hospital.rewrite("https://epr.hospital.test:9720/ 0 5 9722 in 97200");
    let (record, partners) = (hospital.port(Part::Record), hospital.port(Part::Partners));
    assert_eq!(rewritten, format!("https://epr.hospital.test:{record}/ 0 5 {partners} in 97200"));
}
