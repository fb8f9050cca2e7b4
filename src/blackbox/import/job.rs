//! Which scrapes ask for `/probe`, how often, of which targets?

use std::{collections::BTreeMap, time::Duration};

use super::{Modules, relabel::Relabel};
use crate::{
    blackbox::file::Prober,
    raw::{Lapse, Node, Value},
};

/// A scrape of Prometheus that has targets probed.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) name: String,
    pub(super) interval: Duration,
    pub(super) timeout: Duration,
    pub(super) asked: Vec<Asked>,
}

/// One target, and by which module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) module: String,
    pub(super) target: String,
    pub(super) labels: BTreeMap<String, String>,
}

/// What Prometheus does where nothing is written.
const INTERVAL: Duration = Duration::from_mins(1);
const TIMEOUT: Duration = Duration::from_secs(10);

/// The scrapes that have targets probed; what they say that means nothing here is noted.
pub(super) fn jobs(prometheus: &Node, notes: &mut Vec<String>) -> Vec<Job> {
    let global = prometheus.member("global");
    let scrapes = prometheus.member("scrape_configs").and_then(Node::items).unwrap_or_default();
    let probing = |job: &&Node| text(job.member("metrics_path")).is_some_and(|path| path.ends_with("/probe"));
    scrapes.iter().filter(probing).map(|job| one(job, global, notes)).collect()
}

fn one(job: &Node, global: Option<&Node>, notes: &mut Vec<String>) -> Job {
    let name =
        text(job.member("job_name")).filter(|name| !name.trim().is_empty()).unwrap_or("probes").to_owned();
    let span = |key: &str, standard| {
        let written = job.member(key).or_else(|| global?.member(key));
        let read = text(written).and_then(|written| Lapse::parse(written).ok());
        read.filter(|lapse| !lapse.0.is_zero()).map_or(standard, |lapse| lapse.0)
    };
    let interval = span("scrape_interval", INTERVAL);
    let timeout = span("scrape_timeout", TIMEOUT.min(interval));
    for (key, _) in job.entries().unwrap_or_default() {
        if key.text.ends_with("_sd_configs") {
            let cure = "write them into a file and name it as `targets_from`";
            notes.push(format!("job {name}: the targets of {} are not known here: {cure}", key.text));
        }
    }
    let relabel = Relabel::read(job, &name, notes);
    Job { asked: asked(job, &relabel, &name, notes), name, interval, timeout }
}

fn asked(job: &Node, relabel: &Relabel, name: &str, notes: &mut Vec<String>) -> Vec<Asked> {
    let param = |key: &str| text(job.member("params")?.member(key)?.items()?.first());
    let module = param("module").unwrap_or("http_2xx");
    if let Some(target) = param("target") {
        let asked = Asked { module: module.to_owned(), target: target.to_owned(), labels: BTreeMap::new() };
        return vec![asked];
    }
    let groups = job.member("static_configs").and_then(Node::items).unwrap_or_default();
    let all = groups.iter().flat_map(|group| {
        let labels = labels(group);
        let targets = group.member("targets").and_then(Node::items).unwrap_or_default();
        let targets: Vec<&str> = targets.iter().filter_map(|target| text(Some(target))).collect();
        targets.into_iter().map(move |target| (target.to_owned(), labels.clone())).collect::<Vec<_>>()
    });
    let asked = all.filter_map(|(target, labels)| relabel.apply(&target, labels, module));
    let asked: Vec<Asked> = asked.collect();
    if asked.is_empty() {
        notes.push(format!("job {name}: it names no targets that are probed"));
    }
    asked
}

fn labels(group: &Node) -> BTreeMap<String, String> {
    let entries = group.member("labels").and_then(Node::entries).unwrap_or_default();
    let known =
        entries.iter().filter_map(|(key, value)| Some((key.text.clone(), text(Some(value))?.to_owned())));
    known.collect()
}

pub(super) fn text(node: Option<&Node>) -> Option<&str> {
    match &node?.value {
        Value::Str(text) => Some(text),
        _ => None,
    }
}

impl Job {
    /// A job for every module, with targets that nobody meant.
    pub(super) fn of_every(modules: &Modules) -> Self {
        let target = |prober: Option<&Prober>| match prober {
            Some(Prober::Http) => "https://replace.invalid/",
            Some(Prober::Dns) => "replace.invalid",
            _ => "replace.invalid:1",
        };
        let asked = modules.iter().map(|(name, module)| Asked {
            module: name.clone(),
            target: target(module.prober.get()).to_owned(),
            labels: BTreeMap::new(),
        });
        Self { name: "blackbox".to_owned(), interval: INTERVAL, timeout: TIMEOUT, asked: asked.collect() }
    }
}
