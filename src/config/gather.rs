//! Which files make up the configuration? The main one, and all that it and they include.

use std::{
    collections::HashSet,
    path::{Component, Path, PathBuf},
};

use super::desk::Desk;
use crate::raw::{Node, OneOrMany, Problem, Span, yaml};

/// One file that was read.
pub(super) struct Sheet {
    /// The folder it lies in: what it names is relative to it.
    pub(super) base: PathBuf,
    /// What it says.
    pub(super) node: Node,
}

/// The largest file, in bytes: some hundred thousand probes.
const LARGEST: usize = 64 << 20;

/// The most files in one configuration.
const MOST_FILES: usize = 1000;

/// Reads the main file's `text` and every file that is included; the main one comes first.
pub(super) fn gather(desk: &mut Desk<'_>, path: &Path, text: &[u8]) -> Vec<Sheet> {
    let mut seen = HashSet::from([plain(path)]);
    let mut sheets: Vec<Sheet> = sheet(desk, path, text).into_iter().collect();
    let mut at = 0;
    while let Some(sheet) = sheets.get(at) {
        let more = included(desk, sheet, &mut seen);
        sheets.extend(more);
        at += 1;
    }
    sheets
}

/// The bytes of the file at `path`; what is wrong with it is told at `span`.
pub(super) fn bytes(desk: &mut Desk<'_>, path: &Path, span: Option<Span>) -> Option<Vec<u8>> {
    match desk.outside.file(path, LARGEST) {
        Ok(bytes) => Some(bytes),
        Err(why) => {
            let problem = Problem::new(span, format!("`{}` cannot be read: {why}", path.display()));
            desk.problems.push(problem.cure("correct the path, or let wardround read the file"));
            None
        }
    }
}

/// The tree of a file's bytes.
pub(super) fn tree(desk: &mut Desk<'_>, path: &Path, bytes: &[u8]) -> Option<Node> {
    desk.digest.update(bytes);
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes); // the mark that Windows puts before UTF-8
    let bad = std::str::from_utf8(bytes).err().map(|why| why.valid_up_to());
    let file = desk.problems.file(path.display().to_string(), String::from_utf8_lossy(bytes));
    if let Some(at) = bad {
        let problem = Problem::new(Span::new(file, at, at + 1), "this is not UTF-8 text");
        desk.problems.push(problem.cure("save the file as UTF-8"));
        return None;
    }
    yaml::read(&mut desk.problems, file)
}

fn sheet(desk: &mut Desk<'_>, path: &Path, bytes: &[u8]) -> Option<Sheet> {
    let base = path.parent().unwrap_or(Path::new("")).to_owned();
    tree(desk, path, bytes).map(|node| Sheet { base, node })
}

/// The files that one file includes.
fn included(desk: &mut Desk<'_>, sheet: &Sheet, seen: &mut HashSet<PathBuf>) -> Vec<Sheet> {
    let node = sheet.node.member("include");
    let patterns = node.and_then(|node| desk.door(&sheet.base).read::<OneOrMany<String>>(node));
    let mut sheets = Vec::new();
    for pattern in patterns.into_iter().flat_map(|patterns| patterns.0) {
        let Some(text) = pattern.get() else { continue };
        for path in named(desk, &sheet.base.join(text), pattern.span()) {
            sheets.extend(new(desk, &path, pattern.span(), seen));
        }
    }
    sheets
}

/// The file at `path`, unless it was read before.
fn new(desk: &mut Desk<'_>, path: &Path, span: Span, seen: &mut HashSet<PathBuf>) -> Option<Sheet> {
    if seen.len() >= MOST_FILES {
        let problem = Problem::new(span, format!("there are more than {MOST_FILES} files"));
        desk.problems.push(problem.cure("write several services into one file"));
        return None;
    }
    if !seen.insert(plain(path)) {
        let message = format!("`{}` is already part of this configuration", path.display());
        let cure = "include each file once, and none that includes this one";
        desk.problems.push(Problem::new(span, message).cure(cure));
        return None;
    }
    let bytes = bytes(desk, path, Some(span))?;
    self::sheet(desk, path, &bytes)
}

/// The files that `path` means, `*` and `?` in its last part being any characters, in the order of their names.
fn named(desk: &mut Desk<'_>, path: &Path, span: Span) -> Vec<PathBuf> {
    let wild = |text: &str| text.contains(['*', '?']);
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let folder = path.parent().unwrap_or(Path::new(""));
    if folder.to_str().is_some_and(wild) {
        let problem =
            Problem::new(span, "`*` and `?` may stand only in the name of a file, not in a folder's");
        desk.problems.push(problem.cure("name each folder: [a/*.yaml, b/*.yaml]"));
        return Vec::new();
    }
    if !wild(name) {
        return vec![path.to_owned()];
    }
    let mut names = desk.outside.folder(folder).unwrap_or_default();
    names.retain(|file| matches(name, file));
    names.sort();
    if names.is_empty() {
        desk.problems.warn(Problem::new(span, format!("no file matches `{}`", path.display())));
    }
    names.into_iter().map(|name| folder.join(name)).collect()
}

/// Whether `name` is what `pattern` means. A leading dot must be written.
fn matches(pattern: &str, name: &str) -> bool {
    if name.starts_with('.') != pattern.starts_with('.') {
        return false;
    }
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let mut reached = vec![false; name.len() + 1];
    reached[0] = true;
    for wanted in pattern {
        let before = reached.clone();
        for at in 0..=name.len() {
            let one = at > 0 && before[at - 1] && (wanted == '?' || name[at - 1] == wanted);
            reached[at] = match wanted {
                '*' => before[at] || (at > 0 && reached[at - 1]),
                _ => one,
            };
        }
    }
    reached[name.len()]
}

/// The path without `.` and, as far as the text tells, `..`.
fn plain(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut plain, part| {
        match part {
            Component::CurDir => {}
            Component::ParentDir if plain.file_name().is_some() => {
                plain.pop();
            }
            part => plain.push(part),
        }
        plain
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks() {
        for (pattern, name) in [
            ("*.yaml", "a.yaml"),
            ("?.yaml", "é.yaml"),
            ("a*b*c", "abbbc"),
            ("*", "x"),
            ("a", "a"),
            (".*", ".x"),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("*.yaml", "a.yml"),
            ("*.yaml", ".a.yaml"),
            ("?", ""),
            ("a*b", "ac"),
            ("", "a"),
            ("**.yaml~", "a.yaml"),
        ] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn one_file_has_one_plain_path() {
        assert_eq!(plain(Path::new("./a/../b/./c.yaml")), Path::new("b/c.yaml"));
        assert_eq!(plain(Path::new("../a/x")), Path::new("../a/x"));
        assert_eq!(plain(Path::new("/a/../b")), Path::new("/b"));
    }
}
