//! Does somebody in a real browser sign in over TLS, by a provider that others wrote, and out again?

use std::{fs, net::TcpStream, thread::sleep, time::Duration};

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::STANDARD};
use rcgen::{KeyPair, PublicKeyData as _};
use serde_json::{Value, json};

use super::Provider;
use crate::{
    neighbours::{certificates::certificates, chromium::Browser, started::free_address},
    run::{Running, Ward},
};

const CONFIG: &str = "site: royal-infirmary
serve:
  url: 'https://HERE'
  public: false
  tls: {certificate: cert.pem, key: key.pem}
  users: {vera: {password: {file: hash}, role: view}}
  oidc: {issuer: 'PROVIDER', client_id: basic, client_secret: {file: secret}, scopes: [profile, groups], roles: {operate: on-call}}
services: {epr: {title: Patient record, probes: {p: {tcp: {address: 'HERE'}}}}}
";

/// Ours, over TLS; and a browser that trusts the key that it shows.
fn served() -> (String, Provider, Running, Browser) {
    let at = free_address();
    let here = format!("https://{at}");
    let provider = Provider::sending_back_to(&format!("{here}/sign-in/oidc/back"));
    let ward = Ward::new();
    let [_, certificate, key] = certificates(&at.ip().to_string());
    let config = CONFIG.replace("HERE", &at.to_string()).replace("PROVIDER", &provider.url());
    let hash = wardround::config::Hash::of("correct horse").unwrap();
    let secret = "the secret + of: a client".to_owned();
    for (name, text) in [
        ("probes.yaml", config),
        ("cert.pem", certificate),
        ("key.pem", key.clone()),
        ("hash", hash),
        ("secret", secret),
    ] {
        fs::write(ward.config().with_file_name(name), text).unwrap();
    }
    let running = Running::start_at(ward, at);
    assert!((0..400).any(|_| {
        sleep(Duration::from_millis(50));
        TcpStream::connect(at).is_ok()
    }));
    let key = KeyPair::from_pem(&key).unwrap();
    let print = STANDARD.encode(digest(&SHA256, &key.subject_public_key_info()));
    (here, provider, running, Browser::trusting(&print))
}

#[test]
fn by_a_provider_in_and_out_again() {
    let (here, _provider, _running, mut browser) = served();
    browser.size(1000, 700);
    browser.call("Page.navigate", &json!({"url": here}));
    let at_the_door =
        "document.querySelector('h1')?.textContent === 'Sign in' && !!document.querySelector('#password')";
    browser.until(at_the_door);
    browser.picture("sign-in");
    browser.run("document.querySelector('a[href*=\"/sign-in/oidc\"]').click()");
    browser.until("document.readyState === 'complete' && !!document.querySelector('input[name=login]')");
    browser.run(
        "document.querySelector('input[name=login]').value = 'anna'; \
         document.querySelector('input[name=password]').value = 'x'; document.forms[0].requestSubmit()",
    );
    browser.until(
        "document.body?.textContent.includes('Authorize') && !document.querySelector('input[name=login]')",
    );
    browser.run("document.forms[0].requestSubmit()");
    browser.until(&format!("location.origin === '{here}' && !!document.querySelector('form.who')"));
    let who = browser.run("document.querySelector('form.who bdi').textContent");
    assert_eq!(who, "anna@ward (Hospital sign-in)");
    browser.until("document.querySelectorAll('.row').length === 1");
    browser.picture("signed-in");
    // What lets us in is out of reach of every script, and goes nowhere in clear.
    assert_eq!(browser.run("document.cookie"), "");
    let cookies = browser.call("Network.getCookies", &json!({"urls": [here]}));
    let is_ours = |cookie: &&Value| cookie["name"] == "__Host-wardround-session";
    let session = cookies["cookies"].as_array().unwrap().iter().find(is_ours);
    let session = session.unwrap_or_else(|| panic!("{cookies}"));
    assert_eq!((&session["secure"], &session["httpOnly"]), (&json!(true), &json!(true)), "{cookies}");
    browser.run("document.querySelector('form.who').requestSubmit()");
    browser.until(at_the_door);
    browser.call("Page.navigate", &json!({"url": here}));
    browser.until(at_the_door);
    let ours: Vec<_> = browser
        .complaints
        .iter()
        .filter(|said| said.contains(&here) && said.contains(r#""level":"error""#))
        .collect();
    assert!(ours.is_empty(), "{ours:?}");
}
