//! What is remembered, as far as a report needs it?

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::ControlFlow,
};

use super::{Account, Asked, Head, Remembered};
use crate::{
    entry::Tail,
    ledger::{Ledger, LedgerError, Seq, Sqlite},
    model::{Moment, Outcome, Period, ProbeId},
};

/// What a report that is `asked` for rests on, all of one moment.
///
/// # Errors
/// The ledger cannot be read.
pub fn read(ledger: &Sqlite, asked: &Asked) -> Result<Remembered, LedgerError> {
    let _held = ledger.hold()?;
    remembered(ledger, account(ledger)?, asked.periods(), |_, _| ())
}

/// Every entry that was ever written, in order.
pub fn account(ledger: &impl Ledger) -> Result<Account, LedgerError> {
    let mut account = Account::default();
    ledger.entries(Seq::default(), &mut |_, entry| {
        account.absorb(&entry);
        ControlFlow::Continue(())
    })?;
    Ok(account)
}

/// The same, with what a report over `periods`, the first before all, needs of looks. `each` is told before each probe how many are
/// done, and of how many.
pub fn remembered(
    ledger: &impl Ledger,
    mut account: Account,
    periods: Vec<Period>,
    mut each: impl FnMut(usize, usize),
) -> Result<Remembered, LedgerError> {
    let (tail, head) = (ledger.tail()?, ledger.head()?);
    account.known_until(tail.newest.unwrap_or_default());
    let probes = probes(&account, periods.first().copied());
    let mut sums = BTreeMap::new();
    for (done, probe) in probes.iter().enumerate() {
        each(done, probes.len());
        sums.insert(probe.clone(), ledger.sums(probe, &periods)?);
    }
    let head = Head { entries: head.seq.0, hash: head.hash.to_string() };
    Ok(Remembered { account, head, sums, periods, looked_until: looked_until(&tail) })
}

/// The probes of every plan that was in force in `period`.
fn probes(account: &Account, period: Option<Period>) -> BTreeSet<ProbeId> {
    let until = period.map(|period| period.until);
    let plans = account.plans().iter().filter(|plan| until.is_none_or(|until| plan.at < until));
    let probes = plans.flat_map(|plan| &plan.outline.probes);
    probes.map(|probe| probe.id.clone()).collect()
}

/// The last known look of the probe that has waited longest for one.
fn looked_until(tail: &Tail) -> Option<Moment> {
    let known = |probe| {
        let looks = tail.probes.get(probe).map(|last| &last.looks)?;
        looks
            .iter()
            .rfind(|look| !matches!(look.seen.outcome, Outcome::Unknown { .. }))
            .map(|look| look.began)
    };
    let all: Option<Vec<Moment>> = tail.outline.probes.iter().map(|probe| known(&probe.id)).collect();
    all.and_then(|all| all.into_iter().min())
}
