# Each recipe is what a person without `just` would type.

# everything, as CI runs it
test:
    ./test

# before every push
quick:
    ./test quick

# what a look costs, and the whole process
bench:
    cargo bench

# a hospital being watched
demo:
    cargo run --release -- demo

# the crate's pages
docs:
    cargo doc --no-deps --lib --open
