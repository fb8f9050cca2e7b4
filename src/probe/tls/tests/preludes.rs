//! Is TLS begun where other protocols speak first, and is a refusal told?

use super::bench::{Authority, facts, fault, look, server_after};
use crate::{
    model::{Fault, Outcome, Phase, Seen},
    raw::Given,
};

type Script = &'static [(&'static [u8], &'static [u8])];

const LDAP_YES: &[u8] = b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00";
const LDAP_NO: &[u8] = b"\x30\x0f\x02\x01\x01\x78\x0a\x0a\x01\x34\x04\x00\x04\x03no!";
const LDAP_OID: &[u8] = b"1.3.6.1.4.1.1466.20037";
const SMTP_HELLO: (&[u8], &[u8]) = (b"", b"220-mail.test ESMTP\r\n220 ready\r\n");
const SMTP_OFFER: (&[u8], &[u8]) =
    (b"EHLO [127.0.0.1]\r\n", b"250-mail.test\r\n250-STARTTLS\r\n250 HELP\r\n");

/// A server that follows `script` before TLS, seen by a look that trusts it.
async fn seen(starttls: &str, script: Script) -> Seen {
    let root = Authority::root("Ward Root");
    let at = server_after(script, root.leaf(|_| ())).await;
    let settings = format!("{{address: '{{at}}', ca: ca.pem, server_name: epr.test, starttls: {starttls}}}");
    look(&Given::default().file("ca.pem", root.pem()), &settings, at).await
}

#[tokio::test]
async fn every_prelude_leads_to_the_certificate() {
    let scripts: [(&str, Script); 4] = [
        ("smtp", &[SMTP_HELLO, SMTP_OFFER, (b"STARTTLS\r\n", b"220 go ahead\r\n")]),
        (
            "imap",
            &[(b"", b"* OK ready\r\n"), (b"w1 STARTTLS\r\n", b"* CAPABILITY IMAP4rev1\r\nw1 OK now\r\n")],
        ),
        ("ldap", &[(LDAP_OID, LDAP_YES)]),
        ("postgres", &[(&[0, 0, 0, 8, 4, 210, 22, 47], b"S")]),
    ];
    for (starttls, script) in scripts {
        let seen = seen(starttls, script).await;
        assert_eq!(seen.outcome, Outcome::Up, "{starttls}");
        assert_eq!(facts(&seen).chain.len(), 1);
        let phases: Vec<Phase> = seen.timeline.spans().iter().map(|span| span.phase).collect();
        assert_eq!(phases, [Phase::Connect, Phase::Tls]);
    }
}

#[tokio::test]
async fn a_refusal_is_told_in_the_servers_words() {
    let no_offer: Script = &[SMTP_HELLO, (b"\r\n", b"250-mail.test\r\n250 HELP\r\n")];
    let scripts: [(&str, Script, &str); 7] = [
        ("smtp", no_offer, "the server does not offer STARTTLS"),
        ("smtp", &[(b"", b"554 go away\r\n")], "the server does not want us: \"554 go away\""),
        (
            "smtp",
            &[SMTP_HELLO, SMTP_OFFER, (b"STARTTLS\r\n", b"454 later\r\n")],
            "STARTTLS is refused: \"454 later\"",
        ),
        ("imap", &[(b"", b"* BYE full\r\n")], "the server does not want us: \"BYE full\""),
        ("imap", &[(b"", b"* OK\r\n"), (b"\r\n", b"w1 BAD what\r\n")], "STARTTLS is refused: \"BAD what\""),
        ("ldap", &[(LDAP_OID, LDAP_NO)], "StartTLS is refused with the result code 52: \"no!\""),
        ("postgres", &[(&[47], b"N")], "the server has no TLS (it answered N)"),
    ];
    for (starttls, script, words) in scripts {
        let seen = seen(starttls, script).await;
        assert_eq!(fault(&seen), (Fault::StartTlsRefused, words), "{starttls}");
    }
}

#[tokio::test]
async fn another_protocol_is_told() {
    let scripts: [(&str, Script); 4] = [
        ("smtp", &[(b"", b"SSH-2.0-OpenSSH_9.2p1\r\n")]),
        ("imap", &[(b"", b"220 mail.test ESMTP\r\n")]),
        ("ldap", &[(b"", b"HTTP/1.1 400 Bad Request\r\n")]),
        ("postgres", &[(b"", b"220 mail.test ESMTP\r\n")]),
    ];
    for (starttls, script) in scripts {
        assert_eq!(fault(&seen(starttls, script).await).0, Fault::WrongProtocol, "{starttls}");
    }
}

#[tokio::test]
async fn what_is_slipped_in_before_tls_is_not_taken_for_part_of_it() {
    let slipped: Script = &[SMTP_HELLO, SMTP_OFFER, (b"STARTTLS\r\n", b"220 go\r\n250 I am in\r\n")];
    let seen = seen("smtp", slipped).await;
    let words = "more came in the clear after TLS was agreed on: \"250 I am in\\r\\n\"";
    assert_eq!(fault(&seen), (Fault::Malformed, words));
}

#[tokio::test]
async fn a_greeting_without_end_is_bounded() {
    const ENDLESS: &[u8] = &{
        let mut lines = [b'2'; 32 << 10];
        let mut at = 0;
        while at + 6 <= lines.len() {
            (lines[at + 3], lines[at + 4], lines[at + 5]) = (b'-', b'\r', b'\n');
            at += 6;
        }
        lines
    };
    assert_eq!(fault(&seen("smtp", &[(b"", ENDLESS)]).await).0, Fault::TooLarge);
}

#[tokio::test]
async fn hanging_up_is_told() {
    let seen = seen("imap", &[(b"", b"* OK"), (b"never said", b"")]).await;
    assert_eq!(fault(&seen).0, Fault::Timeout(Phase::Tls));
}
