//! How does a picture show it? Charts as SVG, for screen, paper and a photocopy of it: nothing is told by colour alone.
//!
//! ```text
//! svg             elements, escaped
//! scale           where a number lies on an axis, and which numbers stand beside it
//! number          a number in words
//! control         the charts of statistical process control
//! calendar        how a service was, hour by hour; shade, cell: what that looks like
//! distribution    how long looks took
//! icon            variation and assurance, as signs
//! ```
//!
//! Each picture has a name and a description for those who do not see it. It needs no style sheet, no script and no identifiers, so
//! that many fit into one document.

mod calendar;
mod cell;
mod colour;
mod control;
mod distribution;
mod icon;
mod number;
mod scale;
mod shade;
mod svg;

pub use calendar::{Day, Piece, calendar};
pub use control::{control, described};
pub use distribution::{Latencies, distribution};
pub use icon::{assurance, variation};
pub use number::figure;
pub use shade::Shade;

/// How wide every chart is, in its own units; it can be shown at any size.
pub(crate) const WIDTH: f64 = 720.0;

#[cfg(test)]
mod tests;
