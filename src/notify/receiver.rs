//! Who is told, of what, and by which channel?

use std::time::Duration;

use super::{
    Alertmanager, Email, Heartbeat, Webhook,
    peer::Peer,
    raw::{KINDS, RawReceiver},
};
use crate::{
    model::{Severity, Slug},
    raw::{Door, Field, Lapse, OneOrMany, Problem, Span, listed},
};

/// From one beat to the next unless it is said.
const BEAT: Duration = Duration::from_mins(1);
/// The shortest time from one beat to the next.
const SHORTEST_BEAT: Duration = Duration::from_secs(5);

/// Who is told, checked. Cheap to clone, and prints no secret.
#[derive(Clone, Debug)]
pub struct Receiver {
    name: Slug,
    severities: Vec<Severity>,
    channel: Channel,
}

/// How a receiver is told.
#[derive(Clone, Debug)]
pub enum Channel {
    /// Alerts, again and again while they last.
    Alertmanager(Alertmanager),
    /// A message when it begins and one when it is over.
    Webhook(Webhook),
    /// The same, by mail.
    Email(Email),
    /// That we live, and nothing else.
    Heartbeat(Heartbeat),
}

impl Receiver {
    /// Checks what was written below `name`, at `at`.
    pub(crate) fn parse(name: Slug, at: Span, raw: RawReceiver, door: &mut Door<'_>) -> Option<Self> {
        let severities = severities(&raw, door);
        let interval = interval(&raw, door);
        Self::count(&name, at, &raw, door);
        let channels = [
            raw.alertmanager
                .and_then(|raw| Some(Channel::Alertmanager(Alertmanager::parse(raw.good()?, door)?))),
            raw.webhook.and_then(|raw| Some(Channel::Webhook(Webhook::parse(raw.good()?, door)?))),
            raw.email.and_then(|raw| Some(Channel::Email(Email::parse(raw.good()?, door)?))),
            raw.heartbeat
                .and_then(|raw| Some(Channel::Heartbeat(Heartbeat::parse(raw.good()?, interval, door)?))),
        ];
        Some(Self { name, severities, channel: channels.into_iter().flatten().next()? })
    }

    /// Its name, the same everywhere.
    pub fn name(&self) -> &Slug {
        &self.name
    }

    /// Whether it is told of what is told so loudly. A heartbeat hears nothing.
    pub fn hears(&self, severity: Severity) -> bool {
        self.severities.contains(&severity) && !matches!(self.channel, Channel::Heartbeat(_))
    }

    /// The same, which still knows where the one `before` it was reached: the plan may be read anew while no name is answered.
    #[must_use]
    pub fn remembering(self, before: &Self) -> Self {
        self.channel.peer().recall(before.channel.peer());
        self
    }

    /// How it is told.
    pub fn channel(&self) -> &Channel {
        &self.channel
    }

    /// A receiver is of exactly one kind.
    fn count(name: &Slug, at: Span, raw: &RawReceiver, door: &mut Door<'_>) {
        let written = kinds(raw);
        match written.as_slice() {
            [] => {
                let message = format!("the receiver `{name}` does not say how it is told");
                let cure = format!("add one of {}, with its settings", listed(&KINDS));
                door.problem(at, message, cure);
            }
            [(first, one), (second, two), ..] => {
                let message = format!("a receiver is of one kind, and this is `{first}` and `{second}`");
                let problem = Problem::new(*two, message).beside(*one, "the first kind");
                door.tell(problem.cure("make two receivers of it"));
            }
            [_] => {}
        }
    }
}

impl Channel {
    fn peer(&self) -> &Peer {
        match self {
            Self::Alertmanager(one) => &one.client.peer,
            Self::Webhook(one) => &one.0.peer,
            Self::Email(one) => &one.peer,
            Self::Heartbeat(one) => &one.client.peer,
        }
    }
}

fn kinds(raw: &RawReceiver) -> Vec<(&'static str, Span)> {
    let spans = [
        raw.alertmanager.as_ref().map(Field::span),
        raw.webhook.as_ref().map(Field::span),
        raw.email.as_ref().map(Field::span),
        raw.heartbeat.as_ref().map(Field::span),
    ];
    let written = KINDS.into_iter().zip(spans).filter_map(|(kind, span)| Some((kind, span?)));
    written.collect()
}

fn severities(raw: &RawReceiver, door: &mut Door<'_>) -> Vec<Severity> {
    let Some(written) = &raw.severity else {
        return Severity::ALL.into_iter().filter(|one| *one != Severity::None).collect();
    };
    if raw.heartbeat.is_some() {
        door.problem(written.span(), "a heartbeat is told of nothing", "leave `severity` out");
    }
    let Some(OneOrMany(written)) = written.get().filter(|list| !list.0.is_empty()) else {
        if written.get().is_some() {
            door.problem(
                written.span(),
                "no severity is named",
                "name at least one, or leave `severity` out",
            );
        }
        return Vec::new();
    };
    for field in written.iter().filter(|field| field.get() == Some(&Severity::None)) {
        door.problem(field.span(), "`none` is told to nobody", "write `critical`, `warning` or `info`");
    }
    written.iter().filter_map(Field::get).copied().collect()
}

fn interval(raw: &RawReceiver, door: &mut Door<'_>) -> Duration {
    let Some(written) = &raw.interval else { return BEAT };
    if raw.heartbeat.is_none() && !kinds(raw).is_empty() {
        door.problem(written.span(), "only a heartbeat has an interval", "leave `interval` out");
    }
    let Some(Lapse(interval)) = written.get().copied() else { return BEAT };
    if interval < SHORTEST_BEAT {
        door.problem(written.span(), "the interval is too short", "write at least \"5s\"");
    }
    interval
}
