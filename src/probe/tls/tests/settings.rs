//! Is what makes no sense refused at the door, and is what is alike shared?

use insta::assert_snapshot;

use super::bench::{Authority, self_signed};
use crate::{
    probe::{kind::Look, tls::Tls},
    raw::Given,
};

fn told(settings: &str) -> String {
    let leaf = self_signed(false);
    let given =
        Given::default().file("own.pem", leaf.pem).variable("KEY", &leaf.key_pem).file("key.pem", "no key");
    given.check(settings, Tls::parse).unwrap_err().to_string()
}

#[test]
fn what_makes_no_sense_is_refused() {
    assert_snapshot!(told(
        "
address: epr.test
starttls: pop3
minimum: TLS 1.1
alpn: ['']
family: v5
expect:
  trusted: false
  expires_in: 21
  names: ['*.10.1.2.3', 'a b']
  key: [RSA, DSA 1024, EC P-x]
  cipher: TLS_RSA_WITH_AES_128_CBC_SHA
  alpn: h2
"
    ));
    assert_snapshot!(told(
        "
address: epr.test:443
client: {certificate: own.pem, key: '${env:KEY}'}
expect: {refuses_without_client_certificate: true, trusted: any}
"
    ));
    assert_snapshot!(told(
        "{address: 'epr.test:443', ca: key.pem, client: {certificate: own.pem, key: {file: key.pem}}}"
    ));
}

#[test]
fn a_client_certificate_of_another_key_is_refused() {
    let (one, two) = (self_signed(false), self_signed(false));
    let given = Given::default().file("own.pem", one.pem).variable("KEY", &two.key_pem);
    let settings = "{address: 'epr.test:443', client: {certificate: own.pem, key: '${env:KEY}'}}";
    let told = given.check(settings, Tls::parse).unwrap_err().to_string();
    assert!(told.contains("the certificate and the key do not go together"), "{told}");
    assert!(!told.contains("PRIVATE"), "{told}");
}

#[test]
fn a_target_is_shown_without_more() {
    let given = Given::default().file("ca.pem", Authority::root("Ward Root").pem());
    let settings = "{address: 'EPR.test:443', ca: ca.pem, connect_to: '10.1.2.3:8443'}";
    let tls = given.check(settings, Tls::parse).unwrap();
    assert_eq!((tls.target(), &*tls.host()), ("epr.test:443".into(), "10.1.2.3"));
}
