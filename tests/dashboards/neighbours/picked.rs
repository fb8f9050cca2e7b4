//! What does Grafana make of an expression with variables? Its Prometheus data source, in a page.

use std::{collections::BTreeMap, sync::LazyLock};

use regex::{Captures, Regex};

/// Which part of the past is looked at, and which values of the variables.
#[derive(Clone, Debug, Default)]
pub(crate) struct Picked {
    /// Seconds of Unix time.
    pub(crate) from: f64,
    pub(crate) to: f64,
    /// Seconds from one point of a chart to the next.
    pub(crate) step: f64,
    /// Seconds from one scrape to the next.
    pub(crate) scrape: f64,
    values: BTreeMap<String, Value>,
}

#[derive(Clone, Debug)]
enum Value {
    One(String),
    Many(Vec<String>),
    /// As it is, whatever is in it.
    Raw(String),
}

static VARIABLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\$(?:\{(\w+)(?::(\w+))?\}|(\w+))|\[\[(\w+)\]\]").expect("a pattern of ours is a regex")
});

impl Picked {
    /// A stretch of `length` seconds until `to`, on a chart of so many points at most.
    pub(crate) fn stretch(to: f64, length: f64, points: f64, shortest: f64, scrape: f64) -> Self {
        let step = (length / points).max(shortest).max(1.0).round();
        let align = |at: f64| (at / step).floor() * step;
        Self { from: align(to - length), to: align(to), step, scrape, ..Self::default() }
    }

    /// A variable that has one value at a time.
    pub(crate) fn one(&mut self, name: &str, value: &str) {
        self.values.insert(name.to_owned(), Value::One(value.to_owned()));
    }

    /// One that may have several.
    pub(crate) fn many(&mut self, name: &str, values: &[String]) {
        self.values.insert(name.to_owned(), Value::Many(values.to_vec()));
    }

    pub(crate) fn raw(&mut self, name: &str, value: &str) {
        self.values.insert(name.to_owned(), Value::Raw(value.to_owned()));
    }

    /// The expression as Prometheus gets it. A variable that nobody has picked stays, and Prometheus complains of it.
    pub(crate) fn expand(&self, expression: &str) -> String {
        let expanded = |found: &Captures| {
            let name = found.get(1).or(found.get(3)).or(found.get(4)).map_or("", |it| it.as_str());
            let format = found.get(2).map_or("", |it| it.as_str());
            self.value(name, format).unwrap_or_else(|| found[0].to_owned())
        };
        VARIABLE.replace_all(expression, expanded).into_owned()
    }

    fn value(&self, name: &str, format: &str) -> Option<String> {
        let seconds = |length: f64| Some(format!("{}s", length.round().max(1.0)));
        match name {
            "__interval" => seconds(self.step),
            "__interval_ms" => Some((self.step * 1000.0).to_string()),
            "__rate_interval" => seconds((self.step + self.scrape).max(4.0 * self.scrape)),
            "__range" => seconds(self.to - self.from),
            "__range_s" => Some((self.to - self.from).round().to_string()),
            "__range_ms" => Some(((self.to - self.from) * 1000.0).round().to_string()),
            "__from" => Some((self.from * 1000.0).to_string()),
            "__to" => Some((self.to * 1000.0).to_string()),
            _ => self.values.get(name).map(|value| value.formatted(format)),
        }
    }
}

impl Value {
    fn formatted(&self, format: &str) -> String {
        match (self, format) {
            (Self::Raw(text), _) | (Self::One(text), "raw" | "text") => text.clone(),
            (Self::One(text), "regex") => regex::escape(text),
            (Self::One(text), _) => text.replace('\\', r"\\").replace('"', "\\\""),
            (Self::Many(all), "raw" | "csv" | "text") => all.join(","),
            (Self::Many(all), "pipe") => all.join("|"),
            (Self::Many(all), _) => choice(all),
        }
    }
}

/// Any of `all`, as a regular expression within quotes.
fn choice(all: &[String]) -> String {
    let escape =
        |one: &String| regex::escape(one).replace('\\', r"\\").replace('"', "\\\"").replace(r"\\-", "-");
    let escaped: Vec<_> = all.iter().map(escape).collect();
    if let [one] = &*escaped { one.clone() } else { format!("({})", escaped.join("|")) }
}

#[test]
fn variables_become_what_grafana_makes_of_them() {
    let mut picked = Picked::stretch(10_005.0, 3_600.0, 1_000.0, 15.0, 15.0);
    picked.many("site", &["a-b".to_owned(), "c.d".to_owned()]);
    picked.one("service", "epr\"");
    picked.raw("all", ".*");
    let expanded = |text: &str| picked.expand(text);
    assert_eq!(expanded(r#"a{s=~"$site", t="${service}"}"#), r#"a{s=~"(a-b|c\\.d)", t="epr\""}"#);
    assert_eq!(
        expanded("rate(a[$__rate_interval]) / $__interval_ms [$__range]"),
        "rate(a[60s]) / 15000 [3600s]"
    );
    assert_eq!(expanded("$all $nobody"), ".* $nobody");
}
