//! Does the document tell all of the report, to everybody, and nothing that it was not told?

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;
use wardround::report::{Report, headline, html::html};

use super::sample::{self, Sample};

static OCTOBER: LazyLock<String> = LazyLock::new(|| page(&sample::october()));

pub(crate) fn page(report: &Report) -> String {
    let mut bytes = Vec::new();
    html(report, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// The text of every match's first group.
fn all<'t>(pattern: &str, text: &'t str) -> Vec<&'t str> {
    let pattern = Regex::new(pattern).unwrap();
    pattern.captures_iter(text).map(|found| found.get(1).unwrap().as_str()).collect()
}

/// As a person reads it.
fn plain(text: &str) -> String {
    text.replace('\u{a0}', " ").replace("&#39;", "'")
}

#[test]
fn the_first_page_says_it_in_a_sentence() {
    let said = all(r#"<p class="sentence">([^<]*)</p>"#, &OCTOBER);
    assert_eq!(said, [headline(&sample::october())]);
    assert!(said[0].contains("Picture archive was down longest"), "{said:?}");
}

#[test]
fn it_holds_all_it_needs() {
    for foreign in ["<script", "<link", "<img", "<iframe", "@import", "url(", "src=", "javascript:"] {
        assert!(!OCTOBER.to_lowercase().contains(foreign), "{foreign}");
    }
    let hosts: BTreeSet<_> = all(r#"https?://([^/"<\s]*)"#, &OCTOBER).into_iter().collect();
    assert_eq!(hosts, BTreeSet::from(["www.w3.org"]), "the name of SVG, which nobody fetches");
}

#[test]
fn names_with_markup_stay_names() {
    assert!(
        !OCTOBER.contains("<script>") && !OCTOBER.contains("alert(\"1\")") && !OCTOBER.contains("<b>Nobody")
    );
    let letters = all(r"(&lt;script&gt;|&#60;script&#62;)", &OCTOBER).len();
    assert!(letters >= 8, "title, owner, links, charts, incident, work: {letters}");
}

#[test]
fn headings_go_down_a_level_at_a_time() {
    let levels: Vec<u8> =
        all(r"<h([1-6])[ >]", &OCTOBER).iter().map(|level| level.parse().unwrap()).collect();
    assert!(levels[0] == 1 && !levels[1..].contains(&1), "one title");
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
}

#[test]
fn every_table_says_what_it_is_of() {
    let tables = all(r"(?s)<table([ >].*?)</table>", &OCTOBER);
    assert!(tables.len() > 20, "{}", tables.len());
    for table in tables {
        let caption = all(r"<caption>([^<]+)</caption>", table);
        let (heads, first) =
            (all(r#"(<th scope="col">)"#, table).len(), all(r#"(<th scope="row">)"#, table).len());
        assert!(caption.len() == 1 && heads > 1 && first > 0, "{caption:?}: {heads} columns, {first} rows");
        assert!(!table.contains("<th>"), "{caption:?}: a heading of what?");
        for row in all(r"(?s)<tr>(.*?)</tr>", table) {
            assert_eq!(all(r"(<t[hd][ >])", row).len(), all(r"(</t[hd]>)", row).len(), "{row}");
        }
    }
}

#[test]
fn every_link_leads_somewhere_and_every_mark_is_there_once() {
    let ids = all(r#" id="([^"]*)""#, &OCTOBER);
    let once: BTreeSet<_> = ids.iter().collect();
    assert_eq!(ids.len(), once.len(), "{ids:?}");
    for link in all(r##"href="#([^"]*)""##, &OCTOBER) {
        assert!(once.contains(&link), "{link}");
    }
}

#[test]
fn what_the_board_must_see_is_there() {
    for words in [
        "42 m 10 s (41 m 40 s to 42 m 40 s)",
        "late: it excludes nothing",
        "in time: left out",
        "went on after this period",
        "Quarterly upgrade",
        "Change board, CHG0012345",
        "no reply within 5 s",
        "What the board should know",
        "<strong>42 minutes</strong>",
        "Some 3586 hours of clinicians' time, as an estimate",
        "48211 entries",
        "c0535e4be2b79ffd93291305436bf889314e4a3faec05ecffcbb7df31ad9e51a",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "1 October 2026 00:00:00 until just before 1 November 2026 00:00:00, Europe/London time (31 d 1 h)",
        "one of 7 in a row on one side of the mean",
    ] {
        assert!(plain(&OCTOBER).contains(words), "{words}");
    }
}

#[test]
fn a_service_of_which_little_is_known_has_its_page() {
    let bare = Sample { troubles: Vec::new(), objectives: Vec::new(), ..sample::services().remove(3) };
    let text = page(&sample::report_of(&[bare], "2026-10", None));
    assert!(text.contains("Nothing was promised") && text.contains("Nothing went wrong that was confirmed."));
    assert!(!text.contains("In our own words"));
    let none = page(&sample::report_of(&[], "2026-10", None));
    assert!(none.contains("No service was watched."));
}

#[test]
fn a_year_is_as_good_as_a_month() {
    let year = page(&sample::report_of(&sample::services(), "2026", None));
    assert!(year.contains("Provisional"), "the year is not over");
    assert_eq!(all(r#"(<section class="service" )"#, &year).len(), 4);
}

/// As long as all of it is held in memory only by who asked for that.
#[test]
fn it_is_written_a_service_at_a_time() {
    struct Longest(usize);
    impl std::io::Write for Longest {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 = self.0.max(bytes.len());
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut longest = Longest(0);
    html(&sample::october(), &mut longest).unwrap();
    assert!(longest.0 < 200_000, "{}", longest.0);
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    assert_eq!(page(&sample::october()), *OCTOBER);
}
