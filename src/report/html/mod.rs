//! How does a report look in a browser, and on paper? One document that holds all it needs: no script, nothing from elsewhere.
//!
//! ```text
//! cover           the first page: a sentence, a matrix, a row a service
//! sheet           a page a service; timings, troubles: its tables
//! method          how it was made, and what was not measured
//! narrative       the owner's words
//! table           a table, as all of them are
//! ```
//!
//! The pages stand in `templates/report/`, which a designer can read. Whatever is put into them is escaped.

mod cover;
mod method;
mod narrative;
mod sheet;
mod table;
mod timings;
mod troubles;

use std::io;

use askama::Template as _;

use super::{Report, scene};

/// Writes the document, a service at a time.
pub fn html(report: &Report, to: &mut impl io::Write) -> io::Result<()> {
    let scene = scene::Scene::of(report);
    cover::Cover::of(&scene).write_into(to)?;
    for subject in scene.subjects() {
        sheet::Sheet::of(&scene, &subject).write_into(to)?;
    }
    method::Method::of(&scene).write_into(to)
}
