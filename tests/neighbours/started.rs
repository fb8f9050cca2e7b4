//! How is a real server started, on a port of this machine and with a folder of its own, and ended?

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use tempfile::TempDir;

/// A server that was started. It ends with its value.
pub(crate) struct Started {
    child: Child,
    folder: TempDir,
    name: String,
}

impl Started {
    /// Starts `command`, which comes in the Debian package `package`, in a folder that `files` were written to.
    pub(crate) fn by(package: &str, command: &str, arguments: &[&str], files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let child = Command::new(command)
            .args(arguments)
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap_or_else(|why| panic!("{command}: {why}; it is in the Debian package {package}"));
        Self { child, folder, name: command.to_owned() }
    }

    /// Waits until `address` can be connected to; fails after half a minute, or at once if the server has ended.
    pub(crate) async fn listens(mut self, address: SocketAddr) -> Self {
        for _ in 0..600 {
            if tokio::net::TcpStream::connect(address).await.is_ok() {
                return self;
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

/// An address of this machine at which nobody listens.
pub(crate) fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}
