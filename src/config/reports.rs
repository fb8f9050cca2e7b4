//! Which reports are written by themselves, when, and whom are they sent to?

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;

use super::hours::Minute;
use crate::{
    notify::{Email, RawEmail},
    raw::{Door, Field, OneOrMany},
};

/// The report of each month, written on the first of the next.
#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawReports {
    /// The folder that they are written into, relative to this file; it is made if it is not there. A report that is there
    /// already is not written again: remove it to have it written anew.
    folder: Field<String>,
    /// As what: one format, or a list.
    #[schemars(extend("default" = "html"))]
    formats: Option<Field<OneOrMany<Format>>>,
    /// From what time of day on, in the zone of `timezone`.
    #[schemars(extend("default" = "06:00"))]
    at: Option<Field<Minute>>,
    /// A text file with your own words for the report, relative to this file, read when the report is written. `{month}` in
    /// it stands for the month: `notes/{month}.md` is `notes/2026-10.md`. Where there is no such file, the report has no notes.
    notes: Option<Field<String>>,
    /// Whom each report is mailed to, once it is written: its summary, with all formats attached. Written as for a receiver.
    email: Option<Field<RawEmail>>,
}

/// As what a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// One page that needs nothing else, for the screen and for print.
    Html,
    /// A table of every figure, for spreadsheets.
    Csv,
    /// Every figure, for programs.
    Json,
    /// A summary in words.
    Markdown,
    /// Pages. Only if this program was built with the feature `pdf`.
    Pdf,
}

impl Format {
    /// How the file's name ends.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Markdown => "md",
            Self::Pdf => "pdf",
        }
    }
}

/// The report of each month, written on the first of the next.
#[derive(Clone, Debug)]
pub struct Reports {
    folder: PathBuf,
    formats: Vec<Format>,
    at: Minute,
    notes: Option<PathBuf>,
    email: Option<Email>,
}

impl Reports {
    /// Where they are written.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// As what. At least one; none twice.
    pub fn formats(&self) -> &[Format] {
        &self.formats
    }

    /// How many minutes after midnight, on the first of the month, by the zone's clock. At most 1440.
    pub fn minute(&self) -> u16 {
        self.at.0
    }

    /// The file with the owner's words about `month`.
    pub fn notes(&self, month: &str) -> Option<PathBuf> {
        let name = self.notes.as_ref()?.to_string_lossy().replace("{month}", month);
        Some(name.into())
    }

    /// Whom they are mailed to.
    pub fn email(&self) -> Option<&Email> {
        self.email.as_ref()
    }
}

impl RawReports {
    pub(super) fn checked(self, door: &mut Door<'_>) -> Option<Reports> {
        let formats = formats(self.formats, door);
        let email = self.email.and_then(Field::good).map(|raw| Email::parse(raw, door));
        let notes = self.notes.and_then(|notes| place(notes, door));
        Some(Reports {
            folder: place(self.folder, door)?,
            formats,
            at: self.at.and_then(Field::good).unwrap_or(Minute(6 * 60)),
            notes,
            email: email.flatten(),
        })
    }
}

fn formats(raw: Option<Field<OneOrMany<Format>>>, door: &mut Door<'_>) -> Vec<Format> {
    let Some(raw) = raw else { return vec![Format::Html] };
    let span = raw.span();
    let mut formats = raw.good().map_or(Vec::new(), OneOrMany::good);
    if formats.is_empty() {
        door.problem(span, "no format is named", "name at least one, such as `html`");
    }
    if formats.contains(&Format::Pdf) && !cfg!(feature = "pdf") {
        door.problem(
            span,
            "this program was built without PDF",
            "leave `pdf` out, or build it with `--features pdf`",
        );
    }
    formats.sort_unstable();
    formats.dedup();
    formats
}

fn place(written: Field<String>, door: &mut Door<'_>) -> Option<PathBuf> {
    let span = written.span();
    let written = written.good()?;
    if written.trim().is_empty() {
        door.problem(span, "no path is written here", "write one, such as `reports`");
    }
    Some(door.path(&written))
}
