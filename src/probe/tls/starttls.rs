//! How is a connection brought to the point where TLS begins?

use schemars::JsonSchema;
use serde::Deserialize;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::wire::{
    IMAP_STARTTLS, ImapLine, LDAP_STARTTLS, POSTGRES_STARTTLS, Reading, SmtpReply, begins_with, ehlo,
    imap_line, ldap_result, postgres_answer, smtp_reply,
};
use crate::{
    model::{Failure, Fault, Phase},
    probe::{
        dial::{closed, io_failure},
        printable,
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
        let mut talk = Talk { stream, heard: Vec::new(), read: 0 };
        match self {
            Self::Smtp => smtp(&mut talk).await?,
            Self::Imap => imap(&mut talk).await?,
            Self::Ldap => ldap(&mut talk).await?,
            Self::Postgres => postgres(&mut talk).await?,
        }
        talk.end()
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

async fn smtp(talk: &mut Talk<'_>) -> Result<(), Failure> {
    let expect = |reply: SmtpReply, code: u16, what: &str| match reply.code {
        got if got == code => Ok(reply),
        _ => Err(refused(what, &reply.said())),
    };
    expect(talk.hear(smtp_reply).await?, 220, "the server does not want us")?;
    let own = talk.stream.local_addr().map_err(|error| io_failure(Phase::Tls, &error))?;
    talk.say(&ehlo(own.ip())).await?;
    let offered = expect(talk.hear(smtp_reply).await?, 250, "EHLO is refused")?;
    if !offered.offers(b"STARTTLS") {
        return Err(Failure::theirs(Fault::StartTlsRefused, "the server does not offer STARTTLS"));
    }
    talk.say(b"STARTTLS\r\n").await?;
    expect(talk.hear(smtp_reply).await?, 220, "STARTTLS is refused").map(drop)
}

async fn imap(talk: &mut Talk<'_>) -> Result<(), Failure> {
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

async fn ldap(talk: &mut Talk<'_>) -> Result<(), Failure> {
    talk.say(LDAP_STARTTLS).await?;
    let result = talk.hear(ldap_result).await?;
    match result.code {
        0 => Ok(()),
        code => Err(refused(&format!("StartTLS is refused with the result code {code}"), &result.message)),
    }
}

async fn postgres(talk: &mut Talk<'_>) -> Result<(), Failure> {
    talk.say(POSTGRES_STARTTLS).await?;
    if talk.hear(postgres_answer).await? {
        return Ok(());
    }
    Err(Failure::theirs(Fault::StartTlsRefused, "the server has no TLS (it answered N)"))
}

fn refused(what: &str, said: &[u8]) -> Failure {
    Failure::theirs(Fault::StartTlsRefused, format!("{what}: \"{}\"", printable(said, 200)))
}

/// A conversation in the clear.
struct Talk<'a> {
    stream: &'a mut TcpStream,
    heard: Vec<u8>,
    read: usize,
}

impl Talk<'_> {
    async fn say(&mut self, words: &[u8]) -> Result<(), Failure> {
        self.stream.write_all(words).await.map_err(|error| io_failure(Phase::Tls, &error))
    }

    /// Reads until `read` has a whole reply.
    async fn hear<T>(&mut self, read: fn(&[u8]) -> Reading<T>) -> Result<T, Failure> {
        loop {
            match read(&self.heard) {
                Reading::Whole(reply, length) => {
                    self.heard.drain(..length);
                    return Ok(reply);
                }
                Reading::Strange => return Err(self.strange()),
                Reading::Partial => self.more().await?,
            }
        }
    }

    async fn more(&mut self) -> Result<(), Failure> {
        if self.read >= MOST {
            let words = format!("more than {MOST} bytes came before TLS could begin");
            return Err(Failure::theirs(Fault::TooLarge, words));
        }
        let mut limited = (&mut *self.stream).take((MOST - self.read) as u64);
        let read = limited.read_buf(&mut self.heard).await.map_err(|error| io_failure(Phase::Tls, &error))?;
        self.read += read;
        if read == 0 { Err(closed(Phase::Tls)) } else { Ok(()) }
    }

    fn strange(&self) -> Failure {
        let shown = printable(&self.heard, 80);
        Failure::theirs(
            Fault::WrongProtocol,
            format!("this is not what was to be spoken before TLS: \"{shown}\""),
        )
    }

    /// What comes between the agreement and TLS would be taken for part of what is encrypted.
    fn end(self) -> Result<(), Failure> {
        if self.heard.is_empty() {
            return Ok(());
        }
        let shown = printable(&self.heard, 80);
        Err(Failure::theirs(
            Fault::Malformed,
            format!("more came in the clear after TLS was agreed on: \"{shown}\""),
        ))
    }
}
