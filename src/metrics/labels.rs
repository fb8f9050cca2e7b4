//! How are labels written, whatever is in them?

use std::fmt::{self, Write};

/// Labels, escaped and joined, as they stand between the braces.
#[derive(Clone, Default)]
pub(super) struct Labels(String);

impl Labels {
    /// Adds one; an empty value is the same as none, so it is left out.
    pub(super) fn and(mut self, name: impl fmt::Display, value: &str) -> Self {
        if !value.is_empty() {
            let comma = if self.0.is_empty() { "" } else { "," };
            // A `String` takes every write.
            let _ = write!(self.0, "{comma}{name}=\"{}\"", Escaped(value));
        }
        self
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn join(self) -> Box<str> {
        self.0.into_boxed_str()
    }
}

struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '\\' => f.write_str("\\\\"),
            '\n' => f.write_str("\\n"),
            '"' => f.write_str("\\\""),
            // Not even a configuration may put a NUL into an exposition.
            control if control.is_control() => f.write_char(char::REPLACEMENT_CHARACTER),
            plain => f.write_char(plain),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_and_empty_ones_left_out() {
        let labels = Labels::default().and("a", "\"\\\n\0").and("b", "").and("c", "é{},=");
        assert_eq!(&*labels.join(), r#"a="\"\\\n�",c="é{},=""#);
    }
}
