//! Does the program do as it is told: run, reload, stop, check, probe, schema?

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
    os::unix::net::UnixDatagram,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Output, Stdio},
    thread::sleep,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::{neighbours::started::free_address, serve::request};

/// A folder with a configuration, and something on loopback to look at.
pub(crate) struct Ward {
    folder: TempDir,
    open: TcpListener,
}

impl Ward {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), open: TcpListener::bind("127.0.0.1:0").unwrap() }
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.folder.path().join("probes.yaml")
    }

    /// Writes a configuration with these probes; `OPEN` in their settings is the address that answers.
    pub(crate) fn write(&self, probes: &[(&str, &str)]) {
        let open = self.open.local_addr().unwrap().to_string();
        let probe = |(name, settings): &(&str, &str)| format!("      {name}: {{{settings}}}\n");
        let probes: String = probes.iter().map(probe).collect();
        let head = "site: ward\ndefaults: {interval: 1s, timeout: 500ms}\nservices:\n  epr:\n    probes:\n";
        fs::write(self.config(), format!("{head}{}", probes.replace("OPEN", &open))).unwrap();
    }

    fn wardround(&self, words: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wardround"));
        command.env("WARDROUND_DATA", self.folder.path().join("data"));
        command.args(words).env("WARDROUND_CONFIG", self.config()).output().unwrap()
    }
}

/// `wardround run`, ended with its value.
pub(crate) struct Running {
    child: Child,
    /// Where it lives, if nobody else keeps it.
    _ward: Option<Ward>,
    pub(crate) at: SocketAddr,
}

impl Running {
    pub(crate) fn start(ward: &Ward) -> Self {
        let at = free_address();
        Self { child: spawned(ward, at), _ward: None, at }
    }

