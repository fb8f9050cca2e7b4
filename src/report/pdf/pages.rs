//! What is on the pages? Words, tables and pictures in the order in which they are read; `report.typ` says how they look.

use serde::Serialize;

/// The whole document.
#[derive(Default, Serialize)]
pub(super) struct Pages {
    pub(super) title: String,
    pub(super) subtitle: String,
    /// What stands at the foot of every page.
    pub(super) running: String,
    pub(super) sentence: String,
    pub(super) warnings: Vec<String>,
    pub(super) notes: Vec<String>,
    pub(super) matrix: Matrix,
    pub(super) summary: Table,
    /// As many, and in the same order, as the rows of the summary.
    pub(super) services: Vec<Page>,
    pub(super) method: Vec<Topic>,
    pub(super) appendix: Vec<Table>,
}

/// Measures by their variation (across) and their assurance (down).
#[derive(Default, Serialize)]
pub(super) struct Matrix {
    pub(super) note: String,
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<MatrixRow>,
}

#[derive(Serialize)]
pub(super) struct MatrixRow {
    pub(super) title: String,
    pub(super) cells: Vec<Vec<Measure>>,
}

#[derive(Serialize)]
pub(super) struct Measure {
    pub(super) text: String,
    /// The page that tells more.
    pub(super) page: String,
}

/// One service.
#[derive(Serialize)]
pub(super) struct Page {
    /// By what the page is found: one word, different from all others.
    pub(super) page: String,
    pub(super) title: String,
    pub(super) about: String,
    pub(super) sentence: String,
    pub(super) facts: Vec<Fact>,
    pub(super) notes: Vec<String>,
    pub(super) sections: Vec<Section>,
    pub(super) tables: Vec<Table>,
}

/// A figure worth a box of its own.
#[derive(Serialize)]
pub(super) struct Fact {
    pub(super) label: String,
    pub(super) value: String,
    pub(super) note: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Section {
    pub(super) title: String,
    pub(super) pictures: Vec<Picture>,
}

#[derive(Serialize)]
pub(super) struct Picture {
    pub(super) svg: String,
    /// What somebody who does not see it must know.
    pub(super) alt: String,
    pub(super) caption: Option<String>,
}

/// A table under a heading; `none` is what is said where it has no rows.
#[derive(Default, Serialize)]
pub(super) struct Table {
    pub(super) title: String,
    pub(super) note: Option<String>,
    pub(super) none: String,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Vec<Cell>>,
}

#[derive(Serialize)]
pub(super) struct Column {
    pub(super) title: String,
    pub(super) number: bool,
    /// Takes the room that the others leave.
    pub(super) wide: bool,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Cell {
    Plain(String),
    Marked { text: String, mark: Mark },
}

/// A sign before a verdict, beside its words.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Mark {
    Good,
    Bad,
    Unsure,
}

#[derive(Serialize)]
pub(super) struct Topic {
    pub(super) title: String,
    pub(super) text: Vec<String>,
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
        Pages {
            title: text("Availability", name),
            subtitle: name.into(),
            running: name.into(),
            sentence: name.into(),
            warnings: vec![name.into()],
            notes: vec![name.into()],
            matrix: Matrix {
                note: name.into(),
                columns: vec!["Improving".into(), "Concern".into()],
                rows: vec![MatrixRow {
                    title: name.into(),
                    cells: vec![names.iter().take(1).map(|name| measure(name)).collect(), vec![]],
                }],
            },
            summary: table(names),
            services: names.iter().enumerate().map(|(at, name)| page(at, name)).collect(),
            method: vec![Topic { title: text("Down", name), text: vec![name.into()] }],
            appendix: vec![table(names), table(&[])],
        }
    }

    fn text(words: &str, name: &str) -> String {
        format!("{words} {name}")
    }

    fn measure(name: &str) -> Measure {
        Measure { text: text("Downtime", name), page: "service-0".into() }
    }

    fn page(at: usize, name: &str) -> Page {
        let picture = Picture { svg: svg(), alt: text("Chart", name), caption: Some(name.into()) };
        Page {
            page: format!("service-{at}"),
            title: text("Service", name),
            about: name.into(),
            sentence: name.into(),
            facts: vec![Fact { label: name.into(), value: name.into(), note: Some(name.into()) }],
            notes: vec![name.into()],
            sections: vec![Section { title: text("Day by day", name), pictures: vec![picture] }],
            tables: vec![table(&[name]), table(&[])],
        }
    }

    fn svg() -> String {
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 70 30\"><text x=\"9\" y=\"20\">東</text></svg>".into()
    }

    fn table(names: &[&str]) -> Table {
        let row = |name: &&str| {
            vec![Cell::Plain((*name).into()), Cell::Marked { text: (*name).into(), mark: Mark::Good }]
        };
        Table {
            title: "Objectives".into(),
            note: names.first().map(|name| (*name).into()),
            none: "None.".into(),
            columns: vec![column("Service", true), column("Verdict", false)],
            rows: names.iter().map(row).collect(),
        }
    }

    fn column(title: &str, wide: bool) -> Column {
        Column { title: title.into(), number: !wide, wide }
    }
}
