//! What are the members of the JSON that came? Each is read once somebody asks for it. Pure.

use std::collections::BTreeMap;

use serde_json::{Value, value::RawValue};

use crate::probe::http::Reply;

/// The members of a JSON object. Of a capability statement nearly all is asked for by nobody, and is never built.
#[derive(Debug, Default)]
pub(super) struct Members<'r>(BTreeMap<String, &'r RawValue>);

impl<'r> Members<'r> {
    /// Those of the body: `None` if it is no JSON, and none at all if it is another value than an object.
    pub(super) fn of(reply: &'r Reply) -> Option<Self> {
        let members = reply.read().map(Self);
        members.or_else(|| reply.read::<&RawValue>().map(|_| Self::default()))
    }

    /// The member `key`, if there is one that is not nested beyond all reason.
    pub(super) fn get(&self, key: &str) -> Option<Value> {
        serde_json::from_str(self.0.get(key)?.get()).ok()
    }

    /// The member `key`, if it is a text.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        serde_json::from_str(self.0.get(key)?.get()).ok()
    }

    /// The elements of the member `key`, if it is a list.
    pub(super) fn list(&self, key: &str) -> Option<Vec<Value>> {
        serde_json::from_str(self.0.get(key)?.get()).ok()
    }
}
