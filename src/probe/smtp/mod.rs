//! The kind `smtp`: does a mail server greet, secure itself, and let us in? No mail is ever handed to it.

mod expect;
mod login;
mod raw;
#[cfg(test)]
mod tests;
pub(super) mod wire;

use std::{io, sync::Arc, time::Duration};

use schemars::JsonSchema;
use serde::Deserialize;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    time::timeout,
};

use self::{
    expect::{Expected, Offer},
    login::{CREDENTIAL_INVALID, admitted},
    raw::RawSmtp,
    wire::{Reply, ehlo, reply},
};
use crate::{
    model::{Endpoint, Failure, Fault, Finding, Moment, Phase},
    probe::{
        Expectations, Looking,
        dial::{Route, Stream, Talk, connect, io_failure, tls::Tls},
        kind::Look,
        lockout::{self, Account, Lockout},
        printable,
    },
    raw::Door,
};

/// The most that is read of one answer, in bytes.
const MOST: usize = 16 << 10;
/// How long taking leave may hold up a look that is over.
const FAREWELL: Duration = Duration::from_millis(100);

/// Checked settings.
#[derive(Debug)]
pub(super) struct Smtp {
    address: Endpoint,
    route: Route,
    security: Security,
    /// Given wherever `security` wants it.
    tls: Option<Tls>,
    account: Option<Account>,
    lockout: Lockout,
    expectations: Expectations<Expected>,
}

/// When TLS begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Security {
    /// By `STARTTLS`, or the look is down.
    StartTls,
    /// By `STARTTLS` where it is offered and agreed to, else not.
    Opportunistic,
    /// At once.
    Implicit,
    /// Never.
    None,
}

impl Look for Smtp {
    const NAME: &'static str = "smtp";
    type Raw = RawSmtp;
    type Reply = Offer;

    fn parse(raw: RawSmtp, door: &mut Door<'_>) -> Option<Self> {
        raw::parse(raw, door)
    }

    fn target(&self) -> String {
        self.address.to_string()
    }

    fn host(&self) -> Arc<str> {
        self.route.dialled(&self.address).host.to_string().into()
    }

    fn steps(&self) -> Vec<String> {
        let secure = self.may_begin_tls().then_some("STARTTLS");
        let log_in = self.account.as_ref().map(|_| "log in");
        ["greeting", "EHLO"].into_iter().chain(secure).chain(log_in).map(str::to_owned).collect()
    }

    /// The greeting; then, each as a step of its own, what it can do, TLS, and our log-in.
    async fn exchange(&self, looking: &mut Looking<'_>) -> Result<Offer, Failure> {
        let stream = connect(looking, &self.address, &self.route).await?;
        let own = stream.local_addr().map_err(|error| io_failure(Phase::Connect, &error))?;
        let hello = ehlo(own.ip());
        let at_once = self.tls.as_ref().filter(|_| self.security == Security::Implicit);
        let mut stream = Stream::secured(looking, stream, at_once, &self.address.host).await?;
        looking.aside.push_str("a mail server greets first: perhaps another protocol is spoken here");
        let greeting = hear(looking, &mut stream).await?;
        looking.aside.clear();
        let greeting = expected(220, "the greeting", greeting)?;
        looking.watch.next_step(1);
        let mut extensions = expected(250, "EHLO", ask(looking, &mut stream, &hello).await?)?;
        let starttls = extensions.offers(b"STARTTLS");
        if self.begins_tls(starttls)? {
            looking.watch.next_step(2);
            looking.watch.enter(Phase::Tls);
            stream = self.secure(looking, stream).await?;
            extensions = expected(250, "EHLO", ask(looking, &mut stream, &hello).await?)?;
        }
        self.log_in(looking, &mut stream, &extensions).await?;
        looking.watch.rest();
        let _ = timeout(FAREWELL.min(looking.remaining() / 2), part(&mut stream)).await;
        Ok(Offer { banner: greeting.lines.last().cloned().unwrap_or_default(), extensions, starttls })
    }

    fn judge(&self, offer: &Offer, _: Moment) -> Result<Vec<Finding>, Failure> {
        Ok(self.expectations.judge(|expected, findings| expected.judge(offer, findings)))
    }
}

