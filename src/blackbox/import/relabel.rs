//! What does relabelling make of a target? Of the usual forms; the others are noted.

use std::collections::BTreeMap;

use regex::Regex;

use super::job::{Asked, text};
use crate::raw::Node;

/// What relabelling does, as far as it is understood.
#[derive(Debug, Default)]
pub(super) struct Relabel {
    /// How the target is made of the address.
    target: Option<Replace>,
    /// Where the module comes from, if not from the parameters.
    module: Option<Module>,
}

#[derive(Debug)]
struct Replace {
    regex: Regex,
    with: String,
}

#[derive(Debug)]
enum Module {
    Named(String),
    /// The value of this label.
    Label(String),
}

impl Relabel {
    /// Reads the rules of a scrape.
    pub(super) fn read(job: &Node, name: &str, notes: &mut Vec<String>) -> Self {
        let mut relabel = Self::default();
        for rule in job.member("relabel_configs").and_then(Node::items).unwrap_or_default() {
            if !relabel.take(rule) {
                let into = text(rule.member("target_label")).unwrap_or("?").escape_debug().to_string();
                notes.push(format!(
                    "job {name}: a rule of relabel_configs (target_label: {into}) is not carried over"
                ));
            }
        }
        relabel
    }

    /// Whether the rule is understood.
    fn take(&mut self, rule: &Node) -> bool {
        let sources: Vec<&str> = rule
            .member("source_labels")
            .and_then(Node::items)
            .unwrap_or_default()
            .iter()
            .filter_map(|source| text(Some(source)))
            .collect();
        let plain = rule.member("action").is_none_or(|action| text(Some(action)) == Some("replace"));
        let written = text(rule.member("replacement"));
        match (sources[..].first().copied(), text(rule.member("target_label"))) {
            _ if !plain => false,
            (Some("__address__"), Some("__param_target")) => {
                self.target = Replace::read(rule);
                self.target.is_some()
            }
            // Whom Prometheus asks, and what it calls the series.
            (None, Some("__address__")) | (Some("__param_target" | "__address__"), Some("instance")) => true,
            (Some(label), Some("__param_module")) => {
                self.module = Some(Module::Label(label.to_owned()));
                true
            }
            (None, Some("__param_module")) => {
                self.module = written.map(|name| Module::Named(name.to_owned()));
                self.module.is_some()
            }
            _ => false,
        }
    }

    /// What is asked for an address with these labels; `None` if nothing is.
    pub(super) fn apply(
        &self,
        address: &str,
        mut labels: BTreeMap<String, String>,
        module: &str,
    ) -> Option<Asked> {
        let target = self.target.as_ref()?.apply(address)?;
        let module = match &self.module {
            Some(Module::Named(name)) => name.clone(),
            Some(Module::Label(label)) => labels.remove(label).unwrap_or_else(|| module.to_owned()),
            None => labels.remove("__param_module").unwrap_or_else(|| module.to_owned()),
        };
        labels.retain(|name, _| !name.starts_with("__"));
        Some(Asked { module, target, labels })
    }
}

impl Replace {
    fn read(rule: &Node) -> Option<Self> {
        let written = text(rule.member("regex")).unwrap_or("(.*)");
        let with = text(rule.member("replacement")).unwrap_or("$1").to_owned();
        Some(Self { regex: Regex::new(&format!("^(?:{written})$")).ok()?, with })
    }

    fn apply(&self, address: &str) -> Option<String> {
        let mut filled = String::new();
        self.regex.captures(address)?.expand(&self.with, &mut filled);
        (!filled.is_empty()).then_some(filled)
    }
}
