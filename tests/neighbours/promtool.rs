//! Does Prometheus's own tool find anything to mend in what we serve?

use std::{
    io::Write,
    process::{Command, Stdio},
};

use crate::metrics::form::full;

#[test]
fn it_finds_nothing_to_mend() {
    let mut promtool = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("promtool is in the Debian package prometheus");
    promtool.stdin.take().unwrap().write_all(full().text().as_bytes()).unwrap();
    let said = promtool.wait_with_output().unwrap();
    let words = [said.stdout, said.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(said.status.success() && words.is_empty(), "{words}");
}
