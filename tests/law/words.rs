//! Does the project speak of itself alone?

use std::sync::LazyLock;

use regex::Regex;

use super::{Breach, assert_kept, tree};

/// What no file of ours may say, and the cure. The patterns are written so that they do not find themselves.
static BANNED: LazyLock<[(Regex, &str); 4]> = LazyLock::new(|| {
    let pattern = |text: &str| Regex::new(text).expect("a pattern of ours is a regex");
    [
        (pattern(r"\b(TO[D]O|FIX[M]E|X[X]X)\b"), "do it now, or open an issue and leave it out"),
        (
            pattern(r#"(^|[\s"'`(=:<])/(tm[p]|wor[k]|roo[t]|hom[e])/"#),
            "a path of one machine: make it relative, or a temporary folder",
        ),
        (
            pattern(r"\b(shar[e]d/|(DESIG[N]|PEER[S]|DEPENDENCIE[S]|CLINICA[L]|BRIE[F])\.md)"),
            "the reader has no such page: say here what it says",
        ),
        (
            pattern(r"(?i)\b(cl[a]ude|anthr[o]pic|cop[i]lot|chat[ ]?gpt|op[e]nai|l[l]ms?)\b"),
            "the project speaks of itself alone: say what the code does",
        ),
    ]
});

fn breaches((path, text): &(String, String)) -> Vec<Breach> {
    let broken =
        |line: &str| BANNED.iter().find(|(pattern, _)| pattern.is_match(line)).map(|(_, cure)| *cure);
    let numbered = text.lines().zip(1..).filter_map(|(line, number)| Some((number, broken(line)?)));
    numbered.map(|(number, cure)| Breach::new(path, number, cure)).collect()
}

#[test]
fn no_file_speaks_of_anything_else() {
    assert_kept(tree::TEXTS.iter().flat_map(breaches));
}

#[test]
fn foreign_words_are_caught() {
    let caught = |text: &str| breaches(&("docs/a.md".to_owned(), text.to_owned())).len();
    for (head, tail) in [
        ("// TO", "DO: later"),
        ("FIX", "ME"),
        ("in `/tm", "p/w/a`"),
        ("cd /wor", "k/main"),
        ("see DESI", "GN.md"),
        ("by Cl", "aude"),
    ] {
        assert_eq!(caught(&format!("a\n{head}{tail}")), 1, "{head}{tail}");
    }
    for free in [
        "https://wiki.example/work/list",
        "{path: $.work}",
        "a todo list",
        "/var/lib/wardround",
        "networks/work/x",
    ] {
        assert_eq!(caught(free), 0, "{free}");
    }
}
