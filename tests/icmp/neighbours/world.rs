//! Where are two machines that can be broken at will? In network namespaces, with a wire between them; gone with their value.

use std::{
    io::{BufRead as _, BufReader},
    process::{self, Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

use serde_json::Value;
use tempfile::TempDir;
use wardround::model::{Finding, Outcome, Reason};

use crate::neighbours::python::run;

const NEEDS: &str = "root, network namespaces, and the Debian package iproute2";

/// Our machine and the far one.
pub(super) struct World {
    near: String,
    far: String,
    folder: TempDir,
}

/// Over which IP.
#[derive(Clone, Copy, Debug)]
pub(super) enum Family {
    V4,
    V6,
}

/// Which sockets our machine lets echoes go by.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sockets {
    Datagram,
    Raw,
}

/// Somebody at the far machine who answers in its kernel's place.
pub(super) struct Responder(Child);

impl World {
    pub(super) fn new() -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!("wr{}-{}", process::id(), MADE.fetch_add(1, Relaxed));
        let folder = tempfile::tempdir().unwrap();
        let world = Self { near: format!("{name}-near"), far: format!("{name}-far"), folder };
        world.build();
        world
    }

    fn build(&self) {
        let Self { near, far, .. } = self;
        ip(&format!("netns add {near}"));
        ip(&format!("netns add {far}"));
        ip(&format!("link add wr0 netns {near} type veth peer name wr0 netns {far}"));
        for (machine, number) in [(near, 1), (far, 2)] {
            ip(&format!("-n {machine} address add 192.0.2.{number}/24 dev wr0"));
            ip(&format!("-n {machine} address add fd00:77::{number}/64 dev wr0 nodad"));
            ip(&format!("-n {machine} link set lo up"));
            ip(&format!("-n {machine} link set wr0 up"));
        }
        ip(&format!("-n {far} address add 192.0.2.3/24 dev wr0"));
        for net in ["198.51.100.0/24 via 192.0.2.2", "2001:db8:1::/48 via fd00:77::2"] {
            ip(&format!("-n {near} route add {net}"));
        }
        set(far, "ipv4/ip_forward", "1");
        set(far, "ipv6/conf/all/forwarding", "1");
        ip(&format!("-n {far} route add unreachable 198.51.100.0/24"));
        ip(&format!("-n {far} route add unreachable 2001:db8:1::/48"));
        for family in ["ipv4", "ipv6"] {
            set(near, &format!("{family}/neigh/wr0/retrans_time_ms"), "30");
        }
    }

    pub(super) fn allow(&self, sockets: Sockets) {
        let groups = match sockets {
            Sockets::Datagram => "0 2147483647",
            Sockets::Raw => "1 0",
        };
        set(&self.near, "ipv4/ping_group_range", groups);
    }

    /// From now on the far machine answers no echo.
    pub(super) fn silence(&self) {
        set(&self.far, "ipv4/icmp_echo_ignore_all", "1");
        set(&self.far, "ipv6/icmp/echo_ignore_all", "1");
    }

    /// From now on somebody answers in this way.
    pub(super) fn respond(&self, way: &str) -> Responder {
        self.silence();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/icmp/responder.py");
        let mut child = Command::new("ip")
            .args(["netns", "exec", &self.far, "python3", script, way])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|why| panic!("{why}; it needs {NEEDS}"));
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        Responder(child)
    }

    /// What the program finds that looks so: `up at …`, or the fault and its words.
    pub(super) fn look(&self, settings: &str) -> String {
        self.look_by(&["ip", "netns", "exec", &self.near], settings)
    }

    /// The same, by a program that may not open raw sockets.
    pub(super) fn look_without_raw(&self, settings: &str) -> String {
        self.look_by(&["ip", "netns", "exec", &self.near, "setpriv", "--bounding-set=-net_raw"], settings)
    }

    fn look_by(&self, within: &[&str], settings: &str) -> String {
        let file = self.folder.path().join("probes.yaml");
        let text = format!(
            "site: here\nservices: {{far: {{probes: {{look: {{icmp: {{{settings}}}, timeout: 700ms}}}}}}}}\n"
        );
        std::fs::write(&file, text).unwrap();
        let program = env!("CARGO_BIN_EXE_wardround");
        let mut command = Command::new(within[0]);
        command.args(&within[1..]).args([program, "probe", "look", "--json", "--config"]).arg(&file);
        let output = command.output().unwrap();
        let said: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| {
            panic!("{command:?} needs {NEEDS}: {}", String::from_utf8_lossy(&output.stderr))
        });
        told(&said["seen"])
    }
}

impl Family {
    /// The address of the far machine.
    pub(super) fn far(self) -> &'static str {
        match self {
            Self::V4 => "192.0.2.2",
            Self::V6 => "fd00:77::2",
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        for machine in [&self.near, &self.far] {
            let _ = Command::new("ip").args(["netns", "delete", machine]).status();
        }
    }
}

impl Drop for Responder {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn told(seen: &Value) -> String {
    let outcome: Outcome = serde_json::from_value(seen["outcome"].clone()).unwrap();
    match &outcome {
        Outcome::Up => format!("up at {}", seen["details"]["peer"].as_str().unwrap()),
        Outcome::Degraded(findings) | Outcome::Down(Reason::Findings(findings)) => Finding::words(findings),
        Outcome::Unknown { words, .. } | Outcome::Down(Reason::Fault { words, .. }) => {
            format!("{}: {words}", outcome.fault_label().unwrap())
        }
    }
}

fn ip(words: &str) {
    run(Command::new("ip").args(words.split(' ')), NEEDS);
}

/// Sets one of the kernel's settings of `machine`'s network.
fn set(machine: &str, setting: &str, value: &str) {
    let script = format!("echo '{value}' > /proc/sys/net/{setting}");
    run(Command::new("ip").args(["netns", "exec", machine, "sh", "-c", &script]), NEEDS);
}
