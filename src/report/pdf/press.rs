//! How do pages become bytes? Typst sets them, in a world of two files.

use std::sync::LazyLock;

use serde::Serialize;
use typst::{
    Feature, Library, LibraryExt, World, comemo,
    diag::{FileError, FileResult, SourceDiagnostic, Warned},
    foundations::{Bytes, Datetime, Duration, Smart},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use super::{PdfError, typeface::TYPEFACE};

const LOOK: &str = include_str!("report.typ");

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| {
    let features = [Feature::A11yExtras].into_iter().collect(); // for header cells of rows
    LazyHash::new(Library::builder().with_features(features).build())
});

/// All that typst can see: how the report looks, and what it says.
struct Desk {
    look: Source,
    report: FileId,
    says: Bytes,
}

/// The PDF of `pages`; by `name` a reader's library tells it from every other report.
pub(super) fn press(name: &str, pages: &impl Serialize) -> Result<Vec<u8>, PdfError> {
    let Warned { output, warnings: _ } = typst::compile::<PagedDocument>(&Desk::new(pages)?);
    let options = options(name)?;
    let bytes = output.and_then(|document| typst_pdf::pdf(&document, &options));
    comemo::evict(0); // or an agent that writes a report a month would hold all that it ever set
    bytes.map_err(|problems| PdfError(told(&problems)))
}

fn options(name: &str) -> Result<PdfOptions, PdfError> {
    let standards =
        PdfStandards::new(&[PdfStandard::Ua_1]).map_err(|why| PdfError(why.message().to_string()))?;
    let (ident, creator) = (Smart::Custom(name.to_owned()), Smart::Custom(Some("Wardround".to_owned())));
    Ok(PdfOptions { ident, creator, standards, ..PdfOptions::default() })
}

fn told(problems: &[SourceDiagnostic]) -> String {
    let problems: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
    problems.join("; ")
}

impl Desk {
    fn new(pages: &impl Serialize) -> Result<Self, PdfError> {
        let mut pages = serde_json::to_value(pages).map_err(|why| PdfError(why.to_string()))?;
        TYPEFACE.spell(&mut pages);
        let look = Source::new(file("report.typ")?, LOOK.to_owned());
        Ok(Self { look, report: file("report.json")?, says: Bytes::from_string(pages.to_string()) })
    }
}

fn file(name: &str) -> Result<FileId, PdfError> {
    let path = VirtualPath::new(name).map_err(|why| PdfError(why.to_string()))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

fn missing(id: FileId) -> FileError {
    FileError::NotFound(id.get().vpath().get_without_slash().into())
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &TYPEFACE.book
    }

    fn main(&self) -> FileId {
        self.look.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.look.id() { Ok(self.look.clone()) } else { Err(missing(id)) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.report { Ok(self.says.clone()) } else { Err(missing(id)) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        TYPEFACE.fonts.get(index).cloned()
    }

    /// Never: the same ledger gives the same bytes.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::pdf::pages::tests::{HOSTILE, pages};

    fn pressed(pages: &impl Serialize) -> String {
        let bytes = press("a", pages).unwrap_or_else(|why| panic!("{why}"));
        String::from_utf8_lossy(&bytes).into_owned()
    }

    #[test]
    fn it_is_tagged_and_has_a_title_and_a_language() {
        let pdf = pressed(&pages(&["EPR"]));
        for part in [
            "/MarkInfo<</Marked true",
            "/Lang(en-GB)",
            "/DisplayDocTitle true",
            "<pdfuaid:part>1<",
            "/Outlines ",
        ] {
            assert!(pdf.contains(part), "{part}");
        }
    }

    #[test]
    fn the_same_pages_give_the_same_bytes() {
        assert_eq!(press("a", &pages(&["EPR", "PACS"])), press("a", &pages(&["EPR", "PACS"])));
        assert_ne!(press("a", &pages(&["EPR"])), press("b", &pages(&["EPR"])));
    }

    #[test]
    fn nothing_that_somebody_typed_is_read_as_typst() {
        let plain = pressed(&pages(&["x"; HOSTILE.len()]));
        let hostile = pressed(&pages(&HOSTILE));
        let objects = |pdf: &str, kind: &str| pdf.matches(kind).count();
        for kind in ["/S/Table", "/S/H1", "/S/Figure", "/S/Link", "/Type/Page/"] {
            assert_eq!(objects(&plain, kind), objects(&hostile, kind), "{kind}");
        }
    }

    #[test]
    fn a_report_of_nothing_is_still_a_document() {
        assert!(pressed(&pages(&[])).starts_with("%PDF-1.7"));
    }

    #[test]
    fn typst_has_nothing_to_warn_of() {
        let warned = typst::compile::<PagedDocument>(&Desk::new(&pages(&HOSTILE)).unwrap()).warnings;
        assert_eq!(told(&warned), "");
    }

    #[test]
    fn a_picture_that_is_none_is_told() {
        let mut pages = pages(&["EPR"]);
        pages.services[0].parts[0].pictures[0].svg = "<svg".into();
        assert!(press("a", &pages).unwrap_err().to_string().contains("failed to parse SVG"));
    }
}
