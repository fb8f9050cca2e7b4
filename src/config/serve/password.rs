//! Is this the password? From its hash alone, which tells nobody what it was.

use std::fmt;

use argon2::{
    Algorithm, Argon2, Params,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};

use crate::raw::{Refusal, Secret};

/// The most memory that one check may take, in KiB.
const MOST_MEMORY: u32 = 256 * 1024;

/// The most rounds, and the most lanes.
const MOST_ROUNDS: u32 = 32;

/// The longest password, in bytes: whoever sends more wants to keep us busy.
pub const LONGEST_PASSWORD: usize = 1024;

/// The hash of a password, as argon2 writes it. Prints as `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct Hash(PasswordHash);

impl Hash {
    /// Reads `$argon2id$v=19$m=…$salt$hash`.
    pub(super) fn parse(text: &Secret) -> Result<Self, Refusal> {
        let hash = PasswordHash::new(text.expose()).ok().filter(is_argon2);
        let Some(hash) = hash else {
            return Err(Refusal::new("this is no hash of a password, as argon2 writes it")
                .cure("write what `wardround password` prints: it begins with $argon2id$"));
        };
        match Params::try_from(&hash) {
            Ok(params) if is_bearable(&params) && hash.hash.is_some() => Ok(Self(hash)),
            _ => Err(Refusal::new("this hash is broken, or would take too long to compute")
                .cure("make it anew with `wardround password`")),
        }
    }

    /// The hash of `password`, with a salt of its own, as it is written in a configuration.
    ///
    /// # Errors
    /// This machine gives no random numbers, or too little memory.
    pub fn of(password: &str) -> Result<String, String> {
        let hashed: Result<PasswordHash, _> = Argon2::default().hash_password(password.as_bytes());
        hashed.map(|hash| hash.to_string()).map_err(|why| why.to_string())
    }

    /// Whether `password` is the one. Takes some 20 ms and 19 MiB, or what the hash asks for: not for an async worker.
    pub fn is_of(&self, password: &str) -> bool {
        password.len() <= LONGEST_PASSWORD
            && Argon2::default().verify_password(password.as_bytes(), &self.0).is_ok()
    }
}

fn is_argon2(hash: &PasswordHash) -> bool {
    Algorithm::try_from(hash.algorithm.as_str()).is_ok()
}

fn is_bearable(params: &Params) -> bool {
    params.m_cost() <= MOST_MEMORY && params.t_cost() <= MOST_ROUNDS && params.p_cost() <= MOST_ROUNDS
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Hash, Refusal> {
        Hash::parse(&Secret::new(text.to_owned()))
    }

    #[test]
    fn a_password_fits_its_own_hash_only() {
        let written = Hash::of("correct horse").unwrap();
        assert!(written.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{written}");
        assert_ne!(written, Hash::of("correct horse").unwrap());
        let hash = parse(&written).unwrap();
        assert!(hash.is_of("correct horse"));
        assert!(!hash.is_of("correct horse ") && !hash.is_of("") && !hash.is_of(&"x".repeat(2000)));
        assert_eq!(format!("{hash:?}"), "***");
    }

    /// As `argon2` of Debian writes it.
    #[test]
    fn hashes_of_others_are_taken() {
        let theirs = "$argon2i$v=19$m=4096,t=3,p=1$c29tZXNhbHQ$iWh06vD8Fy27wf9npn6FXWiCX4K6pW6Ue1Bnzz07Z8A";
        assert!(parse(theirs).unwrap().is_of("password"));
    }

    #[test]
    fn what_is_no_hash_or_too_dear_is_refused() {
        for bad in [
            "hunter2",
            "",
            "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
            "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ",
            "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHRzYWx0$iWh06vD8Fy27wf9npn6FXWiCX4K6pW6Ue1Bnzz07Z8A",
            "$argon2id$v=19$m=19456,t=2000,p=1$c29tZXNhbHRzYWx0$iWh06vD8Fy27wf9npn6FXWiCX4K6pW6Ue1Bnzz07Z8A",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
