//! In which steps does each misbehaviour show, tongue by tongue?

use super::{
    Misbehaviour as Bad, Tongue,
    act::Act::{self, Drip, Echo, Flood, Hang, Hear, HearOut, Repeat, Reset, Say, Secure, Times},
    dicom, http2,
};

/// How many levels are deep.
const DEEP: usize = 10_000;
const MEBIBYTE: usize = 1024 * 1024;
/// A large piece of a body, and the largest in one frame of HTTP/2.
const LARGE: usize = 16 * 1024;

/// What a TLS server says to whoever does not speak TLS with it.
const HANDSHAKE_FAILURE: &[u8] = b"\x15\x03\x03\0\x02\x02\x28";
/// What a remote desktop says to whoever wants to connect (X.224 in TPKT).
const CONNECTION_CONFIRM: &[u8] = b"\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x02\x1f\x08\0\x02\0\0\0";

/// The steps of `bad` in `tongue`, from the moment when a connection is made.
pub(super) fn acts(tongue: Tongue, bad: Bad) -> Vec<Act> {
    match bad {
        Bad::Refuses | Bad::ClosesAtOnce => vec![],
        Bad::ResetsAtOnce => vec![Reset],
        Bad::HangsAtOnce => vec![Hang],
        Bad::HangsAfterHello => then(before_tls(tongue), [Hear, Hang]),
        Bad::HalfRecord => then(before_tls(tongue), [Hear, Say(half_a_server_hello())]),
        Bad::PlaintextForTls => then(before_tls(tongue), [Hear, Say(greeting(Bad::SpeaksSmtp))]),
        Bad::TlsForPlaintext => vec![Secure, Hang],
        Bad::Echoes => vec![Echo],
        Bad::SpeaksTls => vec![Hear, Say(HANDSHAKE_FAILURE.to_vec())],
        Bad::SpeaksRdp => vec![Hear, Say(CONNECTION_CONFIRM.to_vec()), Hang],
        Bad::SpeaksSsh | Bad::SpeaksSmtp | Bad::SpeaksMySql => vec![Say(greeting(bad)), Hang],
        Bad::SpeaksHttp if tongue == Tongue::Http2 => vec![Secure, Hear, Say(bad_request())],
        Bad::SpeaksHttp => vec![Hear, Say(bad_request())],
        _ => then(before_question(tongue), when_asked(tongue, bad)),
    }
}

/// What is said in place of an answer.
fn when_asked(tongue: Tongue, bad: Bad) -> Vec<Act> {
    let head = head(tongue);
    match bad {
        Bad::ResetsWhenAsked => vec![Reset],
        Bad::HangsWhenAsked => vec![Hang],
        Bad::HangsInHead if tongue == Tongue::DnsTcp => vec![Say(head[..2].to_vec()), Repeat(2..4), Hang],
        Bad::HangsInHead => vec![Say(head[..head.len() / 2].to_vec()), Hang],
        Bad::HangsInBody => then(begun(tongue), [Say(piece(tongue, b"half")), Hang]),
        Bad::ClosesInBody => then(begun(tongue), [Say(piece(tongue, b"half"))]),
        Bad::Drips => vec![Drip([&head[..], &[b'x'; 1000]].concat())],
        Bad::EndlessBody if tongue == Tongue::Dicom => vec![Flood(dicom::more())],
        Bad::EndlessBody => then(begun(tongue), [Flood(piece(tongue, &[b'x'; LARGE]))]),
        Bad::EndlessHead if tongue == Tongue::Http2 => {
            vec![Say(http2::endless_head()), Flood(http2::more_head())]
        }
        Bad::HugeHeader if tongue == Tongue::Http2 => vec![Say(http2::huge_head(MEBIBYTE)), Hang],
        Bad::RedirectLoop if tongue == Tongue::Http2 => vec![Say(http2::redirect())],
        Bad::EndlessHead => {
            vec![Say(b"HTTP/1.1 200 OK\r\n".to_vec()), Flood(b"X-More: and more\r\n".repeat(1000))]
        }
        Bad::HugeHeader => vec![Say(with_header(&vec![b'x'; MEBIBYTE])), Hang],
        Bad::RedirectLoop => vec![Say(redirect())],
        Bad::HugeJson => huge_json(),
        Bad::DeepJson => vec![Say(of_json(2 * DEEP)), Say(b"[".repeat(DEEP)), Say(b"]".repeat(DEEP))],
        Bad::InvalidUtf8 => vec![Say(with_body(tongue, &b"\xff\xfe\xc3\x28\xf0\x28\x8c\xbc\n".repeat(8)))],
        Bad::Nuls => vec![Say(with_body(tongue, &[0; 64]))],
        Bad::RandomBytes => vec![Say(random_bytes())],
        _ => vec![],
    }
}

/// What comes before the TLS hello.
fn before_tls(tongue: Tongue) -> Vec<Act> {
    match tongue {
        Tongue::StartTls => vec![
            Say(greeting(Bad::SpeaksSmtp)),
            HearOut(b"\n"),
            Say(b"250-mail.hospital.test\r\n250 STARTTLS\r\n".to_vec()),
            HearOut(b"STARTTLS\r\n"),
            Say(b"220 go ahead\r\n".to_vec()),
        ],
        _ => vec![],
    }
}

