//! Can people say what they do, without a script?

use super::hospital::Hospital;

const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\nAccept: text/html\r\n";

fn heard(hospital: &Hospital) -> Vec<String> {
    hospital.asked.lock().unwrap().clone()
}

#[test]
fn a_note_is_written_and_an_incident_acknowledged() {
    let hospital = Hospital::open();
    let incident = hospital.incident();
    let path = format!("POST /incidents/{incident}/notes");
    let reply = hospital.ask(&path, FORM, "words=the+switch+is+back&acknowledges=yes");
    assert_eq!(reply.status, 303);
    assert!(reply.head.contains(&format!("location: /incidents/{incident}#events\r\n")), "{}", reply.head);
    let said = &heard(&hospital)[0];
    assert!(said.contains(r#"words: "the switch is back", acknowledges: true"#), "{said}");
    let reply = hospital.ask(&path, FORM, "words=++");
    let page = String::from_utf8(reply.body).unwrap();
    assert_eq!((reply.status, page.contains("A note says something.")), (422, true), "{page}");
}

#[test]
fn nothing_is_written_beside_what_is_not_there() {
    let hospital = Hospital::open();
    for path in ["/incidents/epr-outage-1/notes", "/incidents/%3Cscript%3E/notes"] {
        assert_eq!(hospital.ask(&format!("POST {path}"), FORM, "words=x").status, 404, "{path}");
    }
    assert!(heard(&hospital).is_empty());
}

#[test]
fn a_strange_page_writes_nothing() {
    let hospital = Hospital::open();
    let strange = format!("{FORM}Origin: https://evil.example\r\n");
    for path in [format!("/incidents/{}/notes", hospital.incident()), "/maintenance".into()] {
        assert_eq!(hospital.ask(&format!("POST {path}"), &strange, "words=x").status, 403, "{path}");
    }
    assert!(heard(&hospital).is_empty());
}

#[test]
fn work_is_announced_and_ended() {
    let hospital = Hospital::open();
    let form = "service=epr&service=names&from=2026-12-06T22%3A00&hours=4&minutes=30&reason=Upgrade+%3Cb%3E";
    let reply = hospital.ask("POST /maintenance", FORM, form);
    assert_eq!(
        (reply.status, reply.head.contains("location: /maintenance\r\n")),
        (303, true),
        "{}",
        reply.head
    );
    let said = &heard(&hospital)[0];
    assert!(said.contains("lasts_ms: 16200000") && said.contains("Upgrade <b>"), "{said}");
    for bad in ["reason=x&hours=1", "service=epr&reason=&hours=1", "service=epr&reason=x&hours=0", "from=x"] {
        assert_eq!(hospital.ask("POST /maintenance", FORM, bad).status, 422, "{bad}");
    }
    assert!(hospital.page("/maintenance").contains("/maintenance/pacs-upgrade/end"));
    assert_eq!(hospital.ask("POST /maintenance/pacs-upgrade/end", FORM, "").status, 303);
    assert!(heard(&hospital).last().unwrap().contains("pacs-upgrade"));
}
