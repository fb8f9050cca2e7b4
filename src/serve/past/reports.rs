//! What is the report of a period?

use jiff::tz::TimeZone;
use tokio::task::spawn_blocking;

use super::{NoPast, Past};
use crate::{
    ledger::{LedgerError, Sqlite},
    report::{self, Asked, Format, Named, Report},
};

impl Past {
    /// The report of `named` by the clock of `zone`, in one form. `Ok(Err)` says in words why there is none.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn report(
        &self,
        named: Named,
        zone: TimeZone,
        format: Format,
    ) -> Result<Result<Vec<u8>, String>, NoPast> {
        let _press = self.0.press.acquire().await;
        let dir = self.0.dir.clone();
        let written = spawn_blocking(move || written(&Sqlite::read(&dir)?, named, zone, format));
        Ok(written.await.map_err(|_| NoPast::Panicked)??)
    }
}

fn written(
    ledger: &Sqlite,
    named: Named,
    zone: TimeZone,
    format: Format,
) -> Result<Result<Vec<u8>, String>, LedgerError> {
    let asked = Asked::of(named, zone);
    let report = Report::of(&asked, &[report::read(ledger, &asked)?]).map_err(|why| why.to_string());
    Ok(report.and_then(|report| format.write(&report).map_err(|why| why.to_string())))
}
