//! How does a Prometheus come by a past that nobody has lived through?

pub(crate) mod past;
mod series;
pub(crate) mod told;
