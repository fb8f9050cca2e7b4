//! What came back, in the end?

use super::body::Gathered;

/// The last reply of a look.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(super) status: u16,
    pub(super) body: Gathered,
}
