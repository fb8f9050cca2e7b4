//! How do other sites see the same services? Their agents are asked, again and again; who does not answer is unknown.

use std::{collections::BTreeMap, fmt::Display, sync::Arc, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::{select, sync::watch, task::JoinSet, time::timeout};
use tokio_util::sync::CancellationToken;

use crate::{
    config::Plan,
    model::{Moment, ServiceState, Slug},
    notify::Site,
    probe::Agent,
};

/// From one question to the next.
const EVERY: Duration = Duration::from_secs(15);

/// What was answered longer ago says nothing of now.
const FRESH: Duration = Duration::from_mins(1);

/// Other sites, as far as their agents answer. A cheap handle.
#[derive(Clone, Debug, Default)]
pub struct Sites(watch::Sender<Arc<BTreeMap<Slug, Elsewhere>>>);

/// What is known of another site.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Elsewhere {
    /// Where its agent is: scheme, host and port.
    pub origin: String,
    /// When it answered last.
    pub answered: Option<Moment>,
    /// Why the last question was not answered; none if it was.
    pub trouble: Option<String>,
    /// What its agent calls its site.
    pub site: Option<String>,
    /// How each service was then, unless that is too long ago.
    pub services: BTreeMap<Slug, There>,
}

/// How another site sees a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct There {
    /// Its name for people.
    pub title: String,
    /// What is believed.
    pub state: ServiceState,
    /// Since when.
    pub since: Option<Moment>,
}

/// As much of `/api/v1/status` as is needed.
#[derive(Deserialize)]
struct Status {
    site: String,
    running: bool,
    cut_off: Option<Moment>,
    services: Vec<Service>,
}

#[derive(Deserialize)]
struct Service {
    service: Slug,
    #[serde(flatten)]
    there: There,
}

impl Sites {
    /// What is known now.
    pub fn now(&self) -> Arc<BTreeMap<Slug, Elsewhere>> {
        self.0.borrow().clone()
    }

    /// Asks the sites of the plan in force, until `stop`.
    pub async fn keep(
        self,
        mut plans: watch::Receiver<Option<Arc<Plan>>>,
        wall: fn() -> Moment,
        stop: CancellationToken,
    ) {
        let kept = async {
            loop {
                let plan = plans.borrow_and_update().clone();
                if let Some(plan) = plan.filter(|plan| !plan.sites().is_empty()) {
                    self.ask(&plan, wall).await;
                } else {
                    self.0.send_if_modified(|known| !std::mem::take(known).is_empty());
                }
                let _ = timeout(EVERY, plans.changed()).await;
            }
        };
        select! { biased;
            () = stop.cancelled() => {}
            () = kept => {}
        }
    }

    /// Asks every site of `plan` once, all at the same time.
    async fn ask(&self, plan: &Plan, wall: fn() -> Moment) {
        let agent = match Agent::new(plan.resolver()) {
            Ok(agent) => Arc::new(agent),
            Err(why) => return tracing::warn!("other sites are not asked: {why}"),
        };
        let mut asked = JoinSet::new();
        for site in plan.sites().iter().cloned() {
            let agent = Arc::clone(&agent);
            asked.spawn(async move {
                let answer = ask(&site, wall(), &agent).await;
                (site, answer)
            });
        }
        let before = self.now();
        let mut known = BTreeMap::new();
        while let Some(Ok((site, answer))) = asked.join_next().await {
            let elsewhere = Elsewhere::next(before.get(site.name()), &site, answer, wall());
            known.insert(site.name().clone(), elsewhere);
        }
        self.0.send_replace(Arc::new(known));
    }
}

impl Elsewhere {
    /// What is known after `answer` of a site of which `before` was.
    fn next(before: Option<&Self>, site: &Site, answer: Result<Status, String>, now: Moment) -> Self {
        let origin = site.origin();
        let (status, trouble) = match answer {
            Ok(status) => (status, None),
            Err(why) => {
                let kept = before.filter(|before| before.answered.is_some_and(|at| now.since(at) < FRESH));
                let answered = before.and_then(|before| before.answered);
                let site = before.and_then(|before| before.site.clone());
                let services = kept.map(|before| before.services.clone()).unwrap_or_default();
                return Self { origin, answered, trouble: Some(why), site, services };
            }
        };
        let blind = !status.running || status.cut_off.is_some();
        let seen = |there: There| if blind { There { state: ServiceState::Unknown, ..there } } else { there };
        let services = status.services.into_iter().map(|one| (one.service, seen(one.there))).collect();
        Self { origin, answered: Some(now), trouble, site: Some(status.site), services }
    }
}

async fn ask(site: &Site, now: Moment, agent: &Agent) -> Result<Status, String> {
    let words = |why: &dyn Display| why.to_string();
    let body = site.standing(now, agent).await.map_err(|why| words(&why))?;
    serde_json::from_slice(&body).map_err(|why| format!("{} answered no status: {why}", site.origin()))
}
