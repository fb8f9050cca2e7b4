//! What does JSON of 100 MB cost us, or JSON that is 10,000 levels deep, wherever we read some? A word, and no memory.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    task::JoinHandle,
};
use wardround::{
    demo::misbehave::{Misbehaviour as Bad, Rogue, Tongue},
    model::{Finding, Outcome, Reason},
    probe::Agent,
};

use super::{
    alone::alone,
    leaks::{peak, runtime},
    probing::{look_once, now, plan, told},
};

const TIMEOUT: Duration = Duration::from_secs(30);

/// Everybody who reads JSON: what it is, and how it is asked for at an address; and what is found of each of both.
fn readers(at: SocketAddr, keys: SocketAddr) -> [(String, &'static str, &'static str); 9] {
    let fhir = |more: &str| format!("fhir: {{base: 'http://{at}/R4'{more}}}");
    let token = format!(", token: {{url: 'http://{at}/token', client: a, secret: {{file: src/demo/token}}}}");
    let take = "steps: {name: look, url: /, take: {id: {json: '$..id'}}}";
    [
        (fhir(""), "down too_large", "down expect_resource"),
        (fhir(", ask: smart"), "down too_large", "down expect_json"),
        (fhir(", ask: {read: Organization/RR8}"), "down too_large", "down expect_resource"),
        (fhir(", ask: {count: Organization}"), "down too_large", "down expect_resource"),
        (fhir(&token), "down too_large", "down malformed"),
        (format!("oidc: {{issuer: 'http://{at}/a'}}"), "down too_large", "down expect_json"),
        (format!("oidc: {{issuer: 'http://{keys}/a'}}"), "down too_large", "down malformed"),
        (
            format!("http: {{url: 'http://{at}/', expect: {{json: {{path: $.status, equals: pass}}}}}}"),
            "down too_large",
            "down expect_json",
        ),
        (format!("journey: {{base: 'http://{at}', {take}}}"), "down too_large", "down expect_take"),
    ]
}

#[test]
fn huge_and_deep_json_is_told_and_costs_no_memory() {
    if !alone("hostile::json::huge_and_deep_json_is_told_and_costs_no_memory", &[]) {
        return;
    }
    let (looks, villains) = (runtime(), runtime());
    let agent = Agent::new(&[]).unwrap();
    for (bad, of) in [(Bad::HugeJson, 1), (Bad::DeepJson, 2)] {
        let rogue = || villains.block_on(Rogue::start(Tongue::Http, bad, now())).unwrap();
        let (rogue, keys) = (rogue(), rogue());
        let (provider, _provider) = villains.block_on(provider(keys.address()));
        for reader in readers(rogue.address(), provider) {
            let before = peak();
            let seen = looks.block_on(look_once(&plan(&reader.0, TIMEOUT), &agent)).0;
            let wanted = if of == 1 { reader.1 } else { reader.2 };
            assert_eq!(told(&seen.outcome), wanted, "{bad:?}: {}: {}", reader.0, words(&seen.outcome));
            let grown = peak() - before;
            assert!(grown < 48 * 1024, "{grown} KiB for {bad:?}, {}", reader.0);
        }
    }
}

fn words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Down(Reason::Fault { words, .. }) => words.clone(),
        Outcome::Down(Reason::Findings(findings)) => Finding::words(findings),
        other => format!("{other:?}"),
    }
}

/// A provider of sign-ins that says where its keys are.
async fn provider(keys: SocketAddr) -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let body = format!(r#"{{"issuer": "http://{at}/a", "jwks_uri": "http://{keys}/"}}"#);
    let reply =
        format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{body}");
    let serving = tokio::spawn(async move {
        while let Ok((mut visitor, _)) = listener.accept().await {
            let _ = visitor.read(&mut [0; 4096]).await;
            let _ = visitor.write_all(reply.as_bytes()).await;
        }
    });
    (at, serving)
}
