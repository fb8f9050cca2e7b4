//! How is the report set on paper? As a PDF that a screen reader can read (PDF/UA-1): the same report, the same bytes.
//!
//! ```text
//! front           the first pages: a sentence, a matrix, a row a service
//! sheet           a page a service; troubles: what went wrong there, and what was planned
//! method          how it was made, and what was not measured
//! pages           what all of these are made of: words, tables, pictures
//! report.typ      how it looks
//! press           from both to the bytes; it sees no file, no clock and no network
//! typeface        the letters, and which of them there are
//! ```

mod front;
mod method;
mod pages;
mod press;
mod sheet;
mod troubles;
mod typeface;

use super::{
    Report, headline,
    scene::{self, Scene},
};
use pages::Pages;

/// Why is there no PDF?
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it could not be set: {0}")]
pub(super) struct PdfError(String);

/// The bytes of the document. It takes a tenth of a second a service, so not on a worker of the runtime.
pub(super) fn pdf(report: &Report) -> Result<Vec<u8>, PdfError> {
    let scene = Scene::of(report);
    press::press(&format!("{} {}", sites(report), report.text), &pages(&scene))
}

fn pages(scene: &Scene<'_>) -> Pages {
    let report = scene.report;
    let (title, sites) = ("Availability of clinical systems", sites(report));
    Pages {
        title: title.to_owned(),
        name: report.name.clone(),
        from: format!("Seen from {sites}, {} ({})", method::period(scene, report.period), report.zone),
        running: format!("{title}, {}, seen from {sites}", report.name),
        sentence: headline(report),
        warnings: report.is_provisional().then(|| PROVISIONAL.to_owned()).into_iter().collect(),
        notes: report.narrative.as_deref().map(paragraphs).unwrap_or_default(),
        matrix: front::matrix(scene),
        summary: front::summary(scene),
        services: scene.subjects().map(|subject| sheet::page(scene, subject)).collect(),
        method: method::method(scene),
    }
}

const PROVISIONAL: &str =
    "Provisional: not every probe has been looked at since the period ended, so figures may still change.";

fn sites(report: &Report) -> String {
    report.sites.iter().map(|site| site.site.as_str()).collect::<Vec<_>>().join(" and ")
}

fn paragraphs(text: &str) -> Vec<String> {
    text.split("\n\n").map(|paragraph| paragraph.trim().to_owned()).filter(|text| !text.is_empty()).collect()
}

#[cfg(test)]
mod tests;
