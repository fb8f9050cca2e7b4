//! What does a feed say of one incident?

use std::fmt;

use jiff::{Timestamp, tz::TimeZone};

use crate::{
    model::{self, Incident, Moment, Note, Slug},
    serve::board::Standing,
};

/// One incident, in words that any XML can hold.
pub(super) struct Item {
    pub(super) incident: Slug,
    pub(super) kind: &'static str,
    pub(super) title: String,
    pub(super) words: String,
    pub(super) began: Stamp,
    pub(super) updated: Stamp,
}

/// An instant; as text RFC 3339.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stamp(pub(super) Moment);

impl Item {
    /// `incident` with its `notes`, as far as it is known at `now`. How it was found out, and who
    /// wrote what, is for those who see all.
    pub(super) fn of(
        standing: &Standing,
        incident: Incident,
        notes: &[Note],
        sees_all: bool,
        now: Moment,
    ) -> Self {
        let known = if standing.running { now } else { standing.newest.unwrap_or(now) };
        let (incident, notes) = if sees_all { (incident, notes) } else { (incident.for_public(), &[][..]) };
        let name = standing.title(&incident.service);
        let kind = incident.kind.label();
        let told = format!("{} of {name}", kind.replace('_', " "));
        let title = if incident.is_open() { format!("Open: {told}") } else { format!("Over: {told}") };
        Self {
            title: plain(&title),
            words: plain(&words(&incident, notes, known, &standing.zone())),
            began: Stamp(incident.since().unwrap_or_default()),
            updated: Stamp(updated(&incident, notes)),
            incident: incident.id,
            kind,
        }
    }

    /// The words as HTML, which is what RSS holds.
    pub(super) fn html(&self) -> String {
        self.words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\n', "<br>")
    }
}

impl Stamp {
    /// `Mon, 21 Sep 2026 14:13:20 +0000`.
    pub(super) fn rfc_2822(self) -> String {
        let at = Timestamp::from_millisecond(self.0.as_ms()).unwrap_or_default();
        at.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// When anything became of it last.
fn updated(incident: &Incident, notes: &[Note]) -> Moment {
    let runs = incident.runs.iter().flat_map(|run| [Some(run.since), run.until].into_iter().flatten());
    runs.chain(notes.iter().map(|note| note.at)).max().unwrap_or_default()
}

fn words(incident: &Incident, notes: &[Note], known: Moment, zone: &TimeZone) -> String {
    let at = |at| model::at(at, zone);
    let since = incident.since().map_or_else(String::new, at);
    let lasted = match incident.until() {
        Some(until) => format!("until {}, for {}.", at(until), model::length(incident, known)),
        None => "and still open.".into(),
    };
    let mut lines = vec![format!("Since {since}, {lasted}")];
    lines.extend(
        incident.cause.iter().map(|cause| format!("First shown by {}: {}", cause.probe.probe, cause.words)),
    );
    lines.extend(notes.iter().map(|note| line(note, &at(note.at))));
    lines.join("\n")
}

fn line(note: &Note, at: &str) -> String {
    let Note { by, words, acknowledges, .. } = note;
    match (acknowledges, words.is_empty()) {
        (true, true) => format!("{at}, {by} sees to it."),
        (true, false) => format!("{at}, {by} sees to it: {words}"),
        (false, _) => format!("{at}, {by}: {words}"),
    }
}

/// The text without what XML cannot hold.
pub(super) fn plain(text: &str) -> String {
    let allowed = |c: char| !c.is_control() && !('\u{fffe}'..='\u{ffff}').contains(&c) || "\t\n".contains(c);
    text.chars().map(|c| if allowed(c) { c } else { '\u{fffd}' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_that_xml_cannot_hold() {
        assert_eq!(plain("a\u{0}b\u{1b}[1m\tc\nd\u{ffff}é😀"), "a\u{fffd}b\u{fffd}[1m\tc\nd\u{fffd}é😀");
    }

    #[test]
    fn stamps_are_as_each_feed_wants_them() {
        let stamp = Stamp(Moment::from_ms(1_790_000_000_000));
        assert_eq!(stamp.to_string(), "2026-09-21T14:13:20.000Z");
        assert_eq!(stamp.rfc_2822(), "Mon, 21 Sep 2026 14:13:20 +0000");
    }
}
