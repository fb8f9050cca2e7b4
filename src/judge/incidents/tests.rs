//! Does a course read as one on-call engineer would tell it?

use super::*;

fn ms(seconds: i64) -> Moment {
    Moment::from_ms(seconds * 1000)
}

fn turn(to: ServiceState, since: i64, after: i64) -> ServiceTransition {
    let service: Slug = "epr".parse().unwrap();
    let (since, after) = (ms(since), Some(ms(after)));
    ServiceTransition { service, from: ServiceState::Up, to, since, after, confirmed: since, by: None }
}

fn told(news: &[News]) -> Vec<String> {
    let line = |(turn, incident): &News| {
        let length = incident.length(ms(10_000));
        let [told, least, most] = [length.told, length.least, length.most].map(|span| span.as_secs());
        format!("{turn:?} {} x{} {told} ({least}..{most})", incident.id, incident.runs.len())
    };
    news.iter().map(line).collect()
}

struct Book(Incidents);

impl Book {
    fn take(&mut self, to: ServiceState, since: i64, after: i64) -> Vec<String> {
        told(&self.0.take(&turn(to, since, after), None))
    }
}

fn book() -> Book {
    Book(Incidents::new("epr".parse().unwrap()))
}

#[test]
fn opens_and_closes_with_its_bounds() {
    use ServiceState::{Down, Up};
    let mut book = book();
    assert!(book.take(Up, 10, 0).is_empty());
    assert_eq!(book.take(Down, 1000, 970), ["Opened epr-outage-19700101t001640z x1 9000 (9000..9030)"]);
    assert_eq!(book.take(Up, 1090, 1060), ["Closed epr-outage-19700101t001640z x1 90 (60..120)"]);
}

#[test]
fn flapping_is_one_incident_with_its_count() {
    use ServiceState::{Down, Up};
    let mut book = book();
    book.take(Down, 1000, 970);
    book.take(Up, 1030, 1000);
    assert_eq!(book.take(Down, 1330, 1300), ["Reopened epr-outage-19700101t001640z x2 8700 (8670..8760)"]);
    book.take(Up, 1360, 1330);
    let later = book.take(Down, 1661, 1630);
    assert_eq!(later, ["Opened epr-outage-19700101t002741z x1 8339 (8339..8370)"]);
}

#[test]
fn is_bridged_over_time_that_nobody_saw_and_does_not_count_it() {
    use ServiceState::{Down, Unknown, Up};
    let mut book = book();
    book.take(Down, 1000, 970);
    assert_eq!(book.take(Unknown, 1100, 1060), ["Revised epr-outage-19700101t001640z x1 100 (60..9030)"]);
    assert_eq!(book.take(Down, 1200, 1100), ["Revised epr-outage-19700101t001640z x1 8900 (8900..9030)"]);
    book.take(Unknown, 1300, 1270);
    assert_eq!(book.take(Up, 1400, 1300), ["Closed epr-outage-19700101t001640z x1 200 (170..430)"]);
}

#[test]
fn what_is_dated_back_keeps_its_name_and_what_was_part_of_worse_is_withdrawn() {
    use ServiceState::{Down, Partial};
    let mut book = book();
    book.take(Partial, 1000, 970);
    let news = book.take(Down, 990, 960);
    assert_eq!(news[0], "Withdrawn epr-partial-19700101t001640z x0 0 (0..0)");
    assert!(news[1].starts_with("Opened epr-outage-19700101t001630z"), "{news:?}");
    assert_eq!(book.take(Down, 980, 950), ["Revised epr-outage-19700101t001630z x1 9020 (9020..9050)"]);
}

#[test]
fn neighbours_share_an_episode() {
    use ServiceState::{Degraded, Down, Up};
    let mut book = book();
    let mut episodes = Vec::new();
    for (state, since) in [(Degraded, 1000), (Down, 1100), (Degraded, 1200), (Up, 1300), (Down, 1700)] {
        let news = book.0.take(&turn(state, since, since - 30), None);
        episodes.extend(news.iter().map(|(_, incident)| incident.episode.to_string()));
    }
    let first = "epr-degradation-19700101t001640z";
    assert_eq!(episodes[..5], [first; 5]);
    assert_eq!(episodes.last().unwrap(), "epr-outage-19700101t002820z");
}

#[test]
fn goes_on_after_a_restart() {
    use ServiceState::{Down, Unknown, Up};
    let mut before = book();
    before.take(Down, 1000, 970);
    before.take(Unknown, 1100, 1060);
    let open = before.0.open().cloned().unwrap();
    let last = turn(Unknown, 1100, 1060);
    let mut book = Book(Incidents::recall("epr".parse().unwrap(), vec![open], Some(&last)));
    assert_eq!(book.take(Down, 1200, 1100), ["Revised epr-outage-19700101t001640z x1 8900 (8900..9030)"]);
    assert_eq!(book.take(Up, 1300, 1270), ["Closed epr-outage-19700101t001640z x1 200 (170..330)"]);
}

#[test]
fn a_course_that_flaps_for_ever_is_folded() {
    use ServiceState::{Down, Up};
    let mut book = book();
    for second in 0..5000 {
        let state = if second % 2 == 0 { Down } else { Up };
        book.take(state, second * 10, second * 10 - 10);
    }
    assert!(book.0.course.len() <= COURSE);
    assert_eq!(book.0.told.len(), 1);
    assert_eq!(book.0.told[0].runs.len(), 2500);
}
