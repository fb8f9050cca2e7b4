//! How is everything, in a sentence? Never "all up" while something is not known to be.

use super::{
    mark::{Mark, WORST_FIRST},
    scene::Scene,
};
use crate::model::ServiceState;

/// How many services are in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) mark: Mark,
    pub(super) state: &'static str,
    pub(super) services: usize,
}

/// The states that some service is in, the worst first.
pub(super) fn counts(scene: &Scene) -> Vec<Count> {
    let services = &scene.standing.services;
    let of = |state| services.iter().filter(|service| service.state == state).count();
    let each =
        WORST_FIRST.map(|state| Count { mark: Mark::of(state), state: state.label(), services: of(state) });
    each.into_iter().filter(|one| one.services > 0).collect()
}

/// How everything is, in a sentence.
pub(super) fn headline(scene: &Scene) -> String {
    let standing = &scene.standing;
    let whole = standing.services.len();
    if whole == 0 {
        let none =
            if scene.sees_all() { "No service is watched." } else { "No service is shown to everybody." };
        return none.into();
    }
    let when = standing.newest.filter(|_| !standing.running);
    let when = when.map_or_else(String::new, |newest| format!("As it was at {}: ", scene.short(newest)));
    when + &told(&counts(scene), whole)
}

fn told(counts: &[Count], whole: usize) -> String {
    let up = ServiceState::Up.label();
    let well: usize = counts.iter().filter(|one| one.state == up).map(|one| one.services).sum();
    if well == whole {
        return if whole == 1 {
            "The one service is up.".into()
        } else {
            format!("All {whole} services are up.")
        };
    }
    let mut parts: Vec<String> = counts.iter().filter(|one| one.state != up).map(part).collect();
    parts[0] = parts[0].replacen(' ', if counts[0].services == 1 { " service " } else { " services " }, 1);
    let last = parts.pop().unwrap_or_default();
    let bad = if parts.is_empty() { last } else { format!("{} and {last}", parts.join(", ")) };
    match well {
        0 => format!("{bad}. None is up."),
        1 => format!("{bad}; 1 is up."),
        well => format!("{bad}; the other {well} are up."),
    }
}

fn part(one: &Count) -> String {
    let is = if one.services == 1 { "is" } else { "are" };
    format!("{} {is} {}", one.services, one.mark.word.to_lowercase())
}

/// What planned work there is, which hides nothing.
pub(super) fn planned(scene: &Scene) -> Option<String> {
    let active = scene.standing.maintenance.iter().filter(|one| one.active);
    let mut services: Vec<_> = active.flat_map(|one| &one.maintenance.services).collect();
    services.sort();
    services.dedup();
    match services.len() {
        0 => None,
        1 => Some(format!("Planned work is under way on {}.", scene.isolated(services[0]))),
        many => Some(format!("Planned work is under way on {many} services.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told_of(states: &[(ServiceState, usize)]) -> String {
        let count = |(state, count): &(ServiceState, usize)| Count {
            mark: Mark::of(*state),
            state: state.label(),
            services: *count,
        };
        let counts: Vec<_> = states.iter().map(count).collect();
        told(&counts, counts.iter().map(|one| one.services).sum())
    }

    #[test]
    fn the_worst_comes_first_and_nothing_unknown_is_up() {
        use ServiceState::{AtRisk, Degraded, Down, Unknown, Up};
        assert_eq!(told_of(&[(Up, 30)]), "All 30 services are up.");
        assert_eq!(told_of(&[(Up, 1)]), "The one service is up.");
        assert_eq!(told_of(&[(Unknown, 1), (Up, 29)]), "1 service is unknown; the other 29 are up.");
        assert_eq!(
            told_of(&[(Down, 2), (Degraded, 1), (Unknown, 1), (Up, 26)]),
            "2 services are down, 1 is degraded and 1 is unknown; the other 26 are up."
        );
        assert_eq!(told_of(&[(AtRisk, 3)]), "3 services are at risk. None is up.");
        assert_eq!(told_of(&[(Down, 1), (Up, 1)]), "1 service is down; 1 is up.");
    }
}
