//! How do other sites see the same services?

use std::collections::BTreeMap;

use askama::Template;

use super::{
    mark::{Mark, badness},
    scene::Scene,
};
use crate::{
    model::{ServiceState, Slug},
    serve::sites::Elsewhere,
};

/// This site and the others, side by side; nothing where there are no others, or the visitor may not see them.
#[derive(Template)]
#[template(path = "status/sites.html")]
pub(super) struct Sites {
    heads: Vec<Head>,
    rows: Vec<Across>,
    well: usize,
    /// Whether it is the table that is told anew as it changes.
    live: bool,
}

/// A site.
struct Head {
    name: String,
    told: String,
    trouble: Option<String>,
}

/// A service at all sites.
struct Across {
    id: Slug,
    title: String,
    cells: Vec<Cell>,
}

/// How one site sees one service.
enum Cell {
    State(Mark),
    NotWatched,
    /// The site is not reached.
    NotKnown,
}

impl Sites {
    /// So many services are told one by one.
    const MOST: usize = 50;

    /// This site beside all others, or beside `only` that one.
    pub(super) fn of(scene: &Scene, only: &str) -> Self {
        let is_wanted = |(name, _): &(&Slug, &Elsewhere)| only.is_empty() || name.as_str() == only;
        let others: Vec<_> = scene.sites.iter().filter(is_wanted).collect();
        if others.is_empty() || !scene.sees_all() {
            return Self { heads: Vec::new(), rows: Vec::new(), well: 0, live: true };
        }
        let here = Head { name: scene.standing.site.clone(), told: "this site".into(), trouble: None };
        let across = across(scene, &others);
        let others = others.into_iter().map(|(name, there)| Head::of(scene, name, there));
        let heads: Vec<Head> = std::iter::once(here).chain(others).collect();
        let mut ill: Vec<_> = across.iter().filter(|(_, (_, states))| worst(states) > 0).collect();
        ill.sort_by_key(|(_, (_, states))| std::cmp::Reverse(worst(states)));
        let rows = ill.iter().take(Self::MOST).map(|(id, (title, states))| Across {
            id: (*id).clone(),
            title: title.clone(),
            cells: states.iter().zip(&heads).map(|(state, head)| Cell::of(*state, head)).collect(),
        });
        let (rows, well) = (rows.collect(), across.len() - ill.len());
        Self { heads, rows, well, live: only.is_empty() }
    }
}

impl Cell {
    fn of(state: Option<ServiceState>, head: &Head) -> Self {
        match state {
            Some(state) => Self::State(Mark::of(state)),
            None if head.trouble.is_some() => Self::NotKnown,
            None => Self::NotWatched,
        }
    }
}

impl Head {
    fn of(scene: &Scene, name: &Slug, there: &Elsewhere) -> Self {
        let told = match there.answered {
            Some(at) => format!("as of {}", scene.short(at)),
            None => "not heard of yet".into(),
        };
        Self { name: name.to_string(), told, trouble: there.trouble.clone() }
    }
}

/// Each service that any site watches: its name, and how it is here and at each other site.
type AllStates = BTreeMap<Slug, (String, Vec<Option<ServiceState>>)>;

fn across(scene: &Scene, others: &[(&Slug, &Elsewhere)]) -> AllStates {
    let mut all = AllStates::new();
    let width = others.len() + 1;
    for service in &scene.standing.services {
        let (_, states) = entry(&mut all, &service.service, &service.title, width);
        states[0] = Some(service.state);
    }
    for (column, (_, there)) in others.iter().enumerate() {
        for (id, seen) in &there.services {
            let (_, states) = entry(&mut all, id, &seen.title, width);
            states[column + 1] = Some(seen.state);
        }
    }
    all
}

fn entry<'a>(
    all: &'a mut AllStates,
    id: &Slug,
    title: &str,
    width: usize,
) -> &'a mut (String, Vec<Option<ServiceState>>) {
    all.entry(id.clone()).or_insert_with(|| (title.to_owned(), vec![None; width]))
}

fn worst(states: &[Option<ServiceState>]) -> u32 {
    states.iter().flatten().map(|state| badness(*state)).max().unwrap_or_default()
}
