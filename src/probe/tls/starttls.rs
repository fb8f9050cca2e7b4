//! How is a connection brought to the point where TLS begins?

use schemars::JsonSchema;
use serde::Deserialize;
use tokio::net::TcpStream;

use super::wire::{IMAP_STARTTLS, ImapLine, POSTGRES_STARTTLS, begins_with, imap_line, postgres_answer};
use crate::{
    model::{Failure, Fault, Phase},
    probe::{
        dial::{Talk, io_failure},
        ldap::wire::{self as ldap, Answer, Operation},
        printable,
        smtp::wire::{Reply, ehlo, reply},
    },
};

/// The protocol that is spoken before TLS begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum StartTls {
    /// Mail: `EHLO`, `STARTTLS`.
    Smtp,
    /// Mailboxes: `STARTTLS`.
    Imap,
    /// Directories: the extended operation 1.3.6.1.4.1.1466.20037.
    Ldap,
    /// PostgreSQL: `SSLRequest`.
    Postgres,
}

/// The most that is read before TLS begins, in bytes.
const MOST: usize = 16 << 10;

impl StartTls {
    /// Agrees with the far side to begin TLS now.
    pub(crate) async fn agree(self, stream: &mut TcpStream) -> Result<(), Failure> {
        let mut talk = Talk::before_tls(stream, self.words(), MOST);
        match self {
            Self::Smtp => smtp(&mut talk).await?,
            Self::Imap => imap(&mut talk).await?,
            Self::Ldap => ldap(&mut talk).await?,
            Self::Postgres => postgres(&mut talk).await?,
        }
        end(&talk)
    }

    fn words(self) -> &'static str {
        match self {
            Self::Smtp => "SMTP",
            Self::Imap => "IMAP",
            Self::Ldap => "LDAP",
            Self::Postgres => "PostgreSQL's protocol",
        }
    }

    /// What is said before the encrypted connection is closed, so that the far side's log stays clean.
    pub(super) fn farewell(self) -> &'static [u8] {
        match self {
            Self::Smtp => b"QUIT\r\n",
            Self::Imap => b"w2 LOGOUT\r\n",
            Self::Ldap => b"\x30\x05\x02\x01\x02\x42\x00",
            Self::Postgres => b"",
        }
    }
}

/// A conversation before TLS.
type Clear<'a> = Talk<&'a mut TcpStream>;

async fn smtp(talk: &mut Clear<'_>) -> Result<(), Failure> {
    let expect = |reply: Reply, code: u16, what: &str| match reply.code {
        got if got == code => Ok(reply),
        _ => Err(refused(what, &reply.said())),
    };
    expect(talk.hear(reply).await?, 220, "the server does not want us")?;
    let own = talk.stream().local_addr().map_err(|error| io_failure(Phase::Tls, &error))?;
    talk.say(&ehlo(own.ip())).await?;
    let offered = expect(talk.hear(reply).await?, 250, "EHLO is refused")?;
    if !offered.offers(b"STARTTLS") {
        return Err(Failure::theirs(Fault::StartTlsRefused, "the server does not offer STARTTLS"));
    }
    talk.say(b"STARTTLS\r\n").await?;
    expect(talk.hear(reply).await?, 220, "STARTTLS is refused").map(drop)
}

async fn imap(talk: &mut Clear<'_>) -> Result<(), Failure> {
    match talk.hear(imap_line).await? {
        ImapLine::Untagged(said) if begins_with(&said, b"OK") => {}
        ImapLine::Untagged(said) | ImapLine::Tagged(_, said) => {
            return Err(refused("the server does not want us", &said));
        }
    }
    talk.say(IMAP_STARTTLS).await?;
    loop {
        match talk.hear(imap_line).await? {
            ImapLine::Tagged(true, _) => return Ok(()),
            ImapLine::Tagged(false, said) => return Err(refused("STARTTLS is refused", &said)),
            ImapLine::Untagged(said) if begins_with(&said, b"BYE") => {
                return Err(refused("the server does not want us", &said));
            }
            ImapLine::Untagged(_) => {}
        }
    }
}

async fn ldap(talk: &mut Clear<'_>) -> Result<(), Failure> {
    talk.say(&ldap::request(1, &ldap::start_tls())).await?;
    match talk.hear(ldap::message).await?.operation {
        Operation::Extended(Answer { code: 0, .. }) => Ok(()),
        Operation::Extended(Answer { code, message, .. })
        | Operation::Disconnection(Answer { code, message, .. }) => {
            Err(refused(&format!("StartTLS is refused with the result code {code}"), &message))
        }
        _ => Err(Failure::theirs(Fault::UnrelatedReply, "the answer to StartTLS is about something else")),
    }
}

async fn postgres(talk: &mut Clear<'_>) -> Result<(), Failure> {
    talk.say(POSTGRES_STARTTLS).await?;
    if talk.hear(postgres_answer).await? {
        return Ok(());
    }
    Err(Failure::theirs(Fault::StartTlsRefused, "the server has no TLS (it answered N)"))
}

fn refused(what: &str, said: &[u8]) -> Failure {
    Failure::theirs(Fault::StartTlsRefused, format!("{what}: \"{}\"", printable(said, 200)))
}

/// What comes between the agreement and TLS would be taken for part of what is encrypted.
fn end(talk: &Clear<'_>) -> Result<(), Failure> {
    if talk.unread().is_empty() {
        return Ok(());
    }
    let shown = printable(talk.unread(), 80);
    Err(Failure::theirs(
        Fault::Malformed,
        format!("more came in the clear after TLS was agreed on: \"{shown}\""),
    ))
}
