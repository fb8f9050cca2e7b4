//! The kind `oidc`: does a provider of sign-ins (OpenID Connect) say who it is, to the letter, and by which keys it signs?
//!
//! ```text
//! ask       how a provider is asked by those who sign in by it
//! wire      what it says of itself, and its keys; key: what they signed
//! ```

mod ask;
mod expect;
#[cfg(any(test, fuzzing))]
mod fuzzing;
mod key;
mod raw;
#[cfg(test)]
mod tests;
mod wire;

#[cfg(any(test, fuzzing))]
pub(super) use fuzzing::fuzz;

use std::sync::Arc;

pub(crate) use ask::{Line, Question};
pub(crate) use key::Algorithm;
pub(crate) use wire::{Discovery, Keys, difference, discovery_url};

use self::{expect::Expected, raw::RawOidc};
use super::{
    Expectations, Looking,
    http::{self, Asking, Place},
    kind::Look,
    patience::Patience,
    token::Token,
};
use crate::{
    model::{Failure, Finding, Moment},
    raw::Door,
};

/// Checked settings.
#[derive(Debug)]
pub(super) struct Oidc {
    issuer: String,
    asking: Asking,
    token: Option<Token>,
    patience: Patience,
    expectations: Expectations<Expected>,
}

/// What a provider says.
pub(super) struct Reply {
    /// Of itself.
    itself: http::Reply,
    /// Of its keys, if it says where they are.
    keys: Option<http::Reply>,
}

impl Look for Oidc {
    const NAME: &'static str = "oidc";
    const CLINICAL: bool = true;
    type Raw = RawOidc;
    type Reply = Reply;

    fn parse(raw: RawOidc, door: &mut Door<'_>) -> Option<Self> {
        raw::parse(raw, door)
    }

    fn target(&self) -> String {
        self.issuer.clone()
    }

    fn host(&self) -> Arc<str> {
        self.asking.host()
    }

    fn steps(&self) -> Vec<String> {
        let token = self.token.as_ref().map(|_| "token");
        token.into_iter().chain(["document", "keys"]).map(str::to_owned).collect()
    }

    /// A token, if it is to give us one and the one held is no longer good; its document; its keys: each a step of its own.
    async fn exchange(&self, looking: &mut Looking<'_>) -> Result<Reply, Failure> {
        self.patience.allows(looking.at)?;
        if let Some(token) = &self.token {
            token.bearer(looking).await?;
        }
        looking.watch.next_step(self.token.is_some().into());
        let itself = self.asking.walk(looking, &self.asking.template).await?;
        self.patience.heed(itself.status, &itself.headers, looking.at)?;
        let place = expect::keys_of(&itself);
        Ok(Reply { keys: self.keys(looking, place).await?, itself })
    }

    fn judge(&self, reply: &Reply, at: Moment) -> Result<Vec<Finding>, Failure> {
        expect::judge(self, reply, at)
    }
}

impl Oidc {
    /// What stands at `place`. The details of the look stay those of the provider itself.
    async fn keys(
        &self,
        looking: &mut Looking<'_>,
        place: Option<Place>,
    ) -> Result<Option<http::Reply>, Failure> {
        let Some(place) = place else { return Ok(None) };
        looking.watch.next_step(1 + usize::from(self.token.is_some()));
        let details = std::mem::take(&mut looking.details);
        let keys = self.asking.walk_on(looking, &place).await;
        let told = |failure: Failure| Failure { words: format!("its keys: {}", failure.words), ..failure };
        let keys = keys.map_err(told)?;
        looking.details = details;
        Ok(Some(keys))
    }
}
