//! Where did the time of a look go?

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A part of a look, in the order in which a look walks through them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// A name is turned into addresses.
    Resolve,
    /// A connection is opened (and a proxy asked for one).
    Connect,
    /// The TLS handshake, with STARTTLS before it.
    Tls,
    /// The request is written.
    Send,
    /// Nothing has come back yet.
    Wait,
    /// From the first byte of the reply to its end.
    Receive,
}

impl Phase {
    /// Every phase, in order.
    pub const ALL: [Self; 6] =
        [Self::Resolve, Self::Connect, Self::Tls, Self::Send, Self::Wait, Self::Receive];

    /// The word on metrics, pages and in JSON.
    pub fn label(self) -> &'static str {
        match self {
            Self::Resolve => "resolve",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Send => "send",
            Self::Wait => "wait",
            Self::Receive => "receive",
        }
    }
}

/// One stretch of a look spent in one phase. Both ends are counted from the look's beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// What was being done.
    pub phase: Phase,
    /// 0 for the first exchange, 1 after the first redirect, and so on; in a look that goes in steps the place of the step.
    pub hop: u8,
    /// When it began; seconds in JSON.
    #[serde(serialize_with = "seconds", deserialize_with = "from_seconds")]
    pub began: Duration,
    /// When it ended; seconds in JSON.
    #[serde(serialize_with = "seconds", deserialize_with = "from_seconds")]
    pub ended: Duration,
}

/// The spans of one look, end to end: each begins where the one before ended, so that they sum to the duration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    spans: Vec<Span>,
}

impl Timeline {
    /// Ends the span under way and begins one in `phase`, `at` after the look's beginning.
    pub fn enter(&mut self, phase: Phase, hop: u8, at: Duration) {
        let began = self.end(at);
        self.spans.push(Span { phase, hop, began, ended: at.max(began) });
    }

    /// Ends the span under way; returns where the next one begins.
    pub fn end(&mut self, at: Duration) -> Duration {
        match self.spans.last_mut() {
            Some(span) => {
                span.ended = at.max(span.began);
                span.ended
            }
            None => Duration::ZERO,
        }
    }

    /// All spans, in order.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// The phase under way, or in which the look ended.
    pub fn last(&self) -> Option<Phase> {
        self.spans.last().map(|span| span.phase)
    }

    /// How long the look took.
    pub fn total(&self) -> Duration {
        self.spans.last().map_or(Duration::ZERO, |span| span.ended)
    }

    /// The hop under way, or in which the look ended.
    pub fn hop(&self) -> Option<u8> {
        self.spans.last().map(|span| span.hop)
    }

    /// The hops that the look came to, each with the time spent in it, in order.
    pub fn hops(&self) -> impl Iterator<Item = (u8, Duration)> {
        self.spans
            .chunk_by(|one, two| one.hop == two.hop)
            .map(|spans| (spans[0].hop, spans.iter().map(|span| span.ended.saturating_sub(span.began)).sum()))
    }

    /// The time spent in `hop`, however often the look came to it; `None` if it never did.
    pub fn of_hop(&self, hop: u8) -> Option<Duration> {
        let mut hops = self.hops().filter(|(at, _)| *at == hop).peekable();
        hops.peek()?;
        Some(hops.map(|(_, took)| took).sum())
    }

    /// The time spent in `phase` over all hops; `None` if the look never came to it.
    pub fn of(&self, phase: Phase) -> Option<Duration> {
        let mut spans = self.spans.iter().filter(|span| span.phase == phase).peekable();
        spans.peek()?;
        Some(spans.map(|span| span.ended.saturating_sub(span.began)).sum())
    }
}

fn seconds<S: Serializer>(span: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(span.as_secs_f64())
}

fn from_seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    Duration::try_from_secs_f64(f64::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_sum_to_the_duration() {
        let ms = Duration::from_millis;
        let mut line = Timeline::default();
        line.enter(Phase::Resolve, 0, ms(1)); // what came before the first stamp belongs to the first phase
        line.enter(Phase::Connect, 0, ms(3));
        line.enter(Phase::Wait, 0, ms(2)); // a clock that seems to step back cannot make a span negative
        line.enter(Phase::Connect, 1, ms(10));
        line.end(ms(12));
        let sum: Duration = Phase::ALL.iter().filter_map(|phase| line.of(*phase)).sum();
        assert_eq!((sum, line.total()), (ms(12), ms(12)));
        assert_eq!(line.of(Phase::Connect), Some(ms(2)));
        assert_eq!(line.of(Phase::Tls), None);
    }
}
