//! Does every page say what is so, to everybody, and nothing that it was not told?

use std::io::Read;

use flate2::read::GzDecoder;
use regex::Regex;

use super::hospital::Hospital;

/// The text of every match's first group.
fn all<'t>(pattern: &str, text: &'t str) -> Vec<&'t str> {
    let pattern = Regex::new(pattern).unwrap();
    pattern.captures_iter(text).map(|found| found.get(1).unwrap().as_str()).collect()
}

fn paths(hospital: &Hospital) -> Vec<String> {
    let incident = format!("/incidents/{}", hospital.incident());
    let fixed = ["/", "/?q=e&state=down", "/services/epr", "/services/pacs", "/incidents", "/wall"];
    let more = ["/incidents?before=1790000000000", "/maintenance", "/reports", "/audit"];
    fixed.into_iter().chain(more).map(str::to_owned).chain([incident]).collect()
}

#[test]
fn the_first_page_says_it_all() {
    let page = Hospital::open().page("/");
    let page = Regex::new("status-[0-9a-f]{16}").unwrap().replace_all(&page, "status-HASH").into_owned();
    insta::assert_snapshot!(page);
}

#[test]
fn every_page_is_whole_and_holds_no_style_or_script() {
    let hospital = Hospital::open();
    for path in paths(&hospital) {
        let page = hospital.page(&path);
        for part in
            [r#"<html lang="en-GB">"#, "<main id=\"main\"", "<header ", "<nav ", "class=\"skip\"", "<title>"]
        {
            assert!(page.contains(part), "{path}: {part}");
        }
        assert_eq!(all("(<h1[ >])", &page).len(), 1, "{path}");
        let levels: Vec<u8> =
            all("<h([1-6])[ >]", &page).iter().map(|level| level.parse().unwrap()).collect();
        for foreign in [" style=", "<style", "javascript:", "src=\"http", "<iframe", "@import", " onclick"] {
            assert!(!page.contains(foreign), "{path}: {foreign}");
        }
        assert!(
            levels.len() < 2 || levels.windows(2).all(|pair| pair[1] <= pair[0] + 1 || pair[0] == 2),
            "{levels:?}"
        );
        assert_eq!(all("<script([^>]*)>", &page).len(), 1, "{path}");
    }
}

#[test]
fn names_with_markup_stay_names() {
    let hospital = Hospital::open();
    for path in paths(&hospital) {
        let page = hospital.page(&path);
        assert!(
            !page.contains("alert(\"1\")") && !page.contains("<b>notes") && !page.contains("<i>on-call"),
            "{path}"
        );
        assert!(!page.contains("<script>"), "{path}");
    }
    let names = all("<bdi>([^<]*)</bdi>", &hospital.page("/")).len();
    assert!(names >= 6, "a name from right to left turns nothing else: {names}");
}

#[test]
fn every_mark_is_there_once_and_every_table_says_what_it_is_of() {
    let hospital = Hospital::open();
    for path in paths(&hospital) {
        let page = hospital.page(&path);
        let mut ids = all(r#" id="([^"]*)""#, &page);
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "{path}: {ids:?}");
        assert_eq!(all("(<table)", &page).len(), all("(<caption)", &page).len(), "{path}");
        assert!(!page.contains("<th>"), "{path}: a heading of what?");
        for link in all(r#"href="(/[^"]*)""#, &page) {
            let link = link.replace("&amp;", "&").replace("&#38;", "&");
            let (path, _) = link.split_once('#').unwrap_or((&link, ""));
            if !path.starts_with("/reports/") && !path.starts_with("/feed") && path != "/sign-in" {
                assert_eq!(hospital.ask(&format!("GET {path}"), "", "").status, 200, "{link}");
            }
        }
    }
}

#[test]
fn filters_leave_out_what_is_not_asked_for() {
    let hospital = Hospital::open();
    let rows = |path: &str| all(r#"id="s-(epr|names|pacs)""#, &hospital.page(path)).join(" ");
    assert_eq!(rows("/"), "epr names pacs");
    assert_eq!(rows("/?state=down"), "epr");
    assert_eq!(rows("/?q=ARCHIVE"), "pacs");
    assert_eq!(rows("/?tier=platinum&state=up"), "");
    assert!(hospital.page("/?q=nowhere").contains("No service is like that."));
    assert!(hospital.page("/?q=%22%3E%3Cscript%3E&page=99").contains("&#34;&#62;&#60;script&#62;"));
}

#[test]
fn an_old_phone_gets_it_soon() {
    let hospital = Hospital::open();
    let page = hospital.page("/");
    let named = |ending: &str| all(&format!(r"(/assets/status-[0-9a-f]+\.{ending})"), &page)[0].to_owned();
    let mut sum = 0;
    for path in ["/".to_owned(), named("css"), named("js")] {
        let reply = hospital.ask(&format!("GET {path}"), "Accept-Encoding: gzip\r\n", "");
        assert!(reply.head.contains("content-encoding: gzip\r\n"), "{path}: {}", reply.head);
        let mut plain = String::new();
        GzDecoder::new(&*reply.body).read_to_string(&mut plain).unwrap();
        assert_eq!(reply.head.contains("immutable"), path != "/", "{}", reply.head);
        sum += reply.body.len() + reply.head.len();
    }
    assert!(sum < 20_000, "{sum}");
}

#[test]
fn what_is_not_there_is_said_in_the_same_clothes() {
    let hospital = Hospital::open();
    for path in
        ["/nowhere", "/services/nobody", "/services/..%2f..", "/incidents/none", "/reports/2026-13.html"]
    {
        let reply = hospital.ask(&format!("GET {path}"), "Accept: text/html\r\n", "");
        let page = String::from_utf8(reply.body).unwrap();
        assert!([404, 422].contains(&reply.status), "{path}: {}", reply.status);
        assert!(page.contains("<h1>") && page.contains("/assets/status-"), "{path}: {page}");
    }
    let plain = hospital.ask("GET /nowhere", "", "");
    assert_eq!((plain.status, plain.body.as_slice()), (404, &b"there is nothing here\n"[..]));
    assert_eq!(hospital.ask("GET /assets/status-0000000000000000.css", "", "").status, 404);
}

#[test]
fn a_report_is_read_and_kept() {
    let hospital = Hospital::open();
    assert!(hospital.page("/reports").contains("provisional"));
    let page = hospital.page("/reports/2026-09.html");
    assert!(page.contains("Availability of services"), "{page}");
    let head = hospital.ask("GET /reports/2026-09.html", "", "").head;
    assert!(head.contains("content-security-policy: default-src 'none'; style-src 'sha256-"), "{head}");
    let table = hospital.ask("GET /reports/2026-09.csv", "", "");
    assert!(
        table.head.contains("content-disposition: attachment; filename=\"wardround-2026-09.csv\"\r\n"),
        "{}",
        table.head
    );
}
