//! What is in the report of a month?

use std::{
    fmt::Display,
    path::{Path, PathBuf},
};

use jiff::tz::TimeZone;

use crate::{
    config,
    ledger::Sqlite,
    report::{self, Asked, Format, Named, NoReport, Report},
};

/// Makes the report of a month from what is remembered; `Err` says in words why it cannot.
pub type Compose = Box<dyn Fn(&Order<'_>) -> Result<Composed, String> + Send>;

/// Which report is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Order<'o> {
    /// The month: `2026-10`.
    pub month: &'o str,
    /// The zone by whose clock it begins and ends.
    pub zone: &'o TimeZone,
    /// As what.
    pub formats: &'o [config::Format],
    /// The owner's words.
    pub notes: Option<&'o str>,
}

/// A report that is not written yet.
#[derive(Clone, Debug)]
pub enum Composed {
    /// The month was over before anything was remembered.
    Nothing,
    /// There is one.
    Report {
        /// What a mail says.
        summary: String,
        /// A text for each format that was wanted.
        texts: Vec<Vec<u8>>,
    },
}

/// From the ledger in the folder `data`.
pub fn compose(data: PathBuf) -> Compose {
    Box::new(move |order| {
        report(&data, order).map_or(Ok(Composed::Nothing), |report| composed(&report?, order))
    })
}

/// None if nothing is remembered of it.
fn report(data: &Path, order: &Order<'_>) -> Option<Result<Report, String>> {
    let read = || {
        let named = Named::parse(order.month, order.zone).map_err(words)?;
        let narrative = order.notes.map(str::to_owned);
        let asked = Asked { narrative, ..Asked::of(named, order.zone.clone()) };
        let ledger = Sqlite::read(data).map_err(words)?;
        let remembered = report::read(&ledger, &asked).map_err(words)?;
        Ok(Report::of(&asked, &[remembered]))
    };
    match read() {
        Ok(Err(NoReport::Nothing | NoReport::TooEarly { .. })) => None,
        Ok(made) => Some(made.map_err(words)),
        Err(why) => Some(Err(why)),
    }
}

fn composed(report: &Report, order: &Order<'_>) -> Result<Composed, String> {
    let text = |form: Format| form.write(report).map_err(words);
    let summary = String::from_utf8_lossy(&text(Format::Markdown)?).into_owned();
    let texts = order.formats.iter().map(|format| text(form(*format)?));
    Ok(Composed::Report { summary, texts: texts.collect::<Result<_, _>>()? })
}

/// The form that is meant, if this program can write it.
fn form(format: config::Format) -> Result<Format, String> {
    let found = Format::ALL.into_iter().find(|form| form.ending() == format.ending());
    found.ok_or_else(|| format!("this program writes no report as {}", format.ending()))
}

fn words(why: impl Display) -> String {
    why.to_string()
}
