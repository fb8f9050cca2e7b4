//! Which files are ours?

use std::{fs, path::Path, process::Command, sync::LazyLock};

use super::Source;

/// Every file that git keeps, or would add, as path and text; files that are no text are left out.
pub(super) static TEXTS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = |path: &String| fs::read_to_string(root.join(path)).ok();
    paths(root).into_iter().filter_map(|path| text(&path).map(|text| (path, text))).collect()
});

/// Every Rust file of the project.
pub(super) static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(|| {
    let rust = |path: &str| Path::new(path).extension().is_some_and(|extension| extension == "rs");
    let files = TEXTS.iter().filter(|(path, _)| rust(path));
    files.map(|(path, text)| Source::new(path, text)).collect()
});

/// The text of one file.
pub(super) fn text(path: &str) -> &'static str {
    let found = TEXTS.iter().find(|(name, _)| name == path);
    found.map_or_else(|| panic!("{path} is not here: write it"), |(_, text)| text)
}

fn paths(root: &Path) -> Vec<String> {
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .expect("the laws ask git which files are ours: install git");
    assert!(listed.status.success(), "git ls-files: {}", String::from_utf8_lossy(&listed.stderr));
    let names = String::from_utf8(listed.stdout).expect("a file's name is UTF-8");
    names.split_terminator('\0').map(str::to_owned).collect()
}

#[test]
fn finds_itself_and_leaves_out_what_was_built() {
    let found = |wanted: &str| TEXTS.iter().any(|(path, _)| path == wanted);
    assert!(found("tests/law/tree.rs"));
    assert!(found("Cargo.toml"));
    assert!(!TEXTS.iter().any(|(path, _)| path.starts_with("target/")));
}
