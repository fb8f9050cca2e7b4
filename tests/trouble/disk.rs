//! What if the disk is full? Probing goes on, on-call hears of outages, and all of it is remembered once there is room.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use rustix::process::{Resource, Rlimit, prlimit};
use wardround::{entry::Entry, model::ServiceState};

use super::{
    book::Book,
    ward::{Running, Ward},
};

/// How a disk is filled.
trait Full {
    fn fill(&mut self, running: &Running);
    fn free(&mut self, running: &Running);
}

/// No file of the process may grow: the kernel refuses its writes as on a full disk.
struct Limit;

impl Full for Limit {
    fn fill(&mut self, running: &Running) {
        let (current, maximum) = (Some(1), None);
        prlimit(Some(running.pid()), Resource::Fsize, Rlimit { current, maximum }).unwrap();
    }

    fn free(&mut self, running: &Running) {
        let limit = Rlimit { current: None, maximum: None };
        prlimit(Some(running.pid()), Resource::Fsize, limit).unwrap();
    }
}

/// A small file system in memory.
struct Small(PathBuf);

impl Small {
    /// `None` where this user may not mount.
    fn mount(at: &Path) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(at).output();
        mounted.is_ok_and(|output| output.status.success()).then(|| Self(at.to_owned()))
    }
}

impl Full for Small {
    fn fill(&mut self, _: &Running) {
        let mut file = File::create(self.0.join("filler")).unwrap();
        while file.write_all(&[0; 512]).is_ok() {}
    }

    fn free(&mut self, _: &Running) {
        fs::remove_file(self.0.join("filler")).unwrap();
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("-l").arg(&self.0).status());
    }
}

#[test]
fn a_disk_that_takes_no_more_writes_costs_nothing_that_is_seen() {
    lives_through(&mut Ward::new(), &mut Limit);
}

/// Where this user may mount, on a real file system that is full; the test above needs no such right.
#[test]
fn a_full_file_system_costs_nothing_that_is_seen() {
    let mut ward = Ward::new();
    if let Some(mut small) = Small::mount(&ward.data) {
        lives_through(&mut ward, &mut small);
    } else {
        lives_through(&mut ward, &mut Limit);
    }
}

fn lives_through(ward: &mut Ward, disk: &mut dyn Full) {
    let running = ward.start();
    running.until_it_sees();
    disk.fill(&running);
    running.until("the ledger fails", |it| it.value("wardround_ledger_up") == Some(0.0));
    ward.flaps.shut();
    running.until("on-call hears", |it| it.is("pacs", "down"));
    assert_eq!(running.value("wardround_ledger_up"), Some(0.0), "the disk is still full");
    let before = running.looks("epr");
    running.until("looks go on", |it| it.looks("epr") >= before + 5.0);
    assert!(running.value("wardround_ledger_backlog_entries") > Some(10.0));
    disk.free(&running);
    running.until("it works again", |it| it.value("wardround_ledger_up") == Some(1.0));
    ward.flaps.reopen();
    running.until_it_sees();
    assert!(running.stop().success());
    remembered(ward);
}

fn remembered(ward: &Ward) {
    let book = Book::read(&ward.data);
    for service in ["epr", "pacs"] {
        book.has_every_due(service);
        assert_eq!(book.gaps(service), Vec::<&wardround::entry::Gap>::new());
    }
    let states = book.chained.iter().filter_map(|entry| match entry {
        Entry::ServiceChanged(turn) if turn.service.as_str() == "pacs" => Some(turn.to),
        _ => None,
    });
    let states: Vec<_> = states.collect();
    assert_eq!(states, [ServiceState::Up, ServiceState::Down, ServiceState::Up]);
}
