//! Which key must a certificate have, and has it?

use std::fmt;

use crate::raw::{Refusal, Writing, written_as_text};

/// A kind of key and its least size in bits, 0 where the kind says it all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    kind: String,
    bits: u32,
}

impl Key {
    fn parse(text: &str) -> Result<Self, Refusal> {
        let (kind, size) = text.split_once(' ').unwrap_or((text, "0"));
        let bits = size.strip_prefix("P-").filter(|_| kind == "EC").unwrap_or(size).parse();
        let sized = matches!(kind, "RSA" | "EC");
        match bits {
            Ok(bits) if sized || (matches!(kind, "Ed25519" | "Ed448") && bits == 0) => {
                Ok(Self { kind: kind.to_owned(), bits })
            }
            _ => Err(Refusal::new(format!("`{text}` is no kind of key that we know"))
                .cure("write it like \"RSA 2048\", \"EC P-256\" or \"Ed25519\"")),
        }
    }

    pub(super) fn is_met(&self, got: &str) -> bool {
        Self::parse(got).is_ok_and(|got| got.kind == self.kind && got.bits >= self.bits)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.kind.as_str(), self.bits) {
            (kind, 0) => f.write_str(kind),
            ("EC", bits) => write!(f, "EC P-{bits}"),
            (kind, bits) => write!(f, "{kind} {bits}"),
        }
    }
}

written_as_text!(
    Key,
    Writing { wanted: "a kind of key", example: "RSA 2048", parse: Key::parse },
    { "type": "string", "examples": ["RSA 2048", "EC P-256", "Ed25519"] }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_the_least_of_its_own_kind() {
        let met = |wanted: &str, got: &str| Key::parse(wanted).unwrap().is_met(got);
        assert!(met("RSA 2048", "RSA 2048") && met("RSA 2048", "RSA 4096") && met("RSA", "RSA 1024"));
        assert!(met("EC P-256", "EC P-384") && met("EC 256", "EC P-256") && met("Ed25519", "Ed25519"));
        assert!(!met("RSA 2048", "RSA 1024") && !met("EC P-384", "EC P-256") && !met("RSA", "EC P-256"));
        assert!(!met("EC", "EC 1.3.132.0.10") && !met("Ed25519", "1.2.3"));
        assert_eq!(Key::parse("EC 256").unwrap().to_string(), "EC P-256");
    }
}
