//! How are metrics written as text? In the order of their names; a label can hold anything.

use std::{collections::BTreeMap, fmt::Write as _};

/// Metrics under way. All are gauges.
#[derive(Default)]
pub(super) struct Page(BTreeMap<&'static str, Family>);

struct Family {
    help: &'static str,
    series: BTreeMap<String, f64>,
}

/// What can be the value of a metric.
pub(super) trait Number {
    fn number(self) -> f64;
}

impl Number for f64 {
    fn number(self) -> f64 {
        self
    }
}

impl Number for u32 {
    fn number(self) -> f64 {
        self.into()
    }
}

impl Number for bool {
    fn number(self) -> f64 {
        u32::from(self).into()
    }
}

impl Page {
    /// A metric without labels.
    pub(super) fn put(&mut self, name: &'static str, help: &'static str, value: impl Number) {
        self.by(name, help, &[], value);
    }

    /// A series of a metric.
    pub(super) fn by(
        &mut self,
        name: &'static str,
        help: &'static str,
        labels: &[(&str, &str)],
        value: impl Number,
    ) {
        let family = self.0.entry(name).or_insert_with(|| Family { help, series: BTreeMap::new() });
        let mut labels: Vec<String> =
            labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        labels.sort();
        family.series.insert(labels.join(","), value.number());
    }

    /// All of it.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for (name, Family { help, series }) in &self.0 {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge");
            for (labels, value) in series {
                let labels = if labels.is_empty() { String::new() } else { format!("{{{labels}}}") };
                let _ = writeln!(text, "{name}{labels} {value}");
            }
        }
        text
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_order_and_labels_escaped() {
        let mut page = Page::default();
        page.by("b", "B.", &[("z", "1"), ("a", "\"x\\\n")], true);
        page.put("a", "A.", 3_668_918_509_u32);
        assert_eq!(
            page.text(),
            "# HELP a A.\n# TYPE a gauge\na 3668918509\n# HELP b B.\n# TYPE b gauge\nb{a=\"\\\"x\\\\\\n\",z=\"1\"} 1\n"
        );
    }
}
