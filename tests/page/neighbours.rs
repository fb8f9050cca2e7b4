//! What does a real browser make of the pages: on a phone, a desk and a wall, by keyboard, in the dark, without scripts?

use std::{fs, sync::LazyLock};

use super::hospital::Hospital;
use crate::neighbours::{chromium::Browser, python::python};

/// The judge of what people with other eyes and hands can use; the version is that of the package that carries it.
static AXE: LazyLock<String> = LazyLock::new(|| {
    let python = python("axe", &["axe-playwright-python==0.1.8"]);
    let library = python.parent().unwrap().parent().unwrap().join("lib");
    let version = fs::read_dir(library).unwrap().next().unwrap().unwrap().path();
    fs::read_to_string(version.join("site-packages/axe_playwright_python/axe.min.js")).unwrap()
});

const JUDGE: &str = r#"axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}).then(all =>
  all.violations.map(one => one.id + " (" + one.impact + "): " + one.nodes.map(node => node.html).join(" | ")))"#;

fn url(hospital: &Hospital, path: &str) -> String {
    format!("http://{}{path}", hospital.at)
}

fn judged(browser: &mut Browser, what: &str) {
    browser.run(&AXE);
    assert_eq!(browser.run(JUDGE), serde_json::json!([]), "{what}");
}

