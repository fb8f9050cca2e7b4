//! Does an incident outlive a wrong configuration, and a kill?

use rustix::process::Signal;
use wardround::{
    entry::{Entry, IncidentTurn},
    model::Slug,
};

use super::{book::Book, ward::Ward};

const OPEN: &str = "wardround_incident_open{site=\"ward\",service=\"pacs\",kind=\"outage\"}";

#[test]
fn a_wrong_configuration_in_mid_incident_changes_nothing() {
    let mut ward = Ward::new();
    let running = ward.start();
    running.until_it_sees();
    ward.flaps.shut();
    running.until("an incident is open", |it| it.value(OPEN) == Some(1.0));
    ward.configure("site: ward\nservices: {pacs: {probes: {flaps: {tpc: {}}}}}\n");
    running.signal(Signal::HUP);
    let good = "wardround_config_last_reload_successful";
    running.until("the file is refused", |it| it.value(good) == Some(0.0));
    let before = running.looks("pacs");
    running.until("looks go on", |it| it.looks("pacs") >= before + 3.0);
    assert_eq!(running.value(OPEN), Some(1.0), "the incident stays open");
    ward.flaps.reopen();
    running.until("it closes", |it| it.value(OPEN) == Some(0.0));
    assert!(running.stop().success());
    assert!(ward.log().contains("did you mean `tcp`?"), "{}", ward.log());
    let book = Book::read(&ward.data);
    let turns = turns(&book);
    let what: Vec<_> = turns.iter().map(|(_, what)| *what).collect();
    assert_eq!(what, [IncidentTurn::Opened, IncidentTurn::Closed], "{turns:?}");
    assert_eq!(turns[0].0, turns[1].0);
    assert_eq!(book.chained.iter().filter(|entry| matches!(entry, Entry::Planned { .. })).count(), 1);
}

#[test]
fn a_kill_in_mid_incident_is_bridged() {
    let mut ward = Ward::new();
    let running = ward.start();
    running.until_it_sees();
    ward.flaps.shut();
    running.until("an incident is open", |it| it.value(OPEN) == Some(1.0));
    running.kill();
    let running = ward.start();
    running.until("it is still open", |it| it.value(OPEN) == Some(1.0));
    running.until("it is seen again", |it| it.is("pacs", "down"));
    assert_eq!(
        running.value("wardround_incidents_total{site=\"ward\",service=\"pacs\""),
        Some(0.0),
        "no new one"
    );
    ward.flaps.reopen();
    running.until("it closes", |it| it.value(OPEN) == Some(0.0));
    assert!(running.stop().success());
    let book = Book::read(&ward.data);
    let turns = turns(&book);
    assert!(turns.iter().all(|(id, _)| *id == turns[0].0), "{turns:?}");
    let opened = turns.iter().filter(|(_, what)| *what == IncidentTurn::Opened).count();
    assert_eq!((opened, turns.last().unwrap().1), (1, IncidentTurn::Closed), "{turns:?}");
    for service in ["epr", "pacs"] {
        book.has_every_due(service);
    }
}

/// What became of incidents, in order.
fn turns(book: &Book) -> Vec<(Slug, IncidentTurn)> {
    let turn = |entry: &Entry| match entry {
        Entry::Incident(news) => Some((news.incident.id.clone(), news.what)),
        _ => None,
    };
    book.chained.iter().filter_map(turn).collect()
}
