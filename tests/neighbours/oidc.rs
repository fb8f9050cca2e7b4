//! Does a look at a provider of sign-ins that others wrote see what is there?

use std::time::Duration;

use wardround::{
    config,
    model::{Finding, Outcome},
    probe::{Agent, Ask, look},
    raw::Given,
};

use crate::door::neighbours::Provider;

async fn looked(settings: &str) -> Outcome {
    let text =
        format!("site: here\nservices: {{s: {{probes: {{p: {{oidc: {{{settings}}}, timeout: 10s}}}}}}}}");
    let outside = Given::default().file("secret", "the secret of a machine");
    let plan = config::load_text("probes.yaml", text, &outside).unwrap_or_else(|bad| panic!("{bad}"));
    let at = wardround::model::Moment::from_ms(jiff::Timestamp::now().as_millisecond());
    let ask = Ask { timeout: Duration::from_secs(10), slow: None, at };
    look(plan.probes()[0].kind(), ask, &Agent::new(&[]).unwrap()).await.outcome
}

#[tokio::test(flavor = "multi_thread")]
async fn it_says_who_it_is_shows_its_keys_and_lets_a_machine_in() {
    let provider = tokio::task::spawn_blocking(Provider::start).await.unwrap();
    let url = provider.url();
    let expect = "expect: {algorithms: [RS256, EdDSA], grant_types: client_credentials, scopes: groups, keys: {at_least: 3}}";
    assert_eq!(looked(&format!("issuer: '{url}', {expect}")).await, Outcome::Up);
    let token = |secret: &str| {
        format!("issuer: '{url}', token: {{url: '{url}/token', client: {secret}, secret: {{file: secret}}}}")
    };
    assert_eq!(looked(&token("machine")).await, Outcome::Up);
    assert!(matches!(looked(&token("nobody")).await, Outcome::Unknown { .. }));
    let slash = looked(&format!("issuer: '{url}/'")).await;
    let told = format!("expect_issuer: expected {url}/, got {url}: it does not end with a slash");
    assert_eq!(Finding::words(slash.findings()), told);
}
