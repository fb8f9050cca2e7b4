//! Who may come in, and is it still the ledger that was left?

use std::{
    cell::RefCell,
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use rusqlite::{Connection, OpenFlags};

use super::{
    Numbers, Opened, Sqlite, layout,
    trouble::{Tried, Trouble},
    write,
};
use crate::ledger::LedgerError;

const DATABASE: &str = "ledger.sqlite";
const LOCK: &str = "lock";

/// One who has just left may seem to be in still: a program that was started at that moment holds all files of the one that
/// starts it, until it is itself.
const PATIENCE: Duration = Duration::from_millis(500);
const TRIES: u32 = 20;

/// Which file it is, whatever its name.
pub(super) type Identity = (u64, u64);

/// Whether an agent writes its ledger in the folder `dir`.
///
/// # Errors
/// The folder cannot be looked into.
pub fn is_in_use(dir: &Path) -> Result<bool, LedgerError> {
    let path = dir.join(LOCK);
    match File::open(&path) {
        Ok(file) => Ok(matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(source) => Err(LedgerError::File { path, source }),
    }
}

pub(super) fn open(dir: &Path) -> Result<Opened, LedgerError> {
    make_folder(dir)?;
    let lock = lock(dir)?;
    let (ledger, set_aside) = match writer(dir) {
        Err(LedgerError::Damaged { file, .. }) => {
            let aside = set_aside(&file)?;
            (writer(dir)?, Some(aside))
        }
        opened => (opened?, None),
    };
    Ok(Opened { ledger: Sqlite { lock: Some(lock), ..ledger }, set_aside })
}

pub(super) fn read(dir: &Path) -> Result<Sqlite, LedgerError> {
    let file = dir.join(DATABASE);
    if !file.try_exists().map_err(|source| LedgerError::File { path: file.clone(), source })? {
        return Err(LedgerError::Missing { dir: dir.to_owned() });
    }
    match reader(&file, OpenFlags::SQLITE_OPEN_READ_ONLY) {
        // In a folder where nothing may be written the log of the last writer cannot be joined: if there is none, no need.
        Err(trouble) if trouble.is_refusal() && !has_log(&file) => {
            let unchanging = format!("file:{}?immutable=1", escaped(&file));
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
            reader(Path::new(&unchanging), flags)
        }
        tried => tried,
    }
    .map_err(|trouble| trouble.told(&file))
    .and_then(|connection| begun(dir, known(dir, connection)?))
}

/// Refuses a file that its writer has only just made, or made and then lost its life.
fn begun(dir: &Path, ledger: Sqlite) -> Result<Sqlite, LedgerError> {
    match layout::version(&ledger.connection) {
        Ok(0) => Err(LedgerError::Missing { dir: dir.to_owned() }),
        Ok(_) => Ok(ledger),
        Err(trouble) => Err(trouble.told(&ledger.file)),
    }
}

/// Puts a damaged or vanished ledger aside, as far as it is there, and begins a new one.
pub(super) fn renew(ledger: &mut Sqlite) -> Result<Option<PathBuf>, LedgerError> {
    let same = ledger.identity.is_some() && identity(&ledger.file) == ledger.identity;
    ledger.connection =
        Connection::open_in_memory().map_err(|error| Trouble::Sql(error).told(&ledger.file))?;
    let aside = if same { Some(set_aside(&ledger.file)?) } else { None };
    let dir = ledger.dir.clone();
    if identity(&dir.join(LOCK)).is_none() || ledger.lock.is_none() {
        make_folder(&dir)?;
        ledger.lock = Some(lock(&dir)?);
    }
    let lock = ledger.lock.take();
    *ledger = Sqlite { lock, ..writer(&dir)? };
    Ok(aside)
}

impl Sqlite {
    /// What is written to a file that nobody can find any more is lost: so better not.
    pub(super) fn present(&self) -> Result<(), LedgerError> {
        let there = self.identity.is_none() || identity(&self.file) == self.identity;
        if there { Ok(()) } else { Err(LedgerError::Gone { file: self.file.clone() }) }
    }
}

/// Makes the folder `dir`, in which there is no ledger, and keeps everybody else out of it.
pub(super) fn reserve(dir: &Path) -> Result<File, LedgerError> {
    make_folder(dir)?;
    let lock = lock(dir)?;
    if identity(&dir.join(DATABASE)).is_some() {
        return Err(LedgerError::Occupied { dir: dir.to_owned() });
    }
    Ok(lock)
}

/// Moves the ledger in the folder `from`, which nobody uses, to the folder `to`.
pub(super) fn move_in(from: &Path, to: &Path) -> Result<(), LedgerError> {
    let path = to.join(DATABASE);
    fs::rename(from.join(DATABASE), &path).map_err(|source| LedgerError::File { path, source })
}

fn make_folder(dir: &Path) -> Result<(), LedgerError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(dir);
    made.map_err(|source| LedgerError::File { path: dir.to_owned(), source })
}

fn lock(dir: &Path) -> Result<File, LedgerError> {
    let path = dir.join(LOCK);
    let opened = private().open(&path);
    let file = opened.map_err(|source| LedgerError::File { path: path.clone(), source })?;
    for _ in 0..TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => thread::sleep(PATIENCE / TRIES),
            Err(TryLockError::Error(source)) => return Err(LedgerError::File { path, source }),
        }
    }
    Err(LedgerError::InUse { dir: dir.to_owned() })
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).read(true).write(true).mode(0o600);
    options
}

