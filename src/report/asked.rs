//! What is asked of a report?

use jiff::tz::TimeZone;

use super::{Named, spc::Rules};
use crate::model::Period;

/// So many periods before are compared and charted.
const BEFORE: i32 = 12;

/// A period, what it is compared with, and how it is judged.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Which period.
    pub named: Named,
    /// By whose clock.
    pub zone: TimeZone,
    /// The twelve of its kind before it, the earliest first.
    pub before: Vec<Named>,
    /// The periods of a point each on charts, the earliest first: months, or periods of its kind if it is no month.
    pub points: Vec<Named>,
    /// When a point on a chart is no chance.
    pub rules: Rules,
    /// What its owner has to say of it, as plain text.
    pub narrative: Option<String>,
}

impl Asked {
    /// What is asked of `named` by the clock of `zone`, unless something else is set.
    pub fn of(named: Named, zone: TimeZone) -> Self {
        let before = named.before(BEFORE, &zone);
        let mut points = named.months(&zone);
        points.splice(0..0, points[0].before(BEFORE, &zone));
        Self { named, zone, before, points, rules: Rules::default(), narrative: None }
    }

    /// Every period of which the sums of looks are needed, none twice; the first is that of the report.
    pub fn periods(&self) -> Vec<Period> {
        let mut periods = vec![self.named.period];
        for one in self.points.iter().chain(&self.before) {
            if !periods.contains(&one.period) {
                periods.push(one.period);
            }
        }
        periods
    }
}
