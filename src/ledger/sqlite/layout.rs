//! How does the database look?

use rusqlite::Connection;

use super::trouble::{Tried, Trouble};

/// The layout that is known here.
pub(super) const VERSION: i64 = 2;

/// `look` is where looks arrive. Many at once move on to `page`, a row for some hundred looks of one probe, and are counted in
/// `hour`: so `hour` counts exactly the looks that have left `look`, and `day` the same. `arrival` numbers looks as they came; `arrivals` of an
/// entry is the number of the last look before it.
const TABLES: &str = "
    CREATE TABLE ends (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        seq INTEGER NOT NULL, hash BLOB NOT NULL, newest INTEGER, arrivals INTEGER NOT NULL, turnover INTEGER NOT NULL
    );
    INSERT INTO ends VALUES (1, 0, zeroblob(32), NULL, 0, 0);
    CREATE TABLE entry (
        seq INTEGER PRIMARY KEY, arrivals INTEGER NOT NULL, stream TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER,
        body TEXT NOT NULL, hash BLOB NOT NULL
    );
    CREATE INDEX entry_of_stream ON entry (stream, since, until);
    CREATE TABLE plan (hash BLOB PRIMARY KEY, outline TEXT NOT NULL);
    CREATE TABLE latest (stream TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE incident (
        id TEXT PRIMARY KEY, service TEXT NOT NULL, kind TEXT NOT NULL, since INTEGER, until INTEGER, open INTEGER NOT NULL,
        recent INTEGER NOT NULL, seq INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX incident_since ON incident (since);
    CREATE INDEX incident_recent ON incident (service) WHERE recent = 1;
    CREATE TABLE probe (n INTEGER PRIMARY KEY, service TEXT NOT NULL, probe TEXT NOT NULL, UNIQUE (service, probe));
    CREATE TABLE look (arrival INTEGER PRIMARY KEY, probe INTEGER NOT NULL, body BLOB NOT NULL);
    CREATE TABLE page (
        arrival INTEGER PRIMARY KEY, probe INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
        looks INTEGER NOT NULL, body BLOB NOT NULL
    );
    CREATE INDEX page_of_probe ON page (probe, arrival, first, last, looks);
    CREATE TABLE fact (n INTEGER PRIMARY KEY, day INTEGER NOT NULL, hash BLOB NOT NULL, body TEXT NOT NULL, UNIQUE (day, hash));
    CREATE TABLE hour (probe INTEGER NOT NULL, hour INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (probe, hour)) WITHOUT ROWID;
    CREATE TABLE day (probe INTEGER NOT NULL, day INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (probe, day)) WITHOUT ROWID;
";

/// Tables that are small or read at every start, and so are looked through at every start.
const LOOKED_THROUGH: [&str; 5] = ["ends", "latest", "probe", "look", "plan"];

/// Which layout the database has; 0 if it is empty.
pub(super) fn version(connection: &Connection) -> Tried<i64> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// How every connection behaves.
pub(super) fn tune(connection: &Connection) -> Tried<()> {
    connection.set_prepared_statement_cache_capacity(64);
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.execute_batch("PRAGMA cache_size = -16000; PRAGMA trusted_schema = OFF;")?;
    Ok(())
}

/// Makes an empty database a ledger.
pub(super) fn begin(connection: &mut Connection) -> Tried<()> {
    let found: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if found > 0 {
        return Err(Trouble::Broken("it is a database of something else".into()));
    }
    let writing = connection.transaction()?;
    writing.execute_batch(TABLES)?;
    writing.pragma_update(None, "user_version", VERSION)?;
    Ok(writing.commit()?)
}

/// Takes what the last writer left in the write-ahead log into the database, and writes through from now on.
pub(super) fn write_through(connection: &Connection) -> Tried<()> {
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
    let busy: i64 = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    if busy == 0 { Ok(()) } else { Err(Trouble::Broken("another program holds it open for writing".into())) }
}

/// Looks for damage where it costs little: not through all that a year has left.
pub(super) fn glance(connection: &Connection, bytes: u64) -> Tried<()> {
    let pragma = |sql| connection.query_row(sql, [], |row| row.get::<_, u64>(0));
    let wanted = pragma("PRAGMA page_count")?.saturating_mul(pragma("PRAGMA page_size")?);
    if bytes < wanted {
        return Err(Trouble::Broken(format!("it has {bytes} bytes and should have {wanted}")));
    }
    LOOKED_THROUGH.iter().try_for_each(|table| check(connection, &format!("PRAGMA quick_check('{table}')")))
}

/// Looks through all of it.
pub(super) fn check_all(connection: &Connection) -> Tried<()> {
    check(connection, "PRAGMA integrity_check(1)")
}

fn check(connection: &Connection, sql: &str) -> Tried<()> {
    let told: String = connection.query_row(sql, [], |row| row.get(0))?;
    if told == "ok" { Ok(()) } else { Err(Trouble::Broken(told)) }
}
