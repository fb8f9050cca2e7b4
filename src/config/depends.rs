//! Do the services that others depend on exist, and does none depend on itself, however far round?

use std::collections::{HashMap, HashSet};

use super::services::Found;
use crate::{
    model::Slug,
    raw::{Problem, Problems, Span, advice},
};

/// Who depends on whom, and where that is written.
type Edges<'f> = HashMap<&'f Slug, &'f [(Slug, Span)]>;

/// Tells unknown services and circles.
pub(super) fn check(found: &Found, problems: &mut Problems) {
    let ids = found.services.iter().map(|service| &service.id);
    let edges: Edges<'_> = ids.zip(found.depends_on.iter().map(Vec::as_slice)).collect();
    for (id, span) in found.depends_on.iter().flatten().filter(|(id, _)| !edges.contains_key(id)) {
        let names: Vec<&str> = edges.keys().map(|id| id.as_str()).collect();
        let problem = Problem::new(*span, format!("there is no service `{id}`"));
        problems.push(problem.cure(advice(id.as_str(), &names)));
    }
    let mut done = HashSet::new();
    for service in &found.services {
        walk(&service.id, &edges, &mut done, problems);
    }
}

/// Walks along dependencies, depth first, and tells each that leads back to the path that led to it.
fn walk<'f>(start: &'f Slug, edges: &Edges<'f>, done: &mut HashSet<&'f Slug>, problems: &mut Problems) {
    let onward = |id: &'f Slug| edges.get(id).copied().unwrap_or_default().iter();
    let mut path = vec![(start, onward(start))];
    while let Some((id, next)) = path.last_mut() {
        let Some((dependency, span)) = next.next() else {
            done.insert(*id);
            path.pop();
            continue;
        };
        if path.iter().any(|(id, _)| *id == dependency) {
            let ids: Vec<_> = path.iter().map(|(id, _)| *id).collect();
            problems.push(circle(&ids, dependency, *span));
        } else if !done.contains(dependency) {
            path.push((dependency, onward(dependency)));
        }
    }
}

fn circle(path: &[&Slug], back_to: &Slug, span: Span) -> Problem {
    let round = path.iter().skip_while(|id| **id != back_to).copied().chain([back_to]);
    let words: Vec<_> = round.map(|id| format!("`{id}`")).collect();
    let problem =
        Problem::new(span, format!("services depend on each other in a circle: {}", words.join(" → ")));
    problem.cure("leave out one of these dependencies")
}
