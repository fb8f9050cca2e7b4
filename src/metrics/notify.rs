//! Who is told, and does it reach them?

use std::{collections::BTreeMap, sync::Mutex};

use super::{
    catalogue as of,
    catalogue::Family,
    labels::Labels,
    lock,
    page::{Page, Series},
};
use crate::model::{Moment, Slug};

/// What is counted of telling receivers. What is said of a receiver that is not among them counts nowhere.
#[derive(Debug, Default)]
pub struct Notify(Mutex<BTreeMap<Slug, Deliveries>>);

/// The numbers behind one receiver's series.
#[derive(Clone, Debug, Default)]
struct Deliveries {
    delivered: u64,
    failed: u64,
    failing: bool,
    pending: u64,
    dropped: u64,
    success: Moment,
}

/// How one family is written from the numbers of one receiver.
type Lines = (&'static Family, fn(&mut Series<'_>, &Deliveries));

static RECEIVER: &[Lines] = &[
    (&of::DELIVERIES, |series, told| {
        series.by(&["delivered"], told.delivered);
        series.by(&["failed"], told.failed);
    }),
    (&of::NOTIFY_FAILING, |series, told| series.value(u64::from(told.failing))),
    (&of::NOTIFY_PENDING, |series, told| series.value(told.pending)),
    (&of::NOTIFY_DROPPED, |series, told| series.value(told.dropped)),
    (&of::NOTIFY_SUCCESS, |series, told| series.value(told.success)),
];

impl Notify {
    /// From now on there are series for `names`: who was there before keeps their numbers, the others' are gone.
    pub fn receivers<'a>(&self, names: impl IntoIterator<Item = &'a Slug>) {
        let mut known = lock(&self.0);
        let before = std::mem::take(&mut *known);
        let kept = |name: &Slug| before.get(name).cloned().unwrap_or_default();
        *known = names.into_iter().map(|name| (name.clone(), kept(name))).collect();
    }

    /// `receiver` acknowledged at `at`.
    pub fn delivered(&self, receiver: &Slug, at: Moment) {
        self.change(receiver, |told| {
            told.delivered += 1;
            told.failing = false;
            told.success = at;
        });
    }

    /// `receiver` was not reached, or refused.
    pub fn failed(&self, receiver: &Slug) {
        self.change(receiver, |told| {
            told.failed += 1;
            told.failing = true;
        });
    }

    /// So many messages wait for `receiver`.
    pub fn pending(&self, receiver: &Slug, messages: usize) {
        self.change(receiver, |told| told.pending = messages as u64);
    }

    /// One message to `receiver` was given up for want of room.
    pub fn dropped(&self, receiver: &Slug) {
        self.change(receiver, |told| told.dropped += 1);
    }

    pub(super) fn write(&self, site: &Labels, page: &mut Page<'_>) {
        let receivers = lock(&self.0).clone();
        for (family, lines) in RECEIVER {
            page.family(family);
            for (name, told) in &receivers {
                let labels = site.clone().and("receiver", name.as_str()).join();
                lines(&mut page.series(family, &labels), told);
            }
        }
    }

    fn change(&self, receiver: &Slug, change: impl FnOnce(&mut Deliveries)) {
        if let Some(told) = lock(&self.0).get_mut(receiver) {
            change(told);
        }
    }
}
