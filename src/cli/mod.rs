//! What can be typed? The verbs, one file each.
