//! Whoever asks: what are they called, and what may they do?

use std::net::IpAddr;

use crate::{config::Role, model::By};

/// Whoever asks, as far as is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// The name that people know: `anna`, `token grafana`, `this machine`, `anybody`.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Where they ask from.
    pub from: IpAddr,
    /// By what they are known.
    pub way: Way,
}

/// By what somebody is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By nothing: they could sign in, and have not.
    Unknown,
    /// Nobody has to sign in here.
    Open,
    /// By the session of a browser, which can be ended: they can sign out.
    Session,
    /// By a token that a program shows.
    Token,
}

impl Visitor {
    /// Whether they may see everything, not just what is public.
    pub fn sees_all(&self) -> bool {
        self.role >= Role::View
    }

    /// How a deed of theirs is remembered.
    pub fn by(&self) -> By {
        By { name: self.name.clone(), from: self.from.to_string() }
    }
}
