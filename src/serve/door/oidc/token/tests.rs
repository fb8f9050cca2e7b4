//! Is every forged token refused, and every good one read?

use aws_lc_rs::{
    hmac,
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
        KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RsaKeyPair,
        RsaSignatureEncoding,
    },
};
use proptest::prelude::*;
use serde_json::json;

use super::*;

/// When it is.
const NOW: i64 = 1_790_000_000;

fn coded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn expected() -> Expected<'static> {
    Expected {
        issuer: "https://id.example",
        client: "wardround",
        nonce: "n-1",
        now: Moment::from_ms(NOW * 1000),
    }
}

fn claims() -> Value {
    json!({"iss": "https://id.example", "sub": "7", "aud": "wardround", "exp": NOW + 300, "iat": NOW - 1, "nonce": "n-1"})
}

/// The keys of a provider, of each kind one.
struct Ring {
    rsa: RsaKeyPair,
    p256: EcdsaKeyPair,
    p384: EcdsaKeyPair,
    ed: Ed25519KeyPair,
}

impl Ring {
    fn new() -> Self {
        Self {
            rsa: RsaKeyPair::generate(KeySize::Rsa2048).unwrap(),
            p256: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap(),
            p384: EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap(),
            ed: Ed25519KeyPair::generate().unwrap(),
        }
    }

    fn keys(&self) -> Keys {
        let (n, e) = (coded(self.modulus()), coded([1, 0, 1]));
        let point =
            |pair: &EcdsaKeyPair, at: usize, size: usize| coded(&pair.public_key().as_ref()[at..at + size]);
        let set = json!({"keys": [
            {"kty": "RSA", "kid": "rsa", "use": "sig", "n": n, "e": e},
            {"kty": "RSA", "kid": "only RS512", "alg": "RS512", "n": n, "e": e},
            {"kty": "RSA", "kid": "not for this", "use": "enc", "n": n, "e": e},
            {"kty": "EC", "kid": "p256", "crv": "P-256", "x": point(&self.p256, 1, 32), "y": point(&self.p256, 33, 32)},
            {"kty": "EC", "kid": "p384", "crv": "P-384", "x": point(&self.p384, 1, 48), "y": point(&self.p384, 49, 48)},
            {"kty": "OKP", "kid": "ed", "crv": "Ed25519", "x": coded(self.ed.public_key().as_ref())},
            {"kty": "oct", "kid": "oct", "k": coded("secret")},
        ]});
        Keys::read(set.to_string().as_bytes()).unwrap()
    }

    /// A sequence (4 bytes) of two numbers: the modulus (4 bytes and a zero before it), and 65537 (5 bytes in all).
    fn modulus(&self) -> &[u8] {
        &self.rsa.public_key().as_ref()[9..265]
    }

    /// A token that the key of `algorithm` signed.
    fn token(&self, head: &Value, claims: &Value, algorithm: &str) -> String {
        let signed = format!("{}.{}", coded(head.to_string()), coded(claims.to_string()));
        format!("{signed}.{}", coded(self.signature(algorithm, signed.as_bytes())))
    }

    fn signature(&self, algorithm: &str, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        let rsa = |by: &'static RsaSignatureEncoding| {
            let mut signature = vec![0; self.rsa.public_modulus_len()];
            self.rsa.sign(by, &random, message, &mut signature).unwrap();
            signature
        };
        match algorithm {
            "RS256" => rsa(&RSA_PKCS1_SHA256),
            "RS384" => rsa(&RSA_PKCS1_SHA384),
            "RS512" => rsa(&RSA_PKCS1_SHA512),
            "PS256" => rsa(&RSA_PSS_SHA256),
            "ES256" => self.p256.sign(&random, message).unwrap().as_ref().to_vec(),
            "ES384" => self.p384.sign(&random, message).unwrap().as_ref().to_vec(),
            _ => self.ed.sign(message).as_ref().to_vec(),
        }
    }

    fn read(&self, head: &Value, claims: &Value, algorithm: &str) -> Result<Value, Disbelief> {
        read(&self.token(head, claims, algorithm), &self.keys(), &expected())
    }
}

#[test]
fn every_algorithm_is_read_by_the_key_that_fits_it_and_by_no_other() {
    let ring = Ring::new();
    let kinds = [
        ("RS256", "rsa"),
        ("RS384", "rsa"),
        ("RS512", "rsa"),
        ("PS256", "rsa"),
        ("ES256", "p256"),
        ("ES384", "p384"),
        ("EdDSA", "ed"),
    ];
    for (algorithm, key) in kinds {
        let read = ring.read(&json!({"alg": algorithm, "kid": key, "typ": "jwt"}), &claims(), algorithm);
        assert_eq!(read.unwrap()["sub"], "7", "{algorithm}");
        let unnamed = ring.read(&json!({"alg": algorithm}), &claims(), algorithm);
        assert!(unnamed.is_ok(), "{algorithm} without a name");
        for (other, other_key) in kinds {
            let told = ring.read(&json!({"alg": other, "kid": other_key}), &claims(), algorithm);
            assert_eq!(told.is_ok(), other == algorithm, "{algorithm} told as {other}");
        }
    }
}

