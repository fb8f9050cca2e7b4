//! What was written, where, and what is wrong with it? Pure: nodes of a file with their places, fields, problems.
