//! Which word was meant, and how is it said plainly?

use std::collections::BTreeSet;

use serde::de::Unexpected;

/// What to write instead of an unknown word: the nearest known one, and all that are known.
pub(crate) fn advice(word: &str, known: &[&str]) -> String {
    let all = format!("known here: {}", listed(known));
    match nearest(word, known) {
        Some(near) => format!("did you mean `{near}`? {all}"),
        None => all,
    }
}

/// The known word that `word` is most likely a slip of.
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace(['-', '_', ' '], "");
    let distance = |near: &str| strsim::damerau_levenshtein(&plain(word), &plain(near));
    let best = known.iter().map(|near| (distance(near), *near)).min()?;
    let shorter = word.len().min(best.1.len());
    (word.len() < 100 && best.0 < shorter && best.0 <= 1.max(shorter / 3)).then_some(best.1)
}

/// Words in keys under which secrets are written.
const SECRET: [&str; 11] = [
    "password",
    "passphrase",
    "secret",
    "token",
    "bearer",
    "auth",
    "cookie",
    "api-key",
    "api_key",
    "webhook",
    "heartbeat",
];

/// Whether what stands under this key may be a secret.
pub(crate) fn is_secret(key: &str) -> bool {
    secret_in(key).is_some()
}

/// Where the first of these words is in a text.
pub(super) fn secret_in(text: &str) -> Option<usize> {
    let lower = text.to_ascii_lowercase();
    SECRET.iter().filter_map(|word| lower.find(word)).min()
}

/// Whether this is a URL with a user or a password before its host.
pub(crate) fn has_password(text: &str) -> bool {
    let authority = text.split_once("://").and_then(|(_, rest)| rest.split(['/', '?', '#']).next());
    authority.is_some_and(|authority| authority.contains('@'))
}

/// Words in backquotes, each once, in alphabetical order.
pub(crate) fn listed(words: &[&str]) -> String {
    let each: BTreeSet<String> = words.iter().map(|word| format!("`{word}`")).collect();
    each.into_iter().collect::<Vec<_>>().join(", ")
}

/// What serde calls a type, as a person would.
pub(super) fn plain(wanted: &str) -> String {
    let words = match wanted {
        "a string" | "string" | "str" => "text",
        "a boolean" => "true or false",
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "u64" | "usize" => "a whole number, not negative",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        "a sequence" => "a list",
        "newtype variant" | "struct variant" | "tuple variant" => "a value below this name (`name: value`)",
        other => other,
    };
    words.to_owned()
}

/// The kind of what was found; never its text, which may be a secret.
pub(super) fn found(found: &Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(_) => "true or false".to_owned(),
        Unexpected::Unsigned(_) | Unexpected::Signed(_) | Unexpected::Float(_) => "a number".to_owned(),
        Unexpected::Str(_) | Unexpected::UnitVariant => "text".to_owned(),
        Unexpected::Unit => "nothing".to_owned(),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "a map".to_owned(),
        other => other.to_string(),
    }
}

/// A number as it is, anything else by its kind.
pub(super) fn exact(value: &Unexpected<'_>) -> String {
    scalar(value).unwrap_or_else(|| found(value))
}

fn scalar(value: &Unexpected<'_>) -> Option<String> {
    match value {
        Unexpected::Bool(truth) => Some(truth.to_string()),
        Unexpected::Unsigned(number) => Some(number.to_string()),
        Unexpected::Signed(number) => Some(number.to_string()),
        Unexpected::Float(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_mended_and_strangers_are_not() {
        let known = ["interval", "timeout", "impact", "slow", "http", "depends_on"];
        for (slip, meant) in
            [("intervall", "interval"), ("Timeout", "timeout"), ("dependsOn", "depends_on"), ("htpt", "http")]
        {
            assert_eq!(nearest(slip, &known), Some(meant), "{slip}");
        }
        assert_eq!(nearest("retries", &known), None);
        assert_eq!(advice("x", &["b", "a", "a"]), "known here: `a`, `b`");
    }
}
