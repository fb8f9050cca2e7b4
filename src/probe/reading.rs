//! What can be made of the bytes that came so far? What every codec here answers.

/// What was read of a reply so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reading<T> {
    /// There is more to come.
    Partial,
    /// A whole reply, and its length in bytes.
    Whole(T, usize),
    /// Not this protocol.
    Strange,
    /// This protocol, but broken; how.
    Broken(String),
    /// It is said to be so many bytes long, which is more than will be read.
    Large(u64),
}
