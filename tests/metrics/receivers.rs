//! Is it told whether receivers are reached?

use wardround::metrics::Metrics;

use super::ward::{BEGAN, metrics, shown, slug};

/// Delivered, failed, whether it fails, what waits, what was dropped, the last success.
fn told(metrics: &Metrics, receiver: &str) -> [Option<f64>; 6] {
    let shown = shown(metrics);
    let one = |name: &str, labels: &[(&str, &str)]| {
        shown.one(&format!("wardround_notify_{name}"), &[&[("receiver", receiver)], labels].concat())
    };
    [
        one("deliveries_total", &[("outcome", "delivered")]),
        one("deliveries_total", &[("outcome", "failed")]),
        one("failing", &[]),
        one("pending", &[]),
        one("dropped_total", &[]),
        one("last_success_timestamp_seconds", &[]),
    ]
}

#[test]
fn a_receiver_fails_from_the_first_failure_to_the_next_success() {
    let (metrics, duty) = (metrics(&[]), slug("duty"));
    let notify = metrics.notify();
    notify.receivers([&duty]);
    assert_eq!(told(&metrics, "duty"), [Some(0.0); 6], "from the start");
    notify.pending(&duty, 3);
    notify.failed(&duty);
    notify.failed(&duty);
    notify.dropped(&duty);
    assert_eq!(told(&metrics, "duty"), [0.0, 2.0, 1.0, 3.0, 1.0, 0.0].map(Some));
    notify.delivered(&duty, BEGAN);
    notify.pending(&duty, 0);
    assert_eq!(told(&metrics, "duty"), [1.0, 2.0, 0.0, 0.0, 1.0, BEGAN.as_seconds()].map(Some));
}

#[test]
fn who_is_told_no_more_is_shown_no_more() {
    let (metrics, duty, teams) = (metrics(&[]), slug("duty"), slug("teams"));
    let notify = metrics.notify();
    notify.receivers([&duty, &teams]);
    notify.failed(&duty);
    notify.failed(&teams);
    notify.receivers([&teams]);
    notify.failed(&duty); // it was under way when the receiver was removed
    assert_eq!(told(&metrics, "duty"), [None; 6]);
    assert_eq!(told(&metrics, "teams")[1], Some(1.0), "who stays keeps the numbers");
}
