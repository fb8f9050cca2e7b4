//! Which bytes of a stranger must no reader of ours fall over? The doors for the fuzzer, and for what it found worth keeping.

/// Reads bytes in every way in which some kind reads a reply; panics where it has a fault.
pub type Reader = fn(&[u8]);

/// Every reader, under the name of its target in `fuzz/`.
pub const READERS: [(&str, Reader); 5] = [
    ("mllp", super::mllp::fuzz),
    ("dicom", super::dicom::fuzz),
    ("ldap", super::ldap::fuzz),
    ("smtp", super::smtp::fuzz),
    ("starttls", super::tls::fuzz),
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

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::READERS;

    /// What the fuzzer found its way by: every turn of each reader.
    #[test]
    fn every_reader_stands_its_corpus() {
        for (name, read) in READERS {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
            let files: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
            assert!(files.len() > 20, "{name}: {} files", files.len());
            for file in files {
                read(&fs::read(file).unwrap());
            }
        }
    }
}
