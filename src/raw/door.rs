//! What may a kind ask for while it checks what was written? To tell a problem, to read on, a secret, a file.

use std::{
    any::{Any, TypeId},
    collections::{BTreeMap, HashMap},
    fmt::Display,
    ops::RangeInclusive,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::de::DeserializeOwned;

use super::{Field, Node, OneOrMany, Problem, Problems, Refusal, Secret, Span, de::Reader};
use crate::model::NhsNumber;

/// What lies outside the configuration: the environment and the files it names. `Err` says why not, in a few words.
pub trait Outside {
    /// The value of an environment variable.
    fn variable(&self, name: &str) -> Result<String, String>;

    /// The content of a file of at most `limit` bytes.
    fn file(&self, path: &Path, limit: usize) -> Result<Vec<u8>, String>;

    /// The names of the files in a folder.
    fn folder(&self, path: &Path) -> Result<Vec<String>, String>;
}

/// The largest file that [`Door::file`] reads, in bytes.
const FILE_LIMIT: usize = 4 << 20;

/// The only way from what was written to what is checked. Whoever finds something wrong tells it here and goes on.
pub struct Door<'a> {
    base: &'a Path,
    pub(super) outside: &'a dyn Outside,
    pub(super) problems: &'a mut Problems,
    common: &'a mut Common,
}

/// What the doors of one reading have in common, so that thousands of probes read a file and build a thing once.
#[derive(Default)]
pub struct Common {
    files: BTreeMap<PathBuf, Arc<[u8]>>,
    built: HashMap<(TypeId, String), Arc<dyn Any + Send + Sync>>,
    numbers: Vec<(Span, NhsNumber)>,
    secrets: Vec<Secret>,
}

impl Common {
    /// Every file that was read, except those that hold secrets, in the order of their paths.
    pub(crate) fn files(&self) -> impl Iterator<Item = &[u8]> {
        self.files.values().map(AsRef::as_ref)
    }

    /// Every number that passes the check of NHS numbers in what was fetched, and where that was asked for.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = (Span, NhsNumber)> {
        self.numbers.iter().copied()
    }
}

impl<'a> Door<'a> {
    /// A door for what is written in a file of the folder `base`.
    pub fn new(
        base: &'a Path,
        outside: &'a dyn Outside,
        problems: &'a mut Problems,
        common: &'a mut Common,
    ) -> Self {
        Self { base, outside, problems, common }
    }

