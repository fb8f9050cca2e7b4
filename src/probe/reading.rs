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

impl<T> Reading<T> {
    /// What `next` makes of a whole reply and its length.
    pub(crate) fn and_then<U>(self, next: impl FnOnce(T, usize) -> Reading<U>) -> Reading<U> {
        match self {
            Self::Partial => Reading::Partial,
            Self::Whole(reply, length) => next(reply, length),
            Self::Strange => Reading::Strange,
            Self::Broken(how) => Reading::Broken(how),
            Self::Large(length) => Reading::Large(length),
        }
    }
}

/// The first line without its end, and its length with it.
pub(crate) fn line(bytes: &[u8]) -> Option<(&[u8], usize)> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let line = &bytes[..end];
    Some((line.strip_suffix(b"\r").unwrap_or(line), end + 1))
}

#[cfg(test)]
impl<T: PartialEq + std::fmt::Debug> Reading<T> {
    /// The reply that is `whole`: every cut of it is partial, and what follows it is left alone.
    pub(crate) fn assert_whole(read: impl Fn(&[u8]) -> Self, whole: &[u8]) -> T {
        for cut in 0..whole.len() {
            assert_eq!(read(&whole[..cut]), Self::Partial, "cut at {cut}");
        }
        let Self::Whole(value, length) = read(&[whole, b"more"].concat()) else { panic!("not whole") };
        assert_eq!(length, whole.len());
        value
    }
}

#[cfg(any(test, fuzzing))]
impl<T: PartialEq + std::fmt::Debug> Reading<T> {
    /// A reply is what it is, however much of what follows has come; and what is no reply never becomes one.
    pub(crate) fn assert_steady(read: impl Fn(&[u8]) -> Self, bytes: &[u8]) {
        let all = read(bytes);
        let cuts = (0..bytes.len().min(64)).chain((64..bytes.len()).step_by(97));
        for cut in cuts {
            match read(&bytes[..cut]) {
                Self::Partial => {}
                whole @ Self::Whole(..) => {
                    assert!(
                        matches!(whole, Self::Whole(_, used) if used <= cut),
                        "it read more than there was"
                    );
                    assert_eq!(whole, all, "after {cut} of {} bytes", bytes.len());
                }
                refused => {
                    assert!(!matches!(all, Self::Whole(..) | Self::Partial), "{refused:?}, and then {all:?}");
                }
            }
        }
    }
}