#[test]
fn everybody_can_use_every_page() {
    let (hospital, mut browser) = (Hospital::open(), Browser::open());
    let incident = format!("/incidents/{}", hospital.incident());
    let fixed =
        ["/", "/services/epr", "/incidents", "/wall", "/maintenance", "/reports", "/audit", "/nowhere"];
    for (width, dark) in [(1280, false), (390, true)] {
        browser.size(width, 844);
        browser.dark(dark);
        for path in fixed.into_iter().chain([incident.as_str()]) {
            browser.load(&url(&hospital, path));
            judged(&mut browser, &format!("{path} at {width}, dark: {dark}"));
            let over =
                browser.run("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            assert_eq!(over, 0, "{path} is wider than {width}");
            browser.picture(&format!("{}-{width}", path.trim_matches('/').replace('/', "-")));
        }
    }
    let complaints: Vec<_> = browser.complaints.iter().filter(|said| !said.contains("404")).collect();
    assert!(complaints.is_empty(), "{complaints:?}");
}

#[test]
fn no_window_is_too_narrow() {
    let (hospital, mut browser) = (Hospital::open(), Browser::open());
    let incident = format!("/incidents/{}", hospital.incident());
    for path in ["/", "/services/epr", "/incidents", "/maintenance", "/reports", &incident] {
        browser.load(&url(&hospital, path));
        for width in (320..1300).step_by(49) {
            browser.size(width, 600);
            browser.until(&format!("matchMedia('(width: {width}px)').matches"));
            assert_eq!(browser.run(BEYOND), serde_json::json!([]), "{path} at {width}");
        }
    }
}

/// What stands beyond the right edge, and can be scrolled to.
const BEYOND: &str = "(page => page.scrollWidth <= page.clientWidth ? [] : [...document.querySelectorAll('*')].filter(it => it.getBoundingClientRect().right > page.clientWidth).map(it => it.outerHTML.slice(0, 90)))(document.documentElement)";

#[test]
fn a_wall_is_filled_and_never_scrolls() {
    let (mut hospital, mut browser) = (Hospital::open(), Browser::open());
    browser.size(1920, 1080);
    browser.load(&url(&hospital, "/wall"));
    hospital.pass(&["epr/sign-in", "names/lookup"]);
    browser.until("document.querySelectorAll('.tile').length === 2");
    browser.picture("wall-1920");
    let fits = "document.documentElement.scrollHeight <= innerHeight && document.documentElement.scrollWidth <= innerWidth";
    assert_eq!(browser.run(fits), true);
    let size = browser.run("parseFloat(getComputedStyle(document.querySelector('.tile h2')).fontSize)");
    assert!(size.as_f64().unwrap() >= 48.0, "{size} pixels are not read from afar");
}

#[test]
fn a_page_follows_without_being_loaded_again() {
    let (mut hospital, mut browser) = (Hospital::open(), Browser::open());
    browser.size(1280, 900);
    browser.load(&url(&hospital, "/"));
    browser.run("window.kept = true; document.querySelector('#s-names a').focus()");
    hospital.pass(&["epr/sign-in", "names/lookup"]);
    browser.until("document.querySelector('#s-names .mark').classList.contains('down')");
    browser.until("document.querySelector('h1').textContent.startsWith('2 services are down')");
    assert_eq!(
        browser.run("window.kept && [...document.querySelectorAll('.row')].map(one => one.id).join()"),
        "s-epr,s-names,s-pacs"
    );
    assert_eq!(
        browser.run("document.activeElement.closest('.row')?.id"),
        "s-names",
        "who stood there stays there"
    );
    hospital.pass(&["epr/sign-in"]);
    browser.until("document.querySelector('#s-names .mark').classList.contains('up')");
    hospital.pass(&["epr/sign-in", "names/lookup"]);
    browser.until("document.querySelector('#s-names .mark').classList.contains('down')");
    browser.until("document.querySelector('#told').textContent.includes('is down')");
    assert_eq!(browser.run("window.kept"), true);
    assert!(browser.complaints.is_empty(), "{:?}", browser.complaints);
}

#[test]
fn silence_is_said_loudly() {
    let (hospital, mut browser) = (Hospital::open(), Browser::open());
    // A clock that goes a hundred times as fast: 40 s are soon over.
    let hasty = "const now = performance.now.bind(performance); performance.now = () => now() * 100";
    browser.call("Page.addScriptToEvaluateOnNewDocument", &serde_json::json!({"source": hasty}));
    browser.load(&url(&hospital, "/wall"));
    drop(hospital);
    browser.until("document.querySelector('#silent').textContent.includes('what you see is old')");
    browser.picture("wall-silent");
    assert_eq!(browser.run("document.querySelector('#silent').hidden"), false);
}

#[test]
fn paper_shows_what_can_be_read_and_nothing_to_press() {
    let (hospital, mut browser) = (Hospital::open(), Browser::open());
    // A4, upright.
    browser.size(794, 1123);
    let incident = format!("/incidents/{}", hospital.incident());
    for path in ["/", "/services/epr", "/incidents", "/maintenance", "/reports", &incident] {
        browser.load(&url(&hospital, path));
        browser.call("Emulation.setEmulatedMedia", &serde_json::json!({"media": "print"}));
        judged(&mut browser, &format!("{path} on paper"));
        browser.picture(&format!("paper-{}", path.trim_matches('/').replace('/', "-")));
        assert_eq!(browser.run(PRESSED), serde_json::json!([]), "{path}");
        let over = browser.run("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        assert_eq!(over, 0, "{path} is wider than the paper");
        let printed = browser.call("Page.printToPDF", &serde_json::json!({"preferCSSPageSize": true}));
        assert!(printed["data"].as_str().is_some_and(|data| data.len() > 10_000), "{path}");
    }
}

/// What can be pressed and is seen.
const PRESSED: &str = "[...document.querySelectorAll('button, input, select, textarea, nav a')].filter(it => it.checkVisibility()).map(it => it.outerHTML)";

#[test]
fn a_keyboard_is_enough() {
    let (hospital, mut browser) = (Hospital::open(), Browser::open());
    browser.size(1280, 900);
    let incident = format!("/incidents/{}", hospital.incident());
    for (path, wanted) in
        [("/", ["SKIP", "SELECT", "INPUT", "ROW"]), (&*incident, ["SKIP", "TEXTAREA", "BUTTON", "SCROLL"])]
    {
        browser.load(&url(&hospital, path));
        let mut met = Vec::new();
        for _ in 0..40 {
            browser.press("Tab", 9);
            let (at, seen) = (browser.run(WHERE), browser.run(SEEN));
            assert_eq!(seen, true, "{path}: {at} has the focus, and nobody sees it");
            met.push(at.as_str().unwrap().to_owned());
        }
        assert_eq!(met[0], "SKIP", "{path}");
        for one in wanted {
            assert!(met.iter().any(|at| at == one), "{path}: {one} is not reached: {met:?}");
        }
    }
}

const WHERE: &str = "(it => it.matches('.skip') ? 'SKIP' : it.closest('.row') ? 'ROW' : it.matches('.scroll') ? 'SCROLL' : it.tagName)(document.activeElement)";

const SEEN: &str =
    "(it => it === document.body || getComputedStyle(it).outlineStyle !== 'none')(document.activeElement)";

#[test]
fn no_script_is_needed() {
    let (hospital, mut browser) = (Hospital::open(), Browser::open());
    browser.call("Emulation.setScriptExecutionDisabled", &serde_json::json!({"value": true}));
    browser.call("Page.navigate", &serde_json::json!({"url": url(&hospital, "/")}));
    browser.until("document.querySelectorAll('.row').length === 3");
    assert_eq!(browser.run("document.querySelector('noscript meta').httpEquiv"), "refresh");
    browser.run("document.querySelector('select[name=state]').value = 'down'; document.querySelector('.filters').requestSubmit()");
    browser.until("location.search.includes('state=down') && document.querySelectorAll('.row').length === 1");
}

#[test]
fn a_report_keeps_its_own_clothes() {
    let (hospital, mut browser) = (Hospital::open(), Browser::open());
    browser.load(&url(&hospital, "/reports/2026-09.html"));
    let ground = browser.run("getComputedStyle(document.querySelector('header')).backgroundColor");
    assert_eq!(ground, "rgb(0, 94, 184)", "{:?}", browser.complaints);
    assert!(browser.complaints.is_empty(), "{:?}", browser.complaints);
}
