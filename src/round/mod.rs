//! What next? Pure: which look is due, what a look that ended changes, what was missed.
