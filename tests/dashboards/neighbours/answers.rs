//! Does every question of every dashboard get the answer that it is shown for?

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write as _,
};

use super::{
    ask::{Ask, Series},
    picked::Picked,
    shipped::{Dashboard, Panel, Target, dashboards},
    shown::{called, labels, rows},
    wards::{SICK, WELL, Wards, nothing},
};

/// Panels that may be empty after all that happened, and why.
const EMPTY: [(&str, &str, &str); 5] = [
    ("wardround-agent", "Last acknowledged", "nobody is there to be told"),
    (
        "wardround-latency",
        "This week against last",
        "there was no week before: benches/dashboards.rs has one",
    ),
    ("wardround-latency", "How much slower", "there was no week before"),
    ("wardround-latency", "By hour of the day", "there was no half hour"),
    ("wardround-latency", "By weekday and hour", "there was no half hour"),
];

/// What a person picks, from everything to one probe.
const CHOICES: [&[(&str, &str)]; 7] = [
    &[],
    &[("site", SICK), ("service", "prescribing"), ("probe", "health")],
    &[("site", SICK), ("service", "epr"), ("probe", "sign-in")],
    &[("site", SICK), ("service", "pathology"), ("probe", "results")],
    &[("site", SICK), ("service", "pacs"), ("probe", "viewer")],
    &[("site", SICK), ("service", "old-ward"), ("probe", "answers")],
    &[("site", WELL), ("service", "dns"), ("probe", "long-reply")],
];

/// What each panel showed under any choice.
type Seen<'a> = BTreeMap<(&'a str, &'a str), Vec<(&'a Target, Vec<Series>)>>;

#[tokio::test(flavor = "multi_thread")]
async fn every_question_has_its_answer() {
    let wards = Wards::lived_through().await;
    let (dashboards, mut complaints, mut seen) = (dashboards(), Vec::new(), Seen::new());
    for dashboard in &dashboards {
        for choice in CHOICES {
            let picked = pick(wards.ask, dashboard, choice, wards.past(), &mut complaints);
            ask_all(wards.ask, dashboard, &picked, &mut complaints, &mut seen);
        }
    }
    complaints.extend(empty(&seen));
    complaints.extend(hidden(&dashboards, &seen));
    for dashboard in &dashboards {
        let of = |panel: &Panel| unjoined(panel, seen.get(&(&*dashboard.uid, &*panel.title))?);
        complaints.extend(dashboard.panels.iter().filter_map(of));
    }
    tell(&wards, &dashboards);
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
}

