//! What does the round make of looks that were taken before? For replays, and for looks of other monitors.

use std::{
    collections::HashMap, fs::File, io::BufReader, ops::ControlFlow, path::Path, sync::Arc, time::Duration,
};

use anyhow::{Context, bail};

use crate::{
    config::Plan,
    engine,
    entry::Entry,
    ledger::{self, Ledger, Line, Sqlite},
    model::{Check, Moment, Observation, Outcome, Period, ProbeId, Reason},
    probe,
    round::{Effect, Event, Round},
};

/// So many entries are remembered at once.
const BATCH: usize = 10_000;

/// A round that is told of looks and takes none.
pub(super) struct Fold {
    round: Round,
    effects: Vec<Effect>,
    /// A good look that takes longer is degraded, by today's policy.
    slow: HashMap<ProbeId, Option<Duration>>,
}

impl Fold {
    /// A round under `plan`, which came into force at `at`.
    pub(super) fn new(plan: &Plan, at: Moment) -> Self {
        let slow = plan.probes().iter().map(|probe| (probe.id().clone(), probe.slow())).collect();
        let mut fold = Self { round: Round::default(), effects: Vec::new(), slow };
        fold.round.step(Event::Replan(engine::schedule(plan, None)), at, &mut fold.effects);
        fold
    }

    /// Whether the plan has this probe.
    pub(super) fn knows(&self, probe: &ProbeId) -> bool {
        self.slow.contains_key(probe)
    }

    /// Takes in a look or a gap.
    pub(super) fn take(&mut self, entry: Entry) {
        let at = entry.at();
        self.round.step(Event::Recalled(entry), at, &mut self.effects);
    }

    /// Takes in a look as if the plan's `slow` had been in force.
    pub(super) fn weigh(&mut self, mut look: Observation) {
        if let Some(slow) = self.slow.get(&look.probe) {
            look.seen.outcome = weighed(&look, *slow);
            self.take(Entry::Observed(Box::new(look)));
        }
    }

    /// What was to be remembered since the last call.
    pub(super) fn told(&mut self) -> impl Iterator<Item = Entry> {
        self.effects.drain(..).filter_map(|effect| match effect {
            Effect::Record(entry) => Some(entry),
            Effect::Look(_) => None,
        })
    }
}

/// What the look found, with the bound of today on how long it may take.
fn weighed(look: &Observation, slow: Option<Duration>) -> Outcome {
    match &look.seen.outcome {
        Outcome::Unknown { .. } | Outcome::Down(Reason::Fault { .. }) => look.seen.outcome.clone(),
        outcome => {
            let others = outcome.findings().iter().filter(|finding| finding.check != Check::Slow).cloned();
            probe::weigh(others.collect(), slow, look.seen.timeline.total())
        }
    }
}

/// Folds the looks and gaps of `period` that the ledger holds.
pub(super) fn remembered(
    fold: &mut Fold,
    ledger: &Sqlite,
    period: Period,
    mut hear: impl FnMut(Entry),
) -> anyhow::Result<u64> {
    let mut gaps = gaps(ledger, period)?.into_iter().peekable();
    let mut looks = 0;
    ledger.looks(None, period, &mut |look| {
        while let Some(gap) = gaps.next_if(|gap| gap.at() <= look.began) {
            fold.take(gap);
        }
        looks += 1;
        fold.weigh(look);
        fold.told().for_each(&mut hear);
        ControlFlow::Continue(())
    })?;
    gaps.for_each(|gap| fold.take(gap));
    fold.told().for_each(&mut hear);
    Ok(looks)
}

/// In order of time.
fn gaps(ledger: &Sqlite, period: Period) -> anyhow::Result<Vec<Entry>> {
    let mut gaps = Vec::new();
    ledger.entries(ledger::Seq::default(), &mut |_, entry| {
        if matches!(&entry, Entry::Gap(gap) if period.contains(gap.from)) {
            gaps.push(entry);
        }
        ControlFlow::Continue(())
    })?;
    gaps.sort_by_key(Entry::at);
    Ok(gaps)
}

/// Writes the bare looks in `file` into a new ledger, with all that `plan` makes of them. A line that is no look, names a
/// probe that the plan does not have, or is out of order is refused before anything is written.
pub(super) fn bare(plan: &Plan, file: &Path, data: &Path) -> anyhow::Result<u64> {
    let Some(first) = checked(plan, file)? else { bail!("{}: there is no look in it", file.display()) };
    let mut ledger = Sqlite::open(data)?.ledger;
    if ledger.tail()?.newest.is_some() {
        return Err(ledger::LedgerError::Occupied { dir: data.to_owned() }.into());
    }
    let (mut fold, mut entries, mut looks) = (Fold::new(plan, first), Vec::new(), 0);
    for line in lines(file)? {
        let (_, look) = line?;
        fold.take(Entry::Observed(look));
        entries.extend(fold.told().map(Arc::new));
        looks += 1;
        if entries.len() >= BATCH {
            ledger.append(&entries)?;
            entries.clear();
        }
    }
    ledger.append(&entries)?;
    Ok(looks)
}

/// When the first look of a file began that is right in every line.
fn checked(plan: &Plan, file: &Path) -> anyhow::Result<Option<Moment>> {
    let fold = Fold::new(plan, Moment::default());
    let (mut first, mut newest) = (None, None);
    for line in lines(file)? {
        let (number, look) = line?;
        if !fold.knows(&look.probe) {
            bail!("line {number}: the plan has no probe `{}`", look.probe);
        }
        if newest > Some(look.began) {
            bail!("line {number}: this look began before the one above it; looks stand in order of time");
        }
        first = first.or(Some(look.began));
        newest = Some(look.began);
    }
    Ok(first)
}

fn lines(file: &Path) -> anyhow::Result<impl Iterator<Item = anyhow::Result<(u64, Box<Observation>)>>> {
    let opened = File::open(file).with_context(|| file.display().to_string())?;
    Ok(ledger::lines(BufReader::new(opened)).map(|line| match line? {
        (number, Line::Look(look)) => Ok((number, look)),
        (number, _) => bail!("line {number}: no bare look; an export is imported without --config"),
    }))
}
