//! Do echoes say what there is, between machines of the test's own?

mod neighbours;
