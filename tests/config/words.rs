//! Does every wrong configuration earn exact words?

use wardround::config;

use super::{compare, files};

#[test]
fn every_wrong_configuration_earns_exact_words() {
    let bad = files("tests/config/bad");
    assert!(bad.len() >= 60, "only {}", bad.len());
    for path in bad {
        let problems = config::load(&path).map(drop).expect_err(&format!("{path:?} was taken"));
        let words = problems.to_string();
        assert!(!words.contains("hunter2"), "{path:?} shows a secret: {words}");
        compare(&path, &words);
    }
}

#[test]
fn a_file_that_cannot_be_read_is_told() {
    let words = |path: &str| config::load(path.as_ref()).unwrap_err().to_string();
    assert!(
        words("tests/nowhere.yaml").contains("`tests/nowhere.yaml` cannot be read: there is no such file")
    );
    assert!(words("tests").contains("`tests` cannot be read: it is a folder"));
    assert!(words("/dev/zero").contains("it is no regular file"));
}
