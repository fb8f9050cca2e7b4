//! Is every example in the documents right?

use std::path::Path;

use wardround::{config, probe::Kind, raw::Outside};

const CERTIFICATE: &str = include_str!("bad/certificates/client.pem");
/// Of some password.
const HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzYWx0$iWh06vD8Fy27wf9npn6FXWiCX4K6pW6Ue1Bnzz07Z8A";
const KEY: &str = include_str!("bad/certificates/client.key");

/// Every variable is set, and every file is there.
struct Anything;

impl Outside for Anything {
    fn variable(&self, name: &str) -> Result<String, String> {
        Ok(if name.contains("URL") { "https://value.example/" } else { "value" }.to_owned())
    }

    fn file(&self, path: &Path, _: usize) -> Result<Vec<u8>, String> {
        let name = path.to_string_lossy();
        Ok(match () {
            () if name.contains("key") => KEY,
            () if name.contains("url") => "https://value.example/",
            () if name.contains("token") => "value-of-a-token-0123456789",
            () if name.contains("hash") => HASH,
            () if name.contains("password") => "value",
            () => CERTIFICATE,
        }
        .into())
    }

    fn folder(&self, _: &Path) -> Result<Vec<String>, String> {
        Ok(Vec::new())
    }
}

/// The YAML blocks of a document.
fn blocks(document: &str) -> Vec<String> {
    let text = std::fs::read_to_string(document).unwrap();
    let blocks = text.split("```yaml\n").skip(1);
    blocks.map(|block| block.split("```").next().unwrap().to_owned()).collect()
}

fn indented(text: &str, by: usize) -> String {
    let lines: Vec<_> = text.lines().map(|line| " ".repeat(by) + line).collect();
    lines.join("\n")
}

/// An example is a whole file, receivers, a service, or a kind's settings.
fn whole(example: &str) -> String {
    let is_kind = Kind::NAMES.iter().any(|kind| example.starts_with(&format!("{kind}:")));
    match example {
        file if file.starts_with("site:") => file.to_owned(),
        part if part.starts_with("notify:") => {
            format!("site: a\nservices: {{s: {{probes: {{p: {{tcp: {{address: 'a:1'}}}}}}}}}}\n{part}")
        }
        kind if is_kind => format!("site: a\nservices:\n  s:\n    probes:\n      p:\n{}", indented(kind, 8)),
        service => format!("site: a\nservices:\n{}", indented(service, 2)),
    }
}

#[test]
fn every_example_is_right() {
    let mut wrong = String::new();
    for document in ["clinical-systems", "configuration", "front-door", "kinds", "notify"] {
        let document = &format!("docs/{document}.md");
        let blocks = blocks(document);
        assert!(!blocks.is_empty(), "{document} has no example");
        for example in blocks {
            let plan = config::load_text(document, whole(&example), &Anything);
            wrong += &plan.map_or_else(|problems| problems.to_string(), |_| String::new());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_kind_has_an_example() {
    let examples = blocks("docs/kinds.md");
    let shown = |kind: &str| {
        examples.iter().any(|example| {
            example.contains(&format!("{kind}:\n")) || example.contains(&format!("{kind}: {{"))
        })
    };
    let bare: Vec<_> = Kind::NAMES.iter().filter(|kind| !shown(kind)).collect();
    assert!(bare.is_empty(), "docs/kinds.md shows no {bare:?}");
}

/// They stand there as a comment, for the demo has nobody to tell.
#[test]
fn the_receivers_of_the_shipped_file_are_right() {
    let shipped = std::fs::read_to_string("probes.yaml").unwrap();
    let lines =
        shipped.lines().skip_while(|line| *line != "# notify:").map_while(|line| line.strip_prefix("# "));
    let text: Vec<_> = lines.collect();
    let plan = config::load_text("probes.yaml", whole(&text.join("\n")), &Anything);
    assert_eq!(plan.unwrap_or_else(|problems| panic!("{problems}")).receivers().len(), 4);
}
