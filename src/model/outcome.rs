//! What did one look find?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Fault, Ours};

/// The outcome of one look, judged without its history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A reply within the timeout, and every expectation held.
    Up,
    /// A proper reply, but slower than the probe's `slow`, or only `warn` expectations broke.
    Degraded(Vec<Finding>),
    /// No proper reply, or a hard expectation broke.
    Down(Reason),
    /// We failed, so we do not know. Never counted up or down.
    Unknown {
        /// What of ours failed.
        ours: Ours,
        /// What exactly, for a person.
        words: String,
    },
}

/// Why a look found its target down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// There was no proper reply.
    Fault {
        /// Which way it failed.
        fault: Fault,
        /// What exactly, for a person.
        words: String,
    },
    /// There was a reply, and it broke at least one hard expectation. Broken `warn` expectations are listed too.
    Findings(Vec<Finding>),
}

impl Outcome {
    /// The values of the metric label `outcome`.
    pub const LABELS: [&str; 4] = ["up", "degraded", "down", "unknown"];

    /// The value of the metric label `outcome`.
    pub fn label(&self) -> &'static str {
        Self::LABELS[self.index()]
    }

    /// The place of this outcome in [`Outcome::LABELS`].
    pub fn index(&self) -> usize {
        match self {
            Self::Up => 0,
            Self::Degraded(_) => 1,
            Self::Down(_) => 2,
            Self::Unknown { .. } => 3,
        }
    }

    /// Whether a proper reply came and every hard expectation held (up or degraded).
    pub fn is_good(&self) -> bool {
        matches!(self, Self::Up | Self::Degraded(_))
    }

    /// The broken expectations, if any.
    pub fn findings(&self) -> &[Finding] {
        match self {
            Self::Degraded(findings) | Self::Down(Reason::Findings(findings)) => findings,
            _ => &[],
        }
    }

    /// The value of the metric label `fault`: why the look was not up. `None` if it was.
    pub fn fault_label(&self) -> Option<&'static str> {
        match self {
            Self::Up => None,
            Self::Down(Reason::Fault { fault, .. }) => Some(fault.label()),
            Self::Unknown { ours, .. } => Some(ours.label()),
            Self::Degraded(findings) | Self::Down(Reason::Findings(findings)) => {
                let hard = findings.iter().find(|f| f.weight == Weight::Fail).or(findings.first());
                hard.map(|finding| finding.check.label())
            }
        }
    }
}

/// One broken expectation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Which kind of expectation.
    pub check: Check,
    /// Of what exactly: a header's name, a JSON path, … Empty where `check` says it all.
    pub subject: String,
    /// What was wanted.
    pub expected: String,
    /// What came, shortened and made printable.
    pub got: String,
    /// Whether it makes the look down or only degraded.
    pub weight: Weight,
}

impl Finding {
    /// One that makes the look down, whatever else is expected.
    pub fn hard(
        check: Check,
        subject: impl Into<String>,
        expected: impl Into<String>,
        got: impl Into<String>,
    ) -> Self {
        let (subject, expected, got) = (subject.into(), expected.into(), got.into());
        Self { check, subject, expected, got, weight: Weight::Fail }
    }

    /// The first hard one of `findings` in words, and how many there are besides.
    pub fn words(findings: &[Self]) -> String {
        let hard = findings.iter().find(|finding| finding.weight == Weight::Fail).or(findings.first());
        let Some(Self { check, subject, expected, got, .. }) = hard else { return String::new() };
        let subject = if subject.is_empty() { String::new() } else { format!(" {subject}") };
        if let Some(step) = subject.strip_prefix(" step ") {
            // The step says where, and that comes first.
            return format!(
                "step {step}: {}: expected {expected}, got {got}{}",
                check.label(),
                more(findings)
            );
        }
        format!("{}{subject}: expected {expected}, got {got}{}", check.label(), more(findings))
    }

