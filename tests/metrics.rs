//! Do the metrics say what the entries said, in a form that Prometheus takes?

use wardround::metrics;

#[test]
fn the_documentation_is_the_catalogue() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/metrics.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, metrics::document()).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(written == metrics::document(), "docs/metrics.md is out of step: UPDATE_DOCS=1 cargo test");
}
