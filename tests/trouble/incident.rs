//! Does a wrong configuration in the middle of an incident change anything?

use rustix::process::Signal;
use wardround::entry::{Entry, IncidentTurn};

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
    let turns: Vec<_> = book
        .chained
        .iter()
        .filter_map(|entry| match entry {
            Entry::Incident(news) => Some((news.incident.id.clone(), news.what)),
            _ => None,
        })
        .collect();
    let what: Vec<_> = turns.iter().map(|(_, what)| *what).collect();
    assert_eq!(what, [IncidentTurn::Opened, IncidentTurn::Closed], "{turns:?}");
    assert_eq!(turns[0].0, turns[1].0);
    assert_eq!(book.chained.iter().filter(|entry| matches!(entry, Entry::Planned { .. })).count(), 1);
}
