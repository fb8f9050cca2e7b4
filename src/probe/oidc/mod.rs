//! How does a sign-in provider (OpenID Connect) say who it is, and by which keys it signs?

mod ask;
mod key;
mod wire;

pub(crate) use ask::{Line, Question};
pub(crate) use key::Algorithm;
pub(crate) use wire::{Discovery, Keys, difference, discovery_url};
