//! How is a real server started, on a port of this machine and with a folder of its own, and ended?

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

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
        self.is_listening(address).await;
        self
    }

    /// The same, for one that was started again.
    pub(crate) async fn is_listening(&mut self, address: SocketAddr) {
        for _ in 0..600 {
            if tokio::net::TcpStream::connect(address).await.is_ok() {
                return;
            }
            if let Some(status) = self.child.try_wait().unwrap() {
                panic!("{} ended, {status}: {}", self.name, self.log());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{} does not listen at {address}: {}", self.name, self.log());
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder().join("log")).unwrap()
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawned(folder: &TempDir, package: &str, command: &str, arguments: &[String]) -> Child {
    let log = fs::File::options().create(true).append(true).open(folder.path().join("log")).unwrap();
    Command::new(command)
        .args(arguments)
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap_or_else(|why| panic!("{command}: {why}; it is in the Debian package {package}"))
}

/// An address of this machine at which nobody listens.
pub(crate) fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}