    /// In a ward of its own, listening at `at`.
    pub(crate) fn start_at(ward: Ward, at: SocketAddr) -> Self {
        Self { child: spawned(&ward, at), _ward: Some(ward), at }
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// The value of the first series that begins with `start`.
    pub(crate) fn value(&self, start: &str) -> Option<f64> {
        let (_, text) = self.get("/metrics")?;
        let line = text.lines().find(|line| line.starts_with(start))?;
        line.rsplit_once(' ')?.1.parse().ok()
    }

    pub(crate) fn get(&self, path: &str) -> Option<(u16, String)> {
        std::net::TcpStream::connect(self.at).ok()?;
        let (status, _, body) = request(self.at, &format!("GET {path}"), "");
        Some((status, body))
    }

    pub(crate) fn until(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        for _ in 0..400 {
            if is_so(self) {
                return;
            }
            sleep(Duration::from_millis(50));
        }
        panic!("not within 20 s: {what}");
    }

    fn end(mut self) -> ExitStatus {
        for _ in 0..1000 {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            sleep(Duration::from_millis(20));
        }
        panic!("it does not end");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawned(ward: &Ward, at: SocketAddr) -> Child {
    Command::new(env!("CARGO_BIN_EXE_wardround"))
        .args(["run", "--listen", &at.to_string(), "--log-format", "json"])
        .env("WARDROUND_CONFIG", ward.config())
        .env("WARDROUND_DATA", ward.folder.path().join("data"))
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn looks(probe: &str) -> String {
    format!(r#"wardround_probe_looks_total{{site="ward",service="epr",probe="{probe}",outcome="up"}}"#)
}

#[test]
fn runs_reloads_and_stops() {
    let ward = Ward::new();
    ward.write(&[("stays", "tcp: {address: OPEN}"), ("goes", "tcp: {address: OPEN}")]);
    let running = Running::start(&ward);
    running.until("two good looks", |it| it.value(&looks("stays")).is_some_and(|count| count >= 2.0));
    running.until("ready", |it| it.get("/-/ready").is_some_and(|(status, _)| status == 200));

    fs::write(ward.config(), "site: ward\nservices: {epr: {probes: {stays: {tpc: {}}}}}\n").unwrap();
    running.signal(Signal::HUP);
    let good = "wardround_config_last_reload_successful";
    running.until("the bad file is refused", |it| it.value(good) == Some(0.0));
    let before = running.value(&looks("goes")).unwrap();
    running.until("looks go on", |it| it.value(&looks("goes")).is_some_and(|count| count > before));

    let before = running.value(&looks("stays")).unwrap();
    ward.write(&[("stays", "tcp: {address: OPEN}"), ("comes", "tcp: {address: OPEN}")]);
    running.signal(Signal::HUP);
    running.until("the good file is in force", |it| it.value(good) == Some(1.0));
    running.until("the new probe looks", |it| it.value(&looks("comes")).is_some_and(|count| count > 0.0));
    assert_eq!(running.value(&looks("goes")), None, "a removed probe has no series");
    assert!(running.value(&looks("stays")).unwrap() >= before, "an unchanged probe keeps its counters");

    running.signal(Signal::TERM);
    assert!(running.end().success());
}

#[test]
fn a_second_monitor_on_the_same_address_says_so() {
    let ward = Ward::new();
    ward.write(&[("stays", "tcp: {address: OPEN}")]);
    let taken = ward.open.local_addr().unwrap().to_string();
    let output = ward.wardround(&["run", "--listen", &taken]);
    assert_eq!(output.status.code(), Some(1));
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.contains(&format!("cannot listen on {taken}")), "{words}");
}

#[test]
fn check_says_good_or_tells_every_problem() {
    let ward = Ward::new();
    ward.write(&[("a", "tcp: {address: OPEN}")]);
    let good = ward.wardround(&["check"]);
    assert!(good.status.success());
    assert!(String::from_utf8(good.stdout).unwrap().ends_with("good: 1 services, 1 probes\n"));
    ward.write(&[("a", "tpc: {}"), ("b", "tcp: {address: nowhere}")]);
    let bad = ward.wardround(&["check"]);
    let words = String::from_utf8(bad.stderr).unwrap();
    assert_eq!(bad.status.code(), Some(78));
    assert!(words.contains("did you mean `tcp`?") && words.contains("no host and port"), "{words}");
    assert_eq!(ward.wardround(&["chekc"]).status.code(), Some(2));
}

#[test]
fn probe_looks_once_and_its_exit_code_says_what_it_saw() {
    let ward = Ward::new();
    let closed = free_address();
    ward.write(&[
        ("open", "tcp: {address: OPEN}"),
        ("shut", &format!("tcp: {{address: '{closed}'}}")),
        ("elsewhere", "tcp: {address: OPEN, source: 192.0.2.1}"),
    ]);
    let look = |name| ward.wardround(&["probe", name]);
    let up = look("epr/open");
    assert_eq!(up.status.code(), Some(0));
    let words = String::from_utf8(up.stdout).unwrap();
    assert!(words.contains("\nUP\n") && words.contains("connect") && words.contains('█'), "{words}");
    assert_eq!(look("shut").status.code(), Some(1));
    assert_eq!(look("elsewhere").status.code(), Some(3));
    let unknown = look("nowhere");
    assert_eq!(unknown.status.code(), Some(1));
    assert!(String::from_utf8(unknown.stderr).unwrap().contains("there are: epr/open, epr/shut"));
    let json = ward.wardround(&["probe", "shut", "--json"]);
    let told: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(told["seen"]["outcome"]["down"]["fault"]["fault"], "connection_refused");
    assert!(told["seen"]["timeline"]["spans"][0]["ended"].is_f64());
}

#[test]
fn schema_is_json_and_knows_the_kinds() {
    let output = Ward::new().wardround(&["schema"]);
    let schema: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = schema.to_string();
    for kind in wardround::probe::Kind::NAMES {
        assert!(text.contains(&format!("\"{kind}\":")), "{kind}");
    }
}

#[test]
fn planned_work_is_announced_to_the_running_agent_and_outlives_a_reload() {
    let ward = Ward::new();
    ward.write(&[("port", "tcp: {address: OPEN}")]);
    let running = Running::start(&ward);
    running.until("it is ready", |running| running.get("/-/ready").is_some_and(|(status, _)| status == 200));
    let agent = running.at.to_string();
    let start = |service: &str, lasts: &str| {
        let words = ["--for", lasts, "--reason", "upgrade", "--by", "CHG1", "--agent", &agent];
        ward.wardround(&[&["maintenance", "start", "--service", service], &words[..]].concat())
    };
    let refused = start("nobody", "2h");
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("there is no service `nobody`"), "{refused:?}");
    assert_eq!(start("epr", "60d").status.code(), Some(1));
    let announced = start("epr", "2h");
    assert!(announced.status.success(), "{announced:?}");
    let id = String::from_utf8(announced.stdout).unwrap().trim().to_owned();
    let active = "wardround_maintenance_active{site=\"ward\",service=\"epr\"}";
    running.until("it is under way", |running| running.value(active) == Some(1.0));
    let (status, _, _) = request(running.at, "POST /-/reload", "");
    assert_eq!((status, running.value(active)), (200, Some(1.0)));
    let ended = ward.wardround(&["maintenance", "end", &id, "--agent", &agent]);
    assert!(ended.status.success(), "{ended:?}");
    running.until("it is over", |running| running.value(active) == Some(0.0));
    let again = ward.wardround(&["maintenance", "end", &id, "--agent", &agent]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("no planned work is announced as"), "{again:?}");
}

/// A server that answers one request as a webhook that took it, and gives what it was asked.
fn hook() -> (SocketAddr, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    let answer = move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = Vec::new();
        while !asked.windows(7).any(|some| some == b"firing\"") {
            let mut some = [0; 4096];
            let count = stream.read(&mut some).unwrap();
            asked.extend_from_slice(&some[..count]);
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
        String::from_utf8(asked).unwrap()
    };
    (at, std::thread::spawn(answer))
}

#[test]
fn a_test_says_who_can_be_told_and_who_cannot() {
    let ward = Ward::new();
    ward.write(&[("door", "tcp: {address: OPEN}")]);
    let (at, asked) = hook();
    let closed = free_address();
    let notify = format!(
        "notify:\n  desk: {{webhook: {{url: 'http://{at}/secret'}}}}\n  none: {{webhook: {{url: 'http://{closed}/'}}}}\n"
    );
    let config = fs::read_to_string(ward.config()).unwrap() + &notify;
    fs::write(ward.config(), config).unwrap();
    let output = ward.wardround(&["notify", "desk"]);
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(0), b"desk: told\n".as_slice()));
    assert!(asked.join().unwrap().contains("TEST: Wardround (ward) can tell desk"));
    let output = ward.wardround(&["notify", "none"]);
    let words = String::from_utf8(output.stdout).unwrap();
    assert!(words.starts_with("none: NOT TOLD: ") && words.contains("refused"), "{words}");
    assert_eq!(output.status.code(), Some(1));
    let output = ward.wardround(&["notify", "nobody"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("there are: desk, none"));
}

/// The next thing that is said at `socket` and begins with one of `words`.
fn heard(socket: &UnixDatagram, words: &str) -> String {
    for _ in 0..100 {
        let mut said = [0; 256];
        let length = socket.recv(&mut said).expect("the service manager is told within the time");
        let said = String::from_utf8_lossy(&said[..length]).into_owned();
        if said.starts_with(words) {
            return said;
        }
    }
    panic!("{words} was never said");
}

#[test]
fn the_service_manager_hears_that_it_is_ready_that_it_turns_and_that_it_stops() {
    let ward = Ward::new();
    ward.write(&[("open", "tcp: {address: 'OPEN'}")]);
    let path = ward.folder.path().join("notify");
    let manager = UnixDatagram::bind(&path).unwrap();
    manager.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut running = Command::new(env!("CARGO_BIN_EXE_wardround"))
        .args(["run", "--listen", &free_address().to_string()])
        .env("WARDROUND_CONFIG", ward.config())
        .env("WARDROUND_DATA", ward.folder.path().join("data"))
        .envs([("NOTIFY_SOCKET", path.to_str().unwrap()), ("WATCHDOG_USEC", "6000000")])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    assert_eq!(heard(&manager, "READY=1").trim_end(), "READY=1\nSTATUS=1 probes");
    heard(&manager, "WATCHDOG=1");
    kill_process(Pid::from_child(&running), Signal::TERM).unwrap();
    heard(&manager, "STOPPING=1");
    assert!(running.wait().unwrap().success());
}

#[test]
fn what_a_package_ships_beside_the_program_can_be_written() {
    let ward = Ward::new();
    let pages = ward.folder.path().join("man");
    assert!(ward.wardround(&["man", pages.to_str().unwrap()]).status.success());
    let page = fs::read_to_string(pages.join("wardround-run.1")).unwrap();
    assert!(page.contains("listen"), "{page}");
    let page = ward.wardround(&["man"]).stdout;
    assert!(String::from_utf8(page).unwrap().contains("incidents"));
    for shell in ["bash", "zsh", "fish"] {
        let script = String::from_utf8(ward.wardround(&["completions", shell]).stdout).unwrap();
        assert!(script.contains("maintenance"), "{shell}");
    }
}
