//! Is what is right in `probes.yaml` taken as it is meant, and what is wrong told in the right words?

mod examples;
mod hostile;
mod manual;
mod plans;
mod schema;
mod secrets;
mod sizes;
mod words;

use std::path::{Path, PathBuf};

/// The YAML files of one folder, not of those below it.
fn files(folder: &str) -> Vec<PathBuf> {
    let entries = Path::new(folder).read_dir().unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|end| end == "yaml")).collect();
    files.sort();
    files
}

/// Compares `text` with the snapshot beside the file at `path`.
fn compare(path: &Path, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join(path.parent().unwrap()));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(path.file_stem().unwrap().to_str().unwrap(), text));
}
