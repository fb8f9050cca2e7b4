//! Does any text, however odd, come to an end in words and not in a panic?

use proptest::prelude::*;
use wardround::{config, raw::Given};

fn words(text: impl AsRef<[u8]>) -> String {
    config::load_text("probes.yaml", text, &Given::default())
        .map_or_else(|problems| problems.to_string(), |_| String::new())
}

#[test]
fn two_megabytes_of_one_line_are_told_in_a_few_characters() {
    let long = "x".repeat(2 << 20);
    let escapes = "\\".repeat(1 << 17);
    for text in [format!("site: {long}"), format!("site: a\n{long}"), format!("site: [\"{escapes}")] {
        let told = words(&text);
        assert!(told.starts_with("error:") && told.len() < 3_000, "{} characters", told.len());
    }
}

#[test]
fn deep_and_wide_texts_come_to_an_end() {
    for text in [
        "[".repeat(20_000),
        "{a: ".repeat(20_000),
        "- ".repeat(20_000),
        "&a ".repeat(20_000),
        "? ".repeat(20_000),
        "!!a ".repeat(20_000),
        "a:\n".repeat(20_000),
        "{a: 1},".repeat(20_000),
    ] {
        assert!(words(&text).starts_with("error:"), "{:?}", &text[..10]);
    }
}

#[test]
fn a_byte_order_mark_shifts_nothing() {
    assert!(words("\u{feff}site: A").contains("probes.yaml:1:7"));
}

/// A right configuration, to be spoilt.
const RIGHT: &str = include_str!("good/anchors.yaml");

proptest! {
    #[test]
    fn any_bytes_come_to_an_end(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        words(bytes);
    }

    #[test]
    fn a_spoilt_configuration_comes_to_an_end(at in 0..RIGHT.len(), length in 0_usize..40, put in "[\\PC\t\n:{}\\[\\]'\"*&<-]{0,4}") {
        let mut bytes = RIGHT.as_bytes().to_vec();
        let end = (at + length).min(bytes.len());
        bytes.splice(at..end, put.into_bytes());
        words(bytes);
    }
}

#[test]
fn a_long_chain_of_dependencies_comes_to_an_end() {
    let link = |n: usize| {
        format!("  s{n}: {{depends_on: s{}, probes: {{p: {{tcp: {{address: 'a:1'}}}}}}}}\n", n + 1)
    };
    let chain: String = (0..2_000).map(link).collect();
    let told = words(format!("site: a\nservices:\n{chain}"));
    assert!(told.starts_with("error: there is no service `s2000`"), "{told}");
    assert!(words(format!("site: a\nservices:\n{}", chain.replace("s2000", "s0"))).contains("in a circle"));
}

#[test]
fn a_long_chain_of_files_comes_to_an_end() {
    let given = (1..1_100)
        .fold(Given::default(), |given, n| given.file(format!("{n}"), format!("include: '{}'", n + 1)));
    let problems = config::load_text("0", "{site: a, include: '1'}", &given).unwrap_err().to_string();
    assert!(problems.contains("there are more than 1000 files"), "{problems}");
}
