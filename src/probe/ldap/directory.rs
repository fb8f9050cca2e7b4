//! How is a directory spoken to? One question at a time, each under a number of its own.

use std::time::Duration;

use super::{
    Search,
    codes::{self, SIZE_LIMIT_EXCEEDED, SUCCESS},
    expect::{Found, Root},
    filter::{self, EVERYTHING},
    wire::{self, Answer, Entry, Operation, Scope, UNBIND},
};
use crate::{
    model::{Failure, Fault, Ours},
    probe::{
        dial::{Stopwatch, Stream, Talk},
        lockout::Account,
    },
};

/// The most that is read of a directory, in bytes.
const MOST: usize = 1 << 20;
/// What a search asks for that wants no attribute at all.
const NOTHING: [&str; 1] = ["1.1"];
/// Where a directory says what it holds.
const CONTEXTS: &str = "namingContexts";
/// Where it says what it can do.
const SUPPORTED: [&str; 6] = [
    "supportedControl",
    "supportedExtension",
    "supportedFeatures",
    "supportedCapabilities",
    "supportedSASLMechanisms",
    "supportedLDAPVersion",
];

/// A directory, spoken to.
pub(super) struct Directory {
    talk: Talk<Stream>,
    /// The number of the last question.
    last: u32,
}

impl Directory {
    pub(super) fn over(stream: Stream, watch: &Stopwatch) -> Self {
        // The first number is that of `StartTLS`.
        Self { talk: Talk::over(stream, watch, "LDAP", MOST), last: 1 }
    }

    /// Logs in; what the directory says to that.
    pub(super) async fn bind(&mut self, account: &Account) -> Result<Answer, Failure> {
        match self.ask(&wire::bind(account.name.expose(), account.password.expose())).await? {
            Operation::Bound(answer) => Ok(answer),
            _ => Err(unrelated("a log-in")),
        }
    }

    /// What the directory says of itself, to anybody.
    pub(super) async fn root(&mut self, patience: Duration) -> Result<Root, Failure> {
        let filter =
            filter::encoded(EVERYTHING).map_err(|why| Failure::ours(Ours::Internal, why.to_string()))?;
        let attributes = [&[CONTEXTS], &SUPPORTED[..]].concat();
        let question = wire::search("", Scope::Base, &filter, &attributes, [1, seconds(patience)]);
        let mut root = Root::default();
        let read = |entry: &Entry| {
            root.naming_contexts.extend(entry.values(CONTEXTS));
            root.supported.extend(SUPPORTED.iter().flat_map(|name| entry.values(name)));
        };
        self.found(&question, read).await?;
        Ok(root)
    }

    /// How many entries there are. None of their attributes is asked for.
    pub(super) async fn search(&mut self, search: &Search, patience: Duration) -> Result<Found, Failure> {
        let Search { base, scope, filter, size_limit } = search;
        let limits = [*size_limit, seconds(patience)];
        self.found(&wire::search(base, *scope, filter, &NOTHING, limits), |_| {}).await
    }

    /// Says good-bye; whoever is gone already need not hear it.
    pub(super) async fn leave(mut self) {
        let _ = self.talk.say(&wire::request(self.last + 1, UNBIND)).await;
    }

    async fn found(&mut self, question: &[u8], mut read: impl FnMut(&Entry)) -> Result<Found, Failure> {
        let mut found = Found::default();
        let mut operation = self.ask(question).await?;
        loop {
            match operation {
                Operation::Entry(entry) => {
                    found.entries += 1;
                    read(&entry);
                }
                Operation::Reference => found.references += 1,
                Operation::Done(answer) if answer.code == SUCCESS => return Ok(found),
                Operation::Done(answer) if answer.code == SIZE_LIMIT_EXCEEDED => {
                    return Ok(Found { more: true, ..found });
                }
                Operation::Done(answer) => return Err(codes::of_search(&answer)),
                Operation::Other => {}
                _ => return Err(unrelated("a search")),
            }
            operation = self.hear().await?;
        }
    }

    async fn ask(&mut self, operation: &[u8]) -> Result<Operation, Failure> {
        self.last += 1;
        self.talk.say(&wire::request(self.last, operation)).await?;
        self.hear().await
    }

    async fn hear(&mut self) -> Result<Operation, Failure> {
        let message = self.talk.hear(wire::message).await?;
        match message.operation {
            Operation::Disconnection(answer) => Err(codes::of_disconnection(&answer)),
            Operation::Question => {
                Err(Failure::theirs(Fault::WrongProtocol, "our own question came back, and no answer"))
            }
            operation if message.id == self.last => Ok(operation),
            _ => Err(Failure::theirs(
                Fault::UnrelatedReply,
                format!("the answer is to question {}, and ours was {}", message.id, self.last),
            )),
        }
    }
}

fn unrelated(what: &str) -> Failure {
    Failure::theirs(Fault::UnrelatedReply, format!("{what} was answered by something else"))
}

/// For how long the directory may search: no longer than we wait.
fn seconds(patience: Duration) -> u32 {
    u32::try_from(patience.as_secs()).unwrap_or(u32::MAX).saturating_add(1)
}
