//! What became of one service, and of its probes?

use std::collections::HashMap;

use super::{NoPast, Past};
use crate::{
    ledger::{Hour, Ledger},
    model::{Incident, Period, ProbeId, Slug},
};

/// What is shown of the past of a service.
#[derive(Clone, Debug)]
pub struct OfService {
    /// What the looks of some of its probes were in each hour.
    pub hours: HashMap<ProbeId, Vec<Hour>>,
    /// Its incidents, the newest first.
    pub incidents: Vec<Incident>,
}

impl Past {
    /// The incidents of `service` that touch `whole`, and the hours of `probes` in `day`.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn of_service(
        &self,
        service: Slug,
        whole: Period,
        probes: Vec<ProbeId>,
        day: Period,
    ) -> Result<OfService, NoPast> {
        self.ask(move |ledger| {
            let mut incidents = ledger.incidents(whole)?;
            incidents.retain(|incident| incident.service == service);
            incidents.reverse();
            let hours = probes.into_iter().map(|probe| Ok((probe.clone(), ledger.hours(&probe, day)?)));
            Ok(OfService { hours: hours.collect::<Result<_, _>>()?, incidents })
        })
        .await
    }
}
