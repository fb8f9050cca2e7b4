//! How are receivers told, and what becomes of it where they are slow, broken or hostile?

mod alertmanager;
mod email;
mod far_end;
mod hostile;
pub(crate) mod mail_server;
mod nameless;
mod neighbours;
mod webhook;

use std::{collections::BTreeMap, sync::Arc};

use wardround::{
    config::load_text,
    model::{Moment, Severity},
    notify::{Alert, Channel, Message, Receiver},
    probe::Agent,
    raw::Given,
};

/// 2026-09-21T14:13:20.000Z.
const NOW: Moment = Moment::from_ms(1_790_000_000_000);

/// The one receiver that `settings` describe.
fn receiver(settings: &str) -> Receiver {
    receiver_of(settings, &Given::default())
}

fn receiver_of(settings: &str, given: &Given) -> Receiver {
    let text = format!(
        "site: here\nservices: {{epr: {{probes: {{door: {{tcp: {{address: 'localhost:1'}}}}}}}}}}\nnotify: {{them: {settings}}}\n"
    );
    let plan = load_text("probes.yaml", text, given).unwrap_or_else(|problems| panic!("{problems}"));
    plan.receivers()[0].clone()
}

fn agent() -> Arc<Agent> {
    Arc::new(Agent::new(&[]).unwrap())
}

fn alert(id: &str) -> Alert {
    let labels =
        [("alertname", "WardroundServiceDown"), ("site", "here"), ("service", id), ("severity", "critical")];
    Alert {
        id: id.parse().unwrap(),
        labels: texts(&labels),
        annotations: texts(&[("summary", "A service is down")]),
        severity: Severity::Critical,
        since: Moment::from_ms(NOW.as_ms() - 61_500),
        until: None,
    }
}

fn message(id: &str) -> Message {
    Message {
        alert: alert(id),
        subject: "DOWN: epr \u{2013} \"refused\"\nby {all}".to_owned(),
        text: "It is down.\nSince 14:12.\n.\nCall Zoë.".to_owned(),
        after: None,
    }
}

fn over(message: &Message) -> Message {
    let after = Some(Moment::from_ms(NOW.as_ms() - 50_000));
    Message { alert: Alert { until: Some(NOW), ..message.alert.clone() }, after, ..message.clone() }
}

fn texts(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
    entries.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}
