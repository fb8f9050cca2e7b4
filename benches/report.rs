//! How long does a report of a year of 1,000 probes take, and how much memory? `--days N` takes fewer days, `--probes N` fewer
//! probes, `--spell N` an outage of each probe every so many days (70).
#![expect(clippy::unwrap_used, reason = "what fails here is the benchmark")]

mod past;

use std::{env, fs, io::Write as _, path::Path, sync::atomic::Ordering, time::Duration};

use jiff::tz::TimeZone;
use past::{DAY, SPELL, START, id, option, timed, write_long_past};
use wardround::{
    ledger::Sqlite,
    model::{Moment, ProbeId},
    report::{self, Asked, Format, Named, Remembered, Report},
};

/// All but PDF.
const FORMATS: [Format; 4] = [Format::Markdown, Format::Csv, Format::Json, Format::Html];

fn main() {
    let (days, probes) = (option("--days", 365), option("--probes", 1000));
    SPELL.store(option("--spell", 70), Ordering::Relaxed);
    let dir = env::current_dir().unwrap().join(format!("target/report-bench-{}", std::process::id()));
    let ids: Vec<ProbeId> = (0..probes).map(id).collect();
    let ((), writing) = timed(|| write_long_past(&dir, &ids, days));
    let bytes = fs::metadata(dir.join("ledger.sqlite")).unwrap().len();
    say(&format!("{days} days of {probes} probes written in {writing:?}, {bytes} bytes"));
    for _ in 0..option("--times", 1) {
        told(&dir, &whole(days));
        told(&dir, &month(days));
    }
    if cfg!(feature = "pdf") {
        set(&dir, &month(days));
    }
    fs::remove_dir_all(&dir).unwrap();
}

/// All of the past; a year if it is one.
fn whole(days: i64) -> String {
    if days == 365 { "2026".into() } else { format!("{}..{}", day(0), day(days)) }
}

/// The last month of the past, of which the twelve before are told as well.
fn month(days: i64) -> String {
    day(days - 1)[..7].to_owned()
}

fn day(number: i64) -> String {
    Moment::from_ms(START + number * DAY).to_string()[..10].to_owned()
}

/// Makes the report of a period in all formats, and says what it took.
fn told(dir: &Path, period: &str) {
    fs::write("/proc/self/clear_refs", "5").unwrap(); // the peak begins anew
    let zone = TimeZone::get("Europe/London").unwrap();
    let asked = Asked::of(Named::parse(period, &zone).unwrap(), zone);
    let (remembered, reading) = timed(|| remembered(dir, &asked));
    let (report, computing) = timed(|| Report::of(&asked, &[remembered]).unwrap());
    let write = |format: &Format| timed(|| format.write(&report).unwrap().len()).1;
    let writing: Vec<Duration> = FORMATS.iter().map(write).collect();
    let whole = reading + computing + writing.iter().sum::<Duration>();
    say(&format!(
        "report of {period}: {whole:?}, peak {} MiB (reading {reading:?}, computing {computing:?}, writing {writing:?})",
        peak()
    ));
}

/// Sets the report of a period on paper. A month of `--probes 150` is one of 30 services.
fn set(dir: &Path, period: &str) {
    let zone = TimeZone::get("Europe/London").unwrap();
    let asked = Asked::of(Named::parse(period, &zone).unwrap(), zone);
    let report = Report::of(&asked, &[remembered(dir, &asked)]).unwrap();
    let (bytes, took) = timed(|| Format::Pdf.write(&report).unwrap().len());
    let services = report.sites[0].services.len();
    say(&format!("{period} of {services} services on paper: {took:?}, {bytes} bytes, peak {} MiB", peak()));
}

fn remembered(dir: &Path, asked: &Asked) -> Remembered {
    let ledger = Sqlite::read(dir).unwrap();
    let _held = ledger.hold().unwrap();
    let account = report::account(&ledger).unwrap();
    report::remembered(&ledger, account, asked.periods(), |_, _| ()).unwrap()
}

/// The most memory that this process has had, in MiB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
}
