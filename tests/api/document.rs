//! Does the document say what the routes are, no more and no less?

use std::collections::BTreeSet;

use serde_json::Value;
use wardround::serve::routes;

use super::hospital::Hospital;

#[test]
fn every_route_is_in_the_document_and_nothing_else() {
    let document = Hospital::open().document();
    let told: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, operations)| {
            operations.as_object().unwrap().keys().map(move |method| (method.to_uppercase(), path.clone()))
        })
        .collect();
    let ours = routes::all().filter(|route| route.path.starts_with("/api/"));
    let ours: BTreeSet<_> = ours.map(|route| (route.method.to_string(), route.path.to_owned())).collect();
    assert_eq!(told, ours);
    assert_eq!(document["openapi"], "3.1.0");
    let names = document["components"]["schemas"].as_object().unwrap().keys();
    let twice: Vec<&String> = names.filter(|name| name.ends_with(|c: char| c.is_ascii_digit())).collect();
    assert!(twice.is_empty(), "two types have one name: {twice:?}");
}

#[test]
fn every_reference_leads_somewhere_and_every_segment_is_described() {
    let document = Hospital::open().document();
    let mut lost = Vec::new();
    walk(&document, &mut |node| {
        let place = node.get("$ref").and_then(Value::as_str);
        lost.extend(place.filter(|place| document.pointer(&place[1..]).is_none()).map(str::to_owned));
    });
    assert!(lost.is_empty(), "{lost:?}");
    for (path, operations) in document["paths"].as_object().unwrap() {
        let segments: BTreeSet<&str> =
            path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
        for (method, operation) in operations.as_object().unwrap() {
            let asks = operation["parameters"].as_array().unwrap().iter().filter(|one| one["in"] == "path");
            let told: BTreeSet<&str> = asks.map(|one| one["name"].as_str().unwrap()).collect();
            assert_eq!(told, segments, "{method} {path}");
        }
    }
}

#[test]
fn the_manual_lists_every_route_and_whom_it_is_for() {
    let manual = include_str!("../../docs/api.md");
    for route in routes::all().filter(|route| route.path.starts_with("/api/")) {
        let row = format!("| `{} {}` | {} |", route.method, route.path, route.needs);
        assert!(manual.contains(&row), "docs/api.md has no row {row}");
    }
}

fn walk(node: &Value, each: &mut impl FnMut(&Value)) {
    each(node);
    match node {
        Value::Array(items) => items.iter().for_each(|item| walk(item, each)),
        Value::Object(members) => members.values().for_each(|member| walk(member, each)),
        _ => {}
    }
}