fn writer(dir: &Path) -> Result<Sqlite, LedgerError> {
    let file = dir.join(DATABASE);
    // SQLite gives its own files the permissions of this one.
    private().open(&file).map_err(|source| LedgerError::File { path: file.clone(), source })?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = reader(&file, flags).map_err(|trouble| trouble.told(&file))?;
    let mut ledger = known(dir, opened)?;
    begin(&mut ledger).map_err(|trouble| trouble.told(&file))?;
    ledger.identity = identity(&file);
    Ok(ledger)
}

fn reader(file: &Path, flags: OpenFlags) -> Tried<Connection> {
    let connection = Connection::open_with_flags(file, flags)?;
    layout::tune(&connection)?;
    layout::version(&connection)?;
    Ok(connection)
}

/// Refuses what another Wardround has written in its own way before anything is changed.
fn known(dir: &Path, connection: Connection) -> Result<Sqlite, LedgerError> {
    let file = dir.join(DATABASE);
    let found = layout::version(&connection).map_err(|trouble| trouble.told(&file))?;
    match (found, layout::VERSION) {
        (found, known) if found > known => return Err(LedgerError::Newer { file, found, known }),
        (found, known) if found < known && found != 0 => {
            return Err(LedgerError::Older { file, found, known });
        }
        _ => {}
    }
    Ok(Sqlite {
        dir: dir.to_owned(),
        file,
        connection,
        lock: None,
        identity: None,
        ends: super::Ends::default(),
        numbers: Numbers::default(),
        outlines: RefCell::default(),
        unrolled: RefCell::default(),
    })
}

fn begin(ledger: &mut Sqlite) -> Tried<()> {
    if layout::version(&ledger.connection)? == 0 {
        layout::begin(&mut ledger.connection)?;
    }
    layout::write_through(&ledger.connection)?;
    let bytes = fs::metadata(&ledger.file).map_or(0, |metadata| metadata.len());
    layout::glance(&ledger.connection, bytes)?;
    ledger.ends = write::ends(&ledger.connection)?;
    ledger.check_head()
}

fn identity(file: &Path) -> Option<Identity> {
    fs::metadata(file).ok().map(|metadata| (metadata.dev(), metadata.ino()))
}

fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn has_log(file: &Path) -> bool {
    fs::metadata(beside(file, "-wal")).is_ok_and(|log| log.len() > 0)
}

/// As it may stand in a `file:` address.
fn escaped(file: &Path) -> String {
    let file = file.to_string_lossy();
    file.replace('%', "%25").replace('?', "%3f").replace('#', "%23")
}

/// Renames the database and what belongs to it; says what it is called now.
fn set_aside(file: &Path) -> Result<PathBuf, LedgerError> {
    let free = |n: &u32| !beside(file, &format!(".damaged-{n}")).exists();
    let n = (1..u32::MAX).find(free).unwrap_or(u32::MAX);
    let aside = beside(file, &format!(".damaged-{n}"));
    fs::rename(file, &aside).map_err(|source| LedgerError::File { path: file.to_owned(), source })?;
    for suffix in ["-wal", "-shm"] {
        let log = beside(file, suffix);
        match fs::rename(&log, beside(&aside, suffix)) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(LedgerError::File { path: log, source });
            }
            _ => {}
        }
    }
    Ok(aside)
}
