//! Where does a panel stand? From left to right, line after line: none can lie over another.

use serde::Serialize;
use serde_json::{Value, json};

use super::panel::Panel;

/// The width of the whole.
const WIDE: u32 = 24;

/// Panels under one heading.
pub(super) struct Section {
    title: &'static str,
    panels: Vec<Panel>,
}

/// Where a panel stands, and how large it is.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Place {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) w: u32,
    pub(super) h: u32,
}

/// Where the next panel goes.
#[derive(Default)]
struct Pen {
    number: u32,
    x: u32,
    y: u32,
    tallest: u32,
}

impl Section {
    pub(super) fn new(title: &'static str, panels: Vec<Panel>) -> Self {
        Self { title, panels }
    }
}

impl Pen {
    fn next(&mut self, w: u32, h: u32) -> (u32, Place) {
        if self.x + w > WIDE {
            self.new_line();
        }
        let place = Place { x: self.x, y: self.y, w, h };
        (self.x, self.tallest, self.number) = (self.x + w, self.tallest.max(h), self.number + 1);
        (self.number, place)
    }

    fn new_line(&mut self) {
        (self.x, self.y, self.tallest) = (0, self.y + self.tallest, 0);
    }

    fn heading(&mut self, title: &str) -> Value {
        self.new_line();
        let (id, place) = self.next(WIDE, 1);
        json!({"type": "row", "id": id, "title": title, "collapsed": false, "gridPos": place, "panels": []})
    }

    fn panel(&mut self, panel: Panel) -> Value {
        let (w, h) = panel.size();
        let (id, place) = self.next(w, h);
        panel.placed(id, place).value()
    }
}

/// Every panel at its place, with a number of its own.
pub(super) fn place(sections: Vec<Section>) -> Vec<Value> {
    let mut pen = Pen::default();
    let mut placed = Vec::new();
    for section in sections {
        placed.push(pen.heading(section.title));
        placed.extend(section.panels.into_iter().map(|panel| pen.panel(panel)));
    }
    placed
}
