//! Do the services that others depend on exist, and does none depend on itself, however far round?

use std::collections::HashMap;

use super::services::Found;
use crate::{
    model::Slug,
    raw::{Problem, Problems, Span, advice},
};

/// Tells unknown services and circles.
pub(super) fn check(found: &Found, problems: &mut Problems) {
    let names: Vec<&str> = found.services.iter().map(|service| service.id.as_str()).collect();
    for (id, span) in found.depends_on.iter().flatten() {
        if !names.contains(&id.as_str()) {
            let problem = Problem::new(*span, format!("there is no service `{id}`"));
            problems.push(problem.cure(advice(id.as_str(), &names)));
        }
    }
    circles(found, problems);
}

/// How far the walk has come with a service.
#[derive(Clone, Copy, PartialEq)]
enum Walk {
    Under,
    Done,
}

fn circles(found: &Found, problems: &mut Problems) {
    let edges: HashMap<&Slug, &Vec<(Slug, Span)>> =
        found.services.iter().map(|service| &service.id).zip(&found.depends_on).collect();
    let mut walked = HashMap::new();
    for service in &found.services {
        walk(&service.id, &edges, &mut walked, &mut Vec::new(), problems);
    }
}

fn walk<'f>(
    id: &'f Slug,
    edges: &HashMap<&'f Slug, &'f Vec<(Slug, Span)>>,
    walked: &mut HashMap<&'f Slug, Walk>,
    path: &mut Vec<&'f Slug>,
    problems: &mut Problems,
) {
    if walked.contains_key(id) {
        return;
    }
    walked.insert(id, Walk::Under);
    path.push(id);
    for (next, span) in edges.get(id).into_iter().copied().flatten() {
        if walked.get(next) == Some(&Walk::Under) {
            problems.push(circle(path, next, *span));
        } else if let Some((next, _)) = edges.get_key_value(next) {
            walk(next, edges, walked, path, problems);
        }
    }
    path.pop();
    walked.insert(id, Walk::Done);
}

fn circle(path: &[&Slug], back_to: &Slug, span: Span) -> Problem {
    let round = path.iter().skip_while(|id| **id != back_to).copied().chain([back_to]);
    let words: Vec<_> = round.map(|id| format!("`{id}`")).collect();
    let problem =
        Problem::new(span, format!("services depend on each other in a circle: {}", words.join(" → ")));
    problem.cure("leave out one of these dependencies")
}
