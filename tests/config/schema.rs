//! Does the schema say what the reader takes?

use std::path::Path;

use regex::Regex;
use serde_json::{Value, json};
use wardround::{
    config,
    raw::{self, Node, Problems},
};

use super::{compare, files};

#[test]
fn what_the_reader_takes_the_schema_takes() {
    let schema = config::schema().to_value();
    for path in files("tests/config/good").into_iter().chain(["probes.yaml".into()]) {
        let value = value(&path).unwrap();
        assert_eq!(broken(&schema, &schema, &value), None, "{path:?}");
    }
}

/// What only the reader can know: circles, names that do not exist, one length of time against another, files.
#[test]
fn what_the_schema_cannot_see_is_known() {
    let schema = config::schema().to_value();
    let bad = files("tests/config/bad").into_iter();
    let passed =
        bad.filter(|path| value(path).is_some_and(|value| broken(&schema, &schema, &value).is_none()));
    let passed: Vec<_> = passed.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    compare(Path::new("tests/config/snapshots/unseen"), &passed.join("\n"));
}

/// What the schema names as defaults is what holds where nothing is written.
#[test]
fn its_defaults_are_those_of_the_code() {
    let schema = config::schema().to_value();
    let defaults = |name: &str| {
        let keys = schema["$defs"][name]["properties"].as_object().unwrap().iter();
        let told = keys.filter_map(|(key, property)| Some(format!("{key}: {}", property.get("default")?)));
        told.collect::<Vec<_>>().join(", ")
    };
    let (confirm, limits) = (defaults("RawConfirm"), defaults("RawLimits"));
    let told = format!(
        "defaults: {{{}, confirm: {{{confirm}}}}}, limits: {{{limits}}}, ledger: {{{}}}",
        defaults("RawDefaults"),
        defaults("RawLedger")
    );
    let probe = format!("tcp: {{address: 'a:1'}}, {}", defaults("Probe"));
    let plan = |head: &str, probe: &str| {
        let text = format!("{{site: a, {head} services: {{s: {{probes: {{p: {{{probe}}}}}}}}}}}");
        let plan = config::load_text("probes.yaml", &text, &raw::Given::default())
            .unwrap_or_else(|why| panic!("{why}"));
        (plan.limits(), plan.keep(), format!("{:?}", plan.probes()[0]))
    };
    assert_eq!(plan(&format!("{told},"), &probe), plan("", "tcp: {address: 'a:1'}"));
}

#[test]
fn it_has_a_description_for_every_key() {
    let schema = config::schema().to_value();
    let mut bare = Vec::new();
    describe("", &schema, &mut bare);
    assert!(bare.is_empty(), "no words about {bare:?}");
}

fn describe(at: &str, schema: &Value, bare: &mut Vec<String>) {
    for (key, property) in schema["properties"].as_object().into_iter().flatten() {
        if property.get("description").is_none() && property.get("$ref").is_none() {
            bare.push(format!("{at}/{key}"));
        }
        describe(&format!("{at}/{key}"), property, bare);
    }
    for (name, definition) in schema["$defs"].as_object().into_iter().flatten() {
        describe(name, definition, bare);
    }
}

fn value(path: &Path) -> Option<Value> {
    let mut problems = Problems::default();
    let text = String::from_utf8(std::fs::read(path).unwrap()).ok()?;
    let file = problems.file("text", text);
    raw::yaml::read(&mut problems, file).map(|node| plain(&node))
}

fn plain(node: &Node) -> Value {
    match &node.value {
        raw::Value::Null => Value::Null,
        raw::Value::Bool(truth) => json!(truth),
        raw::Value::Int(number) => json!(i64::try_from(*number).unwrap()),
        raw::Value::Float(number) => json!(number),
        raw::Value::Str(text) => json!(text),
        raw::Value::Seq(items) => items.iter().map(plain).collect(),
        raw::Value::Map(entries) => {
            entries.iter().map(|(key, node)| (key.text.clone(), plain(node))).collect()
        }
    }
}

/// The keyword that `value` breaks. It knows those that the schema uses, and no other: a new one fails here.
fn broken(root: &Value, schema: &Value, value: &Value) -> Option<String> {
    let Value::Object(keywords) = schema else {
        return (*schema == json!(false)).then(|| "false".to_owned());
    };
    keywords.iter().find_map(|(keyword, wanted)| {
        let each = || wanted.as_array().unwrap().iter().map(|schema| broken(root, schema, value));
        let size = || {
            value.as_str().map(|text| text.chars().count()).or(value.as_object().map(serde_json::Map::len))
        };
        let holds = match keyword.as_str() {
            "$ref" => return broken(root, root.pointer(&wanted.as_str().unwrap()[1..]).unwrap(), value),
            "properties" => {
                let mut properties = wanted.as_object().unwrap().iter();
                return properties.find_map(|(key, schema)| broken(root, schema, value.get(key)?));
            }
            "additionalProperties" => return additional(root, keywords, wanted, value),
            "propertyNames" => value
                .as_object()
                .is_none_or(|map| map.keys().all(|key| broken(root, wanted, &json!(key)).is_none())),
            "items" => {
                return value.as_array().into_iter().flatten().find_map(|item| broken(root, wanted, item));
            }
            "anyOf" => each().any(|broken| broken.is_none()),
            "oneOf" => each().filter(Option::is_none).count() == 1,
            "enum" => wanted.as_array().unwrap().contains(value),
            "const" => wanted == value,
            "type" => is_of(wanted, value),
            "required" => value.as_object().is_none_or(|map| {
                wanted.as_array().unwrap().iter().all(|key| map.contains_key(key.as_str().unwrap()))
            }),
            "pattern" => {
                value.as_str().is_none_or(|text| Regex::new(wanted.as_str().unwrap()).unwrap().is_match(text))
            }
            "minLength" | "minProperties" => {
                size().is_none_or(|size| size as u64 >= wanted.as_u64().unwrap())
            }
            "maxLength" => size().is_none_or(|size| size as u64 <= wanted.as_u64().unwrap()),
            "minItems" => value.as_array().is_none_or(|items| items.len() as u64 >= wanted.as_u64().unwrap()),
            "minimum" => value.as_f64().is_none_or(|number| number >= wanted.as_f64().unwrap()),
            "exclusiveMinimum" => value.as_f64().is_none_or(|number| number > wanted.as_f64().unwrap()),
            "maximum" => value.as_f64().is_none_or(|number| number <= wanted.as_f64().unwrap()),
            "$schema" | "$defs" | "title" | "description" | "default" | "examples" | "format" => true,
            unknown => panic!("the schema uses `{unknown}`"),
        };
        (!holds).then(|| format!("{keyword} {wanted} at {value}"))
    })
}

fn additional(
    root: &Value,
    keywords: &serde_json::Map<String, Value>,
    wanted: &Value,
    value: &Value,
) -> Option<String> {
    let known = keywords.get("properties");
    let mut others =
        value.as_object()?.iter().filter(|(key, _)| known.is_none_or(|known| known.get(key).is_none()));
    others.find_map(|(_, value)| broken(root, wanted, value))
}

fn is_of(wanted: &Value, value: &Value) -> bool {
    let one = |name: &Value| match name.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        other => panic!("the schema uses the type `{other}`"),
    };
    wanted.as_array().map_or_else(|| one(wanted), |names| names.iter().any(one))
}
