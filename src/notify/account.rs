//! What has one receiver acknowledged, what is due to it, and when is it tried again? Pure.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::{
    Alert, Channel, Message, Receiver,
    desk::{Desk, Standing, failing_of},
};
use crate::{
    entry::Told,
    model::{Moment, Slug},
};

/// An Alertmanager is told again after this long: what a rule that is behind says of an alert holds until then.
const AGAIN: Duration = Duration::from_secs(15);

/// The first wait after a failure; it doubles with each.
const WAIT: Duration = Duration::from_secs(1);

/// No wait is longer, unless the receiver asks for it.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// Nor is it longer than this if it does.
const LONGEST_WISH: Duration = Duration::from_mins(10);

/// One receiver's account. Times without a date are those of a clock that is never set.
#[derive(Debug, Default)]
pub(super) struct Account {
    acknowledged: BTreeMap<Slug, Acknowledged>,
    /// Since when it fails, and how often it has since this start.
    failing: Option<(Moment, u32)>,
    /// It is left alone until then.
    rests_until: Duration,
    /// When it last took all that stands.
    told: Option<Duration>,
    /// Which of the messages that wait is tried next.
    turn: usize,
    /// Messages that were refused for what they are: how often, and until when each is kept back.
    refused: BTreeMap<Slug, (u32, Duration)>,
}

/// What of an alert was acknowledged, and when.
#[derive(Clone, Copy, Debug)]
struct Acknowledged {
    resolved: bool,
    at: Moment,
}

/// What is sent at once.
#[derive(Debug)]
pub(super) struct Parcel {
    pub(super) content: Content,
    /// What each alert in it is acknowledged as.
    pub(super) marks: Vec<(Slug, bool)>,
}

/// What is in it.
#[derive(Debug)]
pub(super) enum Content {
    Alerts(Vec<Alert>),
    Message(Box<Message>),
    Beat,
}

