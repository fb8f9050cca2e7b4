//! Does a look at TLS hold against servers that are not ours?

mod neighbours;
mod openssl;
