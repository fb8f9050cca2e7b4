//! How does an entry vouch for all before it? Each is hashed with the hash of the one before.

use std::{fmt, str::FromStr, sync::Arc};

use aws_lc_rs::digest;
use serde::{Deserialize, Serialize};

use crate::{
    entry::Entry,
    model::{Moment, Outline},
};

/// The place of an entry in the chain: 1 for the first; 0 is before all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seq(pub u64);

/// SHA-256, written in hexadecimal.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Hash(pub [u8; 32]);

/// The end of the chain: its last entry, and the hash that vouches for it and all before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The place of the last entry; 0 if there is none.
    pub seq: Seq,
    /// Its hash; all zeros if there is none.
    pub hash: Hash,
}

impl Head {
    /// The head once an entry with this `body` is appended: SHA-256 over the hash before it, its place as eight bytes, the
    /// highest first, and the body.
    #[must_use]
    pub fn plus(self, body: &str) -> Self {
        let seq = Seq(self.seq.0 + 1);
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(&self.hash.0);
        context.update(&seq.0.to_be_bytes());
        context.update(body.as_bytes());
        Self { seq, hash: Hash::from(context.finish()) }
    }
}

impl Hash {
    /// The hash of `bytes`.
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self::from(digest::digest(&digest::SHA256, bytes))
    }
}

impl From<digest::Digest> for Hash {
    fn from(digest: digest::Digest) -> Self {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest.as_ref()); // SHA-256 has 32 bytes
        Self(hash)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Hash {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "a hash is 64 hexadecimal digits";
        let mut hash = [0; 32];
        let digits = text.as_bytes();
        if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(WRONG);
        }
        for (byte, pair) in hash.iter_mut().zip(text.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| WRONG)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| WRONG)?;
        }
        Ok(Self(hash))
    }
}

impl Serialize for Hash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The text of an entry that is hashed and kept. An outline, which many entries may share, is kept apart under its own
/// hash, and that hash stands in its place.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) text: String,
    pub(super) outline: Option<(Hash, String)>,
}

/// A `planned` entry as it is kept.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Slim {
    Planned { at: Moment, digest: String, outline: Hash },
}

impl Body {
    /// The body of `entry`.
    pub(super) fn of(entry: &Entry) -> Result<Self, serde_json::Error> {
        let Entry::Planned { at, digest, outline } = entry else {
            return Ok(Self { text: serde_json::to_string(entry)?, outline: None });
        };
        let outline = serde_json::to_string(outline)?;
        let hash = Hash::of(outline.as_bytes());
        let slim = Slim::Planned { at: *at, digest: digest.clone(), outline: hash };
        Ok(Self { text: serde_json::to_string(&slim)?, outline: Some((hash, outline)) })
    }
}

/// The hash of the outline that the body `text` names.
pub(super) fn outline(text: &str) -> Option<Hash> {
    let Slim::Planned { outline, .. } = serde_json::from_str(text).ok()?;
    Some(outline)
}

/// The entry that was kept as `text`; `find` gives the outline that a hash stands for.
pub(super) fn entry<E: From<serde_json::Error>>(
    text: &str,
    find: impl FnOnce(Hash) -> Result<Arc<Outline>, E>,
) -> Result<Entry, E> {
    if !text.starts_with(r#"{"planned""#) {
        return Ok(serde_json::from_str(text)?);
    }
    let Slim::Planned { at, digest, outline } = serde_json::from_str(text)?;
    Ok(Entry::Planned { at, digest, outline: find(outline)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_over_hash_place_and_body() {
        let first = Head::default().plus("a");
        let mut bytes = [0; 40].to_vec();
        bytes[39] = 1;
        bytes.push(b'a');
        assert_eq!(first, Head { seq: Seq(1), hash: Hash::of(&bytes) });
        assert_eq!(first.hash.to_string().parse(), Ok(first.hash));
        assert!("é".repeat(32).parse::<Hash>().is_err());
    }

    #[test]
    fn an_outline_stands_behind_its_hash() {
        let outline = Arc::new(Outline { site: "s".into(), ..Outline::default() });
        let planned = Entry::Planned { at: Moment::from_ms(1), digest: "d".into(), outline: outline.clone() };
        let body = Body::of(&planned).unwrap();
        assert!(body.text.len() < 130, "{}", body.text);
        let found = |hash| {
            assert_eq!(Some(hash), body.outline.as_ref().map(|(hash, _)| *hash));
            Ok::<_, serde_json::Error>(outline)
        };
        assert_eq!(entry(&body.text, found).unwrap(), planned);
    }
}
