//! From a fault in the hospital to the page that somebody reads: how long, how often, and in which words?

mod neighbours;
