//! `wardround demo`: what does a watched hospital look like?

mod board;
mod history;
mod news;
mod play;
mod screen;

use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use clap::Args;
use tempfile::TempDir;
use tokio::{
    runtime::{Builder, Runtime},
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use self::{board::Board, play::Play, screen::Screen};
use super::{monitor::Monitor, say, within::length};
use crate::{
    config::{self, Plan},
    demo::{FILES, Hospital, PROBES, Ports, Script},
    engine::{self, Reader},
    entry::Entry,
    model::Period,
    raw::Given,
};

/// The screen is never older than this.
const FRAME: Duration = Duration::from_secs(1);

#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Stop after this long: `30s`, `5m`. Left out: when interrupted.
    #[arg(long = "for", value_name = "TIME", value_parser = length)]
    lasts: Option<Duration>,
    /// Where /metrics is served.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9715", env = "WARDROUND_LISTEN")]
    listen: SocketAddr,
    /// The folder of the ledger. Left out: one for the time of the demo.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Begin with a past of this length in the ledger, as if the hospital had been watched: `90d`.
    #[arg(long, value_name = "LENGTH", value_parser = length)]
    history: Option<Duration>,
    /// What happened in that past follows from this number. Left out: from the time.
    #[arg(long, value_name = "NUMBER", requires = "history")]
    seed: Option<u64>,
}

impl Demo {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        // The hospital stands apart from the monitor, on a runtime of its own, as a real one does.
        let outside = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let plan = plan().map_err(anyhow::Error::msg)?;
        let mut hospital = outside.block_on(Hospital::start(Ports::Fixed, engine::wall()))?;
        say(&self.welcome())?;
        let stop = CancellationToken::new();
        self.stop_in_time(&outside, &stop);
        let performed = Play::new(Script::shipped(), engine::wall());
        outside.block_on(async { hospital.perform(performed.script().clone()) });
        let (board, screen) = (Board::new(&plan), Screen::new(plan.zone().clone()));
        let (reader, entries) = reader();
        let shown = outside.spawn(show(entries, board, screen, performed));
        let load = Arc::new(self::plan);
        let passing = TempDir::with_prefix("wardround-demo-")?;
        let data = self.data.clone().unwrap_or_else(|| passing.path().to_owned());
        if let Some(length) = self.history {
            self.remember(&plan, &data, length)?;
        }
        Monitor { plan, load, listen: self.listen, readers: vec![reader], stop, data }.run()?;
        say(&outside.block_on(shown)??)?;
        Ok(ExitCode::SUCCESS)
    }

    /// Writes a past of `length` into the ledger.
    fn remember(&self, plan: &Plan, data: &Path, length: Duration) -> anyhow::Result<()> {
        let now = engine::wall();
        let seed = self.seed.unwrap_or(now.as_ms().unsigned_abs());
        let told = history::write(plan, data, Period::new(now - length, now), seed)?;
        let history::Told { looks, incidents } = told;
        Ok(say(&format!("Its past is remembered: {looks} looks, {incidents} incidents (--seed {seed}).\n"))?)
    }

    fn welcome(&self) -> String {
        let (first, last) = (
            crate::demo::Part::Record.port(),
            crate::demo::Part::ALL[crate::demo::Part::ALL.len() - 1].port(),
        );
        let stops =
            self.lasts.map_or("Ctrl-C stops.".to_owned(), |lasts| format!("It stops after {lasts:?}."));
        format!(
            "A small simulated hospital is open on 127.0.0.1, ports {first} to {last}. Things go wrong in it, and are found.\n\n  \
               http://{0}/         how every service is: open it in a browser\n  \
               http://{0}/metrics  what is seen, for Prometheus\n  \
               probes.yaml                    what is looked at, and how: made to be copied\n  \
               wardround probe epr/sign-in    one look, phase by phase; type it in another terminal\n\n\
             {stops}\n",
            self.listen
        )
    }

    fn stop_in_time(&self, runtime: &Runtime, stop: &CancellationToken) {
        if let Some(lasts) = self.lasts {
            let stop = stop.clone();
            runtime.spawn(async move {
                sleep(lasts).await;
                stop.cancel();
            });
        }
    }
}

/// The shipped `probes.yaml`, with the files that the program carries along.
fn plan() -> Result<Plan, String> {
    let outside = FILES.into_iter().fold(Given::default(), |given, (path, text)| given.file(path, text));
    config::load_text("probes.yaml", PROBES, &outside).map_err(|problems| problems.to_string())
}

/// A reader of entries that hands them on, and the other end.
fn reader() -> (Reader, UnboundedReceiver<Entry>) {
    let (told, entries) = unbounded_channel();
    // Whoever shows them may have gone already, when the screen could not be written to.
    (Box::new(move |entry| drop(told.send(entry.clone()))), entries)
}

/// Shows what the entries say until there are no more; then what it came to.
async fn show(
    mut entries: UnboundedReceiver<Entry>,
    mut board: Board,
    mut screen: Screen,
    mut play: Play,
) -> io::Result<String> {
    loop {
        let next = timeout(FRAME, entries.recv()).await;
        let now = engine::wall();
        for news in play.news(now) {
            screen.tell(&news, now)?;
        }
        match next {
            Ok(None) => return Ok(board.sum(now)),
            Ok(Some(entry)) => {
                board.absorb(&entry);
                let standing = board.standing(now);
                if let Entry::ServiceChanged(turn) = &entry
                    && let Some(turned) = standing.service(&turn.service)
                {
                    screen.tell(&screen::change(turned), now)?;
                }
                if let Some(news) = news::line(&entry, &standing, &screen.zone) {
                    screen.note(&news, now)?;
                }
            }
            Err(_nothing_new) => {}
        }
        screen.draw(&board.standing(now), &play.words(now), now)?;
    }
}
