//! Is everything that is wrong told, with what to write instead?

use insta::assert_snapshot;

use super::*;

fn wrong(text: &str) -> String {
    given().file("no.key", "BEGIN").check(text, Fhir::parse).unwrap_err().to_string()
}

#[test]
fn questions() {
    assert_snapshot!(wrong(
        "
base: https://fhir.example/R4?x=1
tls: {}
ask: {read: organisation}
expect: {resources: {organization: [reed], Location: []}, total: {}}
"
    ));
    assert_snapshot!(wrong(
        "
base: http://fhir.example/
ask: {count: Location}
expect: {fhir_version: '4.0', capabilities: a, resources: {}}
accept: \"a\\nb\"
body_limit: 0
auth: {bearer: '${env:TOKEN}'}
token: {url: 'http://a/', client: a, secret: hunter2}
"
    ));
}

#[test]
fn patients_are_left_alone() {
    for ask in [
        "ask: {read: Patient/9990000018}",
        "ask: {count: Patient}",
        "ask: {read: Patient/9990000018}, patient: {agreed_by: Caldicott guardian}",
        "ask: {read: Patient/9990000018}, patient: {agreed_by: ' ', test_id: '9990000026'}",
    ] {
        assert_snapshot!(wrong(&format!("{{base: 'http://fhir.example/', {ask}}}")));
    }
    let agreed = "patient: {agreed_by: 'Caldicott guardian, 2 November', test_id: '9990000018'}";
    fhir(&format!("{{base: 'http://fhir.example/', ask: {{read: Patient/9990000018}}, {agreed}}}"));
    fhir(&format!("{{base: 'http://fhir.example/', ask: {{count: Patient}}, {agreed}}}"));
}

#[test]
fn tokens() {
    for token in ["", "secret: '${env:SECRET}', key: {file: no.key}, kid: a", "key: {file: no.key}"] {
        let token = format!("token: {{url: 'http://a/', client: a, {token}}}");
        assert_snapshot!(wrong(&format!("{{base: 'http://fhir.example/', {token}}}")));
    }
    let key = rcgen::KeyPair::generate().unwrap().serialize_pem();
    let text = "{base: 'http://a/', token: {url: 'http://a/', client: a, key: {file: k}, algorithm: RS384}}";
    assert_snapshot!(given().file("k", key).check(text, Fhir::parse).unwrap_err());
}
