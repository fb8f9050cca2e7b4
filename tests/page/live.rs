//! Is whoever looks at a page told what changes, as it changes?

use std::io::{BufRead, BufReader};

use serde_json::Value;

use super::hospital::{Hospital, MARKUP};

/// The next event of this name.
fn next(events: &mut impl BufRead, name: &str) -> Value {
    let mut line = String::new();
    loop {
        line.clear();
        assert!(events.read_line(&mut line).unwrap() > 0, "the stream ended");
        if line.trim_end() == format!("event: {name}") {
            line.clear();
            events.read_line(&mut line).unwrap();
            return serde_json::from_str(line.trim_start_matches("data: ")).unwrap();
        }
    }
}

#[test]
fn a_service_that_falls_is_told_at_once() {
    let mut hospital = Hospital::open();
    let stream = hospital.say("GET /events", "Accept: text/event-stream\r\n", "");
    let mut events = BufReader::new(stream);
    let first = next(&mut events, "beat");
    let page = hospital.page("/");
    assert!(page.contains(&format!(r#"data-version="{}""#, first["version"])), "the page is as new");
    hospital.pass(&["epr/sign-in"]);
    let news = next(&mut events, "news");
    assert_eq!(news["anew"], true, "who knows what was missed before");
    hospital.pass(&["epr/sign-in", "names/lookup"]);
    let news = std::iter::repeat_with(|| next(&mut events, "news")).find(|news| news["words"] != "").unwrap();
    assert!(news["words"].as_str().unwrap().ends_with(" is down."), "{}", news["words"]);
    let row = &news["rows"][0];
    assert_eq!(row["id"], "s-names");
    assert!(row["html"].as_str().unwrap().contains(r#"class="mark down""#), "{row}");
    let pieces: Vec<_> = news["pieces"].as_array().unwrap().iter().map(|piece| &piece["id"]).collect();
    assert!(pieces.contains(&&"headline".into()) && pieces.contains(&&"wall".into()), "{pieces:?}");
    assert!(!news.to_string().contains(MARKUP) && !news.to_string().contains("<script"));
}
