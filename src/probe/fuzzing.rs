//! Which bytes of a stranger must no reader of ours fall over? The doors for the fuzzer, and for what it found worth keeping.

use crate::model::{Failure, Finding};

/// Reads bytes in every way in which some kind reads a reply; panics where it has a fault.
pub type Reader = fn(&[u8]);

/// Every reader, under the name of its target in `fuzz/`.
pub const READERS: [(&str, Reader); 10] = [
    ("mllp", super::mllp::fuzz),
    ("dicom", super::dicom::fuzz),
    ("ldap", super::ldap::fuzz),
    ("smtp", super::smtp::fuzz),
    ("starttls", super::tls::fuzz),
    ("http", super::http::fuzzing::fuzz),
    ("fhir", super::fhir::fuzz),
    ("oidc", super::oidc::fuzz),
    ("journey", super::journey::fuzz),
    ("icmp", super::icmp::fuzz),
];

/// Reads `bytes` as the reader `name` does.
///
/// # Panics
/// The reader has a fault, or there is none of that name.
#[cfg(fuzzing)]
pub fn read(name: &str, bytes: &[u8]) {
    let reader = READERS.iter().find(|(known, _)| *known == name);
    reader.unwrap_or_else(|| panic!("no reader is called {name}")).1(bytes);
}

/// What is told of a reply is short, and is text; so a page, a log and a label can show it.
pub(super) fn assert_tellable(judged: &Result<Vec<Finding>, Failure>) {
    let told: Vec<&String> = match judged {
        Ok(findings) => findings.iter().flat_map(|one| [&one.subject, &one.expected, &one.got]).collect(),
        Err(failure) => vec![&failure.words],
    };
    for text in told {
        assert!(text.chars().count() <= LONGEST && !text.chars().any(char::is_control), "{text:?}");
    }
}

/// The most characters that are told of one thing.
const LONGEST: usize = 2000;

/// What the fuzzer found its way by is read as it was.
#[cfg(test)]
pub(crate) fn assert_stands(name: &str, read: Reader) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    assert!(files.len() > 20, "{name}: {} files", files.len());
    for file in files {
        read(&std::fs::read(file).unwrap());
    }
}

#[cfg(test)]
mod tests {
    use super::{READERS, assert_stands};

    /// Every turn of each reader.
    #[test]
    fn every_reader_stands_its_corpus() {
        for (name, read) in READERS {
            assert_stands(name, read);
        }
    }
}
