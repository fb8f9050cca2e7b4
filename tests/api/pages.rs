//! Is everything told once, however small the pages are?

use serde_json::Value;

use super::hospital::Hospital;

/// Everything below `key`, page by page.
fn all(hospital: &Hospital, path: &str, key: &str) -> Vec<Value> {
    let (mut path, mut told) = (path.to_owned(), Vec::new());
    for _ in 0..1000 {
        let page = hospital.get(&path);
        told.extend(page[key].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => next.clone_into(&mut path),
            None => return told,
        }
    }
    panic!("there is no end to {path}");
}

#[test]
fn every_look_is_on_one_page() {
    let hospital = Hospital::open();
    let looks = "/api/v1/services/epr/probes/sign-in/looks";
    let whole = all(&hospital, &format!("{looks}?limit=1000"), "looks");
    assert!(whole.len() > 60, "{}", whole.len());
    for limit in [1, 7, whole.len() - 1, whole.len()] {
        assert_eq!(all(&hospital, &format!("{looks}?limit={limit}"), "looks"), whole, "by {limit}");
    }
    let at = |place: usize| whole[place]["began_ms"].as_i64().unwrap();
    let part = format!("{looks}?limit=3&from={}&until={}", at(10), at(20));
    assert_eq!(all(&hospital, &part, "looks"), whole[10..20], "half-open");
}

#[test]
fn every_incident_is_on_one_page() {
    let hospital = Hospital::open();
    let whole = all(&hospital, "/api/v1/incidents", "incidents");
    assert_eq!(all(&hospital, "/api/v1/incidents?limit=1", "incidents"), whole);
    let first = hospital.get("/api/v1/incidents?limit=1&kind=outage&open=false");
    assert_eq!(first["next"], Value::Null, "what is filtered out needs no page");
    let next = hospital.get("/api/v1/incidents?limit=1&kind=outage")["next"].clone();
    assert!(next.as_str().unwrap().contains("kind=outage") && next.as_str().unwrap().contains("limit=1"));
}

#[test]
fn a_cursor_that_was_made_up_is_refused() {
    let hospital = Hospital::open();
    for cursor in ["x", "%00", "e30", "WzEsMl0", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "..%2F"] {
        for path in ["/api/v1/incidents", "/api/v1/services/epr/probes/sign-in/looks"] {
            let (status, words) = hospital.refused(&format!("GET {path}?cursor={cursor}"));
            assert_eq!((status, words.starts_with("`cursor` is none")), (422, true), "{cursor}: {words}");
        }
    }
}
