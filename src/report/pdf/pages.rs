//! What is on the pages? Words, tables and pictures in the order in which they are read; `report.typ` says how they look.

use serde::Serialize;

/// The whole document.
#[derive(Serialize)]
pub(super) struct Pages {
    pub(super) title: String,
    /// How the period is called.
    pub(super) name: String,
    pub(super) from: String,
    /// What stands at the foot of every page.
    pub(super) running: String,
    pub(super) sentence: String,
    pub(super) warnings: Vec<String>,
    /// The owner's words, a paragraph each.
    pub(super) notes: Vec<String>,
    pub(super) matrix: Matrix,
    /// A row a service, in the order of their pages.
    pub(super) summary: Part,
    pub(super) services: Vec<Page>,
    pub(super) method: Vec<Part>,
}

/// Measures by their variation (across) and their assurance (down).
#[derive(Serialize)]
pub(super) struct Matrix {
    pub(super) note: String,
    pub(super) columns: Vec<&'static str>,
    pub(super) rows: Vec<MatrixRow>,
}

#[derive(Serialize)]
pub(super) struct MatrixRow {
    pub(super) sign: Picture,
    pub(super) title: &'static str,
    pub(super) cells: Vec<MatrixCell>,
}

/// The first measures that are so, and how many more there are.
#[derive(Default, Serialize)]
pub(super) struct MatrixCell {
    pub(super) measures: Vec<Measure>,
    pub(super) more: usize,
}

#[derive(Serialize)]
pub(super) struct Measure {
    pub(super) sign: Picture,
    pub(super) text: String,
    /// The page that tells more.
    pub(super) page: String,
}

/// One service.
#[derive(Serialize)]
pub(super) struct Page {
    /// By what the page is found: one word, different from all others.
    pub(super) label: String,
    pub(super) title: String,
    pub(super) about: String,
    pub(super) sentence: String,
    pub(super) facts: Vec<Fact>,
    pub(super) parts: Vec<Part>,
}

/// A figure worth a box of its own.
#[derive(Serialize)]
pub(super) struct Fact {
    pub(super) label: &'static str,
    pub(super) value: String,
    pub(super) note: String,
}

/// What stands under a heading.
#[derive(Default, Serialize)]
pub(super) struct Part {
    pub(super) title: String,
    pub(super) text: Vec<String>,
    pub(super) pictures: Vec<Picture>,
    pub(super) table: Option<Table>,
}

#[derive(Serialize)]
pub(super) struct Picture {
    /// What stands above it, if anything.
    pub(super) name: Option<String>,
    pub(super) svg: String,
    /// What somebody who does not see it must know.
    pub(super) alt: String,
}

/// The first cell of a row says what it is of.
#[derive(Serialize)]
pub(super) struct Table {
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Vec<Cell>>,
}

#[derive(Serialize)]
pub(super) struct Column {
    pub(super) title: &'static str,
    pub(super) side: Side,
}

/// Numbers stand to the right; a column that is wide takes the room that the others leave.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Side {
    Left,
    Right,
    Wide,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Cell {
    Plain(String),
    Marked { text: &'static str, mark: Mark },
}

/// A sign before a verdict, beside its words.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Mark {
    Good,
    Bad,
    Unsure,
    None,
}

impl Part {
    pub(super) fn text(title: impl Into<String>, text: &[&str]) -> Self {
        let text = text.iter().map(|one| (*one).to_owned()).collect();
        Self { title: title.into(), text, ..Self::default() }
    }

    /// Its table, or a sentence that says why there is none.
    pub(super) fn or(mut self, none: &str, table: Table) -> Self {
        if table.rows.is_empty() {
            self.text.push(none.to_owned());
        } else {
            self.table = Some(table);
        }
        self
    }
}

impl Table {
    pub(super) fn new<const N: usize>(
        columns: [(&'static str, Side); N],
        rows: impl IntoIterator<Item = [Cell; N]>,
    ) -> Self {
        let columns = columns.into_iter().map(|(title, side)| Column { title, side }).collect();
        Self { columns, rows: rows.into_iter().map(Vec::from).collect() }
    }
}

impl<T: ToString> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::Plain(text.to_string())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::report::pdf) const HOSTILE: [&str; 6] = [
        "<b>& \"bold\"</b> ]]> <!-- ",
        "#panic(\"x\") #import \"/etc/passwd\" $x^2$ = heading",
        "*a* _b_ `c` @epr <epr> \\ // /* ~ -- ... - item",
        "東京 🏥 \u{7} \u{0} \u{202e} \u{e000} \u{feff}",
        "",
        "a_word_that_goes_on_and_on_and_on_and_on_and_on_and_on_and_on_and_on_and_on_and_on_and_on_and_on_and_on_and_on",
    ];

    /// A page for each of `names`, with one of everything, and with the name wherever a text can stand.
    pub(in crate::report::pdf) fn pages(names: &[&str]) -> Pages {
        let name = names.first().copied().unwrap_or_default();
        let measures = names.iter().take(1).map(|name| measure(name)).collect();
        Pages {
            title: text("Availability", name),
            name: name.into(),
            from: name.into(),
            running: name.into(),
            sentence: name.into(),
            warnings: vec![name.into()],
            notes: vec![name.into()],
            matrix: Matrix {
                note: name.into(),
                columns: vec!["Improving", "Worsening"],
                rows: vec![MatrixRow {
                    sign: picture(name),
                    title: "Hit or miss",
                    cells: vec![MatrixCell { measures, more: 3 }, MatrixCell::default()],
                }],
            },
            summary: part(names),
            services: names.iter().enumerate().map(|(at, name)| page(at, name)).collect(),
            method: vec![part(names), part(&[])],
        }
    }

    fn text(words: &str, name: &str) -> String {
        format!("{words} {name}")
    }

    fn measure(name: &str) -> Measure {
        Measure { sign: picture(name), text: text("Downtime", name), page: "service-0".into() }
    }

    fn page(at: usize, name: &str) -> Page {
        Page {
            label: format!("service-{at}"),
            title: text("Service", name),
            about: name.into(),
            sentence: name.into(),
            facts: vec![Fact { label: "Available", value: name.into(), note: name.into() }],
            parts: vec![part(&[name]), part(&[])],
        }
    }

    fn picture(name: &str) -> Picture {
        let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 70 30\"><text x=\"9\" y=\"20\">東</text></svg>";
        Picture { name: Some(name.into()), svg: svg.into(), alt: text("Chart", name) }
    }

    fn part(names: &[&str]) -> Part {
        let row =
            |name: &&str| [Cell::from(name), Cell::Marked { text: "met", mark: Mark::Good }, "5".into()];
        let columns = [("Service", Side::Wide), ("Verdict", Side::Left), ("Minutes", Side::Right)];
        let mut part = Part::text(text("Objectives", names.first().unwrap_or(&"")), names);
        part.pictures = names.iter().map(|name| picture(name)).collect();
        part.or("There are none.", Table::new(columns, names.iter().map(row)))
    }
}
