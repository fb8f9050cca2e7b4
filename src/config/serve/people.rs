//! Who may come in, by what, and as what?

use std::{
    collections::BTreeMap,
    fmt,
    hash::{self, Hasher},
};

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Hash, Role};
use crate::{
    config::services::slug,
    model::Slug,
    raw::{Door, Entries, Field, HashSource, Key, Problem, SecretSource, Span},
};

/// Somebody who signs in with a password.
#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawUser {
    /// The hash of the password, as `wardround password` prints it: `$argon2id$…`, `${env:NAME}` or `{file: path}`.
    password: Field<HashSource>,
    /// What they may do.
    role: Field<Role>,
}

/// A program that shows a token.
#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawToken {
    /// The token: `${env:NAME}` or `{file: path}`, of at least 20 characters that nobody can guess.
    token: Field<SecretSource>,
    /// What it may do.
    role: Field<Role>,
}

/// Somebody who signs in with a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// What tells whether a password is theirs.
    pub password: Hash,
    /// What they may do.
    pub role: Role,
}

/// A program that shows a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its name here.
    pub name: Slug,
    /// What tells whether a token is this one.
    pub print: Print,
    /// What it may do.
    pub role: Role,
}

/// What is kept of a token: enough to know it again, not enough to show it.
#[derive(Clone, Copy)]
pub struct Print([u8; 32]);

impl Print {
    /// Of this token.
    pub fn of(token: &str) -> Self {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, token.as_bytes());
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest.as_ref());
        Self(bytes)
    }
}

/// In a time that does not depend on what they are.
impl PartialEq for Print {
    fn eq(&self, other: &Self) -> bool {
        aws_lc_rs::constant_time::verify_slices_are_equal(&self.0, &other.0).is_ok()
    }
}

impl Eq for Print {}

impl hash::Hash for Print {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write(&self.0);
    }
}

impl fmt::Debug for Print {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// What is written in a map of them; what should be one and is not may be a secret in the wrong place.
fn entries<T>(raw: Option<Field<Entries<T>>>, door: &mut Door<'_>) -> Vec<(Key, T)> {
    let Some(raw) = raw else { return Vec::new() };
    if raw.get().is_none() {
        door.hide(raw.span());
    }
    let mut good = Vec::new();
    for (key, one) in raw.good().map_or(Vec::new(), |entries| entries.0) {
        let at = one.span();
        match one.good() {
            Some(one) => good.push((key, one)),
            None => door.hide(at),
        }
    }
    good
}

/// The shortest token, in characters.
const SHORTEST: usize = 20;

pub(super) fn users(raw: Option<Field<Entries<RawUser>>>, door: &mut Door<'_>) -> BTreeMap<Slug, User> {
    entries(raw, door).into_iter().filter_map(|(key, raw)| user(&key, raw, door)).collect()
}

fn user(key: &Key, raw: RawUser, door: &mut Door<'_>) -> Option<(Slug, User)> {
    let (name, at) = (slug(key, door), raw.password.span());
    let hash = door.hash(raw.password).map(|text| Hash::parse(&text));
    let password = hash?.map_err(|refusal| door.refuse(at, refusal)).ok();
    Some((name?, User { password: password?, role: raw.role.good()? }))
}

pub(super) fn tokens(raw: Option<Field<Entries<RawToken>>>, door: &mut Door<'_>) -> Vec<Token> {
    let mut known: Vec<(Token, Span)> = Vec::new();
    for (key, raw) in entries(raw, door) {
        let Some(token) = token(&key, raw, door) else { continue };
        match known.iter().find(|(other, _)| other.print == token.print) {
            Some((_, first)) => door.tell(twice(key.span, *first)),
            None => known.push((token, key.span)),
        }
    }
    known.into_iter().map(|(token, _)| token).collect()
}

fn token(key: &Key, raw: RawToken, door: &mut Door<'_>) -> Option<Token> {
    let (name, at) = (slug(key, door), raw.token.span());
    let token = door.secret(raw.token)?;
    if token.expose().chars().count() < SHORTEST || !token.expose().chars().all(|c| c.is_ascii_graphic()) {
        let message = "this token can be guessed, or cannot be sent in a header";
        let cure = format!("make one of at least {SHORTEST} letters and digits: `openssl rand -hex 32`");
        door.problem(at, message, cure);
        return None;
    }
    Some(Token { name: name?, print: Print::of(token.expose()), role: raw.role.good()? })
}

fn twice(here: Span, first: Span) -> Problem {
    let problem = Problem::new(here, "this is the same token as another");
    problem.cure("give each program its own, so that one can be taken back").beside(first, "the other one")
}