/// Not a single series: no question fails for it.
#[tokio::test(flavor = "multi_thread")]
async fn no_question_fails_where_nothing_is_known() {
    let (at, _started) = nothing().await;
    let (dashboards, mut complaints) = (dashboards(), Vec::new());
    for dashboard in &dashboards {
        for choice in &CHOICES[..2] {
            let past = Picked::stretch(1_795_000_000.0, 3_600.0, 1_000.0, 15.0, 15.0);
            let picked = pick(Ask(at), dashboard, choice, past, &mut complaints);
            ask_all(Ask(at), dashboard, &picked, &mut complaints, &mut Seen::new());
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// Fills in every variable in its order, as a person would who picks `choice`, and all of what is not in it.
fn pick(
    ask: Ask,
    dashboard: &Dashboard,
    choice: &[(&str, &str)],
    mut picked: Picked,
    complaints: &mut Vec<String>,
) -> Picked {
    for (name, value) in &dashboard.given {
        picked.raw(name, value);
    }
    for variable in &dashboard.variables {
        let offered = ask.variable(variable, &picked).unwrap_or_else(|why| {
            complaints.push(format!("{}, variable {}: {why}", dashboard.uid, variable.name));
            Vec::new()
        });
        let wanted = choice
            .iter()
            .find(|(name, value)| *name == variable.name && offered.iter().any(|it| it == value));
        match (wanted, &variable.all_value) {
            (Some((_, value)), _) if variable.many => picked.many(&variable.name, &[(*value).to_owned()]),
            (Some((_, value)), _) => picked.one(&variable.name, value),
            (None, Some(all)) if variable.all => picked.raw(&variable.name, all),
            (None, _) if variable.all => picked.many(&variable.name, &offered),
            (None, _) => picked.one(&variable.name, offered.first().map_or("", String::as_str)),
        }
    }
    picked
}

fn ask_all<'a>(
    ask: Ask,
    dashboard: &'a Dashboard,
    picked: &Picked,
    complaints: &mut Vec<String>,
    seen: &mut Seen<'a>,
) {
    let annotations = dashboard.annotations.iter().map(|it| ("annotation", it));
    let panels = dashboard.panels.iter().flat_map(|panel| panel.targets.iter().map(|it| (&*panel.title, it)));
    for (title, target) in panels.chain(annotations) {
        let place = format!("{}, {title} {}", dashboard.uid, target.name);
        let title = if title == "annotation" { &*target.name } else { title };
        match ask.target(target, picked) {
            Ok(series) => {
                complaints.extend(nameless(target, &series).map(|why| format!("{place}: {why}")));
                seen.entry((&dashboard.uid, title)).or_default().push((target, series));
            }
            Err(why) => complaints.push(format!("{place}: {why}")),
        }
    }
}

/// Columns that Grafana cannot join to the others of their table: it takes the name of a series for one more label.
fn unjoined(panel: &Panel, seen: &[(&Target, Vec<Series>)]) -> Option<String> {
    let named =
        |(_, series): &&(&Target, Vec<Series>)| series.iter().any(|one| one.labels.contains_key("__name__"));
    let joined = panel.kind == "table" && panel.targets.len() > 1;
    let (target, _) = seen.iter().find(named).filter(|_| joined)?;
    Some(format!("{} {}: a column with the name of its series", panel.title, target.name))
}

/// A series without a label that its legend names.
fn nameless(target: &Target, series: &[Series]) -> Option<String> {
    let wanted = labels(&target.legend);
    let lacks = |one: &&Series| wanted.iter().any(|label| !one.labels.contains_key(*label));
    let bad = series.iter().find(lacks)?;
    Some(format!("the legend {:?} of {:?}", target.legend, bad.labels))
}

/// Questions that nobody ever answered.
fn empty(seen: &Seen) -> Vec<String> {
    let mut told = BTreeSet::new();
    for ((uid, title), answers) in seen {
        let names: BTreeSet<_> = answers.iter().map(|(target, _)| &target.name).collect();
        for name in names {
            let full = answers.iter().any(|(target, series)| target.name == *name && !series.is_empty());
            if !full && !EMPTY.iter().any(|(board, panel, _)| (board, panel) == (uid, title)) {
                told.insert(format!("{uid}, {title} {name}: never any series"));
            }
        }
    }
    told.into_iter().collect()
}

/// Charts of states over time which do not show the outage.
fn hidden(dashboards: &[Dashboard], seen: &Seen) -> Vec<String> {
    let states = |panel: &&Panel| panel.kind == "state-timeline" && down(panel).is_some();
    let shows = |uid: &str, panel: &Panel| {
        let answers = seen.get(&(uid, &*panel.title)).into_iter().flatten();
        let all = answers.flat_map(|(_, series)| series);
        all.flat_map(|one| &one.values).any(|(_, value)| Some(format!("{value}")) == down(panel))
    };
    let of = |dashboard: &Dashboard| {
        let hides = |panel: &&Panel| states(panel) && !shows(&dashboard.uid, panel);
        let titles: Vec<_> = dashboard.panels.iter().filter(hides).map(|panel| panel.title.clone()).collect();
        titles
            .into_iter()
            .map(|title| format!("{}, {title}: the outage is not to be seen", dashboard.uid))
            .collect::<Vec<_>>()
    };
    dashboards.iter().flat_map(of).collect()
}

/// The value for which the panel's word is "down".
fn down(panel: &Panel) -> Option<String> {
    let found = panel.words.iter().find(|(_, word)| word.eq_ignore_ascii_case("down"));
    found.map(|(value, _)| value.clone())
}

/// What a person would see of the site in trouble, for whoever reads the test's output.
fn tell(wards: &Wards, dashboards: &[Dashboard]) {
    let mut text = String::new();
    for dashboard in dashboards {
        let picked = pick(wards.ask, dashboard, CHOICES[1], wards.past(), &mut Vec::new());
        text += "\n";
        text += &dashboard.uid;
        text += "\n";
        for panel in &dashboard.panels {
            let answer = |target| (target, wards.ask.target(target, &picked).unwrap_or_default());
            text += &rows(panel, &panel.targets.iter().map(answer).collect::<Vec<_>>());
        }
    }
    // Not `println!`, which the test runner keeps to itself: the tables are to be seen.
    let _ = writeln!(std::io::stderr(), "{text}");
}

#[test]
fn a_legend_names_its_labels() {
    let series = Series { labels: [("a".to_owned(), "1".to_owned())].into(), values: Vec::new() };
    assert_eq!(called("{{a}} of {{ a }}", &series), "1 of 1");
    assert_eq!(called("", &series), "a=1");
    assert_eq!(labels("{{a}} {{ b }}"), ["a", "b"]);
}
