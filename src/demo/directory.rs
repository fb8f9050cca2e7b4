//! What does the directory say? As much LDAP, within TLS, as it takes to log in and to be searched.

use std::io;

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    time::sleep,
};

use super::{
    Ailment, Part,
    certificates::{Authority, Manners},
    door::answer_garbage,
    files::token,
    wardrobe::Wardrobe,
};

/// The only account, whose password is the demo's token.
const ACCOUNT: &[u8] = b"cn=wardround,dc=hospital,dc=test";
/// Below this the directory knows people, of whom there are two.
const CONTEXT: &[u8] = b"dc=hospital,dc=test";
const PEOPLE: [&[u8]; 2] =
    [b"uid=ward,ou=people,dc=hospital,dc=test", b"uid=round,ou=people,dc=hospital,dc=test"];
const LONGEST: usize = 64 * 1024;

const BIND: u8 = 0x60;
const SEARCH: u8 = 0x63;
const UNBIND: u8 = 0x42;
const SUCCESS: u8 = 0;
const PROTOCOL_ERROR: u8 = 2;
const NO_SUCH_OBJECT: u8 = 32;
const INVALID_CREDENTIALS: u8 = 49;
const BUSY: u8 = 51;
const UNAVAILABLE: u8 = 52;

/// The directory.
pub(super) struct Directory(Wardrobe);

impl Directory {
    pub(super) fn new(authority: &Authority) -> io::Result<Self> {
        let manners = Manners { alpn: &[], demands_client: false };
        Ok(Self(Wardrobe::new(authority, Part::Directory, manners)?))
    }

    /// Answers each question until the visitor leaves.
    pub(super) async fn receive(&self, visitor: TcpStream, ailment: Option<Ailment>) -> io::Result<()> {
        let mut visitor = self.0.dressed_for(ailment).accept(visitor).await?;
        if ailment == Some(Ailment::Garbage) {
            return answer_garbage(&mut visitor).await;
        }
        let mut heard = Vec::new();
        while visitor.read_buf(&mut heard).await? > 0 && heard.len() < LONGEST {
            while let Some(question) = next_question(&mut heard) {
                if question.operation == UNBIND {
                    return visitor.shutdown().await;
                }
                say(&mut visitor, &answer(&question, ailment), ailment).await?;
            }
        }
        Ok(())
    }
}

async fn say<S>(visitor: &mut S, answer: &[u8], ailment: Option<Ailment>) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    if let Some(Ailment::Slow(by)) = ailment {
        sleep(by).await;
    }
    let told = if ailment == Some(Ailment::HalfReply) { &answer[..answer.len() / 2] } else { answer };
    visitor.write_all(told).await?;
    if ailment == Some(Ailment::HalfReply) { visitor.shutdown().await } else { visitor.flush().await }
}

/// One question: its number, what it is, and its content.
#[derive(Debug, PartialEq)]
struct Question {
    id: Vec<u8>,
    operation: u8,
    content: Vec<u8>,
}

/// Takes the first whole question out of what was heard.
fn next_question(heard: &mut Vec<u8>) -> Option<Question> {
    let (_, mut message, length) = element(heard)?;
    let id = take(&mut message)?.to_vec();
    let (operation, content, _) = element(message)?;
    let question = Question { id, operation, content: content.to_vec() };
    heard.drain(..length);
    Some(question)
}

fn answer(question: &Question, ailment: Option<Ailment>) -> Vec<u8> {
    let done = match question.operation {
        BIND => 0x61,
        SEARCH => 0x65,
        _ => 0x78,
    };
    let id = if ailment == Some(Ailment::Unrelated) { &[99] } else { question.id.as_slice() };
    let message = |operation: Vec<u8>| wrapped(0x30, &[&wrapped(2, &[id]), &operation]);
    match ailment {
        Some(Ailment::Unavailable | Ailment::MaintenancePage) => disconnection(),
        Some(Ailment::SaysFail) => message(result(done, BUSY)),
        _ => {
            let (entries, code) = known(question);
            let entries = entries.into_iter().map(message);
            entries.chain([message(result(done, code))]).collect::<Vec<_>>().concat()
        }
    }
}

