//! How are variation and assurance shown at a glance? Signs of our own; a shape, a direction and a colour each, and words beside them.

use super::{
    colour::{BLUE, CHANGED, CONCERN, DARK_BLUE, DARK_GREY, MID_GREY, RED, WHITE},
    svg::{Element, group, path, picture, rect},
};
use crate::report::spc::{Assurance, Better, Side, Special, Variation};

const SIZE: f64 = 32.0;

/// The kind of a change: a shape and a colour.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Chance,
    Improvement,
    Concern,
    Change,
}

impl Meaning {
    fn of(special: Option<Special>, better: Better) -> Self {
        match (special.map(|it| it.side), better) {
            (None, _) => Self::Chance,
            (_, Better::Neither) => Self::Change,
            (Some(Side::High), Better::Higher) | (Some(Side::Low), Better::Lower) => Self::Improvement,
            _ => Self::Concern,
        }
    }

    fn colour(self) -> &'static str {
        match self {
            Self::Chance => MID_GREY,
            Self::Improvement => BLUE,
            Self::Concern => CONCERN,
            Self::Change => CHANGED,
        }
    }
}

/// One point of a chart: a dot by chance, a diamond for the better, a square for the worse, a triangle for neither.
pub(super) fn mark(x: f64, y: f64, special: Option<Special>, better: Better) -> Element {
    let meaning = Meaning::of(special, better);
    let shape = match meaning {
        Meaning::Chance => Element::new("circle").at("cx", x).at("cy", y).at("r", 4.0),
        Meaning::Improvement => polygon(&[(x, y - 6.5), (x + 6.5, y), (x, y + 6.5), (x - 6.5, y)]),
        Meaning::Concern => rect(x - 5.0, y - 5.0, 10.0, 10.0),
        Meaning::Change => polygon(&[(x, y - 6.0), (x + 6.0, y + 5.0), (x - 6.0, y + 5.0)]),
    };
    shape.set("fill", meaning.colour())
}

/// The sign of a variation, as an `<svg>` element named by its words.
pub fn variation(of: Variation) -> String {
    let (meaning, side) = match of {
        Variation::ImprovementHigh => (Meaning::Improvement, Some(Side::High)),
        Variation::ImprovementLow => (Meaning::Improvement, Some(Side::Low)),
        Variation::ConcernHigh => (Meaning::Concern, Some(Side::High)),
        Variation::ConcernLow => (Meaning::Concern, Some(Side::Low)),
        Variation::NeutralHigh => (Meaning::Change, Some(Side::High)),
        Variation::NeutralLow => (Meaning::Change, Some(Side::Low)),
        Variation::Common => (Meaning::Chance, None),
        Variation::TooFew => return sign(of.words(), [frame(MID_GREY, true), dots(MID_GREY)]),
    };
    let inside = side.map_or_else(|| wave(meaning.colour()), |side| arrow(meaning, side));
    sign(of.words(), [plate(meaning), inside])
}

/// The sign of an assurance, as an `<svg>` element named by its words.
pub fn assurance(of: Assurance) -> String {
    let drawn = match of {
        Assurance::Meets => [tick(), group()],
        Assurance::Misses => [cross(), group()],
        Assurance::HitOrMiss => [frame(DARK_GREY, false), question()],
        Assurance::None => [frame(MID_GREY, true), group()],
        Assurance::TooFew => [frame(MID_GREY, true), dots(MID_GREY)],
    };
    sign(of.words(), drawn)
}

fn sign(words: &str, drawn: [Element; 2]) -> String {
    picture(SIZE, SIZE, words, "").children(drawn).to_string()
}

fn polygon(corners: &[(f64, f64)]) -> Element {
    path(corners).set("stroke-linejoin", "round")
}

fn stroke(points: &[(f64, f64)], colour: &str, width: f64) -> Element {
    let drawn = path(points).set("fill", "none").set("stroke", colour).at("stroke-width", width);
    drawn.set("stroke-linecap", "round").set("stroke-linejoin", "round")
}

fn frame(colour: &str, dashed: bool) -> Element {
    let circle = Element::new("circle").at("cx", 16.0).at("cy", 16.0).at("r", 13.0).set("fill", WHITE);
    let circle = circle.set("stroke", colour).at("stroke-width", 2.0);
    if dashed { circle.set("stroke-dasharray", "3 3") } else { circle }
}

/// The ground of a sign, in the shape of its points in a chart.
fn plate(meaning: Meaning) -> Element {
    let shape = match meaning {
        Meaning::Chance => return frame(MID_GREY, false),
        Meaning::Improvement => polygon(&[(16.0, 1.0), (31.0, 16.0), (16.0, 31.0), (1.0, 16.0)]),
        Meaning::Concern => rect(3.0, 3.0, 26.0, 26.0).at("rx", 2.0),
        Meaning::Change => Element::new("circle").at("cx", 16.0).at("cy", 16.0).at("r", 14.0),
    };
    shape.set("fill", WHITE).set("stroke", meaning.colour()).at("stroke-width", 3.0)
}

fn arrow(meaning: Meaning, side: Side) -> Element {
    let up = |y: f64| if side == Side::High { y } else { SIZE - y };
    let colour = if meaning == Meaning::Improvement { DARK_BLUE } else { meaning.colour() };
    let shaft = stroke(&[(16.0, up(23.0)), (16.0, up(10.0))], colour, 3.0);
    group().child(&shaft).child(&stroke(&[(11.0, up(14.5)), (16.0, up(9.5)), (21.0, up(14.5))], colour, 3.0))
}

fn wave(colour: &str) -> Element {
    let points = [(8.0, 16.0), (11.0, 12.0), (14.0, 19.0), (18.0, 12.5), (21.0, 19.5), (24.0, 15.5)];
    stroke(&points, colour, 2.0)
}

fn dots(colour: &str) -> Element {
    let dot = |x| Element::new("circle").at("cx", x).at("cy", 16.0).at("r", 1.6).set("fill", colour);
    group().children([10.5, 16.0, 21.5].map(dot))
}

fn tick() -> Element {
    let ground = Element::new("circle").at("cx", 16.0).at("cy", 16.0).at("r", 14.0).set("fill", BLUE);
    group().child(&ground).child(&stroke(&[(9.5, 16.5), (14.0, 21.0), (22.5, 11.5)], WHITE, 3.0))
}

fn cross() -> Element {
    let ground = rect(3.0, 3.0, 26.0, 26.0).at("rx", 2.0).set("fill", RED);
    let arms = [[(11.0, 11.0), (21.0, 21.0)], [(21.0, 11.0), (11.0, 21.0)]];
    group().child(&ground).children(arms.map(|arm| stroke(&arm, WHITE, 3.0)))
}

/// Nobody knows which it will be.
fn question() -> Element {
    let hook = [
        (11.5, 12.0),
        (13.0, 9.5),
        (16.0, 8.5),
        (19.0, 9.5),
        (20.5, 12.0),
        (19.0, 14.5),
        (16.0, 16.5),
        (16.0, 19.5),
    ];
    let dot = Element::new("circle").at("cx", 16.0).at("cy", 24.0).at("r", 1.9).set("fill", DARK_GREY);
    group().child(&stroke(&hook, DARK_GREY, 2.6)).child(&dot)
}
