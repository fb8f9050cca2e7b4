//! How are people told by e-mail? One plain-text mail when it begins, and one in the same thread when it is over.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use lettre::{
    message::{
        Attachment, Mailbox, MessageBuilder, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue, MIME_VERSION_1_0},
    },
    transport::smtp::authentication::Credentials,
};

use super::{
    Alert, Message, Undelivered,
    peer::Peer,
    raw::{Address, Mode, RawEmail, RawMailTls},
    smtp,
    webhook::key,
};
use crate::{
    model::{Endpoint, Moment, Slug},
    probe::{Agent, RawTls, Tls},
    raw::{Brief, Door, Field, OneOrMany, SecretSource, Span, TextSource},
};

/// How long one delivery may take.
pub(super) const TIMEOUT: Duration = Duration::from_secs(10);

/// The port at which TLS begins at once.
const IMPLICIT: u16 = 465;

/// Mailboxes, and the server that takes mail for them.
#[derive(Clone)]
pub struct Email {
    pub(super) peer: Peer,
    pub(super) mode: Mode,
    pub(super) credentials: Option<Credentials>,
    from: Mailbox,
    to: Arc<[Mailbox]>,
}

/// A mail that tells of no incident.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The same each time the same is sent, so that a mail that comes twice is seen as one.
    pub id: Slug,
    /// What it is about, in a line.
    pub subject: String,
    /// What it says, as plain text.
    pub text: String,
    /// What comes with it.
    pub attached: Vec<Attached>,
}

/// A file that comes with a mail.
#[derive(Clone, Debug)]
pub struct Attached {
    /// What it is called.
    pub name: String,
    /// Its media type.
    pub media: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl Email {
    pub(crate) fn parse(raw: RawEmail, door: &mut Door<'_>) -> Option<Self> {
        let (mode, tls) = tls(raw.tls, &raw.server, door);
        let credentials = credentials(raw.user, raw.password, mode, door);
        let to = recipients(raw.to, door);
        if tls.is_none() && mode != Mode::None {
            return None;
        }
        let peer = Peer::new(raw.server.good()?, tls, None);
        let from = raw.from.good()?.0;
        Some(Self { peer, mode, credentials, from, to: to.into() })
    }

    /// Mails `message`, at the wall-clock time `now`. A recipient whom the server refuses is logged, and does not keep the
    /// others from being told.
    ///
    /// # Errors
    /// The server took it for nobody, or said nothing after it was sent; then it may have been taken all the same.
    pub async fn deliver(&self, message: &Message, now: Moment, agent: &Agent) -> Result<(), Undelivered> {
        let mail = self
            .compose(message, now)
            .map_err(|why| Undelivered::for_good(format!("no mail can be made of this: {why}")))?;
        smtp::post(self, &mail.formatted(), now, agent).await
    }

    /// Mails `letter`, at the wall-clock time `now`, as [`Email::deliver`] does.
    ///
    /// # Errors
    /// As there.
    pub async fn send(&self, letter: &Letter, now: Moment, agent: &Agent) -> Result<(), Undelivered> {
        let mail = self
            .enclose(letter, now)
            .map_err(|why| Undelivered::for_good(format!("no mail can be made of this: {why}")))?;
        smtp::post(self, &mail.formatted(), now, agent).await
    }

    fn enclose(&self, letter: &Letter, now: Moment) -> Result<lettre::Message, lettre::error::Error> {
        let own = format!("<{}.wardround@{}>", letter.id, self.from.email.domain());
        let text = SinglePart::plain(letter.text.clone());
        let attached =
            letter.attached.iter().try_fold(MultiPart::mixed().singlepart(text), |parts, file| {
                let media =
                    ContentType::parse(file.media).map_err(|_| lettre::error::Error::NonAsciiChars)?;
                Ok::<_, lettre::error::Error>(
                    parts.singlepart(Attachment::new(file.name.clone()).body(file.bytes.clone(), media)),
                )
            })?;
        self.envelope(&letter.subject, now).message_id(Some(own)).multipart(attached)
    }

    /// What every mail begins with.
    fn envelope(&self, subject: &str, now: Moment) -> MessageBuilder {
        let mail = lettre::Message::builder()
            .from(self.from.clone())
            .date(SystemTime::UNIX_EPOCH + now.since(Moment::from_ms(0)))
            .subject(one_line(subject))
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("X-Auto-Response-Suppress", "All"));
        self.to.iter().fold(mail, |mail, to| mail.to(to.clone()))
    }

