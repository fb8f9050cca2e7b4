//! Does a real browser show the document as it is meant, to the eye and to a screen reader, on screen and on paper?

use std::{fs, path::Path, process::Command, sync::LazyLock};

use crate::{
    neighbours::python::run,
    report::{page::page, sample},
};

/// Runs after the document is there, and writes what it finds into it: the browser can be asked for that.
const INSPECTION: &str = r#"<script>
const found = [];
const names = [...document.querySelectorAll("svg")].filter(it => !it.closest("[aria-hidden]"));
for (const svg of names) if (svg.getAttribute("role") !== "img" || !svg.querySelector(":scope > title")?.textContent) found.push("a picture without a name");
let level = 0;
for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
  const next = Number(heading.tagName[1]);
  if (next > level + 1) found.push("a level is left out before " + heading.textContent);
  level = next;
}
for (const table of document.querySelectorAll("table")) {
  const columns = table.tHead.rows[0].cells.length;
  if (!table.caption?.textContent) found.push("a table without a caption");
  for (const row of table.tBodies[0].rows) if (row.cells.length !== columns || row.cells[0].scope !== "row") found.push("a row out of step in " + table.caption.textContent);
}
const ink = text => text.match(/[\d.]+/g).map(Number);
const light = ([r, g, b]) => { const part = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b); };
const ground = node => { for (; node; node = node.parentElement) { const colour = ink(getComputedStyle(node).backgroundColor); if (colour.length < 4 || colour[3] > 0) return colour; } return [255, 255, 255]; };
for (const node of document.querySelectorAll("h1, h2, h3, p, a, th, td, caption, li, dt, dd, code, figcaption")) {
  const [one, other] = [light(ink(getComputedStyle(node).color)), light(ground(node))].sort((a, b) => b - a);
  if ((one + 0.05) / (other + 0.05) < 4.5) found.push("too pale: " + node.textContent.slice(0, 40));
}
if (document.documentElement.scrollWidth > innerWidth) found.push("wider than the window by " + (document.documentElement.scrollWidth - innerWidth));
if (document.scripts.length !== 1) found.push("a script of its own");
if (performance.getEntriesByType("resource").length) found.push("something was fetched");
document.title = JSON.stringify({ pictures: names.length, tables: document.querySelectorAll("table").length, found });
console.error("inspected");
</script>"#;

static PAGE: LazyLock<String> = LazyLock::new(|| page(&sample::october()));

/// What the browser says while it does `what` with the document at `path`.
fn browser(path: &Path, what: &[&str]) -> String {
    let quiet = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--enable-logging=stderr",
        "--log-level=0",
    ];
    let profile = format!("--user-data-dir={}", path.with_extension("profile").display());
    let mut command = Command::new("chromium");
    command.args(quiet).arg(profile).args(what).arg(format!("file://{}", path.display()));
    run(&mut command, "chromium")
}

fn inspected(page: &str, window: &str) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.html");
    fs::write(&path, page.replace("</body>", &format!("{INSPECTION}</body>"))).unwrap();
    let said = browser(&path, &["--dump-dom", window]);
    let title = said.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next());
    (title.unwrap_or_else(|| panic!("{said}")).to_owned(), said)
}

#[test]
fn eyes_and_screen_readers_find_what_they_need() {
    for window in ["--window-size=1100,900", "--window-size=500,900"] {
        let (title, said) = inspected(&PAGE, window);
        let wanted = r#"{"pictures":36,"tables":32,"found":[]}"#;
        assert_eq!(title, wanted, "{window}");
        let console: Vec<_> = said.lines().filter(|line| line.contains(":CONSOLE")).collect();
        assert!(console.len() == 1 && console[0].contains("inspected"), "{console:?}");
    }
}

#[test]
fn what_is_wrong_is_found() {
    let worse = PAGE
        .replace("<h3>", "<h4>")
        .replace("color: #003087", "color: #b0c4de")
        .replace("<title>How", "<title></title><title>How");
    let (title, _) = inspected(&worse, "--window-size=1100,900");
    for wrong in ["a level is left out before", "too pale", "a picture without a name"] {
        assert!(title.contains(wrong), "{wrong}: {title}");
    }
}

#[test]
fn it_prints_on_a4() {
    let folder = tempfile::tempdir().unwrap();
    let (path, paper) = (folder.path().join("report.html"), folder.path().join("report.pdf"));
    fs::write(&path, &*PAGE).unwrap();
    let print = format!("--print-to-pdf={}", paper.display());
    browser(&path, &["--no-pdf-header-footer", &print]);
    let text = String::from_utf8_lossy(&fs::read(&paper).unwrap()).into_owned();
    let pages = text.matches("/Type /Page\n").count();
    assert!(text.contains("/MediaBox [0 0 594.95996 841.91998]"), "not A4");
    assert!((10..30).contains(&pages), "{pages} pages");
}
