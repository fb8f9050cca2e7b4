//! How is a URL asked, whatever is then expected of the answer?

use schemars::JsonSchema;
use serde::Deserialize;

use super::{place::Place, reply::Reply, request::Template, way::Way};
use crate::model::{Failure, Fault, Ours};

/// What is asked, of whom, by which way, and how far.
#[derive(Debug)]
pub(in crate::probe) struct Asking {
    pub(in crate::probe) place: Place,
    pub(in crate::probe) template: Template,
    pub(super) way: Way,
    pub(super) redirects: u8,
    /// The most that is read of a body, in bytes.
    pub(super) limit: usize,
    pub(in crate::probe) refused: Refused,
}

/// What it means that our credential was refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(in crate::probe) enum Refused {
    /// We do not know how the service is.
    #[default]
    Unknown,
    /// The service is down: the log-in is what is watched.
    Down,
}

impl Asking {
    /// What is asked, without its query.
    pub(in crate::probe) fn target(&self) -> String {
        self.place.shown().to_owned()
    }

    /// The host that is dialled.
    pub(in crate::probe) fn host(&self) -> std::sync::Arc<str> {
        self.way.route.dialled(&self.place.endpoint).host.to_string().into()
    }

    /// A service that does not let us in may let everybody else in.
    pub(in crate::probe) fn judge_refusal(&self, reply: &Reply) -> Result<(), Failure> {
        let refused = matches!(reply.status.as_u16(), 401 | 403) && reply.credential;
        if refused && self.refused == Refused::Unknown {
            let words = format!("our credential was refused with the status {}", reply.status.as_u16());
            return Err(Failure::ours(Ours::CredentialRefused, words));
        }
        Ok(())
    }

    /// What it means that the part of the body which was not read matters.
    pub(in crate::probe) fn unread(&self) -> Failure {
        let words =
            format!("the body is larger than body_limit ({} bytes), and the rest matters", self.limit);
        Failure::theirs(Fault::TooLarge, words)
    }
}
