//! Whose failure is a refusal?

use super::{Ours, Outcome, given, look, ours, server, told, words};
use crate::{model::Seen, raw::Given};

async fn refused(status: &str, settings: &str) -> Seen {
    let server = server(&[&format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n")]).await;
    let text = format!("{{url: 'http://{}/', {settings}}}", server.at);
    look(&given(&Given::default().variable("TOKEN", "t0p"), &text)).await
}

#[tokio::test]
async fn a_refused_credential_is_our_failure() {
    for settings in [
        "auth: {bearer: '${env:TOKEN}'}",
        "auth: {basic: {user: monitor, password: '${env:TOKEN}'}}",
        "headers: {X-Api-Key: '${env:TOKEN}'}",
        "headers: {Cookie: session=1}",
    ] {
        for status in ["401 Unauthorized", "403 Forbidden"] {
            let seen = refused(status, settings).await;
            assert_eq!(ours(&seen), Ours::CredentialRefused, "{settings}");
            assert_eq!(words(&seen), format!("our credential was refused with the status {}", &status[..3]));
        }
    }
}

#[tokio::test]
async fn without_a_credential_or_where_it_is_watched_it_is_theirs() {
    for settings in ["headers: {X-Site: royal}", "auth: {bearer: '${env:TOKEN}'}, refused: down"] {
        let seen = refused("401 Unauthorized", settings).await;
        assert_eq!(told(seen.outcome.findings()), ["expect_status: 2xx | 401 Unauthorized"], "{settings}");
    }
    let expected = "auth: {bearer: '${env:TOKEN}'}, expect: {status: [200, 401]}";
    assert_eq!(refused("401 Unauthorized", expected).await.outcome, Outcome::Up);
    let other = refused("500 Broken", "auth: {bearer: '${env:TOKEN}'}").await;
    assert_eq!(told(other.outcome.findings()), ["expect_status: 2xx | 500 Internal Server Error"]);
}
