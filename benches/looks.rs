//! What a look costs beside a bare exchange.

fn main() {}
