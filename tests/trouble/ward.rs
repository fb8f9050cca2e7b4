//! A folder with a configuration, two doors to look at, and `wardround run` over them.

use std::{
    fs::{self, File},
    io, iter,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle, sleep},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::{neighbours::started::free_address, serve::request};

pub(super) const MS: fn(u64) -> Duration = Duration::from_millis;

/// How often each probe looks.
pub(super) const INTERVAL: Duration = Duration::from_millis(200);

/// A port that can be open or shut.
pub(super) struct Door {
    pub(super) at: SocketAddr,
    open: Option<(Arc<AtomicBool>, JoinHandle<()>)>,
}

impl Door {
    pub(super) fn open() -> Self {
        // Somebody else may have taken what was free a moment ago.
        let listener = iter::repeat_with(free_address).find_map(|at| TcpListener::bind(at).ok()).unwrap();
        let mut door = Self { at: listener.local_addr().unwrap(), open: None };
        door.serve(listener);
        door
    }

    pub(super) fn shut(&mut self) {
        if let Some((shut, thread)) = self.open.take() {
            shut.store(true, Ordering::Relaxed);
            thread.join().unwrap();
        }
    }

    pub(super) fn reopen(&mut self) {
        if self.open.is_none() {
            self.serve(TcpListener::bind(self.at).unwrap());
        }
    }

    fn serve(&mut self, listener: TcpListener) {
        listener.set_nonblocking(true).unwrap();
        let shut = Arc::new(AtomicBool::new(false));
        let told = shut.clone();
        let thread = thread::spawn(move || {
            while !told.load(Ordering::Relaxed) {
                match listener.accept() {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => sleep(MS(2)),
                    _ => {}
                }
            }
        });
        self.open = Some((shut, thread));
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.shut();
    }
}

/// All that a monitor needs, and what it leaves.
pub(super) struct Ward {
    pub(super) folder: TempDir,
    /// Where the ledger is kept.
    pub(super) data: PathBuf,
    pub(super) steady: Door,
    pub(super) flaps: Door,
}

impl Ward {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let ward = Self { folder, data, steady: Door::open(), flaps: Door::open() };
        ward.configure(&ward.sound());
        ward
    }

    /// A configuration without a mistake: one probe a service.
    fn sound(&self) -> String {
        let (steady, flaps) = (self.steady.at, self.flaps.at);
        format!(
            "site: ward\n\
             defaults: {{interval: 200ms, timeout: 200ms, confirm: {{failures: 3, recheck: 20ms, successes: 1}}}}\n\
             services:\n  \
               epr: {{probes: {{steady: {{tcp: {{address: '{steady}'}}}}}}}}\n  \
               pacs: {{probes: {{flaps: {{tcp: {{address: '{flaps}'}}}}}}}}\n"
        )
    }

    pub(super) fn configure(&self, text: &str) {
        fs::write(self.config(), text).unwrap();
    }

    pub(super) fn config(&self) -> PathBuf {
        self.folder.path().join("probes.yaml")
    }

    /// What the last monitor said.
    pub(super) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    pub(super) fn start(&self) -> Running {
        let at = free_address();
        let log = File::create(self.folder.path().join("log")).unwrap();
        let child = self.command(at).stderr(log).spawn().unwrap();
        Running { child, at }
    }

    /// Runs it until it ends by itself.
    pub(super) fn try_to_start(&self) -> Output {
        self.command(free_address()).output().unwrap()
    }

    /// `exec`, so that the process is the program; a file that may not grow is an error for it and not the end.
    fn command(&self, at: SocketAddr) -> Command {
        let mut command = Command::new("sh");
        let line = "trap '' XFSZ; exec \"$0\" run --log-format json --listen \"$1\"";
        command.args(["-c", line, env!("CARGO_BIN_EXE_wardround"), &at.to_string()]);
        command.env("WARDROUND_CONFIG", self.config()).env("WARDROUND_DATA", &self.data);
        command.env("WARDROUND_LOG", "debug").stdout(Stdio::null());
        command
    }
}

/// `wardround run`, ended with its value.
pub(super) struct Running {
    pub(super) child: Child,
    at: SocketAddr,
}

impl Running {
    pub(super) fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    pub(super) fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    /// The sum of all series that begin with `start`; `None` if there is none.
    pub(super) fn value(&self, start: &str) -> Option<f64> {
        std::net::TcpStream::connect(self.at).ok()?;
        let (_, _, body) = request(self.at, "GET /metrics", "");
        let values = body.lines().filter(|line| line.starts_with(start));
        values.filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok()).reduce(|a, b| a + b)
    }

    /// How many looks at `probe` were told.
    pub(super) fn looks(&self, service: &str) -> f64 {
        let series = format!("wardround_probe_looks_total{{site=\"ward\",service=\"{service}\"");
        self.value(&series).unwrap_or_default()
    }

    /// Whether `service` is believed to be in `state`.
    pub(super) fn is(&self, service: &str, state: &str) -> bool {
        let labels = format!("{{site=\"ward\",service=\"{service}\",state=\"{state}\"}}");
        self.value(&format!("wardround_service_state{labels}")) == Some(1.0)
    }

    pub(super) fn until(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        for _ in 0..400 {
            if is_so(self) {
                return;
            }
            sleep(MS(50));
        }
        panic!("not within 20 s: {what}");
    }

    /// Waits until both services are seen.
    pub(super) fn until_it_sees(&self) {
        self.until("both are up", |it| it.is("epr", "up") && it.is("pacs", "up"));
    }

    pub(super) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop, and waits until it has.
    pub(super) fn stop(mut self) -> ExitStatus {
        self.signal(Signal::TERM);
        for _ in 0..1000 {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            sleep(MS(20));
        }
        panic!("it does not end");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The files in `folder`, by name.
pub(super) fn files(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}
