//! Which Node has the packages that a test needs? Each set of them lies in a folder of its own below `target/`, made once, as the
//! lock beside it says.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, PoisonError},
};

use super::python::run;

/// One is made at a time: several tests need the same.
static MAKING: Mutex<()> = Mutex::new(());

/// A folder with what stands in `tests/neighbours/NAME`, and the packages that it needs.
pub(crate) fn node(name: &str) -> PathBuf {
    let _alone = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/neighbours").join(name);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let (lock, made) = (fs::read_to_string(ours.join("package-lock.json")).unwrap(), folder.join("made"));
    fs::create_dir_all(&folder).unwrap();
    for file in fs::read_dir(ours).unwrap().map(Result::unwrap) {
        fs::copy(file.path(), folder.join(file.file_name())).unwrap();
    }
    if fs::read_to_string(&made).ok().as_ref() != Some(&lock) {
        let install = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"];
        run(
            Command::new("npm").args(install).current_dir(&folder),
            "npm, and its registry or a mirror of it",
        );
        fs::write(made, lock).unwrap();
    }
    folder
}