    fn compose(&self, message: &Message, now: Moment) -> Result<lettre::Message, lettre::error::Error> {
        let (thread, own) = (self.thread(message), self.message_id(message));
        let mut mail = self.envelope(&message.subject, now);
        if own != thread {
            mail = mail.in_reply_to(thread.clone()).references(thread);
        }
        mail.message_id(Some(own))
            .header(MIME_VERSION_1_0)
            .header(ContentType::TEXT_PLAIN)
            .body(message.text.clone())
    }

    /// The same each time the same message is told, so that a mail that comes twice is seen as one, and another for every
    /// other: a mail server may drop what has an id that it knows. The first of a thread has the thread's.
    fn message_id(&self, message: &Message) -> String {
        match message.after {
            None if !message.alert.is_over() => self.thread(message),
            _ => format!("<{}.wardround@{}>", key(message), self.from.email.domain()),
        }
    }

    /// All mails about one incident are one thread.
    fn thread(&self, message: &Message) -> String {
        let Alert { id, since, .. } = &message.alert;
        format!("<{id}.{}.wardround@{}>", since.as_ms(), self.from.email.domain())
    }

    pub(super) fn recipients(&self) -> &[Mailbox] {
        &self.to
    }

    pub(super) fn sender(&self) -> &Mailbox {
        &self.from
    }
}

impl std::fmt::Debug for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "mail to {} by {}", self.to.len(), self.peer.endpoint)
    }
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// A subject is one line, whatever a label holds.
fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

type RawTlsOfMail = Option<Field<Brief<Mode, RawMailTls>>>;

/// When TLS begins, and how it is spoken; nothing where it never is, and where there are problems at the door.
fn tls(raw: RawTlsOfMail, server: &Field<Endpoint>, door: &mut Door<'_>) -> (Mode, Option<Tls>) {
    let at = raw.as_ref().map_or(server.span(), Field::span);
    let (mode, tls) = match raw.and_then(Field::good) {
        None => (None, RawTls::default()),
        Some(Brief::Brief(mode)) => (Some(mode), RawTls::default()),
        Some(Brief::Full(raw)) => raw.split(),
    };
    let implicit = server.get().is_some_and(|server| server.port == IMPLICIT);
    let mode = mode.unwrap_or(if implicit { Mode::Implicit } else { Mode::StartTls });
    if mode == Mode::None {
        return (mode, None);
    }
    (mode, Tls::parse(tls, at, &[], door))
}

fn credentials(
    user: Option<Field<TextSource>>,
    password: Option<Field<SecretSource>>,
    mode: Mode,
    door: &mut Door<'_>,
) -> Option<Credentials> {
    match (user, password) {
        (Some(user), Some(password)) => {
            if mode == Mode::None {
                door.problem(
                    password.span(),
                    "a password is sent over TLS only",
                    "write `tls: starttls` or `tls: implicit`",
                );
            }
            let (user, password) = (door.text(user), door.secret(password));
            Some(Credentials::new(user?.expose().to_owned(), password?.expose().to_owned()))
        }
        (Some(user), None) => alone(user.span(), "user", "password", door),
        (None, Some(password)) => alone(password.span(), "password", "user", door),
        (None, None) => None,
    }
}

fn alone(at: Span, one: &str, other: &str, door: &mut Door<'_>) -> Option<Credentials> {
    door.problem(
        at,
        format!("there is a {one} and no {other}"),
        format!("add `{other}: …`, or leave `{one}` out"),
    );
    None
}

fn recipients(raw: Field<OneOrMany<Address>>, door: &mut Door<'_>) -> Vec<Mailbox> {
    if raw.get().is_some_and(|list| list.0.is_empty()) {
        door.problem(raw.span(), "nobody is named here", "name at least one address");
    }
    raw.good().map_or(Vec::new(), OneOrMany::good).into_iter().map(|address| address.0).collect()
}
