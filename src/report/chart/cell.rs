//! How is a part of a day painted?

use super::{
    Shade,
    colour::{BLACK, DARK_GREY, MID_GREY, PALE_BLUE, PALE_GREY, PINK, WHITE},
    svg::{Element, group, hatching, label, line, rect, width},
};

/// A part of a day on the picture.
#[derive(Clone, Copy)]
pub(super) struct Cell {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Cell {
    /// Where nobody watched.
    pub(super) fn outline(self) -> Element {
        rect(self.x, self.y, self.width, self.height).set("fill", "none").set("stroke", PALE_GREY)
    }

    /// No trouble is so short that it cannot be seen.
    pub(super) fn seen(self, rows: bool, shade: Shade) -> Self {
        let least = if shade == Shade::Up { 0.0 } else { 1.6 };
        if rows {
            Self { width: self.width.max(least), ..self }
        } else {
            Self { height: self.height.max(least), ..self }
        }
    }

    pub(super) fn paint(self, shade: Shade, rows: bool) -> Element {
        let (colour, fraction) = shade.look();
        let all = rect(self.x, self.y, self.width, self.height);
        if fraction >= 1.0 {
            let whole = group().child(&all.set("fill", colour));
            return whole.children(self.pattern(shade)).children(self.letter(shade, rows));
        }
        let some = self.part(fraction, rows);
        let filled = rect(some.x, some.y, some.width, some.height).set("fill", colour);
        group().child(&all.set("fill", PALE_BLUE)).child(&filled).child(&some.edge(rows))
    }

    /// So much of it, from the bottom or the left.
    fn part(self, fraction: f64, rows: bool) -> Self {
        if rows {
            let height = self.height * fraction;
            Self { y: self.y + self.height - height, height, ..self }
        } else {
            Self { width: self.width * fraction, ..self }
        }
    }

    /// Where it ends: pale colours do not stand out enough by themselves.
    fn edge(self, rows: bool) -> Element {
        let (right, bottom) = (self.x + self.width, self.y + self.height);
        let from = if rows { (self.x, self.y) } else { (right, self.y) };
        line(from, if rows { (right, self.y) } else { (right, bottom) }, DARK_GREY)
    }

    fn pattern(self, shade: Shade) -> Option<Element> {
        let (colour, apart, rises) = match shade {
            Shade::Maintenance => (PINK, 4.0, true),
            Shade::Unknown => (MID_GREY, 6.0, false),
            _ => return None,
        };
        let lines = hatching((self.x, self.y, self.width, self.height), apart, rises);
        let width = if shade == Shade::Maintenance { 1.6 } else { 1.0 };
        Some(lines.set("stroke", colour).at("stroke-width", width))
    }

    /// The worst has a letter where there is room.
    fn letter(self, shade: Shade, rows: bool) -> Option<Element> {
        let letter = label(self.x + self.width / 2.0, self.y + 10.5, "D").set("text-anchor", "middle");
        let letter = letter.set("fill", WHITE).set("font-weight", "bold").at("font-size", 10.0);
        (shade == Shade::Down && rows && self.width >= 12.0).then_some(letter)
    }
}

/// Every shade, with its word.
pub(super) fn legend(y: f64) -> Element {
    let mut x = 8.0;
    let entries = Shade::ALL.map(|shade| {
        let cell = Cell { x, y: y - 11.0, width: 18.0, height: 13.0 };
        let (outline, painted) = (cell.outline(), cell.paint(shade, true));
        let word = label(x + 24.0, y, shade.words()).set("fill", BLACK);
        x += 24.0 + width(shade.words()) + 18.0;
        group().child(&painted).child(&outline).child(&word)
    });
    group().children(entries)
}
