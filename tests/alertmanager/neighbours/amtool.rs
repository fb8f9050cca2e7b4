//! What does Alertmanager's own tool say?

use std::process::Command;

/// What `amtool` writes, asked at the root of the project, in the zone of London; fails where it does.
pub(super) fn amtool(arguments: &[&str]) -> String {
    let mut amtool = Command::new("amtool");
    amtool.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).env("TZ", "Europe/London");
    let said = amtool.output().expect("amtool is in the Debian package prometheus-alertmanager");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    String::from_utf8(said.stdout).unwrap()
}
