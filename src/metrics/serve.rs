//! Who asks us, and what becomes of it?

use std::sync::{
    Mutex,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use super::{catalogue as of, labels::Labels, lock, page::Page};
use crate::model::Moment;

/// What is counted of those who ask us.
#[derive(Debug, Default)]
pub struct Asked {
    /// In the order of [`ANSWERS`].
    answers: [AtomicU64; ANSWERS.len()],
    /// In the order of [`SignIn::ALL`].
    sign_ins: [AtomicU64; SignIn::ALL.len()],
    turned_away: AtomicU64,
    tls: Mutex<Option<Tls>>,
}

/// The kinds of answers, by the first digit of their status.
pub(super) const ANSWERS: [&str; 4] = ["2xx", "3xx", "4xx", "5xx"];

/// What became of an attempt to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// They are in.
    Accepted,
    /// That was not the password, the token, or whom we trust.
    Refused,
    /// Too many failed before: it was not even tried.
    Delayed,
}

impl SignIn {
    pub(super) const ALL: [Self; 3] = [Self::Accepted, Self::Refused, Self::Delayed];

    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Delayed => "delayed",
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Tls {
    ok: bool,
    not_after: Moment,
}

impl Asked {
    /// A request was answered with this status.
    pub fn answered(&self, status: u16) {
        let class = usize::from(status / 100).saturating_sub(2).min(ANSWERS.len() - 1);
        self.answers[class].fetch_add(1, Relaxed);
    }

    /// Somebody tried to sign in.
    pub fn signed_in(&self, outcome: SignIn) {
        self.sign_ins[outcome as usize].fetch_add(1, Relaxed);
    }

    /// A client asked too much at once.
    pub fn turned_away(&self) {
        self.turned_away.fetch_add(1, Relaxed);
    }

    /// A certificate of our own is shown that expires at `not_after`.
    pub fn shows(&self, not_after: Moment) {
        *lock(&self.tls) = Some(Tls { ok: true, not_after });
    }

    /// The files of our certificate changed and cannot be used: what was shown before is still shown.
    pub fn shows_an_older_one(&self) {
        if let Some(tls) = &mut *lock(&self.tls) {
            tls.ok = false;
        }
    }

    pub(super) fn write(&self, site: &Labels, page: &mut Page<'_>) {
        let labels = site.clone().join();
        if labels.is_empty() {
            return; // no plan yet, so no site
        }
        page.family(&of::REQUESTS);
        for (answer, count) in ANSWERS.iter().zip(&self.answers) {
            page.series(&of::REQUESTS, &labels).by(&[answer], count.load(Relaxed));
        }
        page.family(&of::SIGN_INS);
        for outcome in SignIn::ALL {
            let count = self.sign_ins[outcome as usize].load(Relaxed);
            page.series(&of::SIGN_INS, &labels).by(&[outcome.label()], count);
        }
        page.family(&of::TURNED_AWAY);
        page.series(&of::TURNED_AWAY, &labels).value(self.turned_away.load(Relaxed));
        let tls = *lock(&self.tls);
        page.family(&of::SERVE_TLS_OK);
        page.series(&of::SERVE_TLS_OK, &labels).maybe(tls.map(|tls| u64::from(tls.ok)));
        page.family(&of::SERVE_TLS_NOT_AFTER);
        page.series(&of::SERVE_TLS_NOT_AFTER, &labels).maybe(tls.map(|tls| tls.not_after));
    }
}
