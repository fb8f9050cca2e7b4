//! The laws of a dashboard. The first of them are those of Grafana's dashboard-linter.

use std::{collections::BTreeSet, fs};

use serde_json::Value;
use wardround::{
    dashboards::{RECORDS, service_codes},
    metrics::{Family, catalogue},
};

use super::{
    UIDS,
    sheet::{Sheet, found, sheets, text},
};

/// Fails with every breach at once.
fn assert_none(breaches: impl IntoIterator<Item = String>) {
    let breaches: Vec<_> = breaches.into_iter().collect();
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
}

/// Every panel that breaks a law.
fn panels(broken: impl Fn(&Value) -> bool) -> Vec<String> {
    let of = |sheet: &Sheet| -> Vec<String> {
        sheet.panels().into_iter().filter(|panel| broken(panel)).map(|panel| sheet.place(panel)).collect()
    };
    sheets().iter().flat_map(of).collect()
}

/// Every expression that breaks a law.
fn expressions(broken: impl Fn(&str) -> bool) -> Vec<String> {
    let all = sheets().into_iter().flat_map(|sheet| sheet.expressions());
    all.filter(|(_, expr)| broken(expr)).map(|(place, expr)| format!("{place}: {expr}")).collect()
}

#[test]
fn nobody_edits_what_is_provisioned() {
    for Sheet { uid, json } in sheets() {
        assert_eq!(json["editable"], false, "{uid}");
        assert_eq!(json["schemaVersion"], 39, "{uid}");
        assert_eq!(json["fiscalYearStartMonth"], 3, "{uid}: financial years begin in April");
        assert_eq!(json["timezone"], "Europe/London", "{uid}");
        assert!(text(&json["description"]).ends_with('.'), "{uid}");
    }
}

#[test]
fn there_is_one_data_source_and_it_can_be_chosen() {
    for sheet in sheets() {
        let variables = sheet.list("/templating/list");
        let sources: Vec<_> = variables.iter().filter(|variable| variable["type"] == "datasource").collect();
        assert!(sources.len() == 1 && sources[0]["name"] == "datasource", "{}", sheet.uid);
        for variable in variables.iter().filter(|variable| variable["type"] == "query") {
            assert_eq!(variable["datasource"]["uid"], "${datasource}", "{}", sheet.uid);
        }
    }
    assert_none(panels(|panel| {
        let chosen = |at: &Value| at["datasource"]["uid"] == "${datasource}";
        !chosen(panel) || !panel["targets"].as_array().unwrap().iter().all(chosen)
    }));
}

#[test]
fn every_panel_says_what_it_tells_and_what_it_means_if_it_is_empty() {
    assert_none(panels(|panel| {
        let [title, description] = ["title", "description"].map(|key| text(&panel[key]));
        let nothing = text(&panel["fieldConfig"]["defaults"]["noValue"]);
        title.is_empty() || !description.ends_with('.') || !nothing.ends_with('.')
    }));
}

/// What is said of an empty panel would be wrong in an empty cell.
#[test]
fn every_column_says_what_it_means_if_a_cell_is_empty() {
    assert_none(panels(|panel| {
        let columns = panel["fieldConfig"]["overrides"].as_array().unwrap();
        let ids = |column: &Value| -> BTreeSet<String> {
            column["properties"].as_array().unwrap().iter().map(|one| text(&one["id"])).collect()
        };
        panel["type"] == "table" && columns.iter().any(|column| !ids(column).contains("noValue"))
    }));
    assert_none(panels(|panel| {
        panel["type"] == "table" && panel["fieldConfig"]["overrides"].as_array().unwrap().is_empty()
    }));
}

#[test]
fn every_panel_asks_something() {
    assert_none(panels(|panel| panel["targets"].as_array().is_none_or(Vec::is_empty)));
    assert_none(expressions(|expr| expr.matches('(').count() != expr.matches(')').count()));
}

#[test]
fn units_are_those_of_grafana() {
    const UNITS: [&str; 9] = [
        "none",
        "short",
        "s",
        "dtdurations",
        "percentunit",
        "bytes",
        "dateTimeFromNow",
        "dateTimeAsIso",
        "cps",
    ];
    assert_none(panels(|panel| {
        let overrides = panel["fieldConfig"]["overrides"].as_array().unwrap();
        let properties = overrides.iter().flat_map(|one| one["properties"].as_array().unwrap());
        let named =
            properties.filter(|property| property["id"] == "unit").map(|property| text(&property["value"]));
        let mut units = named.chain([text(&panel["fieldConfig"]["defaults"]["unit"])]);
        !units.all(|unit| UNITS.contains(&&*unit))
    }));
}

#[test]
fn rates_are_taken_over_the_window_of_grafana() {
    let windows = |expr: &str| found(r"\b(?:rate|increase|irate|changes)\([^\[\]]*\[([^\]]*)\]", expr);
    assert_none(expressions(|expr| {
        windows(expr).iter().any(|window| !["$__rate_interval", "$__range"].contains(&&**window))
    }));
    assert_none(expressions(|expr| {
        !found(r"\b(rate|irate)\([^\[\]]*\[\$__(?:interval|range)\]", expr).is_empty()
    }));
}

#[test]
fn counters_are_read_only_as_growth() {
    assert_none(expressions(|expr| {
        let expr = &raw(expr);
        let counted = found(r"\b([a-z_]+(?:_total|_bucket|_sum|_count))\b", expr).len();
        let grown = found(r"\b(?:rate|increase)\(([a-z_]+(?:_total|_bucket|_sum|_count))\b", expr).len();
        let begun = found(r"(_total\{[^}]*\} unless \w+_total\{[^}]*\} offset \$__interval)", expr).len();
        counted != grown + 2 * begun
    }));
}

