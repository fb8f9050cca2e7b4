//! Where does a number lie on an axis, and which numbers stand beside it?

/// An axis from a number to another, on a stretch of the picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    numbers: (f64, f64),
    places: (f64, f64),
}

impl Scale {
    /// `numbers` from the first to the last lie at `places` from the first to the last. Numbers that are the same get some room.
    pub(super) fn new(numbers: (f64, f64), places: (f64, f64)) -> Self {
        let (low, high) = numbers;
        Self { numbers: if high > low { numbers } else { (low, low + low.abs().max(1.0)) }, places }
    }

    /// As [`Scale::new`], widened to some four or five round numbers, `apart` from each other at least.
    pub(super) fn round(numbers: (f64, f64), places: (f64, f64), apart: f64) -> (Self, Vec<f64>) {
        let (low, high) = Self::new(numbers, places).numbers;
        let step = step((high - low) / 4.0).max(apart);
        let (first, last) = ((low / step).floor(), (high / step).ceil());
        let ticks: Vec<f64> =
            std::iter::successors(Some(first), |at| Some(at + 1.0)).take_while(|at| *at <= last).collect();
        let ticks: Vec<f64> = ticks.into_iter().map(|at| at * step).collect();
        (Self::new((first * step, last * step), places), ticks)
    }

    pub(super) fn place(&self, number: f64) -> f64 {
        let share = (number - self.numbers.0) / (self.numbers.1 - self.numbers.0);
        self.places.0 + share.clamp(0.0, 1.0) * (self.places.1 - self.places.0)
    }
}

/// The next of 1, 2 and 5, times a power of ten, that is not below `apart`.
fn step(apart: f64) -> f64 {
    let power = 10_f64.powf(apart.log10().floor());
    let factor = [1.0, 2.0, 5.0].into_iter().find(|factor| factor * power >= apart * 0.999_999);
    factor.unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round() {
        let ticks = |low, high| Scale::round((low, high), (0.0, 100.0), 0.0).1;
        assert_eq!(ticks(0.0, 44.0), [0.0, 20.0, 40.0, 60.0]);
        assert_eq!(Scale::round((0.0, 2.0), (0.0, 100.0), 1.0).1, [0.0, 1.0, 2.0]);
        assert_eq!(ticks(-3.0, 7.0), [-5.0, 0.0, 5.0, 10.0]);
        assert_eq!(ticks(0.0, 0.0).first(), Some(&0.0));
        assert!((3..9).contains(&ticks(1e14, 1e14).len()));
        assert!((3..9).contains(&ticks(0.0, 1e-9).len()));
    }

    #[test]
    fn places_are_in_proportion() {
        let scale = Scale::new((10.0, 20.0), (100.0, 0.0));
        let told = [10.0, 15.0, 20.0, 99.0].map(|number| format!("{:.0}", scale.place(number)));
        assert_eq!(told, ["100", "50", "0", "0"]);
    }
}
