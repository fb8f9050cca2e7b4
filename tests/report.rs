//! Is a report what it claims to be?

mod neighbours;
