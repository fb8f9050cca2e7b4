//! What if the data folder is not as it was left? Two agents, a newer version, a torn page, a file that is gone.

use std::{
    fs::{self, OpenOptions},
    io::{Seek, SeekFrom, Write},
};

use wardround::entry::Entry;

use super::{
    book::Book,
    ward::{Running, Ward, files},
};

const DATABASE: &str = "ledger.sqlite";

/// A ward whose monitor has seen something and stopped in good order.
fn left() -> Ward {
    let ward = Ward::new();
    let running = ward.start();
    running.until_it_sees();
    assert!(running.stop().success());
    ward
}

fn looks_on(running: &Running) {
    let before = running.looks("epr");
    running.until("looks go on", |it| it.looks("epr") >= before + 3.0);
}

#[test]
fn a_second_agent_on_the_same_folder_is_refused() {
    let ward = Ward::new();
    let running = ward.start();
    running.until_it_sees();
    let second = ward.try_to_start();
    let words = String::from_utf8(second.stderr).unwrap();
    assert_eq!(second.status.code(), Some(1), "{words}");
    assert!(words.contains("another agent writes its ledger in this folder"), "{words}");
    looks_on(&running);
    assert!(running.stop().success());
    Book::read(&ward.data).has_every_due("epr");
}

#[test]
fn a_newer_ledger_is_left_alone() {
    let ward = left();
    let file = ward.data.join(DATABASE);
    rusqlite::Connection::open(&file).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let before = fs::read(&file).unwrap();
    let refused = ward.try_to_start();
    let words = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(1), "{words}");
    assert!(words.contains("newer Wardround (layout 99"), "{words}");
    assert!(fs::read(&file).unwrap() == before, "nothing was changed");
}

#[test]
fn a_torn_ledger_is_set_aside_and_looks_go_on_into_a_new_one() {
    let ward = left();
    let mut file = OpenOptions::new().write(true).open(ward.data.join(DATABASE)).unwrap();
    file.seek(SeekFrom::Start(4096)).unwrap();
    file.write_all(&vec![0xa5; 4096 * 3]).unwrap();
    drop(file);
    let running = ward.start();
    running.until_it_sees();
    looks_on(&running);
    assert_eq!(running.value("wardround_ledger_set_aside_total"), Some(1.0));
    assert!(running.stop().success());
    assert!(ward.log().contains("it was set aside, and a new one begun"), "{}", ward.log());
    assert!(files(&ward.data).contains(&"ledger.sqlite.damaged-1".to_owned()), "{:?}", files(&ward.data));
    let book = Book::read(&ward.data);
    let first: Vec<_> = book.chained.iter().take(2).collect();
    let told = matches!(first[..], [Entry::SetAside { file, .. }, Entry::Started { .. }] if file == "ledger.sqlite.damaged-1");
    assert!(told, "{first:?}");
    book.has_every_due("epr");
}

#[test]
fn a_ledger_that_is_removed_in_flight_is_begun_anew() {
    let ward = Ward::new();
    let running = ward.start();
    running.until_it_sees();
    for name in files(&ward.data) {
        fs::remove_file(ward.data.join(name)).unwrap();
    }
    running.until("a new one", |it| it.value("wardround_ledger_set_aside_total") == Some(1.0));
    running.until("it works", |it| it.value("wardround_ledger_up") == Some(1.0));
    looks_on(&running);
    assert!(running.stop().success());
    assert!(ward.log().contains("a new ledger was begun"), "{}", ward.log());
    let book = Book::read(&ward.data);
    let first: Vec<_> = book.chained.iter().take(4).collect();
    let holds = matches!(first[1..], [Entry::Planned { .. }, Entry::Changed(_), Entry::Changed(_)]);
    assert!(holds && matches!(first[0], Entry::SetAside { .. }), "{first:?}");
    assert!(matches!(book.chained.last(), Some(Entry::Stopped { .. })));
    book.has_every_due("epr");
}
