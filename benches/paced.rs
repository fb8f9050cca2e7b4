//! What the whole process costs beside a bare paced loop.

fn main() {}
