//! How is a picture written?

use std::fmt::{self, Write as _};

/// An element and all that is in it. Whatever is put in is escaped.
pub(super) struct Element {
    name: &'static str,
    attributes: String,
    inside: String,
}

impl Element {
    pub(super) fn new(name: &'static str) -> Self {
        Self { name, attributes: String::new(), inside: String::new() }
    }

    /// With an attribute whose value is a word.
    pub(super) fn set(mut self, key: &str, value: &str) -> Self {
        push(&mut self.attributes, format_args!(" {key}=\"{}\"", Escaped(value)));
        self
    }

    /// With an attribute whose value is a length.
    pub(super) fn at(mut self, key: &str, value: f64) -> Self {
        push(&mut self.attributes, format_args!(" {key}=\"{}\"", Length(value)));
        self
    }

    pub(super) fn text(mut self, text: &str) -> Self {
        push(&mut self.inside, format_args!("{}", Escaped(text)));
        self
    }

    pub(super) fn child(mut self, child: &Self) -> Self {
        push(&mut self.inside, format_args!("{child}"));
        self
    }

    pub(super) fn children(self, children: impl IntoIterator<Item = Self>) -> Self {
        children.into_iter().fold(self, |element, child| element.child(&child))
    }
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, attributes, inside } = self;
        match inside.as_str() {
            "" => write!(f, "<{name}{attributes}/>"),
            inside => write!(f, "<{name}{attributes}>{inside}</{name}>"),
        }
    }
}

/// A picture with a name and a description.
pub(super) fn picture(width: f64, height: f64, name: &str, description: &str) -> Element {
    let frame = format!("0 0 {} {}", Length(width), Length(height));
    Element::new("svg")
        .set("xmlns", "http://www.w3.org/2000/svg")
        .set("role", "img")
        .set("viewBox", &frame)
        .at("width", width)
        .at("height", height)
        .set("font-family", "Arial, Liberation Sans, sans-serif")
        .at("font-size", 12.0)
        .child(&Element::new("title").text(name))
        .child(&Element::new("desc").text(description))
}

pub(super) fn group() -> Element {
    Element::new("g")
}

pub(super) fn rect(x: f64, y: f64, width: f64, height: f64) -> Element {
    Element::new("rect").at("x", x).at("y", y).at("width", width.max(0.0)).at("height", height.max(0.0))
}

pub(super) fn line(from: (f64, f64), to: (f64, f64), colour: &str) -> Element {
    let from_to = Element::new("line").at("x1", from.0).at("y1", from.1).at("x2", to.0).at("y2", to.1);
    from_to.set("stroke", colour)
}

pub(super) fn label(x: f64, y: f64, text: &str) -> Element {
    Element::new("text").at("x", x).at("y", y).text(text)
}

/// A path from point to point.
pub(super) fn path(points: &[(f64, f64)]) -> Element {
    Element::new("path").set("d", &steps(points))
}

/// The steps of a path from point to point.
pub(super) fn steps(points: &[(f64, f64)]) -> String {
    let mut steps = String::new();
    for (index, (x, y)) in points.iter().enumerate() {
        let letter = if index == 0 { 'M' } else { 'L' };
        push(&mut steps, format_args!("{letter}{} {}", Length(*x), Length(*y)));
    }
    steps
}

/// Lines from side to side of a rectangle, `apart` from each other; they rise, or they fall.
pub(super) fn hatching((x, y, width, height): (f64, f64, f64, f64), apart: f64, rises: bool) -> Element {
    let mut steps_of_all = String::new();
    let mut offset = apart / 2.0;
    while offset < width + height {
        // Where the line x + y = offset enters and leaves.
        let (low, high) = ((offset - height).max(0.0), offset.min(width));
        let across = |at: f64| if rises { at } else { width - at };
        steps_of_all += &steps(&[(x + across(low), y + offset - low), (x + across(high), y + offset - high)]);
        offset += apart;
    }
    Element::new("path").set("d", &steps_of_all).set("fill", "none")
}

/// How wide a text is, more or less, at 12 units.
pub(super) fn width(text: &str) -> f64 {
    let narrow = |letter: char| matches!(letter, 'i' | 'j' | 'l' | 't' | 'f' | 'r' | ' ' | '.' | ',' | ':');
    text.chars().map(|letter| if narrow(letter) { 3.6 } else { 6.8 }).sum()
}

/// As much of a text as has room, with an ellipsis where it was cut.
pub(super) fn cut(text: &str, room: f64) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    for letter in text.chars() {
        if width(&kept) + 18.0 > room {
            break;
        }
        kept.push(letter);
    }
    kept.trim_end().to_owned() + "…"
}

fn push(text: &mut String, more: fmt::Arguments) {
    // Writing to a string cannot fail.
    let _ = text.write_fmt(more);
}

/// A length to a hundredth, no longer than it need be.
struct Length(f64);

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = format!("{:.2}", self.0);
        let told = told.trim_end_matches('0').trim_end_matches('.');
        f.write_str(if told == "-0" { "0" } else { told })
    }
}

/// A text that XML reads as the same text. What XML cannot hold becomes a mark of replacement.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|letter| match letter {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&#39;"),
            '\t' | '\n' | '\r' => f.write_char(' '),
            '\u{0}'..='\u{1f}' | '\u{7f}' | '\u{fffe}' | '\u{ffff}' => f.write_char('\u{fffd}'),
            letter => f.write_char(letter),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_put_in_is_escaped() {
        let hostile = label(1.0, -0.001, "<b a='1'>&\u{1}\u{ffff}\n\"").set("id", "\"><script>");
        assert_eq!(
            hostile.to_string(),
            "<text x=\"1\" y=\"0\" id=\"&quot;&gt;&lt;script&gt;\">&lt;b a=&#39;1&#39;&gt;&amp;\u{fffd}\u{fffd} &quot;</text>"
        );
    }

    #[test]
    fn lengths_are_short() {
        let told = [10.0, 0.5, 1.0 / 3.0, -0.001, 1234.5678].map(|length| Length(length).to_string());
        assert_eq!(told, ["10", "0.5", "0.33", "0", "1234.57"]);
    }

    #[test]
    fn hatching_stays_within_its_rectangle() {
        let rises = hatching((10.0, 20.0, 4.0, 2.0), 4.0, true).to_string();
        assert_eq!(rises, r#"<path d="M10 22L12 20" fill="none"/>"#);
        let falls = hatching((0.0, 0.0, 2.0, 6.0), 4.0, false).to_string();
        assert_eq!(falls, r#"<path d="M2 2L0 0M2 6L0 4" fill="none"/>"#);
    }

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(cut("short", 100.0), "short");
        assert_eq!(cut("a good deal too long", 60.0), "a good d…");
        assert_eq!(cut("anything", 0.0), "…");
    }
}
