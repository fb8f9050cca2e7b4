//! What does one dashboard's file say?

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{LazyLock, Mutex},
};

use regex::Regex;
use serde_json::Value;
use wardround::dashboards;

/// One dashboard as Grafana reads it.
pub(super) struct Sheet {
    pub(super) uid: String,
    pub(super) json: Value,
}

/// All of them.
pub(super) fn sheets() -> Vec<Sheet> {
    let sheet = |dashboard: dashboards::Dashboard| Sheet {
        uid: dashboard.uid().to_owned(),
        json: serde_json::from_str(&dashboard.text()).unwrap(),
    };
    dashboards::all().into_iter().map(sheet).collect()
}

impl Sheet {
    /// Panels that show something: rows are headings.
    pub(super) fn panels(&self) -> Vec<&Value> {
        self.list("/panels").iter().filter(|panel| panel["type"] != "row").collect()
    }

    pub(super) fn list(&self, at: &str) -> &[Value] {
        self.json.pointer(at).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// Every expression, with where it stands.
    pub(super) fn expressions(&self) -> Vec<(String, String)> {
        let of_panels = self.panels().into_iter().flat_map(|panel| {
            let targets = panel["targets"].as_array().unwrap();
            targets.iter().map(|target| (self.place(panel), text(&target["expr"])))
        });
        let marks = self.list("/annotations/list");
        let of_marks =
            marks.iter().map(|mark| (format!("{}: {}", self.uid, text(&mark["name"])), text(&mark["expr"])));
        of_panels.chain(of_marks).collect()
    }

    /// The panel's name, with its dashboard's.
    pub(super) fn place(&self, panel: &Value) -> String {
        format!("{}: {}", self.uid, text(&panel["title"]))
    }

    /// The names of its variables.
    pub(super) fn variables(&self) -> BTreeSet<String> {
        self.list("/templating/list").iter().map(|variable| text(&variable["name"])).collect()
    }

    /// Every text in it, a line each.
    pub(super) fn words(&self) -> String {
        let mut words = Vec::new();
        gather(&self.json, &mut words);
        words.join("\n")
    }
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// What `pattern` captures in `text`.
pub(super) fn found(pattern: &'static str, text: &str) -> Vec<String> {
    /// Read once: there are hundreds of texts.
    static PATTERNS: LazyLock<Mutex<BTreeMap<&str, Regex>>> = LazyLock::new(Mutex::default);
    let pattern = {
        let mut patterns = PATTERNS.lock().unwrap();
        patterns.entry(pattern).or_insert_with(|| Regex::new(pattern).unwrap()).clone()
    };
    pattern.captures_iter(text).map(|caught| caught[1].to_owned()).collect()
}

fn gather(value: &Value, words: &mut Vec<String>) {
    match value {
        Value::String(text) => words.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| gather(item, words)),
        Value::Object(map) => map.values().for_each(|item| gather(item, words)),
        _ => {}
    }
}
