//! Which Python has the packages that a test needs? Each set of them lies in a folder of its own below `target/`, made once.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::{Mutex, PoisonError},
};

/// One is made at a time: several tests need the same.
static MAKING: Mutex<()> = Mutex::new(());

/// A Python that has `packages`, and nothing else; their versions are in the name of the folder.
pub(crate) fn python(name: &str, packages: &[&str]) -> PathBuf {
    let _alone = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let (python, made) = (folder.join("bin/python"), folder.join("made"));
    let wanted = packages.join("\n");
    if fs::read_to_string(&made).ok().as_ref() != Some(&wanted) {
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder), "python3-venv");
        let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"];
        let install = install.iter().chain(packages);
        run(Command::new(&python).args(install), "python3-venv, and PyPI or a mirror of it");
        fs::write(made, wanted).unwrap();
    }
    python
}

/// Runs `command`, which needs `needs`.
pub(crate) fn run(command: &mut Command, needs: &str) -> String {
    let output = command.output().unwrap_or_else(|why| panic!("{command:?}: {why}; it needs {needs}"));
    assert!(output.status.success(), "{command:?} needs {needs}: {}", words(&output));
    words(&output)
}

/// All that a program said.
pub(crate) fn words(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat()
}
