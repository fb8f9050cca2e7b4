//! Is every file compiled? One that no `mod` names is dead, and its tests never run.

use super::{Breach, Source, assert_kept, says, tree};

fn breaches(sources: &[Source]) -> Vec<Breach> {
    let orphaned = |source: &&Source| {
        parents(&source.path).is_some_and(|parents| !is_named(sources, &source.path, &parents))
    };
    let cure = |source: &Source| {
        format!("no file is read but by its parent: add `mod {};` there", name(&source.path))
    };
    sources.iter().filter(orphaned).map(|source| Breach::new(&source.path, 1, cure(source))).collect()
}

fn is_named(sources: &[Source], path: &str, parents: &[String]) -> bool {
    let names = |parent: &Source| {
        (0..parent.tokens.len()).any(|at| says(&parent.tokens, at, &["mod", name(path), ";"]))
    };
    sources.iter().filter(|source| parents.contains(&source.path)).any(names)
}

/// The files that may declare this one; none for the root of a crate.
fn parents(path: &str) -> Option<Vec<String>> {
    let own = path.strip_suffix("/mod.rs").or_else(|| path.strip_suffix(".rs"))?;
    let (folder, _) = own.rsplit_once('/')?;
    match folder {
        "benches" | "fuzz/fuzz_targets" => None,
        "src" => (!matches!(own, "src/lib" | "src/main")).then(|| vec!["src/lib.rs".to_owned()]),
        "tests" => (own != "tests/main").then(|| vec!["tests/main.rs".to_owned()]),
        _ => Some(vec![format!("{folder}/mod.rs"), format!("{folder}.rs")]),
    }
}

fn name(path: &str) -> &str {
    let own = path.trim_end_matches(".rs").trim_end_matches("/mod");
    own.rsplit_once('/').map_or(own, |(_, name)| name)
}

#[test]
fn every_file_is_named_by_its_parent() {
    assert_kept(breaches(&tree::SOURCES));
}

#[test]
fn an_orphan_is_caught() {
    let tree = |named: &str| {
        let text = |path: &str, text: &str| Source::new(path, text);
        [
            text("src/lib.rs", "pub mod a;"),
            text("src/a/mod.rs", named),
            text("src/a/b.rs", ""),
            text("tests/main.rs", "mod c;"),
            text("tests/c.rs", ""),
            text("benches/d.rs", ""),
        ]
    };
    assert!(breaches(&tree("mod b;")).is_empty());
    assert_eq!(
        breaches(&tree("// mod b;"))[0].to_string(),
        "src/a/b.rs:1: no file is read but by its parent: add `mod b;` there"
    );
    assert_eq!(breaches(&tree("mod b;")[2..3]).len(), 1);
}
