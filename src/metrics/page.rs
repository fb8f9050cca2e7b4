//! How does an exposition grow? Families and series in Prometheus's text format 0.0.4, handed on in chunks.

use std::time::Duration;

use bytes::Bytes;

use super::{catalogue::Family, number::Number};

/// The reader went away: there is nobody to write for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone;

/// Takes a chunk of the exposition.
pub(super) type Sink<'a> = dyn FnMut(Bytes) -> Result<(), Gone> + 'a;

/// An exposition that is being written.
pub(super) struct Page<'a> {
    buffer: Vec<u8>,
    sink: &'a mut Sink<'a>,
}

impl<'a> Page<'a> {
    const CHUNK: usize = 64 * 1024;
    /// More than the lines of one probe or service in one family.
    const ROW: usize = 8 * 1024;

    pub(super) fn new(sink: &'a mut Sink<'a>) -> Self {
        Self { buffer: Vec::with_capacity(Self::CHUNK + Self::ROW), sink }
    }

    /// What another writer wrote, whole families.
    pub(super) fn whole(&mut self, text: &str) {
        self.buffer.extend_from_slice(text.as_bytes());
    }

    /// Begins the series of `family`.
    pub(super) fn family(&mut self, family: &'static Family) {
        let Family { name, help, shape, .. } = family;
        for part in ["# HELP ", name, " ", help, "\n# TYPE ", name, " ", shape.label(), "\n"] {
            self.buffer.extend_from_slice(part.as_bytes());
        }
    }

    /// Series of `family` with the labels `labels`, already escaped.
    pub(super) fn series<'b>(&'b mut self, family: &'static Family, labels: &'b str) -> Series<'b> {
        Series { buffer: &mut self.buffer, family, labels }
    }

    /// Hands on what is written, if it is enough for a chunk.
    pub(super) fn turn(&mut self) -> Result<(), Gone> {
        if self.buffer.len() < Self::CHUNK {
            return Ok(());
        }
        let fresh = Vec::with_capacity(Self::CHUNK + Self::ROW);
        (self.sink)(std::mem::replace(&mut self.buffer, fresh).into())
    }

    /// Hands on the rest.
    pub(super) fn finish(self) -> Result<(), Gone> {
        (self.sink)(self.buffer.into())
    }
}

/// The series of one thing within one family.
pub(super) struct Series<'a> {
    buffer: &'a mut Vec<u8>,
    family: &'static Family,
    labels: &'a str,
}

impl Series<'_> {
    /// The one series of the thing.
    pub(super) fn value(&mut self, value: impl Number) {
        self.line("", &[], value);
    }

    /// The one series of the thing, if it has a value.
    pub(super) fn maybe(&mut self, value: Option<impl Number>) {
        if let Some(value) = value {
            self.value(value);
        }
    }

    /// The series whose last labels, the family's own, are `own`: words that need no escaping.
    pub(super) fn by(&mut self, own: &[&str], value: impl Number) {
        self.line("", own, value);
    }

    /// A sum and a count.
    pub(super) fn summary(&mut self, own: &[&str], sum: Duration, count: u64) {
        self.line("_sum", own, sum);
        self.line("_count", own, count);
    }

    /// A bucket, with the count of all below it.
    pub(super) fn bucket(&mut self, bound: &str, count: u64) {
        self.line("_bucket", &[bound], count);
    }

    fn line(&mut self, suffix: &str, own: &[&str], value: impl Number) {
        self.text(self.family.name);
        self.text(suffix);
        if !self.labels.is_empty() {
            self.text("{");
            self.text(self.labels);
            let common = self.family.labels.len() - own.len();
            for (label, own) in self.family.labels[common..].iter().zip(own) {
                for part in [",", label.name(), "=\"", own, "\""] {
                    self.text(part);
                }
            }
            self.text("}");
        }
        self.text(" ");
        value.write(self.buffer);
        self.text("\n");
    }

    fn text(&mut self, text: &str) {
        self.buffer.extend_from_slice(text.as_bytes());
    }
}