    /// What lies outside.
    pub(crate) fn outside(&self) -> &'a dyn Outside {
        self.outside
    }

    /// A door to the same problems, for what lies in another folder, finds another outside, and shares nothing with others.
    pub(crate) fn apart<'d>(
        &'d mut self,
        base: &'d Path,
        outside: &'d dyn Outside,
        common: &'d mut Common,
    ) -> Door<'d> {
        Door { base, outside, problems: self.problems, common }
    }

    /// Tells that `message` is wrong at `span`, and what to write instead.
    pub fn problem(&mut self, span: Span, message: impl Into<String>, cure: impl Into<String>) {
        self.problems.push(Problem::new(span, message).cure(cure));
    }

    /// A number between bounds, `usual` where nothing is written; one beyond them is told.
    pub fn within<T: PartialOrd + Copy + Display>(
        &mut self,
        raw: Option<&Field<T>>,
        allowed: RangeInclusive<T>,
        usual: T,
    ) -> T {
        let Some((raw, value)) = raw.and_then(|raw| Some((raw, *raw.get()?))) else { return usual };
        if !allowed.contains(&value) {
            let cure = format!("write one from {} to {}", allowed.start(), allowed.end());
            self.problem(raw.span(), format!("{value} is out of bounds"), cure);
        }
        value
    }

    /// The items of a list, which must not be empty; none where nothing is written.
    pub fn items<T>(&mut self, raw: Option<Field<OneOrMany<T>>>) -> Vec<Field<T>> {
        let Some(raw) = raw else { return Vec::new() };
        let span = raw.span();
        let Some(OneOrMany(items)) = raw.good() else { return Vec::new() };
        if items.is_empty() {
            self.problem(span, "nothing is named here", "name something, or leave the key out");
        }
        items
    }

    /// Those of the items that are not bad.
    pub fn values<T>(&mut self, raw: Option<Field<OneOrMany<T>>>) -> Vec<T> {
        self.items(raw).into_iter().filter_map(Field::good).collect()
    }

    /// Tells a problem that has no cure, or two places.
    pub fn tell(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Tells what a value of ours is refused for.
    pub fn refuse(&mut self, span: Span, refusal: Refusal) {
        self.problems.push(refusal.at(span).into_problem());
    }

    /// Tells something that is allowed and probably not meant.
    pub fn warn(&mut self, problem: Problem) {
        self.problems.warn(problem);
    }

    /// Never shows what stands at `span`: it may be a secret.
    pub fn hide(&mut self, span: Span) {
        self.problems.hide(span);
    }

    /// How many problems were told so far.
    pub fn told(&self) -> usize {
        self.problems.len()
    }

    /// Reads a raw shape; what is wrong is told.
    pub fn read<T: DeserializeOwned>(&mut self, node: &Node) -> Option<T> {
        self.read_beside(node, &[])
    }

    /// Reads a raw shape from a map of which the keys `beside` are read by somebody else.
    pub fn read_beside<T: DeserializeOwned>(&mut self, node: &Node, beside: &[&str]) -> Option<T> {
        let reader = Reader { node, problems: self.problems, beside };
        match T::deserialize(reader) {
            Ok(raw) => Some(raw),
            Err(refusal) => {
                self.problems.push(refusal.at(node.span).into_problem());
                None
            }
        }
    }

    /// The content of the file that `path` names (at most 4 MiB), relative to the file in which it is written.
    pub fn file(&mut self, path: &Field<String>) -> Option<Arc<[u8]>> {
        let full = self.path(path.get()?);
        if let Some(held) = self.common.files.get(&full) {
            return Some(Arc::clone(held));
        }
        match self.outside.file(&full, FILE_LIMIT) {
            Ok(bytes) => {
                self.search(path.span(), &String::from_utf8_lossy(&bytes));
                Some(Arc::clone(self.common.files.entry(full).or_insert_with(|| bytes.into())))
            }
            Err(why) => {
                self.unreadable(path.span(), &full, &why);
                None
            }
        }
    }

    /// What `build` makes, made once for every probe of this reading that gives the same `key`.
    pub fn once<T: Any + Send + Sync>(
        &mut self,
        key: &str,
        build: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<Arc<T>> {
        let key = (TypeId::of::<T>(), key.to_owned());
        if let Some(held) = self.common.built.get(&key) {
            return Arc::clone(held).downcast().ok();
        }
        let made = Arc::new(build(self)?);
        self.common.built.insert(key, Arc::clone(&made) as _);
        Some(made)
    }

    /// The file or folder `written`, relative to the file in which it is written.
    pub(crate) fn path(&self, written: &str) -> PathBuf {
        self.base.join(written)
    }

    /// Keeps what whoever is being checked must tell nobody.
    pub(crate) fn keep(&mut self, secret: &str) {
        self.common.secrets.push(Secret::new(secret.to_owned()));
    }

    /// What was kept since this was asked last.
    pub(crate) fn kept(&mut self) -> Vec<Secret> {
        std::mem::take(&mut self.common.secrets)
    }

    /// Keeps the NHS numbers of a text that was fetched for what stands at `span`.
    pub(super) fn search(&mut self, span: Span, text: &str) {
        let found = NhsNumber::find_all(text).into_iter();
        self.common.numbers.extend(found.map(|(_, number)| (span, number)));
    }

    pub(super) fn unreadable(&mut self, span: Span, path: &Path, why: &str) {
        let message = format!("the file `{}` cannot be used: {why}", path.display());
        self.problem(
            span,
            message,
            "correct the path (it is relative to this file), or let wardround read the file",
        );
    }
}