impl Account {
    /// What is remembered of `receiver`.
    pub(super) fn recover<'t>(receiver: &Slug, told: impl Iterator<Item = &'t Told> + Clone) -> Self {
        let failed = failing_of(receiver);
        let failing = told.clone().find(|told| told.alert == failed && !told.resolved);
        let mine = told.filter(|told| told.receiver == *receiver);
        let acknowledged = mine
            .map(|told| (told.alert.clone(), Acknowledged { resolved: told.resolved, at: told.at }))
            .collect();
        Self { acknowledged, failing: failing.map(|told| (told.at, 0)), ..Self::default() }
    }

    /// What is to be sent at `now`, when a clock that is never set says `tick`.
    pub(super) fn due(
        &mut self,
        receiver: &Receiver,
        desk: &Desk,
        now: Moment,
        tick: Duration,
    ) -> Option<Parcel> {
        if tick < self.rests_until {
            return None;
        }
        match receiver.channel() {
            Channel::Alertmanager(_) => self.alerts(receiver, desk, now, tick),
            Channel::Webhook(_) | Channel::Email(_) => self.message(receiver, desk, now, tick),
            Channel::Heartbeat(_) => None,
        }
    }

    /// All that stands, if any of it is new or it is time to say it again.
    fn alerts(&self, receiver: &Receiver, desk: &Desk, now: Moment, tick: Duration) -> Option<Parcel> {
        let sent: Vec<(&Slug, &Standing, bool)> = self
            .hears(receiver, desk)
            .map(|(id, standing)| {
                (id, standing, self.stage(id, standing) && self.was_heard(id, standing, now))
            })
            .collect();
        let retired = || desk.retired().iter().filter(|alert| receiver.hears(alert.severity));
        let is_news = sent.iter().any(|(id, _, resolved)| self.is_news(id, *resolved));
        let is_time = self.told.is_none_or(|told| told + AGAIN <= tick);
        if !is_news && (!is_time || sent.is_empty() && retired().next().is_none()) {
            return None;
        }
        let alert = |(id, standing, resolved): &(&Slug, &Standing, bool)| {
            desk.alert(id, &standing.told(*resolved), now)
        };
        let lasts: BTreeSet<_> =
            sent.iter().filter(|(.., resolved)| !resolved).map(|(_, one, _)| one.labels()).collect();
        // To Alertmanager alerts of the same labels are one: the end of an older one would be that of the newer.
        let is_told =
            |(_, one, resolved): &&(&Slug, &Standing, bool)| !(*resolved && lasts.contains(one.labels()));
        let retired = retired().filter(|alert| !lasts.contains(&alert.labels)).cloned();
        let alerts = sent.iter().filter(is_told).map(alert).chain(retired).collect();
        let marks = sent.iter().map(|(id, _, resolved)| (Slug::clone(id), *resolved)).collect();
        Some(Parcel { content: Content::Alerts(alerts), marks })
    }

    /// One message that waits; if one is refused the next is another.
    fn message(&self, receiver: &Receiver, desk: &Desk, now: Moment, tick: Duration) -> Option<Parcel> {
        let mut waiting = self.waiting(receiver, desk);
        waiting.retain(|(id, ..)| self.refused.get(*id).is_none_or(|(_, until)| *until <= tick));
        let (id, standing, resolved) = waiting.get(self.turn % waiting.len().max(1))?;
        let after = self.acknowledged.get(*id).map(|known| known.at);
        let message = Message { after, ..desk.message(id, &standing.told(*resolved), now) };
        Some(Parcel { content: Content::Message(Box::new(message)), marks: vec![((*id).clone(), *resolved)] })
    }

    /// What it has not acknowledged yet: first all of services that still ail, then what is over, each the oldest first.
    fn waiting<'d>(&self, receiver: &Receiver, desk: &'d Desk) -> Vec<(&'d Slug, &'d Standing, bool)> {
        let service = |standing: &'d Standing| standing.labels().get("service");
        let lasts = desk.standing().filter(|(_, standing)| standing.until.is_none());
        let ailing: BTreeSet<_> = lasts.map(|(_, standing)| service(standing)).collect();
        let all = self.hears(receiver, desk).map(|(id, standing)| (id, standing, self.stage(id, standing)));
        let mut waiting: Vec<_> = all.filter(|(id, _, resolved)| self.is_news(id, *resolved)).collect();
        waiting.sort_by_key(|(_, standing, _)| (!ailing.contains(&service(standing)), standing.since));
        waiting
    }

    /// How much it has not acknowledged yet.
    pub(super) fn pending(&self, receiver: &Receiver, desk: &Desk) -> usize {
        self.waiting(receiver, desk).len()
    }

    /// Whether it is now to be told that the alert is over: not before it was told that it was there.
    fn stage(&self, id: &Slug, standing: &Standing) -> bool {
        standing.until.is_some() && self.acknowledged.contains_key(id)
    }

    /// Whether an Alertmanager that heard of the alert only after its end has had the time to tell of it.
    fn was_heard(&self, id: &Slug, standing: &Standing, now: Moment) -> bool {
        let Some(acknowledged) = self.acknowledged.get(id) else { return false };
        acknowledged.resolved || standing.until > Some(acknowledged.at) || acknowledged.at + AGAIN <= now
    }

    fn is_news(&self, id: &Slug, resolved: bool) -> bool {
        self.acknowledged.get(id).is_none_or(|known| known.resolved != resolved)
    }

    /// What of all that stands `receiver` hears.
    fn hears<'d>(
        &self,
        receiver: &Receiver,
        desk: &'d Desk,
    ) -> impl Iterator<Item = (&'d Slug, &'d Standing)> {
        desk.standing().filter(|(id, standing)| self.concerns(receiver, id, standing))
    }

    /// Whether it hears of this: not that it cannot be told itself; but that something is over of which it was told in louder
    /// days.
    fn concerns(&self, receiver: &Receiver, id: &Slug, standing: &Standing) -> bool {
        let is_for_it = receiver.hears(standing.severity) || self.stage(id, standing);
        is_for_it && !standing.is_about(receiver.name())
    }

    /// Whether it has not heard yet that the alert is over, and is to.
    pub(super) fn awaits(&self, receiver: &Receiver, id: &Slug, standing: &Standing) -> bool {
        self.concerns(receiver, id, standing) && self.acknowledged.get(id).is_none_or(|known| !known.resolved)
    }

    /// It took `marks`; gives those that are new.
    pub(super) fn delivered(
        &mut self,
        marks: Vec<(Slug, bool)>,
        at: Moment,
        tick: Duration,
    ) -> Vec<(Slug, bool)> {
        (self.failing, self.rests_until, self.turn) = (None, Duration::ZERO, 0);
        self.told = Some(tick);
        self.refused.retain(|id, _| marks.iter().all(|(taken, _)| taken != id));
        self.acknowledge(marks, at)
    }

    fn acknowledge(&mut self, marks: Vec<(Slug, bool)>, at: Moment) -> Vec<(Slug, bool)> {
        let news: Vec<_> = marks.into_iter().filter(|(id, resolved)| self.is_news(id, *resolved)).collect();
        for (id, resolved) in &news {
            self.acknowledged.insert(id.clone(), Acknowledged { resolved: *resolved, at });
        }
        news
    }

    /// It did not take it. `wish`: for how long it wants to be left alone.
    pub(super) fn failed(&mut self, at: Moment, tick: Duration, wish: Option<Duration>) {
        let times = self.fails(at);
        self.rests_until = tick + wish.map_or(wait(times), |wish| wish.clamp(wait(times), LONGEST_WISH));
        self.turn = self.turn.wrapping_add(1);
    }

    /// It refused `marks` for what they are. They are kept back for a while, and nothing else is: a relay can err.
    pub(super) fn refuses(&mut self, marks: &[(Slug, bool)], at: Moment, tick: Duration) {
        self.fails(at);
        for (id, _) in marks {
            let (times, until) = self.refused.entry(id.clone()).or_default();
            *until = tick + wait(*times);
            *times = times.saturating_add(1);
        }
    }

    /// Counts a failure; gives how many there were before it.
    fn fails(&mut self, at: Moment) -> u32 {
        let (since, times) = self.failing.unwrap_or((at, 0));
        self.failing = Some((since, times.saturating_add(1)));
        times
    }

    /// For how long it is left alone, if it is.
    pub(super) fn rests(&self, tick: Duration) -> Option<Duration> {
        self.rests_until.checked_sub(tick).filter(|rest| !rest.is_zero())
    }

    /// Takes it that what it refuses for good is told; gives how much of that is new.
    pub(super) fn give_up(&mut self, marks: Vec<(Slug, bool)>, at: Moment) -> usize {
        self.acknowledge(marks, at).len()
    }

    /// Since when it fails.
    pub(super) fn failing(&self) -> Option<Moment> {
        self.failing.map(|(since, _)| since)
    }

    /// What ended before this receiver was there is none of its business.
    pub(super) fn begin(&mut self, desk: &Desk, at: Moment) {
        for (id, _) in desk.standing().filter(|(_, standing)| standing.until.is_some()) {
            self.acknowledged.insert(id.clone(), Acknowledged { resolved: true, at });
        }
    }

    /// Its settings may have changed: it is tried at once, and told all that stands.
    pub(super) fn retry(&mut self) {
        (self.rests_until, self.told) = (Duration::ZERO, None);
    }

    /// Forgets what nobody speaks of any more: that it failed before this start as well, if nothing waits to show it.
    pub(super) fn tidy(&mut self, receiver: &Receiver, desk: &Desk) {
        self.acknowledged.retain(|id, _| desk.knows(id));
        self.refused.retain(|id, _| desk.knows(id));
        let is_shown =
            matches!(receiver.channel(), Channel::Heartbeat(_)) || self.pending(receiver, desk) > 0;
        self.failing = self.failing.filter(|(_, times)| is_shown || *times > 0);
    }
}

/// How long to wait after so many failures and one more.
fn wait(times: u32) -> Duration {
    WAIT.saturating_mul(1 << times.min(6)).min(LONGEST_WAIT)
}
