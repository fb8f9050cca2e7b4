//! Does the front door let in whom it should, and nobody else?

pub(crate) mod house;
mod limits;
pub(crate) mod neighbours;
mod oidc;
mod password;
mod provider;
mod roles;
mod secrets;
mod sign_in;
mod strangers;
mod tls;
