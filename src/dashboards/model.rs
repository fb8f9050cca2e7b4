//! What is a dashboard to Grafana? Its classic JSON model, as far as we use it.

use serde::Serialize;
use serde_json::Value;

use super::{frame, grid, panel::Panel};

/// The model's version: that of Grafana 11, which later ones read.
const SCHEMA: u32 = 39;
/// Financial years begin in April; Grafana counts months from 0.
const APRIL: u32 = 3;

/// One dashboard.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Dashboard {
    uid: &'static str,
    title: &'static str,
    description: &'static str,
    tags: [&'static str; 1],
    timezone: &'static str,
    week_start: &'static str,
    fiscal_year_start_month: u32,
    editable: bool,
    graph_tooltip: u8,
    refresh: &'static str,
    schema_version: u32,
    time: Range,
    timepicker: Picker,
    links: Vec<Link>,
    templating: List<Variable>,
    annotations: List<Annotation>,
    panels: Vec<Value>,
}

/// From when to when is shown at first.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Range {
    pub(super) from: &'static str,
    pub(super) to: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct Picker {
    quick_ranges: Vec<Quick>,
}

/// A range that has a name.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Quick {
    pub(super) display: &'static str,
    pub(super) from: &'static str,
    pub(super) to: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct List<T> {
    list: Vec<T>,
}

/// The data source that a reader has chosen.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Source {
    #[serde(rename = "type")]
    kind: &'static str,
    uid: &'static str,
}

/// The Prometheus of the variable `datasource`.
pub(super) const CHOSEN: Source = Source { kind: "prometheus", uid: "${datasource}" };

/// What a reader chooses at the top.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Variable {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) description: &'static str,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) datasource: Option<Source>,
    pub(super) query: Value,
    pub(super) refresh: u8,
    pub(super) sort: u8,
    pub(super) multi: bool,
    pub(super) include_all: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) all_value: Option<&'static str>,
    #[serde(skip_serializing_if = "Value::is_null")]
    pub(super) current: Value,
}

/// A way to another dashboard, at the top.
#[expect(clippy::struct_excessive_bools, reason = "so it is in Grafana's model")]
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Link {
    pub(super) title: &'static str,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) icon: &'static str,
    pub(super) tooltip: &'static str,
    pub(super) url: String,
    pub(super) tags: [&'static str; 0],
    pub(super) as_dropdown: bool,
    pub(super) target_blank: bool,
    pub(super) include_vars: bool,
    pub(super) keep_time: bool,
}

/// What is marked on every panel that has a time axis.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Annotation {
    pub(super) name: &'static str,
    pub(super) datasource: Source,
    pub(super) enable: bool,
    pub(super) hide: bool,
    pub(super) icon_color: &'static str,
    pub(super) expr: String,
    pub(super) title_format: &'static str,
    pub(super) text_format: &'static str,
    /// The value is when it was, in milliseconds.
    pub(super) use_value_for_time: bool,
}

/// What tells one dashboard from another.
pub(super) struct About {
    pub(super) uid: &'static str,
    pub(super) title: &'static str,
    pub(super) description: &'static str,
    pub(super) from: &'static str,
}

impl Dashboard {
    pub(super) fn new(about: &About, variables: Vec<Variable>, sections: Vec<grid::Section>) -> Self {
        let About { uid, title, description, from } = *about;
        Self {
            uid,
            title,
            description,
            tags: ["wardround"],
            timezone: "Europe/London",
            week_start: "monday",
            fiscal_year_start_month: APRIL,
            editable: false,
            graph_tooltip: 1,
            refresh: "1m",
            schema_version: SCHEMA,
            time: Range { from, to: "now" },
            timepicker: Picker { quick_ranges: frame::quick_ranges() },
            links: frame::links(uid),
            annotations: List { list: frame::annotations(&variables) },
            templating: List { list: variables },
            panels: grid::place(sections),
        }
    }

    /// The name by which links and alerts find it. Never changes.
    pub fn uid(&self) -> &'static str {
        self.uid
    }

    /// The file in `dashboards/`, as it shall be.
    pub fn text(&self) -> String {
        // Maps with keys that are texts, and numbers that are finite: nothing that JSON cannot hold.
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        text + "\n"
    }
}

impl Panel {
    pub(super) fn value(&self) -> Value {
        // As above.
        serde_json::to_value(self).unwrap_or_default()
    }
}
