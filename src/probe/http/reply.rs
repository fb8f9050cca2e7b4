//! What came back, in the end?

use std::cell::OnceCell;

use hyper::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::Value;

use super::{body::Gathered, place::Place};
use crate::model::{Moment, TlsFacts};

/// The last reply of a look.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(in crate::probe) status: StatusCode,
    pub(super) version: &'static str,
    pub(in crate::probe) headers: HeaderMap,
    /// As it reads: unpacked, if it was packed.
    pub(in crate::probe) body: Gathered,
    /// Where redirects led; `None` if there were none.
    pub(in crate::probe) place: Option<Place>,
    /// How it was secured, if it was.
    pub(super) tls: Option<Security>,
    /// Whether the request carried a credential of ours.
    pub(super) credential: bool,
    pub(super) json: OnceCell<Option<Value>>,
}

/// What is judged of TLS.
#[derive(Debug)]
pub(super) struct Security {
    pub(super) version: &'static str,
    /// When the first certificate of the chain runs out.
    pub(super) not_after: Option<Moment>,
}

impl Reply {
    /// The body as JSON, if it is JSON. Read once, for all who expect something of it.
    pub(in crate::probe) fn json(&self) -> Option<&Value> {
        self.json.get_or_init(|| self.read()).as_ref()
    }

    /// The body as some other reading of JSON, if it is that.
    pub(in crate::probe) fn read<'r, T: Deserialize<'r>>(&'r self) -> Option<T> {
        serde_json::from_slice(bare(&self.body.bytes)).ok()
    }
}

impl From<&TlsFacts> for Security {
    fn from(facts: &TlsFacts) -> Self {
        Self { version: facts.version.unwrap_or("unknown"), not_after: facts.not_after() }
    }
}

/// Without a byte order mark, which some servers send and JSON does not know.
fn bare(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}
