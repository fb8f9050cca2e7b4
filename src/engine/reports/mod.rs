//! Who writes the report of each month? A thread beside the loop, on the first of the next, or when the agent is next there.

mod compose;

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use jiff::{Timestamp, ToSpan, tz::TimeZone};
use tokio::{sync::watch, time::sleep};
use tokio_util::sync::CancellationToken;

pub use compose::{Compose, Composed, Order, compose};

use super::replace;
use crate::{
    config::{Format, Plan, Reports},
    metrics::Metrics,
    model::{Moment, Slug},
    notify::{Attached, Email, Letter},
    probe::Agent,
};

/// How long it rests before it looks at the calendar again.
const NAP: Duration = Duration::from_secs(30);

/// How long it rests after a failure: at first, and at most.
const PATIENCE: (Duration, Duration) = (Duration::from_mins(1), Duration::from_hours(1));

/// What the plan says of reports.
#[derive(Clone, Debug)]
struct Standing {
    site: Slug,
    zone: TimeZone,
    reports: Reports,
    resolver: Vec<std::net::SocketAddr>,
}

impl Standing {
    /// What `plan` says of them, if it does.
    fn of(plan: &Plan) -> Option<Self> {
        let (site, zone, resolver) = (plan.site().clone(), plan.zone().clone(), plan.resolver().to_vec());
        plan.reports().map(|reports| Self { site, zone, reports: reports.clone(), resolver })
    }

    /// The last month whose report is due at `now`.
    fn month(&self, now: Moment) -> Option<String> {
        let here = Timestamp::from_millisecond(now.as_ms()).ok()?.to_zoned(self.zone.clone()).datetime();
        let due = here.checked_sub(i64::from(self.reports.minute()).minutes()).ok()?;
        let month = due.date().first_of_month().checked_sub(1.month()).ok()?;
        Some(month.strftime("%Y-%m").to_string())
    }

    fn file(&self, month: &str, format: Format) -> PathBuf {
        self.reports.folder().join(name(&self.site, month, format))
    }

    /// The file that says that the report of `month` was mailed.
    fn mark(&self, month: &str) -> PathBuf {
        self.reports.folder().join(format!(".wardround-{}-{month}.mailed", self.site))
    }
}

/// Writes reports.
pub struct Reporter {
    plans: watch::Receiver<Option<Arc<Plan>>>,
    compose: Compose,
    metrics: Metrics,
    wall: fn() -> Moment,
    patience: Duration,
    /// The month of which nothing is remembered.
    nothing: Option<String>,
}

impl Reporter {
    /// One that does what the plan in force says at each time.
    pub fn new(
        plans: watch::Receiver<Option<Arc<Plan>>>,
        compose: Compose,
        metrics: Metrics,
        wall: fn() -> Moment,
    ) -> Self {
        Self { plans, compose, metrics, wall, patience: PATIENCE.0, nothing: None }
    }

    /// Writes until `stop`.
    pub async fn run(mut self, stop: CancellationToken) {
        loop {
            let rest = self.pass().await;
            tokio::select! { biased;
                () = stop.cancelled() => return,
                Ok(()) = self.plans.changed() => self.patience = PATIENCE.0,
                () = sleep(rest) => {}
            }
        }
    }

    /// Writes and mails what is due and not there; how long to rest.
    async fn pass(&mut self) -> Duration {
        let standing = self.plans.borrow_and_update().as_deref().and_then(Standing::of);
        let now = (self.wall)();
        let Some((month, standing)) = standing.and_then(|it| Some((it.month(now)?, it))) else { return NAP };
        match self.see_to(&standing, &month, now).await {
            Ok(()) => {
                self.patience = PATIENCE.0;
                NAP
            }
            Err(why) => {
                let again_in = self.patience;
                tracing::error!(%month, ?again_in, "the report: {why}");
                self.metrics.reports().failed();
                self.patience = (again_in * 2).min(PATIENCE.1);
                again_in
            }
        }
    }

    async fn see_to(&mut self, standing: &Standing, month: &str, now: Moment) -> Result<(), String> {
        let Standing { reports, .. } = standing;
        let is_written = reports.formats().iter().all(|format| standing.file(month, *format).exists());
        let email = reports.email().filter(|_| !standing.mark(month).exists());
        if self.nothing.as_deref() == Some(month) || is_written && email.is_none() {
            return Ok(());
        }
        let notes = reports.notes(month).map_or(Ok(None), |path| read(&path))?;
        let order =
            Order { month, zone: &standing.zone, formats: reports.formats(), notes: notes.as_deref() };
        let Composed::Report { summary, texts } = (self.compose)(&order)? else {
            tracing::info!(%month, "no report: nothing is remembered of it");
            self.nothing = Some(month.to_owned());
            return Ok(());
        };
        self.write(standing, month, &texts, now)?;
        match email {
            Some(email) => mail(email, standing, month, summary, texts, now).await,
            None => Ok(()),
        }
    }

    /// Writes those that are not there.
    fn write(&self, standing: &Standing, month: &str, texts: &[Vec<u8>], now: Moment) -> Result<(), String> {
        for (format, text) in standing.reports.formats().iter().zip(texts) {
            let file = standing.file(month, *format);
            if !file.exists() {
                replace(&file, text).map_err(|why| told(&file, &why))?;
                tracing::info!(file = %file.display(), "report written");
                self.metrics.reports().written(now);
            }
        }
        Ok(())
    }
}

async fn mail(
    email: &Email,
    standing: &Standing,
    month: &str,
    summary: String,
    texts: Vec<Vec<u8>>,
    now: Moment,
) -> Result<(), String> {
    let formats = standing.reports.formats().iter().zip(texts);
    let attach = |(format, bytes): (&Format, Vec<u8>)| Attached {
        name: name(&standing.site, month, *format),
        media: media(*format),
        bytes,
    };
    let letter = Letter {
        id: Slug::nearest(&format!("report-{}-{month}", standing.site))
            .unwrap_or_else(|| standing.site.clone()),
        subject: format!("Availability report of {month}, {}", standing.site),
        text: summary,
        attached: formats.map(attach).collect(),
    };
    let agent = Agent::new(&standing.resolver)?;
    email.send(&letter, now, &agent).await.map_err(|why| format!("written, and not mailed: {why}"))?;
    tracing::info!(%month, "report mailed");
    let mark = standing.mark(month);
    replace(&mark, b"").map_err(|why| told(&mark, &why))
}

fn name(site: &Slug, month: &str, format: Format) -> String {
    format!("wardround-{site}-{month}.{}", format.ending())
}

fn media(format: Format) -> &'static str {
    match format {
        Format::Html => "text/html; charset=utf-8",
        Format::Csv => "text/csv; charset=utf-8",
        Format::Json => "application/json",
        Format::Markdown => "text/markdown; charset=utf-8",
        Format::Pdf => "application/pdf",
    }
}

/// The owner's words, if there are any.
fn read(path: &Path) -> Result<Option<String>, String> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(why) => Err(told(path, &why)),
    }
}

fn told(path: &Path, why: &io::Error) -> String {
    format!("{}: {why}", path.display())
}
