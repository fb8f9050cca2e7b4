//! What do the last point and the target say of the whole?

use serde::Serialize;

use super::{Better, Figure, Segment, Side, Special};

/// Whether the process changes, as its last point says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Variation {
    /// It varies as it always did.
    Common,
    /// It got better, and went up.
    ImprovementHigh,
    /// It got better, and went down.
    ImprovementLow,
    /// It got worse, and went up.
    ConcernHigh,
    /// It got worse, and went down.
    ConcernLow,
    /// It went up, which is neither.
    NeutralHigh,
    /// It went down, which is neither.
    NeutralLow,
    /// Nobody can say: there is one point, or none.
    TooFew,
}

impl Variation {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::ConcernHigh,
        Self::ConcernLow,
        Self::Common,
        Self::ImprovementHigh,
        Self::ImprovementLow,
        Self::NeutralHigh,
        Self::NeutralLow,
        Self::TooFew,
    ];

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Common => "No significant change",
            Self::ImprovementHigh => "Improving: higher",
            Self::ImprovementLow => "Improving: lower",
            Self::ConcernHigh => "Worsening: higher",
            Self::ConcernLow => "Worsening: lower",
            Self::NeutralHigh => "Changed: higher",
            Self::NeutralLow => "Changed: lower",
            Self::TooFew => "Too few points to say",
        }
    }
}

/// Whether the target can be relied on, as the limits say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Assurance {
    /// Both limits are on the good side of it.
    Meets,
    /// Both are on the bad side.
    Misses,
    /// It is between them: chance decides.
    HitOrMiss,
    /// There is no target.
    None,
    /// Nobody can say: there is one point, or none.
    TooFew,
}

impl Assurance {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Meets, Self::HitOrMiss, Self::Misses, Self::None, Self::TooFew];

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Meets => "Consistently meets the target",
            Self::Misses => "Consistently misses the target",
            Self::HitOrMiss => "Hit or miss",
            Self::None => "No target",
            Self::TooFew => "Too few points to say",
        }
    }
}

pub(super) fn variation(latest: Option<&Segment>, last: Option<Special>, better: Better) -> Variation {
    if latest.is_none_or(|segment| segment.limits.is_none()) {
        return Variation::TooFew;
    }
    match (last.map(|special| special.side), better) {
        (None, _) => Variation::Common,
        (Some(Side::High), Better::Higher) => Variation::ImprovementHigh,
        (Some(Side::Low), Better::Lower) => Variation::ImprovementLow,
        (Some(Side::High), Better::Lower) => Variation::ConcernHigh,
        (Some(Side::Low), Better::Higher) => Variation::ConcernLow,
        (Some(Side::High), Better::Neither) => Variation::NeutralHigh,
        (Some(Side::Low), Better::Neither) => Variation::NeutralLow,
    }
}

/// A figure that is just the target meets it.
pub(super) fn assurance(latest: Option<&Segment>, target: Option<Figure>, better: Better) -> Assurance {
    let (Some(target), true) = (target.map(Figure::value), better != Better::Neither) else {
        return Assurance::None;
    };
    let Some(limits) = latest.and_then(|segment| segment.limits) else { return Assurance::TooFew };
    let meets = |figure: f64| if better == Better::Lower { figure <= target } else { figure >= target };
    match (meets(limits.lower), meets(limits.upper)) {
        (true, true) => Assurance::Meets,
        (false, false) => Assurance::Misses,
        _ => Assurance::HitOrMiss,
    }
}