    /// The same, found in the step `name`.
    #[must_use]
    pub fn of_step(self, name: &str) -> Self {
        let comma = if self.subject.is_empty() { "" } else { ", " };
        Self { subject: format!("step \"{name}\"{comma}{}", self.subject), ..self }
    }
}

fn more(findings: &[Finding]) -> String {
    if findings.len() > 1 { format!(" (and {} more)", findings.len() - 1) } else { String::new() }
}

/// What a broken expectation means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// The look is down.
    #[default]
    Fail,
    /// The look is degraded.
    Warn,
}

macro_rules! checks {
    ($($(#[$doc:meta])* $name:ident => $label:literal,)*) => {
        /// The kinds of expectation. Closed: `label()` is a value of the metric label `fault`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Check { $($(#[$doc])* $name,)* }

        impl Check {
            /// Every check, for the catalogue and the docs.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The value of the metric label `fault`.
            pub fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)* }
            }
        }
    };
}

checks! {
    /// Slower than `slow`.
    Slow => "expect_slow",
    /// The HTTP status.
    Status => "expect_status",
    /// A header of the reply.
    Header => "expect_header",
    /// The text of the body.
    Body => "expect_body",
    /// A value in a JSON body.
    Json => "expect_json",
    /// The size of the body.
    Size => "expect_size",
    /// Where the redirects led.
    FinalUrl => "expect_final_url",
    /// The HTTP version.
    HttpVersion => "expect_http_version",
    /// The TLS version.
    TlsVersion => "expect_tls_version",
    /// The TLS cipher suite.
    Cipher => "expect_cipher",
    /// The protocol chosen by ALPN.
    Alpn => "expect_alpn",
    /// How long the certificates still last.
    ExpiresIn => "expect_expires_in",
    /// The names in the certificate.
    Names => "expect_names",
    /// Who issued the certificate.
    Issuer => "expect_issuer",
    /// The certificate's key.
    Key => "expect_key",
    /// Whether the chain is trusted.
    Trust => "expect_trust",
    /// That the far side refuses us without a client certificate.
    ClientCertificate => "expect_client_certificate",
    /// The DNS response code.
    Rcode => "expect_rcode",
    /// The set of DNS answers.
    Answers => "expect_answers",
    /// The TTL of the DNS answers.
    Ttl => "expect_ttl",
    /// The flags of the DNS reply.
    Flags => "expect_flags",
    /// The serial of the zone.
    Serial => "expect_serial",
    /// What a TCP peer said.
    Reply => "expect_reply",
    /// Whether an HL7 message was accepted.
    Acknowledgement => "expect_acknowledgement",
    /// The naming contexts of a directory.
    NamingContexts => "expect_naming_contexts",
    /// What a directory says that it supports.
    Supported => "expect_supported",
    /// How many entries a search finds.
    Entries => "expect_entries",
    /// That the port is closed.
    Closed => "expect_closed",
    /// The status of a DICOM echo.
    EchoStatus => "expect_echo_status",
    /// What kind of FHIR resource came.
    Resource => "expect_resource",
    /// The version of FHIR.
    FhirVersion => "expect_fhir_version",
    /// What the far side should be able to do, says it of itself.
    Offers => "expect_offers",
    /// The keys by which a provider of sign-ins signs.
    Keys => "expect_keys",
    /// How many there are.
    Count => "expect_count",
    /// How a mail server greets.
    Banner => "expect_banner",
    /// What a mail server can do.
    Extensions => "expect_extensions",
    /// How one can log in to a mail server.
    Mechanisms => "expect_mechanisms",
    /// What a later step of a journey needs of a reply.
    Take => "expect_take",
    /// A step of a journey that is always to be taken.
    Step => "expect_step",
    /// How many echoes are lost.
    Loss => "expect_loss",
    /// How long an echo is under way.
    RoundTrip => "expect_round_trip",
    /// How much that changes from one echo to the next.
    Jitter => "expect_jitter",
}
