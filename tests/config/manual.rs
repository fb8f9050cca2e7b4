//! Does `docs/configuration.md` say what the code does?

use std::fmt::Write as _;

use serde_json::Value;
use wardround::{config, probe::Kind};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/configuration.md");

/// What stands before this line is written by hand, what follows by this test.
const MARK: &str = "<!-- From here on written from the code: `UPDATE_DOCS=1 cargo test`. -->\n";

/// The last pages, so that what receivers share with probes stands where the probes are, and what reports share with
/// receivers where those are.
const LAST: [&str; 2] = ["A receiver", "Reports"];

#[test]
fn the_manual_is_the_schema() {
    let written = std::fs::read_to_string(PATH).unwrap();
    let (head, tail) = written.split_once(MARK).unwrap();
    let right = Manual::write();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        return std::fs::write(PATH, format!("{head}{MARK}{right}")).unwrap();
    }
    assert!(tail == right, "docs/configuration.md is out of step: UPDATE_DOCS=1 cargo test");
}

/// The pages: each map that can be written, under the path of its first place.
struct Manual {
    schema: Value,
    /// The name of each definition that has a section, and the section's title.
    titles: Vec<(String, String)>,
    page: String,
}

impl Manual {
    fn write() -> String {
        let mut manual =
            Self { schema: config::schema().to_value(), titles: Vec::new(), page: String::new() };
        let root = manual.schema.clone();
        manual.section("The main file", "##", &root, "");
        manual.page
    }

    /// A table of the keys of one map, then the maps below them.
    fn section(&mut self, title: &str, level: &str, schema: &Value, path: &str) {
        let about = schema["description"].as_str().unwrap_or_default().replace('\n', " ");
        write!(
            self.page,
            "\n{level} {title}\n\n{about}\n\n| key | value | default | meaning |\n|---|---|---|---|\n"
        )
        .unwrap();
        let rows = rows(schema);
        let children = self.name_children(&rows, path);
        for (key, property, required) in &rows {
            let default = match property.get("default") {
                _ if *required => "**must be written**".to_owned(),
                Some(default) => format!("`{}`", brief(default)),
                None => String::new(),
            };
            let (value, meaning) = (self.value(property), self.meaning(property));
            writeln!(self.page, "| `{key}` | {value} | {default} | {meaning} |").unwrap();
        }
        for (name, title, path) in children {
            let schema = self.schema["$defs"][&name].clone();
            let level = if title.starts_with('`') { "###" } else { "##" };
            self.section(&title, level, &schema, &path);
        }
    }

    /// Gives a title to every definition below these keys that has none yet: those with a page of their own come last.
    fn name_children(&mut self, rows: &[(String, Value, bool)], path: &str) -> Vec<(String, String, String)> {
        let mut children = Vec::new();
        for (key, property, _) in rows {
            for name in references(property) {
                let known = self.titles.iter().any(|(known, _)| *known == name);
                if !known && !rows_of(&self.schema["$defs"][&name]).is_empty() {
                    let (title, path) = self.title(&name, key, path);
                    self.titles.push((name.clone(), title.clone()));
                    children.push((name, title, path));
                }
            }
        }
        let last = |title: &str| LAST.iter().position(|last| *last == title);
        children.sort_by_key(|(_, title, _)| (!title.starts_with('`'), last(title)));
        children
    }

    fn title(&self, name: &str, key: &str, path: &str) -> (String, String) {
        let below = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        match name {
            "Service" => ("A service".to_owned(), String::new()),
            "Probe" => ("A probe".to_owned(), String::new()),
            "RawReceiver" => (LAST[0].to_owned(), String::new()),
            "RawReports" => (LAST[1].to_owned(), String::new()),
            _ if path.is_empty() && Kind::NAMES.contains(&key) => (format!("The kind `{key}`"), below),
            _ if self.kinds_with(name) > 1 => {
                let shared = Kind::NAMES
                    .iter()
                    .find_map(|kind| below.strip_prefix(&format!("{kind}.")))
                    .unwrap_or(&below);
                (format!("`{shared}` below a kind"), shared.to_owned())
            }
            _ => (format!("`{below}`"), below),
        }
    }

    /// In how many kinds a definition is used.
    fn kinds_with(&self, name: &str) -> usize {
        let uses = |kind: &&&str| {
            let settings = &self.schema["$defs"]["Probe"]["properties"][**kind];
            let (mut seen, mut next) = (Vec::new(), references(settings));
            while let Some(one) = next.pop() {
                if !seen.contains(&one) {
                    next.extend(references(&self.schema["$defs"][&one]));
                    seen.push(one);
                }
            }
            seen.iter().any(|seen| seen == name)
        };
        Kind::NAMES.iter().filter(uses).count()
    }

