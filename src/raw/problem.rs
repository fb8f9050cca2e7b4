//! What is wrong? Every problem of a whole reading, gathered before anything is told.

use std::{collections::BTreeSet, fmt, sync::Arc};

use schemars::JsonSchema;
use serde::Serialize;

use super::{Node, Span, Value, render};
use crate::model::NhsNumber;

/// One thing that is wrong with what was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where. The first field, so that problems sort by their places.
    pub(super) span: Option<Span>,
    /// What is wrong.
    pub(super) message: String,
    /// What to write instead.
    pub(super) cure: Option<String>,
    /// Another place that has to do with it, and in which way.
    pub(super) other: Option<(Span, String)>,
}

impl Problem {
    /// `message` is wrong at `span`.
    pub fn new(span: impl Into<Option<Span>>, message: impl Into<String>) -> Self {
        Self { span: span.into(), message: message.into(), cure: None, other: None }
    }

    /// With what to write instead.
    #[must_use]
    pub fn cure(mut self, cure: impl Into<String>) -> Self {
        self.cure = Some(cure.into());
        self
    }

    /// With a second place, labelled.
    #[must_use]
    pub fn beside(mut self, span: Span, label: impl Into<String>) -> Self {
        self.other = Some((span, label.into()));
        self
    }
}

/// One thing that is wrong, for programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "ConfigurationProblem")]
pub struct Told {
    /// The line on which it stands, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// Where it begins on that line, in characters counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cure: Option<String>,
}

/// The files of one reading and everything that is wrong with them.
#[derive(Clone, Debug, Default)]
pub struct Problems {
    pub(super) files: Vec<File>,
    pub(super) hidden: Vec<Span>,
    list: BTreeSet<Problem>,
    warnings: BTreeSet<Problem>,
}

/// One file that was read.
#[derive(Clone, Debug)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) text: Arc<str>,
}

impl Problems {
    /// Takes in a file, so that spans can point into it.
    pub fn file(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> u32 {
        self.files.push(File { name: name.into(), text: text.into() });
        u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX)
    }

    /// The text of a file.
    pub(super) fn text(&self, file: u32) -> Arc<str> {
        self.files.get(file as usize).map(|file| Arc::clone(&file.text)).unwrap_or_default()
    }

    /// Every number in the files that passes the check of NHS numbers.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = (Span, NhsNumber)> {
        self.files.iter().zip(0..).flat_map(|(file, index)| {
            let found = NhsNumber::find_all(&file.text).into_iter();
            found.map(move |(place, number)| (Span::new(index, place.start, place.end), number))
        })
    }

    /// Notes a problem; the same one at the same place counts once.
    pub fn push(&mut self, problem: Problem) {
        self.list.insert(problem);
    }

    /// Notes something that is allowed and probably not meant.
    pub fn warn(&mut self, problem: Problem) {
        self.warnings.insert(problem);
    }

    /// Never shows what stands at `span`: a secret, perhaps.
    pub fn hide(&mut self, span: Span) {
        self.hidden.push(span);
    }

    /// Whether what stands at `span` is never shown.
    pub(super) fn hides(&self, span: Span) -> bool {
        self.hidden.contains(&span)
    }

    /// Never shows what stands in clear where a secret belongs; returns whether it does, and is no reference to one.
    pub(super) fn hide_clear(&mut self, node: &Node) -> bool {
        let clear = match &node.value {
            Value::Str(text) => !text.starts_with("${"),
            _ => node.member("file").is_none(),
        };
        if clear {
            self.hide_all(node);
        }
        clear
    }

    /// Never shows a value, nor anything within it.
    pub(super) fn hide_all(&mut self, node: &Node) {
        match &node.value {
            Value::Seq(items) => items.iter().for_each(|item| self.hide_all(item)),
            Value::Map(entries) => entries.iter().for_each(|(key, node)| {
                self.hide(key.span);
                self.hide_all(node);
            }),
            Value::Null => {}
            _ => self.hide(node.span),
        }
    }

    /// Whether nothing is wrong (there may be warnings).
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many problems there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// What is wrong, in one line, with no place: for whoever cannot see the file.
    pub(crate) fn brief(&self) -> String {
        self.list.iter().map(|problem| problem.message.clone()).collect::<Vec<_>>().join("; ")
    }

    /// Every problem by itself, for programs.
    pub fn told(&self) -> impl Iterator<Item = Told> {
        self.list.iter().map(|problem| {
            let place = problem.span.and_then(|span| render::place(self, span));
            let (line, column) = place.unzip();
            Told { line, column, message: problem.message.clone(), cure: problem.cure.clone() }
        })
    }

    /// What is allowed and probably not meant, as text; empty if there is nothing.
    pub fn warnings(&self) -> String {
        render::render(self, &self.warnings, &render::Level::WARNING)
    }
}

impl fmt::Display for Problems {
    /// Every problem with its file, line and snippet, and how many there are.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&render::render(self, &self.list, &render::Level::ERROR))
    }
}

impl std::error::Error for Problems {}
