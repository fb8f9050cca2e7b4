//! What do the dashboards ask of Prometheus?

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

/// What a dashboard asks, and where it shows the answers.
pub(crate) struct Dashboard {
    pub(crate) uid: String,
    pub(crate) panels: Vec<Panel>,
    /// Those whose values Prometheus gives, in the order in which they stand.
    pub(crate) variables: Vec<Variable>,
    /// Every variable that has a value of its own, whoever gives it.
    pub(crate) given: Vec<(String, String)>,
    pub(crate) annotations: Vec<Target>,
}

/// A panel that asks something.
pub(crate) struct Panel {
    pub(crate) title: String,
    pub(crate) kind: String,
    pub(crate) targets: Vec<Target>,
    /// The shortest step that it asks in, as Grafana writes it.
    pub(crate) interval: Option<String>,
    /// As many points as it asks for at most, if it says so.
    pub(crate) points: Option<f64>,
    /// How far back it looks, where not as far as the dashboard.
    pub(crate) range: Option<String>,
    /// The words for values.
    pub(crate) words: Vec<(String, String)>,
}

/// One question.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) expression: String,
    pub(crate) legend: String,
    pub(crate) instant: bool,
    pub(crate) interval: Option<String>,
}

impl Target {
    /// Asks `expression` of one moment.
    pub(crate) fn instant(expression: &str) -> Self {
        let [name, legend] = [String::new(), String::new()];
        Self { name, expression: expression.to_owned(), legend, instant: true, interval: None }
    }
}

/// A variable whose values a query gives.
pub(crate) struct Variable {
    pub(crate) name: String,
    pub(crate) query: String,
    pub(crate) all: bool,
    pub(crate) all_value: Option<String>,
    pub(crate) many: bool,
}

/// The files that ship.
pub(crate) fn paths() -> impl Iterator<Item = PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("dashboards");
    let files = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    let mut found: Vec<_> = files.filter(|path| path.extension().is_some_and(|it| it == "json")).collect();
    found.sort();
    found.into_iter()
}

/// The dashboards that ship.
pub(crate) fn dashboards() -> Vec<Dashboard> {
    let read = |path: PathBuf| serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    paths().map(read).map(|json: Value| dashboard(&json)).collect()
}

fn dashboard(json: &Value) -> Dashboard {
    let listed = array(&json["templating"]["list"]);
    let variables = listed.iter().filter(|it| it["type"] == "query").map(variable).collect();
    let fixed = listed.iter().filter(|it| it["type"] != "query" && it["type"] != "datasource");
    let given = fixed.map(|it| (text(&it["name"]), first(it))).collect();
    let annotations = array(&json["annotations"]["list"]);
    let asked = annotations.iter().filter(|it| it["expr"].is_string() || it["target"]["expr"].is_string());
    Dashboard {
        uid: text(&json["uid"]),
        panels: panels(&json["panels"]),
        variables,
        given,
        annotations: asked.map(annotation).collect(),
    }
}

/// Those in rows too.
fn panels(json: &Value) -> Vec<Panel> {
    let within = |one: &Value| -> Vec<Panel> {
        let own = (!array(&one["targets"]).is_empty()).then(|| panel(one));
        own.into_iter().chain(panels(&one["panels"])).collect()
    };
    array(json).iter().flat_map(within).collect()
}

fn panel(json: &Value) -> Panel {
    Panel {
        title: text(&json["title"]),
        kind: text(&json["type"]),
        targets: array(&json["targets"]).iter().map(target).collect(),
        interval: maybe(&json["interval"]),
        points: json["maxDataPoints"].as_f64(),
        range: maybe(&json["timeFrom"]),
        words: words(&json["fieldConfig"]),
    }
}

fn target(json: &Value) -> Target {
    Target {
        name: text(&json["refId"]),
        expression: text(&json["expr"]),
        legend: text(&json["legendFormat"]),
        instant: json["instant"] == true && json["range"] != true,
        interval: maybe(&json["interval"]),
    }
}

fn annotation(json: &Value) -> Target {
    let asked = if json["target"]["expr"].is_string() { &json["target"] } else { json };
    let shown: Vec<_> = ["titleFormat", "textFormat"].map(|key| text(&json[key])).into();
    Target {
        name: text(&json["name"]),
        expression: text(&asked["expr"]),
        legend: shown.join(" "),
        instant: false,
        interval: maybe(&json["step"]),
    }
}

fn variable(json: &Value) -> Variable {
    let query = if json["query"].is_string() { &json["query"] } else { &json["query"]["query"] };
    Variable {
        name: text(&json["name"]),
        query: text(query),
        all: json["includeAll"] == true,
        all_value: maybe(&json["allValue"]),
        many: json["multi"] == true,
    }
}

/// The value that it begins with.
fn first(json: &Value) -> String {
    let options = array(&json["options"]);
    let chosen = options.iter().find(|it| it["selected"] == true).or(options.first());
    let current = &json["current"]["value"];
    let of_query = || text(&json["query"]).split(',').next().unwrap_or_default().trim().to_owned();
    maybe(current).or_else(|| chosen.and_then(|it| maybe(&it["value"]))).unwrap_or_else(of_query)
}

/// Every word for a value; those of single columns are left out.
fn words(config: &Value) -> Vec<(String, String)> {
    let mappings = array(&config["defaults"]["mappings"]).iter();
    let exact = mappings.filter(|it| it["type"] == "value").filter_map(|it| it["options"].as_object());
    exact.flatten().map(|(value, shown)| (value.clone(), text(&shown["text"]))).collect()
}

fn array(json: &Value) -> &[Value] {
    json.as_array().map_or(&[], Vec::as_slice)
}

fn text(json: &Value) -> String {
    json.as_str().unwrap_or_default().to_owned()
}

fn maybe(json: &Value) -> Option<String> {
    json.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A length of time as Grafana writes it: `5m`, `now-7d`, and `now/M` of this month so far, taken as a whole one.
pub(crate) fn seconds(length: &str) -> Option<f64> {
    let length = length.strip_prefix("now-").unwrap_or(length);
    let length = length.strip_prefix("now/").map_or_else(|| length.to_owned(), |unit| format!("1{unit}"));
    let (number, unit) = length.split_at(length.find(char::is_alphabetic)?);
    let [second, minute, hour, day] = [1.0, 60.0, 3_600.0, 86_400.0];
    let of = [
        ("s", second),
        ("m", minute),
        ("h", hour),
        ("d", day),
        ("w", 7.0 * day),
        ("M", 30.0 * day),
        ("y", 365.0 * day),
    ];
    let unit = of.iter().find(|(name, _)| *name == unit)?.1;
    Some(number.parse::<f64>().ok()? * unit)
}

#[test]
fn steps_and_ranges_are_lengths_of_time() {
    for panel in dashboards().iter().flat_map(|dashboard| &dashboard.panels) {
        let steps = panel.targets.iter().map(|target| &target.interval);
        for length in steps.chain([&panel.interval, &panel.range]).flatten() {
            assert!(length.starts_with('$') || seconds(length).is_some(), "{}: {length}", panel.title);
        }
        assert!(panel.points.is_none_or(|points| points >= 100.0), "{}: too coarse a picture", panel.title);
    }
    assert_eq!(seconds("5m"), Some(300.0));
    assert_eq!(seconds("now-7d"), seconds("1w"));
    assert_eq!(seconds("now/M"), seconds("30d"));
    assert_eq!(seconds("m5"), None);
}
