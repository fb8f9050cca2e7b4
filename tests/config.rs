//! Is what is right in `probes.yaml` taken as it is meant, and what is wrong told in the right words?

use std::path::{Path, PathBuf};

use wardround::config;

/// The files of one folder, not of those below it.
fn files(folder: &str) -> Vec<PathBuf> {
    let entries = Path::new(folder).read_dir().unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|end| end == "yaml")).collect();
    files.sort();
    files
}

#[test]
fn every_wrong_configuration_earns_exact_words() {
    let settings = insta::Settings::clone_current();
    let mut settings = settings;
    settings.set_snapshot_path("config/bad");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for path in files("tests/config/bad") {
            let problems = config::load(&path).map(drop).expect_err(&format!("{path:?} was taken"));
            insta::assert_snapshot!(path.file_stem().unwrap().to_str().unwrap(), problems.to_string());
        }
    });
}

#[test]
fn every_right_configuration_is_taken() {
    for path in files("tests/config/good") {
        let plan = config::load(&path).unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(plan.warnings(), "", "{path:?}");
    }
}