    /// What may be written, in a few words.
    fn value(&self, schema: &Value) -> String {
        if let Some(title) = schema["title"].as_str() {
            return title.to_owned();
        }
        if let Some(name) = reference(schema) {
            let title = self.titles.iter().find(|(known, _)| known == name).map(|(_, title)| title);
            return title.map_or_else(
                || self.value(&self.schema["$defs"][name]),
                |title| format!("[{title}]({})", anchor(title)),
            );
        }
        let choices = schema["anyOf"].as_array().or(schema["oneOf"].as_array());
        if let Some(choices) = choices {
            let mut words: Vec<_> = choices.iter().map(|choice| self.value(choice)).collect();
            if let [one, list] = words.as_slice()
                && *list == format!("a list of: {one}")
            {
                return format!("{one}; or a list of such");
            }
            words.dedup();
            return either(&words);
        }
        if let Some(values) = schema["enum"].as_array() {
            return values
                .iter()
                .map(|value| format!("`{}`", brief(value)))
                .collect::<Vec<_>>()
                .join(", or ");
        }
        if let Some(value) = schema.get("const") {
            return format!("`{}`", brief(value));
        }
        self.type_of(schema)
    }

    fn type_of(&self, schema: &Value) -> String {
        match schema["type"].as_str() {
            Some("string") => "text".to_owned(),
            Some("integer") => "a whole number".to_owned(),
            Some("number") => "a number".to_owned(),
            Some("boolean") => "`true` or `false`".to_owned(),
            Some("array") => format!("a list of: {}", self.value(&schema["items"])),
            Some("object") if schema["additionalProperties"].is_object() => {
                format!("a map, each value: {}", self.value(&schema["additionalProperties"]))
            }
            Some("object") => "a map".to_owned(),
            _ => "anything".to_owned(),
        }
    }

    /// What it is for, and what each of a few words means.
    fn meaning(&self, schema: &Value) -> String {
        let definition = reference(schema).map(|name| &self.schema["$defs"][name]);
        let own =
            schema["description"].as_str().or(definition.and_then(|schema| schema["description"].as_str()));
        let mut words = own.unwrap_or_default().to_owned();
        for choice in definition.and_then(|schema| schema["oneOf"].as_array()).into_iter().flatten() {
            if let (Some(value), Some(meaning)) = (choice.get("const"), choice["description"].as_str()) {
                write!(words, " `{}`: {meaning}", brief(value)).unwrap();
            }
        }
        words.replace('\n', " ").replace('|', "\\|")
    }
}

/// The keys of a map, or of the maps that it may be: key, schema, whether it must be written.
fn rows(schema: &Value) -> Vec<(String, Value, bool)> {
    let mut rows = rows_of(schema);
    rows.sort_by_key(|(key, _, required)| (!required, Kind::NAMES.contains(&key.as_str()), key.clone()));
    rows
}

fn rows_of(schema: &Value) -> Vec<(String, Value, bool)> {
    let alternatives = ["oneOf", "anyOf"].iter().filter_map(|key| schema[key].as_array()).flatten();
    let optional = alternatives.flat_map(rows_of).map(|(key, schema, _)| (key, schema, false));
    let required =
        |key: &str| schema["required"].as_array().is_some_and(|keys| keys.iter().any(|name| name == key));
    let own = schema["properties"].as_object().into_iter().flatten();
    let own = own.map(|(key, property)| {
        let mut property = property.clone();
        if property.get("description").is_none() && reference(&property).is_none() {
            property["description"] = schema["description"].clone(); // an enum's variant describes its only key
        }
        (key.clone(), property, required(key))
    });
    own.chain(optional).collect()
}

fn reference(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.strip_prefix("#/$defs/")
}

/// Every definition that a schema refers to, in any depth.
fn references(schema: &Value) -> Vec<String> {
    match schema {
        Value::Object(map) => reference(schema)
            .map(str::to_owned)
            .into_iter()
            .chain(map.values().flat_map(references))
            .collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

fn either(words: &[String]) -> String {
    match words {
        [one, other] => format!("{one} or {other}"),
        words if words.iter().all(|word| word.starts_with('`')) => format!("one of {}", words.join(", ")),
        words => words.join(", or "),
    }
}

fn brief(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn anchor(title: &str) -> String {
    let kept = title.to_lowercase().replace(' ', "-");
    kept.chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
        .fold("#".to_owned(), |all, c| all + &c.to_string())
}
