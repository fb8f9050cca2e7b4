//! In which forms can a report be had?

use super::{Report, html::html, json::json, markdown::markdown, table::table};

/// A form of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// A summary.
    Markdown,
    /// Every figure, one a row.
    Csv,
    /// Every figure, for machines.
    Json,
    /// The document, for paper; where the feature `pdf` is built in.
    Pdf,
    /// A document for screen and paper.
    Html,
}

/// A report could not be written in a form.
#[derive(Debug, thiserror::Error)]
#[error("the report as {format}: {what}")]
pub struct Unwritten {
    format: &'static str,
    what: String,
}

impl Format {
    /// Every form.
    pub const ALL: [Self; 5] = [Self::Markdown, Self::Csv, Self::Json, Self::Pdf, Self::Html];

    /// How it is asked for, and how its file ends.
    pub fn ending(self) -> &'static str {
        ["md", "csv", "json", "pdf", "html"][self as usize]
    }

    /// `report` in this form.
    pub fn write(self, report: &Report) -> Result<Vec<u8>, Unwritten> {
        let failed = |what: String| Unwritten { format: self.ending(), what };
        match self {
            Self::Markdown => Ok(markdown(report).into_bytes()),
            Self::Csv => table(report).map_err(|error| failed(error.to_string())),
            Self::Html => page(report).map_err(|error| failed(error.to_string())),
            Self::Json => json(report).map(String::into_bytes).map_err(|error| failed(error.to_string())),
            Self::Pdf => pdf(report).map_err(failed),
        }
    }
}

#[cfg(feature = "pdf")]
fn pdf(report: &Report) -> Result<Vec<u8>, String> {
    super::pdf::pdf(report).map_err(|error| error.to_string())
}

#[cfg(not(feature = "pdf"))]
fn pdf(_: &Report) -> Result<Vec<u8>, String> {
    Err("this program was built without it; `cargo build --release --features pdf` builds one that can"
        .into())
}

fn page(report: &Report) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    html(report, &mut bytes)?;
    Ok(bytes)
}
