//! How is a module shown to a person? As it was written, with `***` for whatever may be a secret.

use std::fmt::Write as _;

use crate::raw::{Node, Value, has_password, is_secret};

/// Words that a secret is said with in a conversation.
const SAID: [&str; 6] = ["pass", "auth", "login", "token", "secret", "bind"];

/// The tree as YAML, without secrets.
pub(super) fn written(node: &Node) -> String {
    let mut text = String::new();
    write(&mut text, &node.value, 1, is_hidden);
    text
}

/// The tree as YAML, as it is, below a key that stands this deep.
pub(super) fn plain(node: &Node, depth: usize) -> String {
    let mut text = String::new();
    write(&mut text, &node.value, depth + 1, |_, _| false);
    text
}

/// Below a key that may hold a secret nothing is shown.
fn is_hidden(key: &str, node: &Node) -> bool {
    let words = match &node.value {
        Value::Str(text) => text.to_lowercase(),
        _ => String::new(),
    };
    let named = is_secret(key)
        && !matches!(key, "basic_auth" | "authorization" | "oauth2")
        && !key.ends_with("_file");
    named
        || key == "body"
        || key == "key"
        || has_password(&words)
        || (key == "send" && SAID.iter().any(|said| words.contains(said)))
}

/// Writes what stands behind a colon or a dash.
fn write(text: &mut String, value: &Value, depth: usize, hides: fn(&str, &Node) -> bool) {
    match value {
        Value::Map(entries) if !entries.is_empty() => {
            for (key, node) in entries {
                // Writing to a String cannot fail.
                let _ = write!(text, "\n{:1$}{2}:", "", depth * 2, quoted(&key.text));
                if hides(&key.text, node) {
                    text.push_str(" ***");
                } else {
                    write(text, &node.value, depth + 1, hides);
                }
            }
        }
        Value::Seq(items) if !items.is_empty() => {
            for item in items {
                let mut inside = String::new();
                write(&mut inside, &item.value, depth + 1, hides);
                // Writing to a String cannot fail.
                let _ = write!(text, "\n{:1$}- {2}", "", depth * 2, inside.trim_start());
            }
        }
        scalar => {
            let _ = write!(text, " {}", shown(scalar));
        }
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Map(_) => "{}".to_owned(),
        Value::Seq(_) => "[]".to_owned(),
        Value::Null => "~".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Str(words) => quoted(words),
    }
}

/// As it is where that can be nothing else, in quotes where it might.
pub(super) fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    let word = text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(plain);
    let reserved = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    if word && !reserved.contains(&text.to_ascii_lowercase().as_str()) {
        return text.to_owned();
    }
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}') => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted + "\""
}
