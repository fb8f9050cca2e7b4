//! What can go wrong in the simulated hospital?

use std::{fmt, time::Duration};

/// What ails a part. One that a part cannot have (a JSON error of the image viewer, say) changes nothing there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ailment {
    /// Right answers, late.
    Slow(Duration),
    /// Web: 503. Mail: 421. The interface engine: it hangs up. The archive: too many associations.
    Unavailable,
    /// Web: 200 with a page that says "maintenance", whatever was asked. The archive: it aborts.
    MaintenancePage,
    /// JSON: 200, and the text says `fail`. The record: it cannot be opened, says its page. The interface engine: a negative acknowledgement. Mail: no STARTTLS.
    /// The archive: a status of failure. Single sign-on: it has no keys.
    SaysFail,
    /// Something is wrong with the certificate.
    Certificate(Flaw),
    /// Nothing listens.
    Refused,
    /// The connection is taken and nothing ever said.
    Hanging,
    /// The reply stops half-way and the connection is closed.
    HalfReply,
    /// What is said is no protocol: NUL bytes and invalid UTF-8.
    Garbage,
    /// A right answer, to another question. The interface engine: it acknowledges another message. The directory: its number.
    Unrelated,
    /// The connection is reset as soon as something is asked.
    Reset,
    /// The name server denies that the part's name exists; of the name server itself, every name.
    NoSuchName,
    /// The name server cannot say (SERVFAIL).
    CannotSay,
    /// The name server does not answer.
    Silent,
}

/// What can be wrong with a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Nothing yet: it ends in five days.
    EndsSoon,
    /// It ended yesterday.
    Expired,
    /// It begins the day after tomorrow.
    NotYetValid,
    /// It is for another name.
    WrongName,
    /// It signed itself.
    SelfSigned,
    /// It was signed by an authority that nobody knows.
    UnknownIssuer,
}

impl Flaw {
    /// Every flaw.
    pub const ALL: [Self; 6] = [
        Self::EndsSoon,
        Self::Expired,
        Self::NotYetValid,
        Self::WrongName,
        Self::SelfSigned,
        Self::UnknownIssuer,
    ];
}

impl Ailment {
    /// Whether it is the name server that shows it, whichever part has it.
    pub(super) fn is_of_names(self) -> bool {
        matches!(self, Self::NoSuchName | Self::CannotSay | Self::Silent)
    }
}

impl fmt::Display for Ailment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Slow(by) => write!(f, "answers {by:?} late"),
            Self::Unavailable => f.write_str("is unavailable (503)"),
            Self::MaintenancePage => f.write_str("shows a maintenance page with status 200"),
            Self::SaysFail => f.write_str("says in its reply that it has failed"),
            Self::Certificate(flaw) => flaw.fmt(f),
            Self::Refused => f.write_str("refuses connections"),
            Self::Hanging => f.write_str("takes connections and says nothing"),
            Self::HalfReply => f.write_str("stops half-way through its reply"),
            Self::Garbage => f.write_str("answers garbage bytes"),
            Self::Unrelated => f.write_str("answers another question than it was asked"),
            Self::Reset => f.write_str("resets connections"),
            Self::NoSuchName => f.write_str("has lost its name in DNS (NXDOMAIN)"),
            Self::CannotSay => f.write_str("cannot be resolved (SERVFAIL)"),
            Self::Silent => f.write_str("falls silent in DNS"),
        }
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EndsSoon => "has a certificate that ends in five days",
            Self::Expired => "has a certificate that ended yesterday",
            Self::NotYetValid => "has a certificate that is not valid yet",
            Self::WrongName => "has a certificate for another name",
            Self::SelfSigned => "has a certificate that signed itself",
            Self::UnknownIssuer => "has a certificate from an unknown authority",
        })
    }
}