/// What comes before the answer.
fn before_question(tongue: Tongue) -> Vec<Act> {
    match tongue {
        Tongue::Http | Tongue::Fhir | Tongue::Oidc | Tongue::Journey => vec![HearOut(b"\r\n\r\n")],
        Tongue::Https => vec![Secure, HearOut(b"\r\n\r\n")],
        Tongue::Http2 => vec![Secure, HearOut(http2::REQUEST)],
        Tongue::LinesInTls => vec![Secure, HearOut(b"\n")],
        Tongue::Lines => vec![HearOut(b"\n")],
        Tongue::Mllp => vec![HearOut(b"\x1c\r")],
        Tongue::Dicom => vec![Hear, Say(dicom::accepted()), Hear],
        Tongue::StartTls | Tongue::Smtp => vec![Say(greeting(Bad::SpeaksSmtp)), HearOut(b"\n")],
        Tongue::Tls | Tongue::DnsTcp | Tongue::DnsUdp | Tongue::Ldap => vec![Hear],
    }
}

/// A proper answer, begun; one in DNS has the number of its question.
fn begun(tongue: Tongue) -> Vec<Act> {
    let head = head(tongue);
    match tongue {
        Tongue::DnsTcp => vec![Say(head[..2].to_vec()), Repeat(2..4), Say(head[4..].to_vec())],
        _ => vec![Say(head)],
    }
}

/// How a proper answer begins, with more to come.
fn head(tongue: Tongue) -> Vec<u8> {
    match tongue {
        Tongue::Http2 => http2::head(),
        Tongue::Http | Tongue::Https | Tongue::Fhir | Tongue::Oidc | Tongue::Journey => {
            b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n".to_vec()
        }
        Tongue::DnsTcp | Tongue::DnsUdp => {
            b"\x40\x00\x12\x34\x84\x00\x00\x01\x00\x01\x00\x00\x00\x00".to_vec()
        }
        // A handshake record of 16 KiB, and in it a server's hello.
        Tongue::Tls => b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc\x03\x03".to_vec(),
        Tongue::StartTls | Tongue::Smtp => b"250-mail.hospital.test\r\n250-".to_vec(),
        Tongue::Lines | Tongue::LinesInTls => b"you said".to_vec(),
        // A message of 16 KiB, and in it an entry that a search has found.
        Tongue::Ldap => b"\x30\x82\x40\x00\x02\x01\x02\x64".to_vec(),
        Tongue::Mllp => b"\x0bMSH|^~\\&|ENGINE|HOSPITAL|".to_vec(),
        Tongue::Dicom => dicom::begun(),
    }
}

/// A piece of what is to follow the head.
fn piece(tongue: Tongue, bytes: &[u8]) -> Vec<u8> {
    if tongue == Tongue::Http2 { http2::piece(bytes) } else { bytes.to_vec() }
}

fn with_body(tongue: Tongue, body: &[u8]) -> Vec<u8> {
    match tongue {
        Tongue::Http | Tongue::Https | Tongue::Fhir | Tongue::Oidc | Tongue::Journey => {}
        Tongue::Http2 => return http2::page(body),
        _ => return body.to_vec(),
    }
    let head =
        format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// A list of zeros, which in memory is many times as large.
fn huge_json() -> Vec<Act> {
    const SIZE: usize = 100_000_000;
    let piece = b"0,".repeat(5000);
    vec![Say(of_json(SIZE + 3)), Say(b"[".to_vec()), Times(SIZE / piece.len(), piece), Say(b"0]".to_vec())]
}

/// The head of a reply of so many bytes of JSON.
fn of_json(size: usize) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nContent-Length: {size}\r\n\r\n")
        .into_bytes()
}

fn with_header(value: &[u8]) -> Vec<u8> {
    [b"HTTP/1.1 200 OK\r\nX-Huge: ", value, b"\r\nContent-Length: 0\r\n\r\n"].concat()
}

fn redirect() -> Vec<u8> {
    b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec()
}

fn bad_request() -> Vec<u8> {
    b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec()
}

fn greeting(bad: Bad) -> Vec<u8> {
    match bad {
        Bad::SpeaksSsh => b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u7\r\n".to_vec(),
        Bad::SpeaksMySql => {
            b"\x4a\0\0\0\x0a8.0.36\0\x0b\0\0\0abcdefgh\0\xff\xf7\xff\x02\0\xff\xdf\x15\0\0\0\0\0\0\0\0\0\0\
              ijklmnopqrst\0mysql_native_password\0"
                .to_vec()
        }
        _ => b"220 mail.hospital.test ESMTP\r\n".to_vec(),
    }
}

fn half_a_server_hello() -> Vec<u8> {
    head(Tongue::Tls)
}

/// The same at every run: from a generator of the simplest kind.
pub(super) fn random_bytes() -> Vec<u8> {
    let next = |seed: &u32| Some(seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
    std::iter::successors(Some(1), next).take(512).map(|seed| seed.to_be_bytes()[0]).collect()
}

fn then(first: Vec<Act>, rest: impl IntoIterator<Item = Act>) -> Vec<Act> {
    first.into_iter().chain(rest).collect()
}
