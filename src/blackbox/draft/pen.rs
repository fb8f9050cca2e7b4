//! What is written down while a module is carried over: what could not be, what changed, and the secrets?

use std::collections::BTreeMap;

use super::node;
use crate::raw::{Node, Secret, Span};

/// What is written down beside the settings.
#[derive(Default)]
pub(in crate::blackbox) struct Pen {
    /// How names of variables begin.
    name: String,
    /// Why the module cannot be used, each with its place.
    pub(in crate::blackbox) lacks: Vec<(Span, String)>,
    /// What is done otherwise, each with its place.
    pub(in crate::blackbox) changes: Vec<(Span, String)>,
    /// What was written in clear, under the name that stands for it in the settings.
    pub(in crate::blackbox) variables: BTreeMap<String, Secret>,
}

impl Pen {
    /// For the module `name`.
    pub(in crate::blackbox) fn new(name: &str) -> Self {
        let upper =
            name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
        let name: String = upper.take(60).collect();
        let name = if name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name };
        Self { name, ..Self::default() }
    }

    /// What is written at `span` cannot be done.
    pub(in crate::blackbox) fn cannot<T>(&mut self, span: Span, why: impl Into<String>) -> Option<T> {
        self.lacks.push((span, why.into()));
        None
    }

    /// What is written at `span` is done otherwise.
    pub(in crate::blackbox) fn otherwise(&mut self, span: Span, how: impl Into<String>) {
        self.changes.push((span, how.into()));
    }

    /// A secret that stands in the file in clear; `what` says which, in a name.
    pub(in crate::blackbox) fn secret(&mut self, span: Span, what: &str, text: &str) -> Node {
        let (stem, secret) = (format!("{}_{what}", self.name), Secret::new(text.to_owned()));
        let numbers = (2..).map(|number: u32| format!("{stem}_{number}"));
        let mut names = std::iter::once(stem.clone()).chain(numbers);
        let is_free = |name: &String| self.variables.get(name).is_none_or(|held| *held == secret);
        let name = names.find(is_free).unwrap_or(stem);
        self.variables.insert(name.clone(), secret);
        node::text(span, format!("${{env:{name}}}"))
    }

    /// A text that may look like a reference of ours, and is none.
    pub(in crate::blackbox) fn plain(&mut self, span: Span, what: &str, text: &str) -> Node {
        if text.contains("${") { self.secret(span, what, text) } else { node::text(span, text) }
    }
}
