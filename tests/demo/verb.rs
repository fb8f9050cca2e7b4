//! Does `wardround demo` show a hospital being watched?

use std::{
    io::{BufRead, BufReader, Lines},
    process::{Child, ChildStdout, Command, Stdio},
};

use wardround::demo::{Hospital, Ports};

use super::{now, run};
use crate::neighbours::started::free_address;

/// The verb under way, and what it says.
struct Shown {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    listen: String,
}

impl Shown {
    fn start(lasts: &str) -> Self {
        let listen = free_address().to_string();
        let mut command = Command::new(env!("CARGO_BIN_EXE_wardround"));
        command.args(["demo", "--for", lasts, "--listen", &listen]).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines, listen }
    }

    /// Reads on until a line has all these words.
    fn until(&mut self, words: &[&str]) -> String {
        let found =
            self.lines.by_ref().map(Result::unwrap).find(|line| words.iter().all(|word| line.contains(word)));
        found.unwrap_or_else(|| panic!("never said: {words:?}"))
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        // It has ended where the test went well.
        drop(self.child.kill());
    }
}

/// One test, since the shipped ports are there only once.
#[tokio::test]
async fn the_demo_finds_what_goes_wrong_and_stops_by_itself() {
    let mut shown = Shown::start("26s");
    shown.until(&["A small simulated hospital is open"]);
    let taken = Hospital::start(Ports::Fixed, now()).await.unwrap_err().to_string();
    assert!(taken.starts_with("127.0.0.1:972") && taken.contains("the demo's"), "{taken}");
    shown.until(&["● up", "Electronic patient record"]);
    let metrics = run("curl", &["-sS", "--max-time", "5", &format!("http://{}/metrics", shown.listen)]).text;
    assert!(
        metrics.contains(r#"wardround_service_state{site="royal-infirmary",service="epr",state="up"} 1"#),
        "{metrics}"
    );
    shown.until(&["the demo's patient record answers 700ms late"]);
    shown.until(&["◐ degraded", "Electronic patient record: sign-in: expect_slow"]);
    shown.until(&["▶ opened", "Electronic patient record: degradation since", "the look before it"]);
    shown.until(&["■ closed", "Electronic patient record: degradation lasted", "at least", "at most"]);
    shown.until(&["services", "looks"]);
    assert!(shown.child.wait().unwrap().success());
}
