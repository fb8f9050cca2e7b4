//! How do we look? The only folder that speaks to the hospital.
