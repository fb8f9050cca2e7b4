//! The kind `ldap`: does the directory answer, let us in, and find what it should?

mod codes;
mod directory;
mod expect;
mod filter;
mod raw;
#[cfg(test)]
mod tests;
pub(in crate::probe) mod wire;

use std::sync::Arc;

use self::{
    codes::{INVALID_CREDENTIALS, SUCCESS},
    directory::Directory,
    expect::{Expected, Reply},
    raw::RawLdap,
    wire::Scope,
};
use crate::{
    model::{Endpoint, Failure, Finding, Moment, Phase},
    probe::{
        Expectations, Looking, StartTls,
        dial::{Route, Stream, connect, tls::Tls},
        kind::Look,
        lockout::{self, Account, Lockout},
    },
    raw::Door,
};

/// Checked settings.
#[derive(Debug)]
pub(super) struct Ldap {
    address: Endpoint,
    route: Route,
    tls: Option<Tls>,
    starttls: bool,
    account: Option<Account>,
    lockout: Lockout,
    search: Option<Search>,
    expectations: Expectations<Expected>,
}

/// What is searched for.
#[derive(Debug)]
struct Search {
    base: String,
    scope: Scope,
    /// As it is sent.
    filter: Vec<u8>,
    size_limit: u32,
}

impl Look for Ldap {
    const NAME: &'static str = "ldap";
    const CLINICAL: bool = true;
    type Raw = RawLdap;
    type Reply = Reply;

    fn parse(raw: RawLdap, door: &mut Door<'_>) -> Option<Self> {
        raw::parse(raw, door)
    }

    fn target(&self) -> String {
        self.address.to_string()
    }

    fn host(&self) -> Arc<str> {
        self.route.dialled(&self.address).host.to_string().into()
    }

    /// What is asked, each a step of its own; the first begins with the connection. One alone needs no name.
    fn steps(&self) -> Vec<String> {
        let all = [
            (self.account.is_some(), "bind"),
            (self.asks_of_root(), "root"),
            (self.search.is_some(), "search"),
        ];
        let names: Vec<String> =
            all.into_iter().filter(|(asked, _)| *asked).map(|(_, name)| name.to_owned()).collect();
        if names.len() > 1 { names } else { Vec::new() }
    }

    async fn exchange(&self, looking: &mut Looking<'_>) -> Result<Reply, Failure> {
        let stream = self.connect(looking).await?;
        let mut directory = Directory::over(stream, &looking.watch);
        if let Some(account) = &self.account {
            self.log_in(looking, &mut directory, account).await?;
        }
        let mut reply = Reply::default();
        if self.asks_of_root() {
            looking.watch.next_step(self.account.is_some().into());
            reply.root = Some(directory.root(looking.remaining()).await?);
        }
        if let Some(search) = &self.search {
            looking.watch.next_step(usize::from(self.account.is_some()) + usize::from(self.asks_of_root()));
            reply.found = Some(directory.search(search, looking.remaining()).await?);
        }
        directory.leave().await;
        Ok(reply)
    }

    fn judge(&self, reply: &Reply, _: Moment) -> Result<Vec<Finding>, Failure> {
        Ok(expect::judge(reply, &self.expectations))
    }
}

impl Ldap {
    async fn connect(&self, looking: &mut Looking<'_>) -> Result<Stream, Failure> {
        if !self.starttls {
            return Stream::open(looking, &self.address, &self.route, self.tls.as_ref()).await;
        }
        let mut stream = connect(looking, &self.address, &self.route).await?;
        looking.watch.enter(Phase::Tls);
        StartTls::Ldap.agree(&mut stream).await?;
        Stream::secured(looking, stream, self.tls.as_ref(), &self.address.host).await
    }

    /// Logs in, unless we were refused not long ago: then it is only seen whether the directory is there.
    async fn log_in(
        &self,
        looking: &Looking<'_>,
        directory: &mut Directory,
        account: &Account,
    ) -> Result<(), Failure> {
        let now = looking.watch.instant();
        if let Err(failure) = lockout::admits(account, now) {
            directory.root(looking.remaining()).await?;
            return Err(failure);
        }
        let answer = directory.bind(account).await?;
        if answer.code == INVALID_CREDENTIALS {
            self.lockout.refused(account, now);
        }
        if answer.code == SUCCESS { Ok(()) } else { Err(codes::of_bind(&answer)) }
    }

    fn asks_of_root(&self) -> bool {
        let Expectations { must, should } = &self.expectations;
        let is_expected = must.is_of_root() || should.as_ref().is_some_and(Expected::is_of_root);
        is_expected || (self.account.is_none() && self.search.is_none())
    }
}

/// Reads these bytes in every way in which a reply is read, and as somebody's filter.
#[cfg(any(test, fuzzing))]
pub(super) fn fuzz(bytes: &[u8]) {
    super::Reading::assert_steady(wire::message, bytes);
    filter::fuzz(bytes);
}
