//! What is a table? A caption, a heading to every column, and rows of which the first cell says what they are of.

use std::{fmt::Display, time::Duration};

use askama::Template;

use crate::report::{Verdict, words};

#[derive(Template)]
#[template(path = "report/table.html")]
pub(super) struct Table {
    caption: String,
    heads: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
}

/// What stands in a cell: a text, perhaps marked, a link or a sign.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) class: &'static str,
    pub(super) link: Option<String>,
}

impl Table {
    pub(super) fn new(caption: impl Into<String>, heads: &[&'static str]) -> Self {
        Self { caption: caption.into(), heads: heads.to_vec(), rows: Vec::new() }
    }

    pub(super) fn row(mut self, cells: impl IntoIterator<Item = Cell>) -> Self {
        self.rows.push(cells.into_iter().collect());
        self
    }

    /// Whether it had better not be broken over two pages.
    fn is_short(&self) -> bool {
        self.rows.len() <= 12
    }

    /// Its HTML; `otherwise` in a sentence if it has no rows.
    pub(super) fn or(&self, otherwise: &'static str) -> String {
        if self.rows.is_empty() { format!("<p>{otherwise}</p>\n") } else { self.html() }
    }

    pub(super) fn html(&self) -> String {
        // Writing to a string cannot fail.
        self.render().unwrap_or_default()
    }
}

impl Cell {
    pub(super) fn link(text: String, to: String) -> Self {
        Self { text, link: Some(to), ..Self::default() }
    }

    /// A count, a share or a length of time, which is not broken in two at the end of a line.
    pub(super) fn number(text: impl Display) -> Self {
        let whole = text.to_string().replace(' ', "\u{a0}");
        let breaks = [("\u{a0}(", " ("), ("\u{a0}to\u{a0}", " to "), (",\u{a0}", ", ")];
        let text = breaks.into_iter().fold(whole, |text, (from, to)| text.replace(from, to));
        Self { text, class: "n", ..Self::default() }
    }

    /// How long something good was.
    pub(super) fn good(time: Duration) -> Self {
        Self::number(words::down(time))
    }

    /// How long something bad was, or something unknown.
    pub(super) fn bad(time: Duration) -> Self {
        Self::number(words::up(time))
    }

    pub(super) fn verdict(of: Verdict) -> Self {
        let class = match of {
            Verdict::Met => "met",
            Verdict::Missed => "missed",
            Verdict::NotProvable => "open",
            Verdict::NotApplicable => "",
        };
        Self { text: of.words().to_owned(), class, link: None }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}
