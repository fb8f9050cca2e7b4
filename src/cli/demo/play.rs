//! What is going wrong in the hospital, and what comes next?

use std::time::Duration;

use crate::{
    demo::{Ailment, Part, Script},
    model::Moment,
};

/// A script that is being performed.
pub(super) struct Play {
    script: Script,
    began: Moment,
    known: Vec<(Part, Ailment)>,
}

impl Play {
    pub(super) fn new(script: Script, began: Moment) -> Self {
        Self { script, began, known: Vec::new() }
    }

    pub(super) fn script(&self) -> &Script {
        &self.script
    }

    /// What has gone wrong, and what has been mended, since this was last asked.
    pub(super) fn news(&mut self, now: Moment) -> Vec<String> {
        let ill = self.ill(now);
        let gone = self.known.iter().filter(|known| !ill.contains(known));
        let mended = gone.map(|(part, _)| format!("  (the demo's {part} is well again)"));
        let come = ill.iter().filter(|ill| !self.known.contains(ill));
        let news =
            mended.chain(come.map(|(part, ailment)| format!("  (the demo's {part} {ailment})"))).collect();
        self.known = ill;
        news
    }

    /// What is wrong and what comes next, in two lines.
    pub(super) fn words(&self, now: Moment) -> String {
        let ill: Vec<String> =
            self.ill(now).iter().map(|(part, ailment)| format!("{part} {ailment}")).collect();
        let wrong = if ill.is_empty() { "nothing".to_owned() } else { ill.join("; ") };
        let next = self.script.next(now.since(self.began)).map_or_else(String::new, |(until, spell)| {
            format!(
                "In {} s: {} {}",
                (until + Duration::from_millis(999)).as_secs(),
                spell.part,
                spell.ailment
            )
        });
        format!("Wrong in the hospital: {wrong}\n{next}")
    }

    fn ill(&self, now: Moment) -> Vec<(Part, Ailment)> {
        let at = now.since(self.began);
        Part::ALL.into_iter().filter_map(|part| Some((part, self.script.ailment(part, at)?))).collect()
    }
}