#[test]
fn no_forged_head_is_believed() {
    let ring = Ring::new();
    let forged = |head: Value| ring.read(&head, &claims(), "RS256").unwrap_err();
    for head in [
        json!({"alg": "none"}),
        json!({"alg": "None", "kid": "rsa"}),
        json!({"alg": "rs256", "kid": "rsa"}),
        json!({"alg": "HS256", "kid": "oct"}),
        json!({"alg": "RS256", "kid": "rsa", "crit": ["b64"], "b64": false}),
        json!({"alg": "RS256", "kid": "rsa", "typ": "at+jwt"}),
        json!({"alg": "RS256", "kid": "rsa", "typ": "logout+jwt"}),
        json!({"alg": "RS256", "kid": "only RS512"}),
        json!({"alg": "PS256", "kid": "rsa"}),
        json!({"kid": "rsa"}),
        json!({"alg": ["RS256"]}),
        json!("RS256"),
    ] {
        let why = forged(head.clone());
        assert!(matches!(why, Disbelief::Bad(_)), "{head}: {why:?}");
    }
    for kid in ["unheard of", "not for this", "oct", ""] {
        assert_eq!(forged(json!({"alg": "RS256", "kid": kid})), Disbelief::UnknownKey, "{kid}");
    }
}

/// The public key, which anybody has, taken for a secret.
#[test]
fn a_public_key_signs_nothing() {
    let ring = Ring::new();
    let signed = format!(
        "{}.{}",
        coded(json!({"alg": "HS256", "kid": "rsa"}).to_string()),
        coded(claims().to_string())
    );
    let public = ring.rsa.public_key();
    for secret in [public.as_ref(), ring.modulus(), b"", b"secret"] {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), signed.as_bytes());
        let token = format!("{signed}.{}", coded(tag));
        assert!(matches!(read(&token, &ring.keys(), &expected()), Err(Disbelief::Bad(_))));
    }
}

#[test]
fn a_claim_that_does_not_fit_is_told() {
    let ring = Ring::new();
    let head = json!({"alg": "ES256", "kid": "p256"});
    for (key, value, words) in [
        ("iss", json!("https://id.example/"), "its issuer is not ours: it ends with a slash"),
        ("iss", json!("https://evil.example"), "its issuer is not ours: it is another"),
        ("aud", json!("others"), "meant for somebody else"),
        ("aud", json!([]), "meant for somebody else"),
        ("aud", json!(["wardround", "others"]), "meant for somebody else"),
        ("azp", json!("others"), "meant for somebody else"),
        ("nonce", json!("n-2"), "belongs to another sign-in"),
        ("nonce", Value::Null, "belongs to another sign-in"),
        ("exp", json!(NOW - 60), "has expired"),
        ("iat", json!(NOW + 61), "from the time to come"),
        ("nbf", json!(NOW + 61), "from the time to come"),
        ("sub", json!(""), "says of nobody"),
        ("sub", Value::Null, "cannot be read"),
        ("exp", json!("tomorrow"), "cannot be read"),
        ("iat", Value::Null, "cannot be read"),
    ] {
        let mut claims = claims();
        claims[key] = value.clone();
        match ring.read(&head, &claims, "ES256") {
            Err(Disbelief::Bad(why)) => assert!(why.contains(words), "{key} {value}: {why}"),
            other => panic!("{key} {value}: {other:?}"),
        }
    }
    for (key, value) in [
        ("aud", json!(["wardround"])),
        ("exp", json!(NOW - 59)),
        ("exp", json!(1e300)),
        ("iat", json!(NOW + 59)),
        ("nbf", json!(f64::from(1_790_000_000) + 0.5)),
        ("azp", json!("wardround")),
    ] {
        let mut claims = claims();
        claims[key] = value.clone();
        assert!(ring.read(&head, &claims, "ES256").is_ok(), "{key} {value}");
    }
    let mut shared = claims();
    (shared["aud"], shared["azp"]) = (json!(["others", "wardround"]), json!("wardround"));
    assert!(ring.read(&head, &shared, "ES256").is_ok());
}

#[test]
fn a_token_that_is_cut_or_changed_anywhere_is_refused() {
    let ring = Ring::new();
    let (keys, expected) = (ring.keys(), expected());
    let token = ring.token(&json!({"alg": "EdDSA", "kid": "ed"}), &claims(), "EdDSA");
    assert!(read(&token, &keys, &expected).is_ok());
    for end in 0..token.len() {
        assert!(read(&token[..end], &keys, &expected).is_err(), "cut at {end}");
        let changed = if &token[end..=end] == "A" { "B" } else { "A" };
        let changed = format!("{}{changed}{}", &token[..end], &token[end + 1..]);
        // The last letter of 64 bytes carries two bits that must be zero, so that no other letter stands for the same.
        assert!(read(&changed, &keys, &expected).is_err(), "changed at {end}");
    }
    for longer in [
        format!("{token}A"),
        format!("{token}."),
        format!("{token}="),
        format!(" {token}"),
        format!("a.{token}"),
    ] {
        assert!(read(&longer, &keys, &expected).is_err(), "{longer}");
    }
    assert_eq!(
        read(&"a".repeat(LONGEST + 1), &keys, &expected),
        Err(Disbelief::Bad("it is longer than 64 KiB".into()))
    );
}

proptest! {
    #[test]
    fn any_text_is_refused(text in any::<String>(), parts in proptest::array::uniform3(any::<Vec<u8>>())) {
        let keys = Keys::read(br#"{"keys": []}"#).unwrap();
        let [head, claims, signature] = parts.map(coded);
        for token in [text, format!("{head}.{claims}.{signature}")] {
            prop_assert!(read(&token, &keys, &expected()).is_err());
        }
    }
}
