//! Does anything that was written belong to a patient? A monitor has no business with one.

use std::collections::BTreeSet;

use super::{desk::Desk, gather::Sheet};
use crate::{
    model::NhsNumber,
    raw::{Field, Problem},
};

/// Tells every NHS number that may be somebody's, wherever it stands: in a file of the configuration, its comments
/// included, or in one that it names. What it is is not shown.
pub(super) fn patients(main: &Sheet, desk: &mut Desk<'_>) {
    let spared = spared(main, desk);
    let suspect = |number: NhsNumber| !number.is_for_tests() && !spared.contains(&number);
    for (span, number) in desk.problems.numbers().collect::<Vec<_>>() {
        if suspect(number) {
            desk.problems.hide(span);
            desk.problems.push(Problem::new(span, "this may be the NHS number of a patient").cure(CURE));
        }
    }
    for (span, number) in desk.fetched_numbers() {
        if suspect(number) {
            let message = "what is read from here holds what may be the NHS number of a patient";
            desk.problems.push(Problem::new(span, message).cure(CURE));
        }
    }
}

const CURE: &str = "use one from 999 000 0000 to 999 999 9999, which nobody has; if it is something else, name it under \
                    `not_nhs_numbers`";

/// The numbers that are said to be none.
fn spared(main: &Sheet, desk: &mut Desk<'_>) -> BTreeSet<NhsNumber> {
    let node = main.node.member("not_nhs_numbers");
    let written = node.and_then(|node| desk.door(&main.base).read::<Vec<Field<NhsNumber>>>(node));
    written.into_iter().flatten().filter_map(Field::good).collect()
}
