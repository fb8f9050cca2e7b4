//! Which colour means what? Those of the NHS identity, and of "Making Data Count" where they stand out enough on white.

pub(super) const BLACK: &str = "#231f20";
pub(super) const WHITE: &str = "#ffffff";
pub(super) const BLUE: &str = "#005eb8";
pub(super) const DARK_BLUE: &str = "#003087";
pub(super) const DARK_GREY: &str = "#425563";
pub(super) const MID_GREY: &str = "#768692";
pub(super) const PALE_GREY: &str = "#e8edee";
pub(super) const FAINT: &str = "#f4f7f8";
pub(super) const RED: &str = "#da291c";
/// For words: red alone is too pale for them.
pub(super) const DARK_RED: &str = "#8a1538";
pub(super) const ORANGE: &str = "#ed8b00";
pub(super) const YELLOW: &str = "#ffb81c";
pub(super) const PINK: &str = "#ae2573";
pub(super) const SKY: &str = "#99c7eb";
pub(super) const PALE_BLUE: &str = "#ccdff1";

/// Of "Making Data Count".
pub(super) const CONCERN: &str = "#e46c0a";
pub(super) const CHANGED: &str = "#490092";
