//! How is the report set on paper? As a PDF that a screen reader can read (PDF/UA-1): the same report, the same bytes.
//!
//! ```text
//! pages           what is on the pages, in the order in which they are read
//! report.typ      how it looks
//! press           from both to the bytes; it sees no file, no clock and no network
//! typeface        the letters, and which of them there are
//! ```

mod pages;
mod press;
mod typeface;

/// Why is there no PDF?
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the PDF could not be set: {0}")]
pub struct PdfError(String);
