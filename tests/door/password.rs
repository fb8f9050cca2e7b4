//! Is what `wardround password` prints what a configuration takes?

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

use wardround::{config, raw::Given};

fn printed(typed: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wardround"));
    let command = command.arg("password").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(typed).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn a_piped_password_becomes_a_hash_that_fits_it_alone() {
    let output = printed(b"correct horse\r\nnot read");
    assert!(output.status.success(), "{output:?}");
    let hash = String::from_utf8(output.stdout).unwrap();
    let text = "site: a
serve: {users: {anna: {password: {file: hash}, role: view}}}
services: {s: {probes: {p: {tcp: {address: 'a:1'}}}}}";
    let plan = config::load_text("probes.yaml", text, &Given::default().file("hash", hash)).unwrap();
    let anna = plan.serve().users().values().next().unwrap();
    assert!(anna.password.is_of("correct horse") && !anna.password.is_of("correct horse\r"));
}

#[test]
fn what_is_no_good_password_is_refused_and_not_repeated() {
    let refused = [&b""[..], b"hunter2\n", &b"hunter2".repeat(1000), b"hunter2\xff\n"].map(printed);
    for output in refused {
        let said =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(!output.status.success() && said.contains("password") && !said.contains("hunter2"), "{said}");
    }
}
