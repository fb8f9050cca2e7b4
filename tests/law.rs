//! Is the house built as agreed? Each law reads the tree, and a breach names file, line and cure.

mod bans;
mod breach;
mod clocks;
mod kinds;
mod layers;
mod openings;
mod orphans;
mod paths;
mod purity;
mod quick;
mod sizes;
mod source;
mod token;
mod tree;
mod words;

use breach::{Breach, assert_kept};
use paths::paths;
use source::Source;
use token::{Token, end_of_item, says};
