//! What may a stranger say to those who ask a provider of sign-ins: of itself, of its keys, and of a token?

use std::sync::LazyLock;

use super::{Algorithm, Discovery, Keys, Oidc, Reply, expect};
use crate::{
    probe::{
        fuzzing::assert_tellable,
        http::fuzzing::{AT, reply},
        kind::Look as _,
        token,
    },
    raw::Given,
};

const EXPECTING: &str = "{issuer: 'https://id.example/a', expect: {algorithms: RS256, grant_types: implicit, scopes: [openid], \
    keys: {at_least: 1, at_most: 9}, expires_in: 21d}}";

static OIDC: LazyLock<Oidc> = LazyLock::new(|| {
    Given::default().check(EXPECTING, Oidc::parse).unwrap_or_else(|problems| panic!("{problems}"))
});

/// What it says of itself, a record separator, and the set of its keys.
pub(in crate::probe) fn fuzz(bytes: &[u8]) {
    let (itself, keys) = bytes.split_at(bytes.iter().position(|byte| *byte == 0x1e).unwrap_or(bytes.len()));
    read_keys(keys.get(1..).unwrap_or(itself));
    let Some(itself) = reply(itself) else { return };
    token::fuzz(&itself, AT);
    let keys = expect::keys_of(&itself).and_then(|_| reply(keys.get(1..)?));
    let both = Reply { itself, keys };
    let judged = OIDC.judge(&both, AT);
    assert_tellable(&judged);
    if judged.is_ok_and(|findings| findings.is_empty()) {
        let issuer = Discovery::read(&both.itself.body.bytes).map(|discovery| discovery.issuer);
        assert_eq!(issuer.as_deref(), Ok("https://id.example/a"));
        assert!(both.keys.is_some_and(|keys| keys.status == 200), "health without keys");
    }
}

/// Whatever is called a key, nothing of nothing is signed by it.
fn read_keys(bytes: &[u8]) {
    let Ok(keys) = Keys::read(bytes) else { return };
    assert!(keys.all().len() <= 100, "{} keys", keys.all().len());
    for key in keys.all() {
        let signed = Algorithm::ALL.into_iter().any(|algorithm| key.signed(algorithm, b"a.b", bytes));
        assert!(!signed, "{key:?}");
    }
}
