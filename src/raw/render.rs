//! How is a problem shown? File, line, the line itself, what is wrong, what to write instead; no secret.

use std::{borrow::Cow, collections::BTreeSet, ops::Range};

pub(super) use annotate_snippets::Level;
use annotate_snippets::{AnnotationKind, Group, Renderer, Snippet};

use super::{Problem, Problems, Span, problem::File};

/// The most problems that are shown: whoever has more has one that is behind them all.
const MOST: usize = 50;

/// `problems`, one after the other.
pub(super) fn render(all: &Problems, problems: &BTreeSet<Problem>, level: &Level<'static>) -> String {
    let renderer = Renderer::plain();
    let shown =
        problems.iter().take(MOST).map(|problem| renderer.render(&[group(all, problem, level.clone())]));
    let shown: Vec<_> = shown.map(|text| text + "\n").collect();
    let more = problems.len().checked_sub(MOST).filter(|more| *more > 0);
    shown.join("\n") + &more.map(|more| format!("\n… and {more} more\n")).unwrap_or_default()
}

fn group<'a>(all: &'a Problems, problem: &'a Problem, level: Level<'static>) -> Group<'a> {
    let mut group = level.primary_title(problem.message.as_str()).elements(snippets(all, problem));
    if let Some(cure) = &problem.cure {
        group = group.element(Level::HELP.message(cure.as_str()));
    }
    group
}

/// The place, and the other place: in the same excerpt if they are in the same file.
fn snippets<'a>(
    all: &'a Problems,
    problem: &'a Problem,
) -> Vec<Snippet<'a, annotate_snippets::Annotation<'a>>> {
    let here = problem.span.map(|span| (span, AnnotationKind::Primary, None));
    let there =
        problem.other.as_ref().map(|(span, label)| (*span, AnnotationKind::Context, Some(label.as_str())));
    let shown = here.into_iter().chain(there);
    shown
        .filter_map(|(span, kind, label)| {
            Some(excerpt(all.files.get(span.file as usize)?, span, all, kind, label))
        })
        .collect()
}

fn excerpt<'a>(
    file: &'a File,
    span: Span,
    all: &Problems,
    kind: AnnotationKind,
    label: Option<&'a str>,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let place = Place::of(file, span, all);
    let annotation = kind.span(place.mark).label(label);
    Snippet::source(place.text).path(file.name.as_str()).line_start(place.line).annotation(annotation)
}

/// The line and the column where `span` begins, both counted from 1.
pub(super) fn place(all: &Problems, span: Span) -> Option<(usize, usize)> {
    let place = Place::of(all.files.get(span.file as usize)?, span, all);
    let before = place.text.get(..place.mark.start)?;
    Some((place.line, before.chars().count() + 1))
}

/// The one line to show, and which part of it is meant.
struct Place<'a> {
    line: usize,
    text: Cow<'a, str>,
    mark: Range<usize>,
}

impl<'a> Place<'a> {
    fn of(file: &'a File, span: Span, all: &Problems) -> Self {
        let range = span.range(&file.text);
        let (before, after) = (&file.text.as_bytes()[..range.start], &file.text.as_bytes()[range.start..]);
        let begin = before.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let end = after.iter().position(|b| *b == b'\n').map_or(file.text.len(), |at| range.start + at);
        let line = before.split(|b| *b == b'\n').count();
        let text = file.text.get(begin..end).unwrap_or_default().trim_end_matches('\r');
        let mark = range.start - begin..(range.end.min(end) - begin).min(text.len());
        Self { line, text: hide(text, begin, span.file, all), mark }
    }
}

/// The line with everything hidden turned into as many asterisks, so that places stay.
fn hide<'a>(text: &'a str, begin: usize, file: u32, all: &Problems) -> Cow<'a, str> {
    let touches = |span: &&Span| {
        span.file == file && (span.start as usize) < begin + text.len() && span.end as usize > begin
    };
    let mut shown = Cow::Borrowed(text);
    for span in all.hidden.iter().filter(touches) {
        let range = (span.start as usize).saturating_sub(begin)..(span.end as usize - begin).min(text.len());
        if let Some(secret) = text.get(range.clone()) {
            shown.to_mut().replace_range(range, &"*".repeat(secret.len()));
        }
    }
    shown
}
