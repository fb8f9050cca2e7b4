//! Does a new start go on where the old one stopped: told nothing twice, and nothing forgotten?

use super::{
    closes,
    office::{Office, clocks},
    opens, outage,
    server::{Mood, Server},
    work_begins, work_ends,
};

fn two(one: &Server, other: &Server) -> String {
    format!("{{one: {{webhook: {{url: '{}'}}}}, other: {{webhook: {{url: '{}'}}}}}}", one.url, other.url)
}

#[tokio::test]
async fn nothing_is_told_twice_and_what_ended_meanwhile_is_told() {
    let (one, other) = (Server::start(Mood::Takes).await, Server::start(Mood::Takes).await);
    let receivers = two(&one, &other);
    let mut office = Office::open(clocks!(), &receivers);
    office.hears([opens("epr-outage-1", 0), opens("pacs-outage-1", 0), opens("dns-outage-1", 0)]);
    office.told(6).await;
    office.hears([closes("dns-outage-1", 0, 5)]);
    office.told(2).await;
    // That it is over was written, but nobody was told; and the book's end does not know it any more.
    let mut book = office.close().await;
    book.incidents.remove(&super::slug("pacs-outage-1"));
    let clocks = clocks!();
    (clocks.advance)(600_000);
    let mut office = Office::begin(clocks, book, vec![outage("pacs-outage-1", 0, Some(10))]);
    office.idles().await;
    office.passes(5);
    office.replan("EPR", &receivers);
    assert_eq!(office.told(2).await, ["one pacs-outage-1 over", "other pacs-outage-1 over"]);
    office.hears([closes("epr-outage-1", 0, 605)]);
    assert_eq!(office.told(2).await, ["one epr-outage-1 over", "other epr-outage-1 over"]);
    office.idles().await;
    assert_eq!((one.asked(), other.asked(), office.more_told()), (6, 6, 0));
}

#[tokio::test]
async fn who_was_not_told_before_is_told_after() {
    let (one, other) = (Server::start(Mood::Takes).await, Server::start(Mood::Fails).await);
    let receivers = two(&one, &other);
    let mut office = Office::open(clocks!(), &receivers);
    office.hears([opens("epr-outage-1", 0), opens("pacs-outage-1", 0)]);
    assert_eq!(office.told(2).await, ["one epr-outage-1", "one pacs-outage-1"]);
    other.until_asked(1).await;
    let ended = outage("pacs-outage-1", 0, Some(3));
    let mut office = office.again(5, vec![ended]).await;
    other.becomes(Mood::Takes);
    office.replan("EPR", &receivers);
    assert_eq!(
        office.told(4).await,
        ["one pacs-outage-1 over", "other epr-outage-1", "other pacs-outage-1", "other pacs-outage-1 over"]
    );
    assert_eq!(
        other.messages(),
        ["epr-outage-1 firing", "pacs-outage-1 firing", "pacs-outage-1 resolved"],
        "what lasts first"
    );
}

#[tokio::test]
async fn what_nobody_could_be_told_is_told_by_the_next() {
    let hook = Server::start(Mood::Fails).await;
    let receivers = format!("{{hook: {{webhook: {{url: '{}'}}}}}}", hook.url);
    let mut office = Office::open(clocks!(), &receivers);
    office.hears([opens("epr-outage-1", 0)]);
    hook.until_asked(1).await;
    let mut office = office.again(5, Vec::new()).await;
    hook.becomes(Mood::Takes);
    office.replan("EPR", &receivers);
    assert_eq!(office.told(1).await, ["hook epr-outage-1"]);
}

#[tokio::test]
async fn who_is_new_hears_of_no_end() {
    let (one, other) = (Server::start(Mood::Takes).await, Server::start(Mood::Takes).await);
    let mut office = Office::open(clocks!(), &format!("{{one: {{webhook: {{url: '{}'}}}}}}", one.url));
    office.hears([opens("epr-outage-1", 0), opens("pacs-outage-1", 0)]);
    office.told(2).await;
    let mut office = office.again(5, vec![outage("pacs-outage-1", 0, Some(3))]).await;
    office.replan("EPR", &two(&one, &other));
    assert_eq!(office.told(2).await, ["one pacs-outage-1 over", "other epr-outage-1"]);
    office.idles().await;
    assert_eq!(other.messages(), ["epr-outage-1 firing"]);
}

#[tokio::test]
async fn work_that_was_under_way_still_mutes() {
    let hook = Server::start(Mood::Takes).await;
    let receivers = format!("{{hook: {{webhook: {{url: '{}'}}}}}}", hook.url);
    let mut office = Office::open(clocks!(), &receivers);
    office.hears([work_begins(0), opens("epr-outage-1", 1)]);
    let mut office = office.again(5, Vec::new()).await;
    // The monitor says what is under way before it says which plan is in force, and that may take a while.
    let plan = super::office::plan("EPR", &receivers);
    office.ear.replan(plan.receivers(), plan.resolver());
    office.idles().await;
    office.hears([work_begins(5)]);
    office.replan("EPR", &receivers);
    office.idles().await;
    assert_eq!(hook.asked(), 0);
    office.hears([work_ends(10)]);
    assert_eq!(office.told(1).await, ["hook epr-outage-1"]);
}

#[tokio::test]
async fn that_a_receiver_fails_is_not_told_again_and_its_end_is() {
    let (broken, hook) = (Server::start(Mood::Fails).await, Server::start(Mood::Takes).await);
    let receivers = two(&broken, &hook);
    let mut office = Office::open(clocks!(), &receivers);
    office.hears([opens("epr-outage-1", 0)]);
    office.failed("one", 1).await;
    office.told(1).await;
    office.passes(60);
    assert_eq!(office.told(1).await, ["other notify-failing-one"]);
    let mut office = office.again(5, Vec::new()).await;
    office.replan("EPR", &receivers);
    office.failed("one", 1).await;
    office.passes(70);
    office.failed("one", 2).await;
    office.idles().await;
    assert_eq!(hook.messages(), ["epr-outage-1 firing", "notify-failing-one firing"]);
    broken.becomes(Mood::Takes);
    office.passes(60);
    assert_eq!(office.told(2).await, ["one epr-outage-1", "other notify-failing-one over"]);
}