/// Without what is recorded: that is growth already.
fn raw(expr: &str) -> String {
    RECORDS.iter().fold(expr.to_owned(), |expr, name| expr.replace(name, "recorded"))
}

#[test]
fn every_name_is_of_the_catalogue_or_recorded() {
    let known = known();
    let unknown = |expr: &str| {
        found(r"\b((?:wardround|process)_\w+|[a-z]\w*(?::\w+)+)", expr)
            .into_iter()
            .any(|name| !known.contains(&name))
    };
    assert_none(expressions(unknown));
}

fn known() -> BTreeSet<String> {
    catalogue().flat_map(Family::series).chain(RECORDS.iter().map(|name| (*name).to_owned())).collect()
}

fn rules() -> String {
    fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/alerts/wardround-records.yaml")).unwrap()
}

#[test]
fn what_is_read_as_recorded_is_recorded_and_read() {
    let recorded: BTreeSet<String> = found(r"record: (\S+)", &rules()).into_iter().collect();
    let asked: String = sheets().iter().map(Sheet::words).collect();
    for name in RECORDS {
        assert!(recorded.contains(*name), "no rule records {name}");
        assert!(asked.contains(name), "no dashboard reads {name}");
    }
}

#[test]
fn the_numbers_of_states_are_those_that_are_recorded() {
    for (code, state) in service_codes().into_iter().enumerate() {
        let arm = format!("{code} * (max_over_time(wardround_service_state{{state=\"{}\"}}", state.label());
        assert!(rules().contains(&arm), "{arm}");
    }
}

#[test]
fn no_panel_lies_over_another() {
    for sheet in sheets() {
        let mut taken = BTreeSet::new();
        for panel in sheet.list("/panels") {
            let [x, y, w, h] = ["x", "y", "w", "h"].map(|side| panel["gridPos"][side].as_u64().unwrap());
            assert!(w > 0 && h > 0 && x + w <= 24, "{}", sheet.place(panel));
            let cells = (x..x + w).flat_map(|x| (y..y + h).map(move |y| (x, y)));
            assert!(cells.into_iter().all(|cell| taken.insert(cell)), "{}", sheet.place(panel));
        }
    }
}

#[test]
fn every_panel_has_a_number_of_its_own() {
    for sheet in sheets() {
        let numbers: BTreeSet<_> = sheet.list("/panels").iter().map(|panel| panel["id"].as_u64()).collect();
        assert_eq!(numbers.len(), sheet.list("/panels").len(), "{}", sheet.uid);
    }
}

#[test]
fn every_link_leads_somewhere() {
    for sheet in sheets() {
        let targets = found(r"/d/([\w-]+)", &sheet.words());
        assert_none(targets.into_iter().filter(|uid| !UIDS.contains(&&**uid)));
        assert_eq!(sheet.list("/links").len(), UIDS.len() - 1, "{}", sheet.uid);
    }
}

#[test]
fn every_variable_that_is_used_is_there() {
    for sheet in sheets() {
        let known = sheet.variables();
        let used = found(r"\$\{?([a-z]\w*)", &sheet.words()).into_iter();
        assert_none(used.filter(|name| !known.contains(name)).map(|name| format!("{}: {name}", sheet.uid)));
    }
}

#[test]
fn links_set_only_variables_that_are_there() {
    let all = sheets();
    for sheet in &all {
        for link in sheet.words().lines().filter(|text| text.starts_with("/d/")) {
            let uid = &found(r"^/d/([\w-]+)", link)[0];
            let known = all.iter().find(|sheet| &sheet.uid == uid).unwrap().variables();
            assert_none(found(r"var-(\w+)=", link).into_iter().filter(|name| !known.contains(name)));
        }
    }
}

/// A regex that Grafana has not escaped would break at the first odd name.
#[test]
fn names_are_matched_as_grafana_escapes_them() {
    assert_none(expressions(|expr| {
        found(r#"(=~?"[^"]*\$\w[^"]*")"#, expr)
            .iter()
            .any(|matcher| found(r#"^(=~"\$[a-z]+")$"#, matcher).is_empty())
    }));
}

#[test]
fn a_colour_never_stands_without_a_word() {
    for mapping in sheets().iter().flat_map(Sheet::panels).flat_map(mappings) {
        for word in mapping["options"].as_object().unwrap().values() {
            assert!(word["color"].is_string() && !text(&word["text"]).is_empty(), "{mapping}");
        }
    }
}

fn mappings(panel: &Value) -> Vec<Value> {
    let config = &panel["fieldConfig"];
    let own = config["defaults"]["mappings"].as_array().unwrap().clone();
    let properties =
        config["overrides"].as_array().unwrap().iter().flat_map(|one| one["properties"].as_array().unwrap());
    let named = properties.filter(|property| property["id"] == "mappings");
    own.into_iter().chain(named.flat_map(|property| property["value"].as_array().unwrap().clone())).collect()
}

/// Red and green alone are one colour to one man in twelve.
#[test]
fn the_colours_can_be_told_apart_by_everybody() {
    const PALETTE: [&str; 9] =
        ["#009E73", "#56B4E9", "#F0E442", "#E69F00", "#D55E00", "#0072B2", "#CC79A7", "#999999", "text"];
    const SCALES: [&str; 4] = ["continuous-BlYlRd", "fixed", "thresholds", "Cividis"];
    for sheet in sheets() {
        let texts = sheet.words();
        let colours = texts.lines().filter(|text| text.starts_with('#'));
        assert_none(colours.filter(|colour| !PALETTE.contains(colour)).map(str::to_owned));
        assert_none(panels(|panel| {
            !SCALES.contains(&&*text(&panel["fieldConfig"]["defaults"]["color"]["mode"]))
        }));
    }
}
