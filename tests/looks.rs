//! How does a test look at something, as a whole configuration would?

use std::time::Duration;

use wardround::{
    config,
    model::{Fault, Moment, Ours, Outcome, Reason, Seen},
    probe::{Agent, Ask, Kind, look},
};

/// What `settings` say, such as `tcp: {address: 'a:1'}`.
pub(crate) fn kind(settings: &str) -> Kind {
    let text = format!("site: test\nservices: {{s: {{probes: {{p: {{{settings}}}}}}}}}\n");
    let plan = config::load_text("probes.yaml", text, &config::System);
    plan.unwrap_or_else(|problems| panic!("{problems}")).probes()[0].kind().clone()
}

/// One look, within five seconds.
pub(crate) async fn look_by(agent: &Agent, settings: &str) -> Seen {
    look_within(Duration::from_secs(5), agent, settings).await
}

/// One look, within `timeout`. Whatever it found, its phases are end to end and it did not overrun.
pub(crate) async fn look_within(timeout: Duration, agent: &Agent, settings: &str) -> Seen {
    let ask = Ask { timeout, slow: None, at: Moment::from_ms(1_790_000_000_000) };
    let seen = look(&kind(settings), ask, agent).await;
    let spans = seen.timeline.spans();
    assert!(spans.windows(2).all(|pair| pair[0].ended == pair[1].began), "{spans:?}");
    assert!(seen.timeline.total() < timeout + Duration::from_secs(1), "{spans:?}");
    seen
}

/// The fault of a look that found its target down.
pub(crate) fn fault(seen: &Seen) -> Fault {
    match seen.outcome {
        Outcome::Down(Reason::Fault { fault, .. }) => fault,
        _ => panic!("{:?}", seen.outcome),
    }
}

/// What of ours failed.
pub(crate) fn ours(seen: &Seen) -> Ours {
    match seen.outcome {
        Outcome::Unknown { ours, .. } => ours,
        _ => panic!("{:?}", seen.outcome),
    }
}
