//! How loudly are incidents told, by the tier of their service?

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::plan::Service;
use crate::{
    model::{Severities, Severity},
    raw::{Door, Entries, Field, Problem, Span, nearest},
};

/// How loudly incidents of the services of one tier are told. What is left out is as where no tier is written.
#[derive(Default, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawTier {
    /// That a service is down.
    #[schemars(extend("default" = "critical"))]
    down: Option<Field<Severity>>,
    /// That some function of it is missing.
    #[schemars(extend("default" = "critical"))]
    partial: Option<Field<Severity>>,
    /// That it works, but badly.
    #[schemars(extend("default" = "warning"))]
    degraded: Option<Field<Severity>>,
    /// That what stands in for a part of it is gone.
    #[schemars(extend("default" = "info"))]
    at_risk: Option<Field<Severity>>,
}

impl RawTier {
    fn checked(self) -> Severities {
        let or = |field: Option<Field<Severity>>, standard| field.and_then(Field::good).unwrap_or(standard);
        let standard = Severities::default();
        Severities {
            down: or(self.down, standard.down),
            partial: or(self.partial, standard.partial),
            degraded: or(self.degraded, standard.degraded),
            at_risk: or(self.at_risk, standard.at_risk),
        }
    }
}

/// Every tier that is written, and where.
#[derive(Default)]
pub(super) struct Tiers(BTreeMap<String, (Span, Severities)>);

impl Tiers {
    pub(super) fn read(written: Option<Field<Entries<RawTier>>>) -> Self {
        let entries = written.and_then(Field::good).map_or(Vec::new(), |entries| entries.0);
        let tier = |tier: Field<RawTier>| tier.good().unwrap_or_default().checked();
        Self(entries.into_iter().map(|(key, written)| (key.text, (key.span, tier(written)))).collect())
    }

    /// Tells each service how loudly its incidents are told. A tier that none is of is probably a slip.
    pub(super) fn apply(&self, services: &mut [Service], door: &mut Door<'_>) {
        for service in &mut *services {
            let tier = service.tier.as_ref().and_then(|tier| self.0.get(tier));
            service.severities = tier.map(|(_, severities)| *severities).unwrap_or_default();
        }
        let known: Vec<&str> = services.iter().filter_map(Service::tier).collect();
        for (name, (span, _)) in self.0.iter().filter(|(name, _)| !known.contains(&name.as_str())) {
            let problem = Problem::new(*span, format!("no service is of the tier `{name}`"));
            let near = nearest(name, &known).map(|near| format!("did you mean `{near}`?"));
            door.warn(near.into_iter().fold(problem, Problem::cure));
        }
    }
}
