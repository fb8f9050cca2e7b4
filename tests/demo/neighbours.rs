//! Do the usual clients of a name server and of an archive understand ours?

use wardround::demo::{Ailment, Hospital, Part};

use super::{open, run};

fn kdig(hospital: &Hospital, question: &[&str]) -> String {
    let port = hospital.port(Part::Names).to_string();
    let common = ["@127.0.0.1", "-p", &port, "+timeout=1", "+retry=0"];
    run("kdig", &[&common, question].concat()).text
}

#[tokio::test(flavor = "multi_thread")]
async fn every_type_is_answered() {
    let hospital = open().await;
    let short = |name, kind| kdig(&hospital, &[name, kind, "+short"]).trim_end().to_owned();
    assert_eq!(short("epr.hospital.test", "A"), "127.0.0.1");
    assert_eq!(short("both.hospital.test", "AAAA"), "::1");
    assert_eq!(short("www.hospital.test", "A"), "epr.hospital.test.\n127.0.0.1");
    assert_eq!(short("hospital.test", "MX"), "10 mail.hospital.test.");
    assert_eq!(short("hospital.test", "TXT"), "\"v=spf1 mx -all\"");
    assert_eq!(short("hospital.test", "CAA"), "0 issue \"pki.hospital.test\"");
    let srv = format!("0 5 {} partners.hospital.test.", hospital.port(Part::Partners));
    assert_eq!(short("_fhir._tcp.hospital.test", "SRV"), srv);
    assert_eq!(short("1.0.0.127.in-addr.arpa", "PTR"), "epr.hospital.test.");
    assert!(short("hospital.test", "SOA").starts_with("ns.hospital.test. hostmaster.hospital.test. 2026"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_answer_is_cut_short_and_whole_over_tcp() {
    let hospital = open().await;
    let long = |more: &[&str]| kdig(&hospital, &[&["long.hospital.test", "TXT"], more].concat());
    let cut = long(&["+ignore"]);
    assert!(cut.contains("Flags: qr aa tc") && cut.contains("ANSWER: 0"), "{cut}");
    for whole in [long(&[]), long(&["+tcp"])] {
        assert!(whole.contains("\"19 long ") && whole.contains("(TCP)"), "{whole}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_denied_as_the_standards_say() {
    let hospital = open().await;
    let nothing = kdig(&hospital, &["epr.hospital.test", "AAAA"]);
    assert!(nothing.contains("NOERROR") && nothing.contains("SOA"), "{nothing}");
    assert!(kdig(&hospital, &["nobody.hospital.test"]).contains("NXDOMAIN"));
    assert!(kdig(&hospital, &["_tcp.hospital.test"]).contains("NOERROR"));
    assert!(kdig(&hospital, &["example.org"]).contains("REFUSED"));
}

#[tokio::test(flavor = "multi_thread")]
async fn names_fall_ill_by_themselves_and_all_together() {
    let hospital = open().await;
    let ask = |name: &str| kdig(&hospital, &[name]);
    hospital.set(Part::Images, Some(Ailment::NoSuchName));
    assert!(ask("pacs.hospital.test").contains("NXDOMAIN"));
    assert!(ask("epr.hospital.test").contains("NOERROR"));
    hospital.set(Part::Names, Some(Ailment::CannotSay));
    assert!(ask("epr.hospital.test").contains("SERVFAIL"));
    hospital.set(Part::Names, Some(Ailment::Silent));
    assert!(ask("epr.hospital.test").contains("timeout"));
    hospital.set(Part::Names, Some(Ailment::Garbage));
    assert!(!ask("epr.hospital.test").contains("127.0.0.1\n"));
    hospital.set(Part::Names, Some(Ailment::Refused));
    assert!(!ask("epr.hospital.test").contains("NOERROR"));
    hospital.set(Part::Names, None);
    while !ask("epr.hospital.test").contains("NOERROR") {}
}

/// What DCMTK makes of the archive.
fn echoscu(hospital: &Hospital) -> String {
    let port = hospital.port(Part::Archive).to_string();
    run("echoscu", &["-v", "-aec", "ARCHIVE", "127.0.0.1", &port]).text
}

#[tokio::test(flavor = "multi_thread")]
async fn the_archive_answers_an_echo_or_says_why_not() {
    let hospital = open().await;
    for (ailment, words) in [
        (None, "Received Echo Response (Success)"),
        (Some(Ailment::SaysFail), "Received Echo Response (Unknown Status: 0x110)"),
        (Some(Ailment::Unavailable), "Local Limit Exceeded"),
        (Some(Ailment::MaintenancePage), "Peer aborted Association"),
    ] {
        hospital.set(Part::Archive, ailment);
        let told = echoscu(&hospital);
        assert!(told.contains(words), "{ailment:?}: {told}");
    }
}
