//! How is a tree grown that nobody wrote, each part with the place of what it stands for?

use crate::raw::{Key, Node, Span, Value};

/// A map under way.
pub(in crate::blackbox) struct Map {
    span: Span,
    entries: Vec<(Key, Node)>,
}

impl Map {
    pub(in crate::blackbox) fn new(span: Span) -> Self {
        Self { span, entries: Vec::new() }
    }

    /// With an entry, if there is something to enter.
    pub(in crate::blackbox) fn put(&mut self, key: &str, value: impl Into<Option<Node>>) {
        if let Some(value) = value.into() {
            self.entries.push((Key { span: value.span, text: key.to_owned() }, value));
        }
    }

    pub(in crate::blackbox) fn node(self) -> Node {
        Node { span: self.span, value: Value::Map(self.entries) }
    }

    /// `None` if nothing was entered.
    pub(in crate::blackbox) fn some(self) -> Option<Node> {
        (!self.entries.is_empty()).then(|| self.node())
    }
}

pub(in crate::blackbox) fn text(span: Span, text: impl Into<String>) -> Node {
    Node { span, value: Value::Str(text.into()) }
}

pub(in crate::blackbox) fn number(span: Span, number: impl Into<i128>) -> Node {
    Node { span, value: Value::Int(number.into()) }
}

pub(in crate::blackbox) fn yes(span: Span, yes: bool) -> Node {
    Node { span, value: Value::Bool(yes) }
}

/// `None` if there are no items.
pub(in crate::blackbox) fn list(span: Span, items: Vec<Node>) -> Option<Node> {
    (!items.is_empty()).then_some(Node { span, value: Value::Seq(items) })
}

/// A map of one entry.
pub(in crate::blackbox) fn one(span: Span, key: &str, value: Node) -> Node {
    let mut map = Map::new(span);
    map.put(key, value);
    map.node()
}
