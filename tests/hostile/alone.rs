//! How does a test get a process of its own, where what it counts or takes away is nobody else's?

use std::{env, process::Command};

const VARIABLE: &str = "WARDROUND_TEST_ALONE";

/// Whether this process runs nothing but the test of that name. If not, it is run in one, and has to pass there.
pub(super) fn alone(test: &str, before: &[&str]) -> bool {
    if env::var_os(VARIABLE).is_some() {
        return true;
    }
    let own = env::current_exe().unwrap();
    let command: Vec<&str> = before.iter().copied().chain([own.to_str().unwrap(), "--exact", test]).collect();
    let output = Command::new(command[0]).args(&command[1..]).env(VARIABLE, "").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    false
}
