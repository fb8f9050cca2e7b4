//! Does the front door let in whom it should, and nobody else?

mod password;
