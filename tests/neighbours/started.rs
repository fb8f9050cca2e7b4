//! How is a real server started, on a port of this machine and with a folder of its own, and ended?

use std::{
    fs, io,
    net::{SocketAddr, TcpListener, UdpSocket},
    path::Path,
    process::{self, Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// A server that was started. It ends with its value.
pub(crate) struct Started {
    child: Child,
    folder: TempDir,
    package: String,
    name: String,
    arguments: Vec<String>,
}

impl Started {
    /// Starts `command`, which comes in the Debian package `package`, in a folder that `files` were written to.
    pub(crate) fn by(package: &str, command: &str, arguments: &[&str], files: &[(&str, &str)]) -> Self {
        Self::with(package, command, arguments, files, |_| {})
    }

    /// The same, in a folder that `prepare` has prepared as well.
    pub(crate) fn with(
        package: &str,
        command: &str,
        arguments: &[&str],
        files: &[(&str, &str)],
        prepare: impl FnOnce(&Path),
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        prepare(folder.path());
        let [package, name] = [package, command].map(str::to_owned);
        let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        let child = spawned(&folder, &package, &name, &arguments);
        Self { child, folder, package, name, arguments }
    }

    /// Asks it to stop, and waits until it has.
    pub(crate) fn stop(&mut self) {
        self.signal(Signal::TERM);
        self.child.wait().unwrap();
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Starts it once more in the folder that it left.
    pub(crate) fn again(&mut self) {
        self.child = spawned(&self.folder, &self.package, &self.name, &self.arguments);
    }

    /// Waits until `address` can be connected to; fails after half a minute, or at once if the server has ended.
    pub(crate) async fn listens(mut self, address: SocketAddr) -> Self {
        self.until(address, async || TcpStream::connect(address).await.is_ok()).await;
        self
    }

    /// Waits until it answers 200 at `/-/ready` of `address`: some listen before they know anything.
    pub(crate) async fn ready(mut self, address: SocketAddr) -> Self {
        self.is_ready(address).await;
        self
    }

    /// The same, for one that was started again.
    pub(crate) async fn is_ready(&mut self, address: SocketAddr) {
        self.until(address, async || says_ready(address).await.unwrap_or_default()).await;
    }

    async fn until(&mut self, address: SocketAddr, ready: impl AsyncFn() -> bool) {
        for _ in 0..600 {
            if ready().await {
                return;
            }
            if let Some(status) = self.child.try_wait().unwrap() {
                panic!("{} ended, {status}: {}", self.name, self.log());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{} does not answer at {address}: {}", self.name, self.log());
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What it said so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder().join("log")).unwrap()
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A command of the system's packages: those of languages bring others of the same name.
pub(crate) fn packaged(command: &str) -> Command {
    let path = format!("/usr/bin:/usr/sbin:{}", std::env::var("PATH").unwrap_or_default());
    let mut packaged = Command::new(command);
    packaged.env("PATH", path);
    packaged
}

fn spawned(folder: &TempDir, package: &str, command: &str, arguments: &[String]) -> Child {
    let log = fs::File::options().create(true).append(true).open(folder.path().join("log")).unwrap();
    packaged(command)
        .args(arguments)
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap_or_else(|why| panic!("{command}: {why}; it is in the Debian package {package}"))
}

async fn says_ready(address: SocketAddr) -> io::Result<bool> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(b"GET /-/ready HTTP/1.0\r\n\r\n").await?;
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).await?;
    Ok(reply.starts_with(b"HTTP/1.0 200 "))
}

/// An address of this machine at which nobody listens, and which nobody is given by chance before it is used: its port
/// is below those that systems choose by themselves, and told once only.
pub(crate) fn free_address() -> SocketAddr {
    static TOLD: AtomicU32 = AtomicU32::new(0);
    let any = |_| TOLD.fetch_add(1, Relaxed).wrapping_add(process::id().wrapping_mul(97)) % 12_000;
    let address = |port| SocketAddr::from(([127, 0, 0, 1], 20_000 + u16::try_from(port).unwrap()));
    let free = |at: &SocketAddr| TcpListener::bind(at).is_ok() && UdpSocket::bind(at).is_ok();
    (0..12_000).map(any).map(address).find(free).expect("a free port")
}