/// The entries that answer the question, and its result.
fn known(question: &Question) -> (Vec<Vec<u8>>, u8) {
    let mut rest = question.content.as_slice();
    match question.operation {
        BIND => (Vec::new(), log_in(rest).unwrap_or(PROTOCOL_ERROR)),
        SEARCH => match take(&mut rest) {
            Some(b"") => (vec![entry(b"", &[b"namingContexts", CONTEXT])], SUCCESS),
            Some(base) if base.ends_with(CONTEXT) => (PEOPLE.map(|name| entry(name, &[])).to_vec(), SUCCESS),
            _ => (Vec::new(), NO_SUCH_OBJECT),
        },
        _ => (Vec::new(), PROTOCOL_ERROR),
    }
}

fn log_in(mut content: &[u8]) -> Option<u8> {
    take(&mut content)?;
    let (name, password) = (take(&mut content)?, take(&mut content)?);
    let is_right = name == ACCOUNT && password == token().as_bytes();
    Some(if is_right { SUCCESS } else { INVALID_CREDENTIALS })
}

/// An entry, with one attribute and its value, or with none.
fn entry(name: &[u8], attribute: &[&[u8]]) -> Vec<u8> {
    let attribute = match attribute {
        [attribute, value] => {
            wrapped(0x30, &[&wrapped(4, &[attribute]), &wrapped(0x31, &[&wrapped(4, &[value])])])
        }
        _ => Vec::new(),
    };
    wrapped(0x64, &[&wrapped(4, &[name]), &wrapped(0x30, &[&attribute])])
}

fn result(tag: u8, code: u8) -> Vec<u8> {
    wrapped(tag, &[&[0x0a, 1, code], &[4, 0], &[4, 0]])
}

/// What a directory says unasked when it closes.
fn disconnection() -> Vec<u8> {
    let name = wrapped(0x8a, &[b"1.3.6.1.4.1.1466.20036"]);
    let notice = wrapped(0x78, &[&[0x0a, 1, UNAVAILABLE], &[4, 0], &[4, 0], &name]);
    wrapped(0x30, &[&[2, 1, 0], &notice])
}

/// One element with its content, as long as one byte can say. All that is said here is so short.
fn wrapped(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = u8::try_from(content.len()).unwrap_or(u8::MAX);
    let head = if length < 0x80 { vec![tag, length] } else { vec![tag, 0x81, length] };
    [head, content].concat()
}

/// The first element of `bytes`, its content, and how many bytes it takes.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], usize)> {
    let (head, length) = match bytes {
        [_, 0x81, length, ..] => (3, usize::from(*length)),
        [_, 0x82, high, low, ..] => (4, usize::from(u16::from_be_bytes([*high, *low]))),
        [_, length @ 0..=0x7f, ..] => (2, usize::from(*length)),
        _ => return None,
    };
    Some((bytes[0], bytes.get(head..head + length)?, head + length))
}

fn take<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (_, content, length) = element(rest)?;
    *rest = &rest[length..];
    Some(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log_in(password: &str) -> Question {
        let content =
            [&[2, 1, 3][..], &wrapped(4, &[ACCOUNT]), &wrapped(0x80, &[password.as_bytes()])].concat();
        Question { id: vec![7], operation: BIND, content }
    }

    #[test]
    fn questions_are_cut_at_their_ends_however_they_arrive() {
        let asked = log_in("x");
        let whole = wrapped(0x30, &[&[2, 1, 7], &wrapped(BIND, &[&asked.content])]);
        let mut heard = whole[..9].to_vec();
        assert_eq!(next_question(&mut heard), None);
        heard.extend(&whole[9..]);
        heard.extend(b"more");
        assert_eq!(next_question(&mut heard), Some(asked));
        assert_eq!(heard, b"more");
    }

    #[test]
    fn only_the_right_password_opens() {
        let told = |password, ailment| answer(&log_in(password), ailment);
        assert_eq!(told(token(), None), b"\x30\x0c\x02\x01\x07\x61\x07\x0a\x01\x00\x04\x00\x04\x00");
        assert_eq!(told("x", None)[9], INVALID_CREDENTIALS);
        assert_eq!(told(token(), Some(Ailment::SaysFail))[9], BUSY);
        assert_eq!(told(token(), Some(Ailment::Unrelated))[4], 99);
    }
}
