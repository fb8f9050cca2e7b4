//! How can a peer misbehave? Bare servers on loopback, each bad in one way, for the looks to survive.

mod act;
mod catalogue;
mod datagram;
mod dicom;
mod http2;
mod rogue;

pub use rogue::Rogue;

/// What a peer speaks, or is taken to speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tongue {
    /// HTTP without TLS.
    Http,
    /// HTTP/1.1 within TLS.
    Https,
    /// HTTP/2 within TLS.
    Http2,
    /// DNS in datagrams.
    DnsUdp,
    /// DNS over TCP.
    DnsTcp,
    /// A TLS handshake.
    Tls,
    /// A TLS handshake after SMTP's STARTTLS.
    StartTls,
    /// A line of text for a line of text.
    Lines,
    /// The same within TLS.
    LinesInTls,
    /// HL7 over MLLP.
    Mllp,
    /// DICOM: an association, and an echo.
    Dicom,
    /// FHIR over HTTP without TLS.
    Fhir,
    /// SMTP without TLS.
    Smtp,
    /// LDAP.
    Ldap,
    /// A provider of sign-ins, over HTTP without TLS.
    Oidc,
    /// A journey over HTTP without TLS.
    Journey,
}

/// One way of being bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Misbehaviour {
    /// Nothing listens.
    Refuses,
    /// Resets the connection as it is made.
    ResetsAtOnce,
    /// Resets the connection when asked.
    ResetsWhenAsked,
    /// Closes the connection as it is made.
    ClosesAtOnce,
    /// Closes the connection when asked.
    ClosesWhenAsked,
    /// Takes the connection and never says anything, not even of TLS.
    HangsAtOnce,
    /// Says nothing after the client's hello.
    HangsAfterHello,
    /// Says nothing to the question.
    HangsWhenAsked,
    /// Stops for ever in the middle of the head of its reply.
    HangsInHead,
    /// Stops for ever in the middle of the body of its reply.
    HangsInBody,
    /// Closes in the middle of its reply.
    ClosesInBody,
    /// Says a proper reply, a byte a second.
    Drips,
    /// Says a reply that never ends.
    EndlessBody,
    /// Says headers that never end.
    EndlessHead,
    /// Says one header of a mebibyte.
    HugeHeader,
    /// Sends on to itself.
    RedirectLoop,
    /// Says JSON of 100 MB.
    HugeJson,
    /// Says JSON that is 10,000 levels deep.
    DeepJson,
    /// Says bytes that are no UTF-8 where text should be.
    InvalidUtf8,
    /// Says NUL bytes where text should be.
    Nuls,
    /// Says half a TLS record and closes.
    HalfRecord,
    /// Speaks without TLS where TLS should be.
    PlaintextForTls,
    /// Speaks TLS where none should be.
    TlsForPlaintext,
    /// Greets as an SSH server.
    SpeaksSsh,
    /// Greets as a mail server.
    SpeaksSmtp,
    /// Answers as a web server.
    SpeaksHttp,
    /// Answers with an alert of TLS.
    SpeaksTls,
    /// Answers as a remote desktop does.
    SpeaksRdp,
    /// Greets as a database.
    SpeaksMySql,
    /// Says back whatever is said.
    Echoes,
    /// Answers random bytes.
    RandomBytes,
}

impl Tongue {
    /// Every tongue.
    pub const ALL: [Self; 16] = [
        Self::Http,
        Self::Https,
        Self::Http2,
        Self::DnsUdp,
        Self::DnsTcp,
        Self::Tls,
        Self::StartTls,
        Self::Lines,
        Self::LinesInTls,
        Self::Mllp,
        Self::Dicom,
        Self::Fhir,
        Self::Smtp,
        Self::Ldap,
        Self::Oidc,
        Self::Journey,
    ];
}

impl Misbehaviour {
    /// Every misbehaviour.
    pub const ALL: [Self; 31] = [
        Self::Refuses,
        Self::ResetsAtOnce,
        Self::ResetsWhenAsked,
        Self::ClosesAtOnce,
        Self::ClosesWhenAsked,
        Self::HangsAtOnce,
        Self::HangsAfterHello,
        Self::HangsWhenAsked,
        Self::HangsInHead,
        Self::HangsInBody,
        Self::ClosesInBody,
        Self::Drips,
        Self::EndlessBody,
        Self::EndlessHead,
        Self::HugeHeader,
        Self::RedirectLoop,
        Self::HugeJson,
        Self::DeepJson,
        Self::InvalidUtf8,
        Self::Nuls,
        Self::HalfRecord,
        Self::PlaintextForTls,
        Self::TlsForPlaintext,
        Self::SpeaksSsh,
        Self::SpeaksSmtp,
        Self::SpeaksHttp,
        Self::SpeaksTls,
        Self::SpeaksRdp,
        Self::SpeaksMySql,
        Self::Echoes,
        Self::RandomBytes,
    ];

    /// Whether there is such a thing in `tongue`.
    pub fn is_known_in(self, tongue: Tongue) -> bool {
        let secure = matches!(
            tongue,
            Tongue::Https | Tongue::Http2 | Tongue::Tls | Tongue::StartTls | Tongue::LinesInTls
        );
        let web = matches!(
            tongue,
            Tongue::Http | Tongue::Https | Tongue::Http2 | Tongue::Fhir | Tongue::Oidc | Tongue::Journey
        );
        match self {
            _ if tongue == Tongue::DnsUdp => datagram::is_known(self),
            Self::RedirectLoop | Self::EndlessHead | Self::HugeHeader => web,
            Self::HugeJson | Self::DeepJson => web && tongue != Tongue::Http2,
            Self::HangsAfterHello | Self::HalfRecord | Self::PlaintextForTls => secure,
            Self::TlsForPlaintext => !secure,
            Self::SpeaksHttp => tongue != Tongue::Http,
            Self::SpeaksSmtp => !matches!(tongue, Tongue::StartTls | Tongue::Smtp),
            _ => true,
        }
    }
}
