//! How does a `blackbox.yml`, with the scrapes that use it, become a `probes.yaml`? Text in, text out.

mod job;
mod relabel;
mod service;

use std::{collections::BTreeMap, path::Path};

use self::{
    job::{Job, jobs},
    service::Services,
};
use super::file::{RawFile, RawModule, without_nulls};
use crate::raw::{Common, Door, Given, Node, Problems, yaml};

/// What was made of them.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The `probes.yaml`.
    pub yaml: String,
    /// What could not be carried over, a line each.
    pub notes: Vec<String>,
}

/// A file: what it is called, and what it says.
pub type File<'a> = (&'a str, &'a str);

/// Makes services and probes of the scrapes in `prometheus` that use the modules of `blackbox`; without scrapes, a probe
/// of each module for a target that somebody is to replace.
///
/// # Errors
/// Every problem with either file.
pub fn import(blackbox: File<'_>, prometheus: Option<File<'_>>) -> Result<Imported, Problems> {
    let mut problems = Problems::default();
    let modules = tree(blackbox, &mut problems).and_then(|node| modules(&node, &mut problems));
    let scrapes = prometheus.map(|file| tree(file, &mut problems));
    if !problems.is_empty() {
        return Err(problems);
    }
    let modules = modules.unwrap_or_default();
    let mut services = Services::default();
    match scrapes.flatten() {
        Some(scrapes) => {
            for job in jobs(&scrapes, &mut services.notes) {
                services.take(&job, &modules);
            }
        }
        None => services.take(&Job::of_every(&modules), &modules),
    }
    Ok(services.written())
}

type Modules = BTreeMap<String, RawModule>;

fn tree((name, text): File<'_>, problems: &mut Problems) -> Option<Node> {
    let file = problems.file(name, text);
    yaml::read(problems, file)
}

fn modules(node: &Node, problems: &mut Problems) -> Option<Modules> {
    let (given, mut common) = (Given::default(), Common::default());
    let mut door = Door::new(Path::new(""), &given, problems, &mut common);
    let file: RawFile = door.read(&without_nulls(node.clone()))?;
    let entries = file.modules.good()?.0;
    Some(entries.into_iter().filter_map(|(key, module)| Some((key.text, module.good()?))).collect())
}
