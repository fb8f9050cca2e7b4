//! Does a journey sign in by npm's `oidc-provider`, with its redirects, cookies and forms, and out again whatever happens?

use std::time::Duration;

use tokio::task::spawn_blocking;
use wardround::{
    config, engine,
    model::{Finding, Outcome, Seen},
    probe::{Agent, Ask, look},
    raw::Given,
};

use crate::door::neighbours::Provider;

/// What a clinician called anna sees, who expects to be called `who`.
async fn walked(provider: &Provider, who: &str) -> Seen {
    let text = include_str!("sign_in.yaml").replace("BASE", &provider.url()).replace("WHO", who);
    let outside = Given::default().file("password", "x");
    let plan = config::load_text("probes.yaml", text, &outside).unwrap_or_else(|bad| panic!("{bad}"));
    let ask = Ask { timeout: Duration::from_secs(20), slow: None, at: engine::wall() };
    look(plan.probes()[0].kind(), ask, &Agent::new(&[]).unwrap()).await
}

/// How many of anna's sessions have ended there.
fn ended(provider: &Provider) -> usize {
    provider.log().matches("the session of anna ended").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_signs_in_by_forms_and_out_again() {
    let provider = spawn_blocking(Provider::start).await.unwrap();
    let seen = walked(&provider, "anna").await;
    assert_eq!(seen.outcome, Outcome::Up);
    // To the form; from it, and to the next; from that, and back to the ward.
    assert_eq!(seen.details.redirects, 5);
    let hops: Vec<u8> = seen.timeline.hops().map(|(hop, _)| hop).collect();
    assert_eq!((hops, ended(&provider)), (vec![0, 1, 2, 3, 4], 1), "{}", provider.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_breaks_is_named_and_the_session_still_ends() {
    let provider = spawn_blocking(Provider::start).await.unwrap();
    let seen = walked(&provider, "bertha").await;
    let told = r#"step "who am I", $.sub: expect_json: expected "bertha", got "anna""#;
    assert_eq!((Finding::words(seen.outcome.findings()).as_str(), ended(&provider)), (told, 1));
}
