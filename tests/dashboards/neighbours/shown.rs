//! What would a person see? Each panel's answers as a table.

use std::{collections::BTreeSet, fmt::Write as _};

use super::{
    ask::Series,
    shipped::{Panel, Target},
};

/// As many rows a panel as fit a page.
const ROWS: usize = 8;

/// The rows of a panel: what each series is called, where it began, its lowest and highest, where it is now.
pub(super) fn rows(panel: &Panel, answers: &[(&Target, Vec<Series>)]) -> String {
    let mut text = format!("  {} ({})\n", panel.title, panel.kind);
    let lines: Vec<_> =
        answers.iter().flat_map(|(target, all)| all.iter().map(|one| row(panel, target, one))).collect();
    for line in lines.iter().take(ROWS) {
        let _ = writeln!(text, "    {line}");
    }
    if lines.len() > ROWS {
        let _ = writeln!(text, "    … and {} more", lines.len() - ROWS);
    }
    if lines.is_empty() {
        text += "    (nothing)\n";
    }
    text
}

fn row(panel: &Panel, target: &Target, series: &Series) -> String {
    let name = called(&target.legend, series);
    let values: Vec<f64> = series.values.iter().map(|(_, value)| *value).collect();
    let Some(last) = values.last() else { return format!("{name:60} -") };
    let distinct: BTreeSet<String> = values.iter().map(|value| shown(panel, *value)).collect();
    let past = if values.len() == 1 {
        String::new()
    } else if distinct.len() <= 4 {
        format!("  was {}", distinct.into_iter().collect::<Vec<_>>().join(", "))
    } else {
        let (lowest, highest) =
            values.iter().fold((f64::MAX, f64::MIN), |(a, b), it| (a.min(*it), b.max(*it)));
        format!("  from {} to {}", shown(panel, lowest), shown(panel, highest))
    };
    format!("{name:60} {}{past}", shown(panel, *last))
}

/// The word for a value, or the value.
fn shown(panel: &Panel, value: f64) -> String {
    let exact = format!("{value}");
    let word = panel.words.iter().find(|(of, _)| *of == exact).map(|(_, word)| word.clone());
    word.unwrap_or_else(|| if value.abs() >= 1e6 { format!("{value:.0}") } else { format!("{value:.4}") })
}

/// A series by its legend, or by all its labels.
pub(super) fn called(legend: &str, series: &Series) -> String {
    if legend.is_empty() || legend == "__auto" {
        let own = series.labels.iter().filter(|(name, _)| *name != "__name__");
        return own.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ");
    }
    labels(legend).iter().fold(legend.to_owned(), |text, label| {
        let value = series.labels.get(*label).map_or("", String::as_str);
        text.replace(&format!("{{{{{label}}}}}"), value).replace(&format!("{{{{ {label} }}}}"), value)
    })
}

/// The labels that a legend names.
pub(super) fn labels(legend: &str) -> Vec<&str> {
    legend.split("{{").skip(1).filter_map(|rest| rest.split("}}").next()).map(str::trim).collect()
}
