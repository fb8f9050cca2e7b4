//! Who was sent back by the provider, and what may they do here?

use serde_json::Value;

use super::{
    Setting,
    begun::Attempt,
    no::No,
    provider::{Call, Provider, Tokens, Trouble},
    token::{self, Disbelief, Expected},
};
use crate::{
    model::By,
    probe::{oidc::Discovery, printable},
    serve::{
        desk::Desk,
        door::{Visitor, lock, sessions::Person},
    },
};

/// How much of a name is kept.
const LONGEST: usize = 80;

impl Setting {
    /// Who was sent back with `code`.
    pub(super) async fn person(
        &self,
        desk: &Desk,
        visitor: &Visitor,
        attempt: &Attempt,
        code: &str,
    ) -> Result<Person, No> {
        let claims = self.claims(desk, attempt, code).await.map_err(|why| No::trouble(&self.oidc, &why))?;
        let subject = claims["sub"].as_str().unwrap_or_default();
        let account = format!("{} {subject}", self.oidc.issuer());
        let door = &desk.door;
        lock(&door.throttle).begin(visitor.from, &account, (door.ticks)()).map_err(No::wait)?;
        let name = printable(self.oidc.name(&claims).unwrap_or(subject).as_bytes(), LONGEST);
        // So that nobody can call themselves what a user or a token of ours is called.
        let name = format!("{name} ({})", self.oidc.title);
        let groups = self.oidc.groups(&claims);
        if groups.is_empty() {
            let by = By { name, from: visitor.from.to_string() };
            desk.remember(by, "was refused: in no group that has a role here".into()).await;
            return Err(No::role(&self.oidc));
        }
        lock(&door.throttle).succeeded(visitor.from, &account);
        Ok(Person::Known { provider: self.oidc.print(), name, groups })
    }

    /// What the provider says of whoever brought `code`.
    async fn claims(&self, desk: &Desk, attempt: &Attempt, code: &str) -> Result<Value, Trouble> {
        let (call, provider) = (self.call(desk), &desk.door.oidc.provider);
        let itself = provider.itself(&call).await?;
        let back = self.back();
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &back),
            ("code_verifier", &attempt.verifier),
        ];
        let tokens = call.tokens(&itself, &form).await?;
        let claims = self.believed(&call, provider, attempt, &tokens).await?;
        Ok(self.completed(&call, &itself, claims, &tokens).await)
    }

    /// What the token says. A key that we have not heard of may be a new one: the provider is asked once more.
    async fn believed(
        &self,
        call: &Call<'_>,
        provider: &Provider,
        attempt: &Attempt,
        tokens: &Tokens,
    ) -> Result<Value, Trouble> {
        let (issuer, client, nonce) = (self.oidc.issuer(), &self.oidc.client_id, &attempt.nonce);
        for anew in [false, true] {
            let keys = provider.keys(call, anew).await?;
            match token::read(
                &tokens.id_token,
                &keys,
                &Expected { issuer, client, nonce, now: (call.wall)() },
            ) {
                Ok(claims) => return Ok(claims),
                Err(Disbelief::Bad(why)) => {
                    return Err(Trouble::Wrong(format!("its ID token is not believed: {why}")));
                }
                Err(Disbelief::UnknownKey) => {}
            }
        }
        Err(Trouble::Wrong("its ID token is signed by none of its keys".into()))
    }

    /// What the token leaves out, some providers tell on a page of its own. What the token says stands.
    async fn completed(
        &self,
        call: &Call<'_>,
        itself: &Discovery,
        mut claims: Value,
        tokens: &Tokens,
    ) -> Value {
        let whole = self.oidc.tells_groups(&claims) && self.oidc.name(&claims).is_some();
        let asks = !whole && itself.userinfo_endpoint.is_some();
        let Some(token) = tokens.access_token.as_ref().filter(|_| asks) else { return claims };
        match call.person(itself, token, &claims["sub"]).await {
            Ok(more) => add(&mut claims, more),
            Err(Trouble::Silent(why) | Trouble::Stale(why) | Trouble::Wrong(why)) => {
                tracing::warn!(provider = self.oidc.issuer(), "it does not tell who somebody is: {why}");
            }
        }
        claims
    }
}

/// Adds to `claims` what they do not say.
fn add(claims: &mut Value, more: Value) {
    if let (Value::Object(claims), Value::Object(more)) = (claims, more) {
        for (key, value) in more {
            claims.entry(key).or_insert(value);
        }
    }
}
