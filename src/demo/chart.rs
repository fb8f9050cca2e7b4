//! What ails each part now?

use tokio::sync::watch;

use super::{Ailment, Part};

/// The ailments of all parts, as they come and go.
#[derive(Debug)]
pub(super) struct Chart([watch::Sender<Option<Ailment>>; Part::ALL.len()]);

impl Chart {
    /// Everybody is well.
    pub(super) fn new() -> Self {
        Self(Part::ALL.map(|_| watch::Sender::new(None)))
    }

    pub(super) fn set(&self, part: Part, ailment: Option<Ailment>) {
        self.0[part as usize].send_if_modified(|now| std::mem::replace(now, ailment) != ailment);
    }

    pub(super) fn of(&self, part: Part) -> Option<Ailment> {
        *self.0[part as usize].borrow()
    }

    /// What ails `part`, as it changes.
    pub(super) fn follow(&self, part: Part) -> watch::Receiver<Option<Ailment>> {
        self.0[part as usize].subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_change_is_told() {
        let chart = Chart::new();
        let mut followed = chart.follow(Part::Mail);
        chart.set(Part::Mail, None);
        chart.set(Part::Names, Some(Ailment::Silent));
        assert!(!followed.has_changed().unwrap());
        chart.set(Part::Mail, Some(Ailment::Reset));
        assert_eq!(*followed.borrow_and_update(), Some(Ailment::Reset));
        assert_eq!(chart.of(Part::Names), Some(Ailment::Silent));
    }
}
