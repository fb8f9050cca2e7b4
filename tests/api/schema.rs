//! Is a reply what the document says? As much of JSON Schema as the document uses; what is not described is a fault.

use regex::Regex;
use serde_json::{Map, Value};

/// Fails if `told`, which came with `status` to `method path`, is not what the document says.
pub(super) fn check_reply(document: &Value, method: &str, path: &str, status: u16, told: &Value) {
    let path = path.split('?').next().unwrap();
    let replies = operation(document, method, path).map(|operation| &operation["responses"]);
    let reply = replies.and_then(|replies| replies.get(status.to_string()));
    let problem = &document["components"]["responses"]["problem"];
    let reply = reply.unwrap_or(if status < 400 { &Value::Null } else { problem });
    let schema = reply["content"].as_object().and_then(|content| content.values().next());
    let schema = &schema.unwrap_or_else(|| panic!("{method} {path}: {status} is not described"))["schema"];
    let faults = Check { document }.faults(schema, told, "$");
    assert!(faults.is_empty(), "{method} {path}: {}\n{told:#}", faults.join("\n"));
}

/// The operation that `path` means.
fn operation<'d>(document: &'d Value, method: &str, path: &str) -> Option<&'d Value> {
    let segments = |path: &str| path.split('/').map(str::to_owned).collect::<Vec<_>>();
    let fits = |template: &str| {
        let (wanted, given) = (segments(template), segments(path));
        wanted.len() == given.len()
            && wanted.iter().zip(given).all(|(one, other)| one.starts_with('{') || *one == other)
    };
    let mut paths: Vec<_> =
        document["paths"].as_object()?.iter().filter(|(template, _)| fits(template)).collect();
    paths.sort_by_key(|(template, _)| template.matches('{').count());
    paths.first().and_then(|(_, operations)| operations.get(method))
}

struct Check<'d> {
    document: &'d Value,
}

impl Check<'_> {
    fn faults(&self, schema: &Value, value: &Value, at: &str) -> Vec<String> {
        let Some(schema) = schema.as_object() else { return Vec::new() };
        if let Some(place) = schema.get("$ref").and_then(Value::as_str) {
            let meant = self.document.pointer(&place[1..]).unwrap_or_else(|| panic!("{place} is nowhere"));
            return self.faults(meant, value, at);
        }
        let mut faults = simple(schema, value, at);
        for choice in ["anyOf", "oneOf"] {
            if let Some(choices) = schema.get(choice).and_then(Value::as_array) {
                let fits = choices.iter().any(|one| self.faults(one, value, at).is_empty());
                faults.extend((!fits).then(|| format!("{at}: {value} is none of {choice}")));
            }
        }
        for (place, item) in value.as_array().into_iter().flatten().enumerate() {
            faults.extend(self.faults(
                &schema.get("items").cloned().unwrap_or_default(),
                item,
                &format!("{at}[{place}]"),
            ));
        }
        if let (Some(properties), Some(object)) = (schema.get("properties"), value.as_object()) {
            faults.extend(self.members(properties, object, at));
        }
        faults
    }

    fn members(&self, properties: &Value, object: &Map<String, Value>, at: &str) -> Vec<String> {
        let member = |(name, value): (&String, &Value)| {
            let at = format!("{at}.{name}");
            match properties.get(name) {
                Some(schema) => self.faults(schema, value, &at),
                None => vec![format!("{at}: not described")],
            }
        };
        object.iter().flat_map(member).collect()
    }
}

fn simple(schema: &Map<String, Value>, value: &Value, at: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut must =
        |holds: bool, what: &str| faults.extend((!holds).then(|| format!("{at}: {value} is not {what}")));
    match schema.get("type") {
        Some(Value::String(one)) => must(is(one, value), one),
        Some(Value::Array(some)) => {
            must(some.iter().any(|one| is(one.as_str().unwrap(), value)), "of the types");
        }
        _ => {}
    }
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        must(words.contains(value), "of the enumeration");
    }
    if let Some(only) = schema.get("const") {
        must(only == value, "the constant");
    }
    if let (Some(pattern), Some(text)) = (schema.get("pattern").and_then(Value::as_str), value.as_str()) {
        must(Regex::new(pattern).unwrap().is_match(text), pattern);
    }
    if let (Some(least), Some(number)) = (schema.get("minimum").and_then(Value::as_f64), value.as_f64()) {
        must(number >= least, "large enough");
    }
    for name in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
        must(value.get(name.as_str().unwrap()).is_some(), &format!("with {name}"));
    }
    faults
}

fn is(what: &str, value: &Value) -> bool {
    match what {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("what is {other}?"),
    }
}

#[test]
fn what_is_not_described_is_a_fault() {
    let document = serde_json::json!({"components": {"responses": {"problem": {"content": {"a": {"schema": {
        "type": "object", "required": ["n"], "properties": {"n": {"type": ["integer", "null"], "minimum": 0}},
    }}}}}}, "paths": {}});
    let schema = &document["components"]["responses"]["problem"]["content"]["a"]["schema"];
    let faults = |value: Value| Check { document: &document }.faults(schema, &value, "$").len();
    assert_eq!(faults(serde_json::json!({"n": 1})), 0);
    assert_eq!(faults(serde_json::json!({"n": null})), 0);
    for bad in [serde_json::json!({"n": -1}), serde_json::json!({"n": 1, "m": 2}), serde_json::json!({})] {
        assert_eq!(faults(bad.clone()), 1, "{bad}");
    }
}
