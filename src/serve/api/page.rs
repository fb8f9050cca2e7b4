//! How is what is long asked for piece by piece?

use super::operation::{Kind, Parameter};

pub(super) const FROM: Parameter = Parameter::new("from", Kind::Time, "the first instant");
pub(super) const UNTIL: Parameter =
    Parameter::new("until", Kind::Time, "the first instant after the last; now if left out");
pub(super) const CURSOR: Parameter =
    Parameter::new("cursor", Kind::Cursor, "where the page before ended: use its `next` as it is");
