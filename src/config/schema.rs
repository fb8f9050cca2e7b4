//! What may be written, for a machine? The JSON Schema of the whole file, from the raw shapes and the kinds.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use schemars::{
    JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, json_schema, transform::RecursiveTransform,
};
use serde_json::{Value, json};

use super::shapes::{RawMain, RawProbe, RawService};
use crate::probe::Kind;

/// The JSON Schema (draft 2020-12) of `probes.yaml`, for editors and for `wardround schema`.
pub fn schema() -> Schema {
    let generator =
        SchemaSettings::draft2020_12().with_transform(RecursiveTransform(without_null)).into_generator();
    generator.into_root_schema_for::<Main>()
}

/// The whole file: [`RawMain`] and its services.
struct Main;

/// A service: [`RawService`] and its probes.
struct Service;

/// A probe: [`RawProbe`] and exactly one kind.
struct Probe;

macro_rules! completed {
    ($type:ident, $name:literal, $complete:expr) => {
        impl JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                $complete(generator)
            }
        }
    };
}

completed!(Main, "Wardround", |generator: &mut SchemaGenerator| {
    let services = named::<Service>(generator, "What is watched: each service under its name.");
    let mut main = RawMain::json_schema(generator);
    add(&mut main, "services", services);
    main
});

completed!(Service, "Service", |generator: &mut SchemaGenerator| {
    let probes = named::<Probe>(generator, "How it is looked at: each probe under its name.");
    let mut service = RawService::json_schema(generator);
    add(&mut service, "probes", probes);
    service.insert("required".to_owned(), json!(["probes"]));
    service
});

completed!(Probe, "Probe", |generator: &mut SchemaGenerator| {
    let mut probe = RawProbe::json_schema(generator);
    for (kind, settings) in Kind::schemas(generator) {
        add(&mut probe, kind, settings);
    }
    let one: Vec<_> = Kind::NAMES.iter().map(|kind| json!({ "required": [kind] })).collect();
    probe.insert("oneOf".to_owned(), json!(one));
    probe
});

/// A map of one or more under names of the writer's choice.
fn named<T: JsonSchema>(generator: &mut SchemaGenerator, description: &str) -> Schema {
    json_schema!({
        "description": description,
        "type": "object",
        "minProperties": 1,
        "propertyNames": generator.subschema_for::<crate::model::Slug>(),
        "additionalProperties": generator.subschema_for::<T>(),
    })
}

fn add(schema: &mut Schema, key: &str, value: Schema) {
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert(key.to_owned(), value.to_value());
    }
}

/// To leave a key out is the only way to write nothing, so no schema allows `null`.
fn without_null(schema: &mut Schema) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|name| name != "null");
        if let [one] = types.as_slice() {
            let one = one.clone();
            schema.insert("type".to_owned(), one);
        }
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    if let Some(Value::Array(choices)) = schema.get_mut("anyOf") {
        choices.retain(|choice| *choice != json!({ "type": "null" }));
        if let [Value::Object(one)] = choices.as_slice() {
            let one = one.clone();
            schema.remove("anyOf");
            schema.ensure_object().extend(one);
        }
    }
}

/// The keys that every probe may have.
static COMMON: LazyLock<BTreeSet<String>> =
    LazyLock::new(|| keys(&RawProbe::json_schema(&mut SchemaGenerator::default())));

/// The keys below each kind.
static OF_KINDS: LazyLock<BTreeMap<&str, BTreeSet<String>>> = LazyLock::new(|| {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let schemas = Kind::schemas(&mut settings.into_generator());
    schemas.into_iter().map(|(kind, schema)| (kind, keys(&schema))).collect()
});

fn keys(schema: &Schema) -> BTreeSet<String> {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.into_iter().flat_map(|properties| properties.keys().cloned()).collect()
}

/// Whether every probe may have this key.
pub(super) fn is_common(key: &str) -> bool {
    COMMON.contains(key) || Kind::NAMES.contains(&key)
}

/// Whether this key belongs below `kind`.
pub(super) fn is_of(kind: &str, key: &str) -> bool {
    OF_KINDS.get(kind).is_some_and(|keys| keys.contains(key))
}
