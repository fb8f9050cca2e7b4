//! What survives, and what is said of the rest?

use std::{
    fs,
    io::{Read, Seek, SeekFrom, Write},
    os::unix::fs::PermissionsExt,
    path::Path,
};

use proptest::prelude::*;
use wardround::{
    entry::Entry,
    ledger::{Ledger, LedgerError, Opened, Sqlite, is_in_use},
};

use super::given::*;

fn begun(dir: &Path) -> Sqlite {
    let mut ledger = Sqlite::open(dir).unwrap().ledger;
    fill(&mut ledger, (0..200).flat_map(|n| [up("epr/a", n * 1000), gap("epr/a", n, n + 1)]));
    ledger
}

/// Makes a ledger, lets `harm` at its file, and opens it again.
fn reopened(harm: impl FnOnce(&Path)) -> (tempfile::TempDir, Opened) {
    let dir = tempfile::tempdir().unwrap();
    drop(begun(dir.path()));
    harm(&dir.path().join("ledger.sqlite"));
    let opened = Sqlite::open(dir.path()).unwrap();
    (dir, opened)
}

fn overwrite(file: &Path, from: u64, bytes: &[u8]) {
    let mut file = fs::OpenOptions::new().write(true).open(file).unwrap();
    file.seek(SeekFrom::Start(from)).unwrap();
    file.write_all(bytes).unwrap();
}

fn words(error: &LedgerError, dir: &Path) -> String {
    error.to_string().replace(&dir.display().to_string(), "DIR")
}

#[test]
fn what_was_written_is_there_again() {
    let (dir, opened) = reopened(|_| {});
    assert_eq!(opened.set_aside, None);
    assert_eq!((opened.ledger.head().unwrap().seq.0, looks(&opened.ledger, None, ALWAYS).len()), (200, 200));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for file in ["ledger.sqlite", "ledger.sqlite-wal", "lock"] {
        assert_eq!(mode(&dir.path().join(file)), 0o600, "{file}");
    }
    let deep = dir.path().join("a/b");
    drop(Sqlite::open(&deep).unwrap());
    assert_eq!(mode(&deep), 0o700);
}

#[test]
fn a_second_agent_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    assert!(!is_in_use(dir.path()).unwrap());
    let first = begun(dir.path());
    let refused = Sqlite::open(dir.path()).unwrap_err();
    assert_eq!(
        words(&refused, dir.path()),
        "DIR: another agent writes its ledger in this folder: stop that one, or give this one a folder of its own with --data"
    );
    assert!(is_in_use(dir.path()).unwrap());
    drop(first);
    assert!(!is_in_use(dir.path()).unwrap());
    drop(Sqlite::open(dir.path()).unwrap());
}

#[test]
fn a_reader_sees_what_is_committed() {
    let dir = tempfile::tempdir().unwrap();
    let missing = Sqlite::read(dir.path()).unwrap_err();
    assert!(words(&missing, dir.path()).starts_with("DIR: no ledger here"), "{missing}");
    let mut writer = begun(dir.path());
    let reader = Sqlite::read(dir.path()).unwrap();
    assert_eq!(reader.hours(&probe("epr/a"), period(0, 1)).unwrap()[0].outcomes, [200, 0, 0, 0]);
    fill(&mut writer, [up("epr/a", 7), Entry::Stopped { at: at(9) }]);
    assert_eq!((reader.head().unwrap().seq.0, looks(&reader, None, ALWAYS).len()), (201, 201));
    assert_eq!(reader.hours(&probe("epr/a"), period(0, 1)).unwrap()[0].outcomes, [201, 0, 0, 0]);
    let held = reader.hold().unwrap();
    assert_eq!(reader.head().unwrap().seq.0, 201);
    fill(&mut writer, [up("epr/a", 8), gap("epr/a", 9, 10)]);
    assert_eq!((reader.head().unwrap().seq.0, looks(&reader, None, ALWAYS).len()), (201, 201));
    drop(held);
    assert_eq!((reader.head().unwrap().seq.0, looks(&reader, None, ALWAYS).len()), (202, 202));
    let mut reader = reader;
    let refused = reader.append(&shared([up("epr/a", 8)])).unwrap_err();
    assert!(matches!(refused, LedgerError::Store { .. }), "{refused}");
}

#[test]
fn a_folder_that_may_only_be_read_can_be_read() {
    let (dir, opened) = reopened(|_| {});
    drop(opened);
    let allow = |mode| fs::set_permissions(dir.path(), fs::Permissions::from_mode(mode)).unwrap();
    allow(0o500);
    let read = Sqlite::read(dir.path()).map(|ledger| looks(&ledger, None, ALWAYS).len());
    let written = fs::write(dir.path().join("probe"), "");
    allow(0o700);
    assert_eq!(read.unwrap(), 200);
    if written.is_ok() {
        return; // whoever may do everything cannot be kept out
    }
    allow(0o500);
    let refused = Sqlite::open(&dir.path().join("deeper")).unwrap_err();
    allow(0o700);
    assert!(words(&refused, dir.path()).starts_with("DIR/deeper: "), "{refused}");
}

#[test]
fn a_newer_ledger_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    drop(begun(dir.path()));
    let file = dir.path().join("ledger.sqlite");
    overwrite(&file, 60, &99_u32.to_be_bytes()); // the user version in the file's header
    let before = fs::read(&file).unwrap();
    for refused in [Sqlite::open(dir.path()).map(drop), Sqlite::read(dir.path()).map(drop)] {
        let told = words(&refused.unwrap_err(), dir.path());
        assert!(
            told.starts_with("DIR/ledger.sqlite: written by a newer Wardround (layout 99, this one knows 2)"),
            "{told}"
        );
    }
    assert!(fs::read(&file).unwrap() == before);
}

