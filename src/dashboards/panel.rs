//! What is one panel: what it asks, and how it shows the answer?

use serde::Serialize;
use serde_json::{Value, json};

use super::{
    field::{by_name, reference, value_field},
    grid::Place,
    model::{CHOSEN, Source},
};

/// One panel.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Panel {
    id: u32,
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    description: &'static str,
    datasource: Source,
    grid_pos: Place,
    #[serde(skip_serializing_if = "Option::is_none")]
    interval: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_data_points: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_from: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_shift: Option<&'static str>,
    targets: Vec<Target>,
    transformations: Vec<Value>,
    field_config: FieldConfig,
    options: Value,
}

/// One question to Prometheus.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    ref_id: String,
    datasource: Source,
    expr: String,
    legend_format: &'static str,
    format: &'static str,
    instant: bool,
    range: bool,
    editor_mode: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct FieldConfig {
    defaults: Defaults,
    overrides: Vec<Value>,
}

#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Defaults {
    unit: &'static str,
    no_value: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    decimals: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<f64>,
    mappings: Vec<Value>,
    color: Value,
    thresholds: Value,
    links: Vec<Value>,
    custom: Value,
}

pub(super) use super::field::Unit;

/// The words of a panel: its title, what it tells, and what it says when there is nothing to tell.
pub(super) type Words = [&'static str; 3];

impl Panel {
    fn new(kind: &'static str, [title, description, nothing]: Words, options: Value, custom: Value) -> Self {
        let defaults = Defaults {
            unit: Unit::Plain.id(),
            no_value: nothing,
            // Of no fixed meaning: from fast or few to slow or many.
            color: json!({"mode": "continuous-BlYlRd"}),
            thresholds: json!({"mode": "absolute", "steps": [{"value": null, "color": "text"}]}),
            custom,
            ..Defaults::default()
        };
        Self {
            id: 0,
            kind,
            title,
            description,
            datasource: CHOSEN,
            grid_pos: Place { w: 12, h: 8, ..Place::default() },
            interval: None,
            max_data_points: None,
            time_from: None,
            time_shift: None,
            targets: Vec::new(),
            transformations: Vec::new(),
            field_config: FieldConfig { defaults, overrides: Vec::new() },
            options,
        }
    }

    /// Bars of words along the time: the states of several things.
    pub(super) fn timeline(words: Words, mappings: Vec<Value>) -> Self {
        let options = json!({"showValue": "auto", "rowHeight": 0.85, "mergeValues": true, "alignValue": "left",
            "legend": {"showLegend": true, "displayMode": "list", "placement": "bottom", "calcs": []},
            "tooltip": {"mode": "single", "sort": "none"}});
        let panel = Self::new("state-timeline", words, options, json!({"lineWidth": 0, "fillOpacity": 85}));
        panel.read_as(mappings)
    }

    /// Lines along the time.
    pub(super) fn lines(words: Words) -> Self {
        Self::series(
            words,
            json!({"drawStyle": "line", "lineWidth": 2, "fillOpacity": 0, "showPoints": "auto",
            "spanNulls": false, "stacking": {"mode": "none", "group": "A"}}),
        )
    }

    /// Parts of a whole along the time.
    pub(super) fn stacked(words: Words) -> Self {
        Self::series(
            words,
            json!({"drawStyle": "line", "lineWidth": 1, "fillOpacity": 70, "showPoints": "never",
            "spanNulls": false, "stacking": {"mode": "normal", "group": "A"}}),
        )
    }

    /// Counts along the time, one upon the other.
    pub(super) fn bars(words: Words) -> Self {
        Self::series(
            words,
            json!({"drawStyle": "bars", "lineWidth": 0, "fillOpacity": 85, "showPoints": "never",
            "stacking": {"mode": "normal", "group": "A"}}),
        )
        .step("1m")
    }

    fn series(words: Words, custom: Value) -> Self {
        let options = json!({
            "legend": {"showLegend": true, "displayMode": "table", "placement": "bottom", "calcs": ["lastNotNull", "max"]},
            "tooltip": {"mode": "multi", "sort": "desc"}});
        Self::new("timeseries", words, options, custom)
    }

    /// Numbers, large.
    pub(super) fn stat(words: Words) -> Self {
        let options = json!({"graphMode": "none", "colorMode": "none", "justifyMode": "auto", "textMode": "auto",
            "wideLayout": true, "showPercentChange": false, "percentChangeColorMode": "standard",
            "orientation": "auto",
            "reduceOptions": {"values": false, "calcs": ["lastNotNull"], "fields": ""}});
        Self::new("stat", words, options, json!({}))
    }

    /// Rows of what is so now. Several questions make one table: rows with the same labels are one.
    pub(super) fn table(words: Words) -> Self {
        let options = json!({"frameIndex": 0, "showHeader": true, "cellHeight": "sm"});
        let mut panel = Self::new("table", words, options, json!({"filterable": true}));
        panel.transformations.push(json!({"id": "merge", "options": {}}));
        panel.field_config.defaults.color = json!({"mode": "fixed", "fixedColor": "text"});
        panel
    }

    /// How a whole distribution moves along the time.
    pub(super) fn heat(words: Words) -> Self {
        let options = json!({"calculate": false, "showValue": "never", "cellGap": 1,
            "color": {"mode": "scheme", "scheme": "Cividis", "fill": "dark-blue", "scale": "exponential",
                "exponent": 0.5, "steps": 64, "reverse": false},
            "yAxis": {"axisPlacement": "left", "unit": Unit::Seconds.id()},
            "rowsFrame": {"layout": "auto"}, "filterValues": {"le": 1e-9},
            "legend": {"show": true}, "exemplars": {"color": "rgba(255,0,255,0.7)"},
            "tooltip": {"mode": "single", "yHistogram": true, "showColorScale": true}});
        Self::new("heatmap", words, options, json!({})).size_of(24, 9)
    }

    /// Columns side by side, of what is so over all that is shown.
    pub(super) fn columns(words: Words, along: &'static str) -> Self {
        let options = json!({"xField": along, "orientation": "auto", "xTickLabelRotation": 0,
            "xTickLabelMaxLength": 0, "xTickLabelSpacing": 0, "stacking": "none", "showValue": "auto",
            "barWidth": 0.9, "groupWidth": 0.8, "barRadius": 0.0, "fullHighlight": false,
            "legend": {"showLegend": true, "displayMode": "list", "placement": "bottom", "calcs": []},
            "tooltip": {"mode": "multi", "sort": "none"}});
        Self::new("barchart", words, options, json!({"lineWidth": 1, "fillOpacity": 80}))
    }

    /// Asks along the time.
    pub(super) fn ask(self, expr: impl Into<String>, legend: &'static str) -> Self {
        self.target(expr.into(), legend, "time_series", false)
    }

    /// Asks for what is so at the end of the time shown.
    pub(super) fn ask_now(self, expr: impl Into<String>, legend: &'static str) -> Self {
        let format = if matches!(self.kind, "table" | "barchart") { "table" } else { "time_series" };
        self.target(expr.into(), legend, format, true)
    }

    /// Asks for buckets along the time.
    pub(super) fn ask_buckets(self, expr: impl Into<String>) -> Self {
        self.target(expr.into(), "{{le}}", "heatmap", false)
    }

    fn target(mut self, expr: String, legend: &'static str, format: &'static str, instant: bool) -> Self {
        let ref_id = reference(self.targets.len());
        let (datasource, range, editor_mode) = (CHOSEN, !instant, "code");
        let legend_format = legend;
        self.targets.push(Target {
            ref_id,
            datasource,
            expr,
            legend_format,
            format,
            instant,
            range,
            editor_mode,
        });
        self
    }

    /// A column of a table: its question, its heading, its unit.
    pub(super) fn column(self, heading: &'static str, unit: Unit, expr: impl Into<String>) -> Self {
        let matcher = value_field(self.targets.len());
        self.ask_now(expr, "").set(&matcher, heading).with("unit", unit.id())
    }

    /// What is more to say of the column that was asked for last.
    pub(super) fn with(mut self, id: &str, value: impl Into<Value>) -> Self {
        let property = json!({"id": id, "value": value.into()});
        if let Some(Value::Array(properties)) =
            self.field_config.overrides.last_mut().and_then(|last| last.get_mut("properties"))
        {
            properties.push(property);
        }
        self
    }

    /// What the last column says in a row of which it knows nothing.
    pub(super) fn or_else(self, words: &str) -> Self {
        self.with("noValue", words)
    }

    /// Whoever clicks into the last column goes to `url`.
    pub(super) fn leading(self, title: &str, url: impl Into<String>) -> Self {
        self.with("links", json!([{"title": title, "url": url.into()}]))
    }

    /// The last column is there for its labels.
    pub(super) fn hidden(self) -> Self {
        self.with("custom.hidden", true)
    }

    /// The last column shows words on their colours.
    pub(super) fn with_words(self, mappings: Vec<Value>) -> Self {
        self.with("mappings", mappings)
            .with("custom.cellOptions", json!({"type": "color-background", "mode": "basic"}))
    }

    /// A label of the answers, as a column with a heading.
    pub(super) fn label(self, name: &str, heading: &str) -> Self {
        self.set(&by_name(name), heading)
    }

    /// Columns that nobody needs to see.
    pub(super) fn without(mut self, names: &[&str]) -> Self {
        let hidden: serde_json::Map<_, _> =
            names.iter().map(|name| ((*name).to_owned(), json!(true))).collect();
        self.transformations
            .push(json!({"id": "organize", "options": {"excludeByName": hidden, "indexByName": {}, "renameByName": {}}}));
        self
    }

    /// Rows in the order of a label.
    pub(super) fn sorted(self, label: &str) -> Self {
        self.transformed("sortBy", &json!({"fields": {}, "sort": [{"field": label}]}))
    }

    /// What Grafana does with the answers before it shows them.
    pub(super) fn transformed(mut self, id: &str, options: &Value) -> Self {
        self.transformations.push(json!({"id": id, "options": options}));
        self
    }

    /// Series of these names have these colours.
    pub(super) fn coloured(self, colours: Vec<(&str, &str)>) -> Self {
        colours.into_iter().fold(self, |panel, (name, colour)| {
            let fixed = json!({"mode": "fixed", "fixedColor": colour});
            panel.field(&by_name(name)).with("color", fixed)
        })
    }

    /// A field with its heading. In its empty cells are no words but its own: those of the panel are about the whole.
    fn set(self, matcher: &Value, heading: &str) -> Self {
        self.field(matcher).with("displayName", heading).with("noValue", "–")
    }

    /// What follows is said of this field.
    fn field(mut self, matcher: &Value) -> Self {
        self.field_config.overrides.push(json!({"matcher": matcher, "properties": []}));
        self
    }

    /// Whoever clicks goes to `url`.
    pub(super) fn link(mut self, title: &str, url: impl Into<String>) -> Self {
        self.field_config
            .defaults
            .links
            .push(json!({"title": title, "url": url.into(), "targetBlank": false}));
        self
    }

    pub(super) fn unit(mut self, unit: Unit) -> Self {
        self.field_config.defaults.unit = unit.id();
        self
    }

    pub(super) fn decimals(mut self, decimals: u8) -> Self {
        self.field_config.defaults.decimals = Some(decimals);
        self
    }

    pub(super) fn zero_based(mut self) -> Self {
        self.field_config.defaults.min = Some(0.0);
        self
    }

    /// Numbers stand for words, and the words have colours.
    pub(super) fn read_as(mut self, mappings: Vec<Value>) -> Self {
        self.field_config.defaults.mappings = mappings;
        self.field_config.defaults.color = json!({"mode": "thresholds"});
        if self.kind == "stat" {
            self.options["colorMode"] = json!("background_solid");
        }
        self
    }

    /// Asks no finer than this: what is recorded once a minute has nothing in between.
    pub(super) fn step(mut self, least: &'static str) -> Self {
        self.interval = Some(least);
        self
    }

    /// Asks for no more points than this, where each is dear and a picture needs no more.
    pub(super) fn points(mut self, most: u32) -> Self {
        self.max_data_points = Some(most);
        self
    }

    /// Every cell shows words on their colours.
    pub(super) fn cells(self, mappings: Vec<Value>) -> Self {
        let mut panel = self.read_as(mappings);
        panel.field_config.defaults.custom["cellOptions"] =
            json!({"type": "color-background", "mode": "basic"});
        panel
    }

    /// What a cell says of which nothing is known.
    pub(super) fn empty_cells(self, words: &str) -> Self {
        self.field(&json!({"id": "byRegexp", "options": "/.*/"})).with("noValue", words)
    }

    /// Every cell has a colour by its number, from low to high.
    pub(super) fn shaded(mut self) -> Self {
        self.field_config.defaults.color = json!({"mode": "continuous-BlYlRd"});
        self.field_config.defaults.custom["cellOptions"] =
            json!({"type": "color-background", "mode": "basic"});
        self
    }

    /// Shows another time than the rest of the dashboard.
    pub(super) fn since(mut self, from: &'static str) -> Self {
        self.time_from = Some(from);
        self
    }

    /// Shows what was so earlier.
    pub(super) fn shifted(mut self, by: &'static str) -> Self {
        self.time_shift = Some(by);
        self
    }

    pub(super) fn size_of(mut self, w: u32, h: u32) -> Self {
        (self.grid_pos.w, self.grid_pos.h) = (w, h);
        self
    }

    pub(super) fn size(&self) -> (u32, u32) {
        (self.grid_pos.w, self.grid_pos.h)
    }

    pub(super) fn placed(mut self, id: u32, place: Place) -> Self {
        (self.id, self.grid_pos) = (id, place);
        self
    }
}
