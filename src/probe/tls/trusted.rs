//! Must a chain be trusted, or may it be any?

use crate::raw::{Refusal, Writing, written_as_text};

/// Whether a chain must be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trusted {
    Yes,
    Any,
}

written_as_text!(
    Trusted,
    Writing {
        wanted: "`true` or `any`",
        example: "true",
        parse: |text| match text {
            "true" => Ok(Trusted::Yes),
            "any" => Ok(Trusted::Any),
            _ => {
                Err(Refusal::new("a chain must be trusted, or it may be any").cure("write `true` or `any`"))
            }
        },
    },
    { "enum": [true, "any"] }
);
