//! Does a look at TLS tell what is there?

mod admission;
mod bench;
mod chains;
mod expectations;
mod preludes;
mod settings;
mod strangers;
