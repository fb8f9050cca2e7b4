//! Does a receiver hear us? A message that says it is a test.

use std::time::Duration;

use super::{Alert, Channel, Message, Receiver, Undelivered};
use crate::{
    model::{Moment, Severity, Slug},
    probe::Agent,
};

/// How long an Alertmanager holds the test for true.
const LASTS: Duration = Duration::from_mins(1);

/// Tells `receiver` of a test from `site`, as loudly as `severity`; a heartbeat beats once.
///
/// # Errors
/// It did not take it.
pub async fn tell_trial(
    receiver: &Receiver,
    site: &Slug,
    severity: Severity,
    now: Moment,
    agent: &Agent,
) -> Result<(), Undelivered> {
    let alert = alert(site, severity, now);
    let message = || {
        let subject = format!("TEST: Wardround ({site}) can tell {}", receiver.name());
        let text = format!("{subject}\n\n{DESCRIPTION}\n");
        Message { alert: Alert { until: None, ..alert.clone() }, subject, text, after: None }
    };
    match receiver.channel() {
        Channel::Alertmanager(to) => {
            let refused = to.deliver(std::slice::from_ref(&alert), now, agent).await?;
            refused.into_iter().next().map_or(Ok(()), |(_, why)| Err(why))
        }
        Channel::Webhook(to) => to.deliver(&message(), now, agent).await,
        Channel::Email(to) => to.deliver(&message(), now, agent).await,
        Channel::Heartbeat(to) => to.beat(now, agent).await,
    }
}

const DESCRIPTION: &str =
    "Somebody asked Wardround whether this way works. Nothing is wrong, and nothing is to be done.";

fn alert(site: &Slug, severity: Severity, now: Moment) -> Alert {
    let id = Slug::nearest(&format!("test-{}", now.as_ms())).unwrap_or_else(|| site.clone());
    let labels = [("alertname", "WardroundTest"), ("site", site.as_str()), ("severity", severity.label())];
    let annotations = [("summary", "A test"), ("description", DESCRIPTION)];
    let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    Alert {
        id,
        labels: labels.into_iter().map(owned).collect(),
        annotations: annotations.into_iter().map(owned).collect(),
        severity,
        since: now,
        until: Some(now + LASTS),
    }
}
