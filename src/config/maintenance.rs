//! What work is planned? Checked to the letter; reports will read it.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{hours::LocalTime, texts::Line};
use crate::{
    model::Slug,
    raw::{Door, Field, OneOrMany, Problem, advice},
};

/// Planned work on some services. Probing goes on while it lasts.
#[derive(Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawMaintenance {
    /// The services that it touches.
    services: Field<OneOrMany<Slug>>,
    /// When it begins, in local time: `"2026-12-06T22:00"`.
    from: Field<LocalTime>,
    /// When it ends, in local time.
    to: Field<LocalTime>,
    /// What is done.
    #[expect(dead_code, reason = "told when wrong; reports will read it")]
    reason: Field<Line>,
    /// Who announced it: a person, a board, a change number.
    #[expect(dead_code, reason = "told when wrong; reports will read it")]
    declared_by: Field<Line>,
    /// When it is said to have been announced, in local time. A printed claim: what counts is when the agent knew.
    #[expect(dead_code, reason = "told when wrong; reports will read it")]
    declared_at: Option<Field<LocalTime>>,
}

impl RawMaintenance {
    /// Tells what is wrong between its keys, and services that do not exist.
    pub(super) fn check(&self, services: &[&str], door: &mut Door<'_>) {
        if let (Some(from), Some(to)) = (self.from.get(), self.to.get())
            && to <= from
        {
            let problem = Problem::new(self.to.span(), "the work ends before it begins");
            door.tell(problem.cure("write a later `to`").beside(self.from.span(), "it begins here"));
        }
        for service in self.services.get().into_iter().flat_map(|list| &list.0) {
            if let Some(id) = service.get().filter(|id| !services.contains(&id.as_str())) {
                door.problem(
                    service.span(),
                    format!("there is no service `{id}`"),
                    advice(id.as_str(), services),
                );
            }
        }
    }
}
