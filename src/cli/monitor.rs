//! How are the loop and the server put together? The one place that `run` and `demo` share.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

use anyhow::Context;
use tokio::{
    net::TcpListener,
    runtime::Builder,
    sync::{mpsc, watch},
};
use tokio_util::sync::CancellationToken;

use crate::{
    config::{Plan, Serving},
    engine::{self, Engine, Keeping, Load, Reader, Reporter, Setting},
    entry::{Tail, Told},
    ledger::{Ledger, Opened, Sqlite},
    metrics::Metrics,
    model::{Incident, Note, Slug},
    notify::{self, Ear, Teller},
    serve::{
        self, Ask, Serve,
        board::Board,
        past::{self, Past},
        sites::Sites,
    },
};

/// Everything that a monitor is made of.
pub(super) struct Monitor {
    pub(super) plan: Plan,
    pub(super) load: Load,
    pub(super) listen: SocketAddr,
    pub(super) readers: Vec<Reader>,
    pub(super) stop: CancellationToken,
    /// The folder of the ledger.
    pub(super) data: PathBuf,
}

impl Monitor {
    /// Goes round until stopped. The loop has this thread for itself; the server has another, so that whoever asks much or
    /// reads slowly never holds up a look.
    pub(super) fn run(self) -> anyhow::Result<()> {
        let descriptors = engine::raise_descriptors();
        let metrics = Metrics::new();
        let (keeping, tail) = opened(&self.data, &metrics)?;
        let board = Board::recover(&tail, notes(&tail, &keeping));
        let (telling, ear, told) = telling(&tail, &keeping, &metrics, self.stop.clone())?;
        let (mut readers, hears) = (self.readers, ear.clone());
        readers.push(Box::new(move |entry| hears.hear(entry)));
        let shown = board.clone();
        readers.push(Box::new(move |entry| shown.absorb(entry)));
        let (asks, asked) = mpsc::channel(16);
        let (plans, in_force) = watch::channel(None);
        let serve = Serve {
            metrics: metrics.clone(),
            asks: asks.clone(),
            plans: in_force.clone(),
            board,
            past: Past::new(&self.data),
            sites: Sites::default(),
            wall: engine::wall,
            ticks: engine::ticks,
        };
        let server = server(self.listen, self.plan.serve(), serve, self.stop.clone())?;
        let managed = managed(in_force.clone(), &metrics, self.stop.clone())?;
        let reporting = reporting(&self.data, in_force, &metrics, self.stop.clone())?;
        let setting = Setting {
            plan: self.plan,
            load: self.load,
            keeping,
            tail,
            metrics,
            asks: asked,
            ear,
            told,
            plans,
            readers,
            stop: self.stop.clone(),
            descriptors,
        };
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let went = runtime.block_on(go_round(setting, asks));
        // A ledger that hangs would be waited for otherwise.
        runtime.shutdown_background();
        self.stop.cancel();
        server.join().map_err(|_| anyhow::anyhow!("the server panicked"))?;
        telling.join().map_err(|_| anyhow::anyhow!("whoever tells on-call panicked"))?;
        reporting.join().map_err(|_| anyhow::anyhow!("whoever writes reports panicked"))?;
        managed
            .map_or(Ok(()), thread::JoinHandle::join)
            .map_err(|_| anyhow::anyhow!("whoever tells the service manager panicked"))?;
        went
    }
}

/// The ledger in the folder `data`, and where it broke off. One that is damaged is no reason not to look.
fn opened(data: &Path, metrics: &Metrics) -> anyhow::Result<(Keeping, Tail)> {
    let Opened { mut ledger, mut set_aside } = Sqlite::open(data)?;
    let tail = match ledger.tail() {
        Err(error) if error.is_lasting() => {
            set_aside = ledger.renew()?;
            Tail::default()
        }
        tail => tail?,
    };
    if let Some(aside) = set_aside {
        tracing::error!(aside = %aside.display(), "the ledger is damaged: it was set aside, and a new one begun");
        metrics.ledger().set_aside();
        let first = crate::ledger::set_aside(Some(&aside), engine::wall());
        if let Err(error) = ledger.append(&[Arc::new(first)]) {
            tracing::error!(%error, "that it was set aside could not be written");
        }
    }
    Ok((Keeping { folder: Some(data.to_owned()), ..Keeping::new(Box::new(ledger)) }, tail))
}

