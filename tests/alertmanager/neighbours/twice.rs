//! What comes of one alert that both the agent and Prometheus tell, each with a view of its own?

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{
    alert::{ago, by_agent, by_prometheus, down, spanning},
    delivered::ours,
    receiver::{Message, Receiver},
    server::Alertmanager,
};

/// A service that went down five seconds ago, told by both; the page has come.
struct Told {
    alertmanager: Alertmanager,
    receiver: Receiver,
    began: Timestamp,
}

impl Told {
    async fn by_both() -> Self {
        let (alertmanager, receiver) = ours(10).await;
        let began = ago(5);
        let told = Self { alertmanager, receiver, began };
        told.post(by_agent(&down("epr"), began)).await;
        told.receiver.until("page", 1).await;
        told.post(by_prometheus(&down("epr"), told.later())).await;
        told
    }

    /// When Prometheus first saw it.
    fn later(&self) -> Timestamp {
        self.began + SignedDuration::from_secs(4)
    }

    async fn post(&self, alert: Value) {
        assert_eq!(self.alertmanager.post(&json!([alert])).await, 200);
    }

    /// One of the two, who has it as beginning at `began`, says when it ended.
    async fn over(&self, began: Timestamp, ended: Timestamp) {
        self.post(spanning(&down("epr"), began, ended)).await;
    }

    async fn after(&self, ms: u64) -> Vec<Message> {
        self.receiver.after(Duration::from_millis(ms), "page").await
    }

    async fn fires(&self) -> bool {
        !self.alertmanager.alerts().await.is_empty()
    }
}

fn ends(pages: &[Message]) -> Vec<bool> {
    pages.iter().map(Message::is_resolved).collect()
}

#[tokio::test]
async fn it_is_one_page_whoever_tells_first() {
    for agent_first in [true, false] {
        let (alertmanager, receiver) = ours(10).await;
        let both = [by_agent(&down("epr"), ago(5)), by_prometheus(&down("epr"), ago(1))];
        let [one, other] = if agent_first { [&both[0], &both[1]] } else { [&both[1], &both[0]] };
        alertmanager.post(&json!([one])).await;
        receiver.until("page", 1).await;
        alertmanager.post(&json!([other])).await;
        assert_eq!(receiver.after(Duration::from_secs(4), "page").await.len(), 1, "{agent_first}");
        let lasts = alertmanager.alerts().await.remove(0);
        assert!(lasts["endsAt"].as_str().unwrap() > &*ago(-20 * 3600).to_string(), "{lasts}");
    }
}

#[tokio::test]
async fn prometheus_that_is_gone_ends_nothing() {
    let told = Told::by_both().await;
    told.post(spanning(&down("epr"), told.later(), ago(-1))).await;
    assert_eq!(told.after(5000).await.len(), 1, "its last word ran out seconds ago");
    assert!(told.fires().await);
}

#[tokio::test]
async fn an_end_told_by_either_is_an_end() {
    for by_agent in [true, false] {
        let told = Told::by_both().await;
        told.over(if by_agent { told.began } else { told.later() }, ago(0)).await;
        assert!(!told.fires().await);
        assert_eq!(ends(&told.receiver.until("page", 2).await), [false, true]);
        told.over(if by_agent { told.later() } else { told.began }, ago(0)).await;
        assert_eq!(told.after(4000).await.len(), 2, "and the other's adds nothing");
    }
}

/// Prometheus looks at what was so a scrape and an evaluation ago.
#[tokio::test]
async fn prometheus_that_comes_late_makes_no_second_page() {
    for the_agent_repeats in [true, false] {
        let told = Told::by_both().await;
        let end = ago(0);
        told.over(told.began, end).await;
        told.receiver.until("page", 2).await;
        told.post(by_prometheus(&down("epr"), told.later())).await;
        assert!(told.fires().await, "it takes Prometheus at its word");
        told.after(1000).await;
        told.over(if the_agent_repeats { told.began } else { told.later() }, end).await;
        assert!(!told.fires().await, "an end that was said before is an end again");
        assert_eq!(ends(&told.after(4000).await), [false, true], "within group_interval nobody is told");
    }
}

/// Prometheus says for a quarter of an hour that it was over; that wipes out the new one until one of the two says it again.
#[tokio::test]
async fn a_new_outage_outlives_the_old_ones_end() {
    let told = Told::by_both().await;
    let end = ago(0);
    told.over(told.began, end).await;
    told.receiver.until("page", 2).await;
    let again = ago(0);
    told.post(by_agent(&down("epr"), again)).await;
    assert!(told.fires().await);
    told.post(spanning(&down("epr"), told.later(), end)).await;
    assert!(!told.fires().await, "what is said last wins where the two do not overlap");
    told.post(by_agent(&down("epr"), again)).await;
    assert!(told.fires().await);
    assert_eq!(ends(&told.after(5000).await), [false, true, false]);
}

/// It forgets the alerts, and remembers whom it told.
#[tokio::test]
async fn alertmanager_that_was_away_tells_nothing_twice() {
    let mut told = Told::by_both().await;
    told.alertmanager.stop();
    told.alertmanager.again().await;
    assert!(!told.fires().await, "until the agent says it again");
    told.post(by_agent(&down("epr"), told.began)).await;
    assert_eq!(told.after(4000).await.len(), 1);
    told.alertmanager.stop();
    told.alertmanager.again().await;
    told.over(told.began, ago(0)).await;
    assert_eq!(
        ends(&told.receiver.until("page", 2).await),
        [false, true],
        "and an end is told though it forgot"
    );
}
