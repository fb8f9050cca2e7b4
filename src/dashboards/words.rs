//! How does a number read? States in words and in colours that the colour-blind tell apart; and what an empty panel means.

use serde_json::{Map, Value, json};

use crate::model::{Outcome, Phase, ServiceState, State};

// Okabe and Ito's palette.
pub(super) const GREEN: &str = "#009E73";
pub(super) const SKY: &str = "#56B4E9";
pub(super) const YELLOW: &str = "#F0E442";
pub(super) const ORANGE: &str = "#E69F00";
pub(super) const RED: &str = "#D55E00";
pub(super) const BLUE: &str = "#0072B2";
pub(super) const PURPLE: &str = "#CC79A7";
pub(super) const GREY: &str = "#999999";

pub(super) const NOT_SEEN: &str =
    "Nothing was seen in this time: no agent looked, or nothing of this name is watched.";
pub(super) const NOT_YET: &str = "Nothing is recorded yet. Figures begin a few minutes after the first look, if Prometheus has the recording rules.";
pub(super) const NO_OBJECTIVE: &str = "No objective is set for what is chosen, or nothing is recorded yet.";
pub(super) const NO_CERTIFICATE: &str = "No certificate has been seen by the probes that are chosen.";
pub(super) const NO_LATENCY: &str =
    "No good look is recorded in this time, so there is no latency. It is not zero.";
pub(super) const NO_INCIDENT: &str = "No incident is open.";
pub(super) const NO_FAULT: &str = "No look was bad in this time, or none was taken: see the looks.";
pub(super) const NO_AGENT: &str = "No agent was seen in this time.";

/// The states of a service by the number that is recorded: 0, 1, 2, …
pub fn service_codes() -> [ServiceState; 6] {
    let [up, at_risk, degraded, partial, down, unknown] = ServiceState::ALL;
    [unknown, up, at_risk, degraded, partial, down]
}

fn colour(state: ServiceState) -> &'static str {
    match state {
        ServiceState::Up => GREEN,
        ServiceState::AtRisk => SKY,
        ServiceState::Degraded => YELLOW,
        ServiceState::Partial => ORANGE,
        ServiceState::Down => RED,
        ServiceState::Unknown => GREY,
    }
}

/// The numbers of a service's state in words; 10 more is planned work.
pub(super) fn service_state() -> Vec<Value> {
    let words = service_codes().map(|state| (state.label().replace('_', " "), colour(state)));
    let planned = words.clone().map(|(word, _)| (format!("planned work ({word})"), PURPLE));
    let numbered = (0..).zip(words).chain((10..).zip(planned));
    mapping(numbered.map(|(code, (word, colour))| (code.to_string(), word, colour)))
}

/// A service's state where it is the value of a label.
pub(super) fn state_label() -> Vec<Value> {
    let words = ServiceState::ALL
        .map(|state| (state.label().to_owned(), state.label().replace('_', " "), colour(state)));
    mapping(words)
}

/// The numbers of a probe's state in words.
pub(super) fn probe_state() -> Vec<Value> {
    let colours = [GREY, GREEN, YELLOW, RED];
    let words = (0..).zip(State::ALL).zip(colours);
    mapping(words.map(|((code, state), colour): ((u32, State), _)| {
        (code.to_string(), state.label().to_owned(), colour)
    }))
}

/// 1 and 0 in words.
pub(super) fn yes_no(yes: (&str, &'static str), no: (&str, &'static str)) -> Vec<Value> {
    mapping([("1".to_owned(), yes.0.to_owned(), yes.1), ("0".to_owned(), no.0.to_owned(), no.1)])
}

/// The way to a runbook, from a cell that has its address.
pub(super) fn runbook() -> Value {
    json!([{"title": "Open the runbook", "url": "${__value.raw}", "targetBlank": true}])
}

fn mapping(words: impl IntoIterator<Item = (String, String, &'static str)>) -> Vec<Value> {
    let one = |(index, (value, text, colour)): (usize, (String, String, &str))| {
        (value, json!({"text": text, "color": colour, "index": index}))
    };
    let options: Map<String, Value> = words.into_iter().enumerate().map(one).collect();
    vec![json!({"type": "value", "options": options})]
}

/// The colour of each outcome of a look.
pub(super) fn outcomes() -> Vec<(&'static str, &'static str)> {
    Outcome::LABELS.into_iter().zip([GREEN, YELLOW, RED, GREY]).collect()
}

/// The colour of each phase of a look.
pub(super) fn phases() -> Vec<(&'static str, &'static str)> {
    Phase::ALL.map(Phase::label).into_iter().zip([PURPLE, BLUE, SKY, GREEN, ORANGE, YELLOW]).collect()
}
