//! How are lengths of time written in JSON? As seconds, exact to the millisecond.

use std::time::Duration;

use serde::{Serialize, Serializer};

/// `12.345`.
pub(super) fn exact<S: Serializer>(span: &Duration, to: S) -> Result<S::Ok, S::Error> {
    number(*span).serialize(to)
}

/// `12.345`, or null.
#[expect(clippy::ref_option, reason = "serde asks for this shape")]
pub(super) fn perhaps<S: Serializer>(span: &Option<Duration>, to: S) -> Result<S::Ok, S::Error> {
    span.map(number).serialize(to)
}

/// The decimal that is nearest to it is printed, and it is nearer to no other count of milliseconds in a million years.
#[expect(clippy::cast_precision_loss, reason = "as said above")]
fn number(span: Duration) -> f64 {
    span.as_millis() as f64 / 1000.0
}
