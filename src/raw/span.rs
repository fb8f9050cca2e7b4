//! Where was it written?

use serde::{Deserialize, Deserializer, de::Error as _, de::value::SeqDeserializer};

/// A stretch of one file, in bytes. Line and column are counted only when a problem is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Which file, in the order of [`Problems::file`](super::Problems::file).
    pub(super) file: u32,
    /// The first byte.
    pub(super) start: u32,
    /// The byte after the last.
    pub(super) end: u32,
}

impl Span {
    /// The stretch `start..end` of `file`.
    pub(crate) fn new(file: u32, start: usize, end: usize) -> Self {
        let [start, end] = [start, end].map(|at| u32::try_from(at).unwrap_or(u32::MAX));
        Self { file, start, end }
    }

    /// The stretch as a part of `text`: within it, and never through the middle of a character.
    pub(super) fn range(self, text: &str) -> std::ops::Range<usize> {
        let end = text.ceil_char_boundary((self.end as usize).min(text.len()));
        text.floor_char_boundary((self.start as usize).min(end))..end
    }

    /// The three numbers, as our own deserializer hands them to [`Field`](super::Field).
    pub(super) fn parts<E: serde::de::Error>(self) -> SeqDeserializer<std::array::IntoIter<u32, 3>, E> {
        SeqDeserializer::new([self.file, self.start, self.end].into_iter())
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (file, start, end) = <(u32, u32, u32)>::deserialize(deserializer)?;
        (start <= end).then_some(Self { file, start, end }).ok_or_else(|| D::Error::custom("no span"))
    }
}