impl Smtp {
    fn may_begin_tls(&self) -> bool {
        matches!(self.security, Security::StartTls | Security::Opportunistic)
    }

    fn begins_tls(&self, offered: bool) -> Result<bool, Failure> {
        match self.security {
            Security::StartTls if !offered => {
                Err(Failure::theirs(Fault::StartTlsRefused, "the server does not offer STARTTLS"))
            }
            Security::StartTls | Security::Opportunistic => Ok(offered),
            Security::Implicit | Security::None => Ok(false),
        }
    }

    async fn secure(&self, looking: &mut Looking<'_>, stream: Stream) -> Result<Stream, Failure> {
        let Stream::Plain(mut plain) = stream else { return Ok(stream) };
        let mut talk = Talk::before_tls(&mut plain, "SMTP", MOST);
        talk.say(b"STARTTLS\r\n").await?;
        let answer = alone(&mut talk).await?;
        if answer.code == 220 {
            return Stream::secured(looking, plain, self.tls.as_ref(), &self.address.host).await;
        }
        if self.security == Security::Opportunistic {
            return Ok(Stream::Plain(plain));
        }
        let words = format!("STARTTLS is refused: \"{}\"", shown(&answer));
        Err(Failure::theirs(Fault::StartTlsRefused, words))
    }

    async fn log_in(
        &self,
        looking: &mut Looking<'_>,
        stream: &mut Stream,
        extensions: &Reply,
    ) -> Result<(), Failure> {
        let Some(account) = &self.account else { return Ok(()) };
        let Some(words) = login::words(account, &extensions.mechanisms()) else {
            return Err(Failure::theirs(Fault::Rejected, "no way of logging in is offered that we know"));
        };
        looking.watch.next_step(2 + usize::from(self.may_begin_tls()));
        let now = looking.watch.instant();
        lockout::admits(account, now)?;
        let mut answer = Reply { code: 0, lines: Vec::new() };
        for words in words {
            answer = ask(looking, stream, words.as_bytes()).await?;
            if answer.code == CREDENTIAL_INVALID {
                self.lockout.refused(account, now);
            }
            admitted(&answer)?;
        }
        expected(235, "the log-in", answer).map(drop)
    }
}

async fn ask(looking: &Looking<'_>, stream: &mut Stream, words: &[u8]) -> Result<Reply, Failure> {
    let mut talk = Talk::over(stream, &looking.watch, "SMTP", MOST);
    talk.say(words).await?;
    alone(&mut talk).await
}

async fn hear(looking: &Looking<'_>, stream: &mut Stream) -> Result<Reply, Failure> {
    alone(&mut Talk::over(stream, &looking.watch, "SMTP", MOST)).await
}

/// One answer, and nothing besides: what is said unasked might be taken for the answer to what is asked next.
async fn alone<S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin>(
    talk: &mut Talk<S>,
) -> Result<Reply, Failure> {
    let answer = talk.hear(reply).await?;
    if talk.unread().is_empty() {
        return Ok(answer);
    }
    let words = format!("more was said than was asked for: \"{}\"", printable(talk.unread(), 80));
    Err(Failure::theirs(Fault::Malformed, words))
}

fn expected(code: u16, what: &str, reply: Reply) -> Result<Reply, Failure> {
    match reply.code {
        got if got == code => Ok(reply),
        421 => Err(rejected(&format!("service not available, in place of {what}"), &reply)),
        _ => Err(rejected(&format!("{what} is no {code}"), &reply)),
    }
}

fn rejected(what: &str, reply: &Reply) -> Failure {
    Failure::theirs(Fault::Rejected, format!("{what}: \"{}\"", shown(reply)))
}

fn shown(reply: &Reply) -> String {
    printable(&reply.said(), 80)
}

/// Takes leave in the way of the protocol, so that the far side's log stays clean.
async fn part(stream: &mut Stream) -> io::Result<()> {
    stream.write_all(b"QUIT\r\n").await?;
    stream.flush().await?;
    let _ = stream.read(&mut [0; 256]).await?;
    stream.shutdown().await
}

/// Reads these bytes in every way in which a reply is read.
#[cfg(any(test, fuzzing))]
pub(super) fn fuzz(bytes: &[u8]) {
    super::Reading::assert_steady(wire::reply, bytes);
}
