//! Is it they, or are we cut off? What the reference probes of a site say of its way out.

use crate::model::Moment;

/// The way out of a site, as its reference probes see it. Without any, it is taken to be open.
#[derive(Clone, Debug, Default)]
pub struct Uplink {
    references: Vec<Reference>,
    cut_off: Option<Moment>,
}

/// What one reference probe saw.
#[derive(Clone, Copy, Debug, Default)]
struct Reference {
    /// When its last good look began.
    good: Option<Moment>,
    /// When the first of its bad looks since then began.
    bad: Option<Moment>,
}

/// What a bad look means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A reference was reached since: it is they.
    Open,
    /// No reference has looked since.
    Unsure,
    /// No reference can be reached.
    Cut,
}

/// The way out was lost, or found again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crossing {
    /// Since the last of the references failed.
    CutOff(Moment),
    /// Since the first of them was reached again.
    Rejoined(Moment),
}

impl Uplink {
    /// A site with so many reference probes, cut off since `cut_off` if it was.
    pub fn new(references: usize, cut_off: Option<Moment>) -> Self {
        let cut_off = cut_off.filter(|_| references > 0);
        Self { references: vec![Reference::default(); references], cut_off }
    }

    /// How many references there are.
    pub fn references(&self) -> usize {
        self.references.len()
    }

    /// Since when the site is cut off.
    pub fn cut_off(&self) -> Option<Moment> {
        self.cut_off
    }

    /// Takes in a look of the reference at `place`.
    pub fn saw(&mut self, place: usize, began: Moment, good: bool) -> Option<Crossing> {
        let reference = self.references.get_mut(place)?;
        if good {
            *reference = Reference { good: Some(began), bad: None };
        } else {
            reference.bad.get_or_insert(began);
        }
        let all: Option<Vec<Moment>> = self.references.iter().map(|reference| reference.bad).collect();
        let lost = all.and_then(|bad| bad.into_iter().max());
        match (self.cut_off, lost) {
            (None, Some(since)) => {
                self.cut_off = Some(since);
                Some(Crossing::CutOff(since))
            }
            (Some(_), None) if good => {
                self.cut_off = None;
                Some(Crossing::Rejoined(began))
            }
            _ => None,
        }
    }

    /// What a bad look means that is of a run which began at `since`.
    pub fn way(&self, since: Moment) -> Way {
        let reached = |reference: &Reference| reference.bad.is_none() && reference.good >= Some(since);
        match self.cut_off {
            Some(_) => Way::Cut,
            None if self.references.is_empty() || self.references.iter().any(reached) => Way::Open,
            None => Way::Unsure,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(ms: i64) -> Moment {
        Moment::from_ms(ms)
    }

    #[test]
    fn is_cut_off_when_all_fail_and_rejoined_when_one_answers() {
        let mut uplink = Uplink::new(2, None);
        assert_eq!(uplink.saw(0, at(10), true), None);
        assert_eq!(uplink.saw(0, at(20), false), None);
        assert_eq!(uplink.way(at(15)), Way::Unsure);
        assert_eq!(uplink.saw(1, at(25), false), Some(Crossing::CutOff(at(25))));
        assert_eq!((uplink.saw(0, at(30), false), uplink.way(at(31))), (None, Way::Cut));
        assert_eq!(uplink.saw(1, at(40), true), Some(Crossing::Rejoined(at(40))));
        assert_eq!((uplink.way(at(35)), uplink.way(at(41))), (Way::Open, Way::Unsure));
    }

    #[test]
    fn without_references_the_way_is_open() {
        assert_eq!(Uplink::new(0, Some(at(5))).way(at(9)), Way::Open);
    }

    #[test]
    fn one_that_was_never_reached_leaves_us_unsure_and_then_cut_off() {
        let mut uplink = Uplink::new(1, None);
        assert_eq!(uplink.way(at(1)), Way::Unsure);
        assert_eq!(uplink.saw(0, at(2), false), Some(Crossing::CutOff(at(2))));
    }
}