#[test]
fn an_older_ledger_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    drop(begun(dir.path()));
    overwrite(&dir.path().join("ledger.sqlite"), 60, &1_u32.to_be_bytes());
    for refused in [Sqlite::open(dir.path()).map(drop), Sqlite::read(dir.path()).map(drop)] {
        let told = words(&refused.unwrap_err(), dir.path());
        assert!(told.contains("written by an older Wardround (layout 1, this one knows 2)"), "{told}");
    }
    assert!(!dir.path().join("ledger.sqlite.damaged-1").exists());
}

#[test]
fn damage_is_set_aside_and_a_new_one_begun() {
    let garbage = |file: &Path| fs::write(file, "not a database at all, but long enough".repeat(99)).unwrap();
    let torn = |file: &Path| {
        let pages = fs::metadata(file).unwrap().len() / 4096;
        (2..pages).for_each(|page| overwrite(file, page * 4096, &[0xa5; 2048]));
    };
    let cut = |file: &Path| fs::OpenOptions::new().write(true).open(file).unwrap().set_len(9_000).unwrap();
    let schema = |file: &Path| overwrite(file, 100, &[0xff; 600]);
    let harms: [&dyn Fn(&Path); 4] = [&garbage, &torn, &cut, &schema];
    for (n, harm) in harms.into_iter().enumerate() {
        let (dir, mut opened) = reopened(harm);
        let aside = dir.path().join("ledger.sqlite.damaged-1");
        assert_eq!(opened.set_aside.as_deref(), Some(aside.as_path()), "{n}");
        assert!(aside.exists());
        fill(&mut opened.ledger, [up("epr/a", 1)]);
        drop(opened);
        assert_eq!(Sqlite::open(dir.path()).unwrap().set_aside, None);
    }
}

#[test]
fn an_empty_file_is_a_new_ledger() {
    let (_dir, opened) = reopened(|file| fs::write(file, "").unwrap());
    assert_eq!((opened.set_aside, opened.ledger.head().unwrap().seq.0), (None, 0));
}

#[test]
fn a_file_that_was_only_just_made_is_no_ledger_to_read() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("ledger.sqlite"), "").unwrap();
    assert!(matches!(Sqlite::read(dir.path()), Err(LedgerError::Missing { .. })));
}

#[test]
fn a_lost_last_entry_is_noticed() {
    let (_dir, opened) = reopened(|file| {
        let connection = rusqlite::Connection::open(file).unwrap();
        connection.execute("DELETE FROM entry WHERE seq = 200", []).unwrap();
    });
    assert!(opened.set_aside.is_some());
}

#[test]
fn a_file_that_vanishes_is_noticed_and_begun_anew() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("ledger.sqlite");
    let mut ledger = begun(dir.path());
    fs::remove_file(&file).unwrap();
    let gone = ledger.append(&shared([up("epr/a", 1)])).unwrap_err();
    assert!(
        gone.is_lasting() && words(&gone, dir.path()).starts_with("DIR/ledger.sqlite: removed"),
        "{gone}"
    );
    assert_eq!(ledger.renew().unwrap(), None);
    fill(&mut ledger, [up("epr/a", 1)]);
    fs::rename(dir.path(), dir.path().with_extension("moved")).unwrap();
    assert!(ledger.append(&shared([up("epr/a", 2)])).unwrap_err().is_lasting());
    assert_eq!(ledger.renew().unwrap(), None);
    fill(&mut ledger, [up("epr/a", 3)]);
    assert_eq!(begans(&looks(&Sqlite::read(dir.path()).unwrap(), None, ALWAYS)), [3]);
    assert!(Sqlite::open(dir.path()).is_err(), "it is locked again");
    fs::remove_dir_all(dir.path().with_extension("moved")).unwrap();
}

#[test]
fn damage_found_in_mid_life_is_told_and_renewed() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = begun(dir.path());
    let other = rusqlite::Connection::open(dir.path().join("ledger.sqlite")).unwrap();
    other.execute_batch("DROP TABLE look; DROP TABLE hour;").unwrap();
    let told = ledger.append(&shared([up("epr/a", 1)])).unwrap_err();
    assert!(matches!(told, LedgerError::Damaged { .. }) && told.is_lasting(), "{told}");
    drop(other);
    assert_eq!(ledger.renew().unwrap(), Some(dir.path().join("ledger.sqlite.damaged-1")));
    fill(&mut ledger, [up("epr/a", 3)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn no_byte_is_too_bad(flips in proptest::collection::vec((0_u64..1 << 20, any::<u8>()), 1..40)) {
        let (_dir, opened) = reopened(|file| {
            let length = fs::metadata(file).unwrap().len();
            for (place, byte) in &flips {
                overwrite(file, place % length, &[*byte]);
            }
        });
        let ledger = opened.ledger;
        let (each, all) = (std::ops::ControlFlow::Continue(()), period(ALWAYS.0, ALWAYS.1));
        let _ = (ledger.tail().is_ok(), ledger.head().is_ok(), ledger.probes().is_ok());
        let _ = ledger.looks(None, all, &mut |_| each).is_ok();
        let _ = ledger.entries(wardround::ledger::Seq(0), &mut |_, _| each).is_ok();
        let _ = (ledger.hours(&probe("epr/a"), all).is_ok(), ledger.incidents(all).is_ok());
    }
}

#[test]
fn the_file_is_a_database_that_others_can_open() {
    let (dir, _) = reopened(|_| {});
    let mut head = [0; 16];
    fs::File::open(dir.path().join("ledger.sqlite")).unwrap().read_exact(&mut head).unwrap();
    assert_eq!(&head, b"SQLite format 3\0");
}