/// Whoever tells on-call, on a thread of its own; the way to it, and the way back.
fn telling(
    tail: &Tail,
    keeping: &Keeping,
    metrics: &Metrics,
    stop: CancellationToken,
) -> anyhow::Result<(thread::JoinHandle<()>, Ear, mpsc::Receiver<Told>)> {
    let (tells, told) = mpsc::channel(1024);
    let setting = notify::Setting {
        metrics: metrics.clone(),
        wall: engine::wall,
        ticks: engine::ticks,
        tail,
        ended: ended(tail, keeping),
        told: tells,
    };
    let (teller, ear) = Teller::new(setting);
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let thread = thread::Builder::new().name("notify".into());
    Ok((thread.spawn(move || runtime.block_on(teller.run(stop)))?, ear, told))
}

/// Whoever writes the reports of months, on a thread of its own.
fn reporting(
    data: &Path,
    plans: watch::Receiver<Option<Arc<Plan>>>,
    metrics: &Metrics,
    stop: CancellationToken,
) -> anyhow::Result<thread::JoinHandle<()>> {
    let reporter = Reporter::new(plans, engine::compose(data.to_owned()), metrics.clone(), engine::wall);
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let thread = thread::Builder::new().name("reports".into());
    Ok(thread.spawn(move || runtime.block_on(reporter.run(stop)))?)
}

/// Whoever tells the service manager that we are well, on a thread of its own, if one wants to know.
fn managed(
    plans: watch::Receiver<Option<Arc<Plan>>>,
    metrics: &Metrics,
    stop: CancellationToken,
) -> anyhow::Result<Option<thread::JoinHandle<()>>> {
    if !engine::is_managed() {
        return Ok(None);
    }
    let telling = engine::tell_manager(plans, metrics.clone(), stop);
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let thread = thread::Builder::new().name("manager".into());
    Ok(Some(thread.spawn(move || runtime.block_on(telling))?))
}

/// The incidents that somebody was told of and not that they are over, though they are.
fn ended(tail: &Tail, keeping: &Keeping) -> Vec<Incident> {
    let lasts = tail.told.values().filter(|told| !told.resolved && !tail.incidents.contains_key(&told.alert));
    let ids: BTreeSet<Slug> = lasts.filter_map(|told| notify::incident_of(&told.alert)).collect();
    ids.iter().filter_map(|id| keeping.ledger.incident(id).ok().flatten()).collect()
}

/// What was written beside the incidents that are open.
fn notes(tail: &Tail, keeping: &Keeping) -> Vec<Note> {
    let open = tail.incidents.values().filter(|incident| incident.is_open());
    open.flat_map(|incident| past::notes(&*keeping.ledger, incident).unwrap_or_default()).collect()
}

async fn go_round(setting: Setting, asks: mpsc::Sender<Ask>) -> anyhow::Result<()> {
    engine::stop_on_signals(setting.stop.clone())?;
    engine::hang_ups(asks)?;
    Engine::new(setting).map_err(anyhow::Error::msg)?.run().await;
    Ok(())
}

fn server(
    listen: SocketAddr,
    serving: &Serving,
    serve: Serve,
    stop: CancellationToken,
) -> anyhow::Result<thread::JoinHandle<()>> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let listener = runtime.block_on(TcpListener::bind(listen)).with_context(|| {
        format!("cannot listen on {listen}; is another monitor running? --listen names another address")
    })?;
    if let Some(at) = serving.metrics() {
        let metrics = runtime.block_on(TcpListener::bind(at));
        let metrics = metrics.with_context(|| format!("cannot listen on {at}, which is `serve.metrics`"))?;
        tracing::info!("http://{}/metrics", metrics.local_addr()?);
        runtime.spawn(serve::serve_metrics(metrics, serve.clone(), stop.clone()));
    }
    let scheme = if serving.tls().is_some() { "https" } else { "http" };
    tracing::info!("{scheme}://{}/", listener.local_addr()?);
    let thread = thread::Builder::new().name("serve".into());
    let kept = serve.past.clone().keep(serve.board.clone(), serve.wall, stop.clone());
    runtime.spawn(kept);
    runtime.spawn(serve.sites.clone().keep(serve.plans.clone(), serve.wall, stop.clone()));
    Ok(thread.spawn(move || runtime.block_on(serve::serve(listener, serve, stop)))?)
}
