//! Is everything that is wrong told, with what to write instead?

use insta::assert_snapshot;

use super::*;

fn wrong(text: &str) -> String {
    let given = Given::default().variable("PASSWORD", "p");
    given.check(text, Journey::parse).unwrap_err().to_string()
}

#[test]
fn steps() {
    assert_snapshot!(wrong(
        "
base: http://epr.example/
steps:
  - {name: '', url: /a, take: {1x: {header: a b}, y: {regex: '('}}}
  - {name: a, url: '/${take:later}', form: {a: b}, json: '{}'}
  - {name: a, url: '/${later}', take: {later: {json: $.a}}}
  - {name: out, url: /out, always: true}
  - {name: late, url: /late}
"
    ));
    assert_snapshot!(wrong("{base: 'http://epr.example/', steps: {name: out, url: /out, always: true}}"));
}

#[test]
fn nothing_is_changed_unless_somebody_agreed() {
    assert_snapshot!(wrong(
        "
base: http://epr.example/
steps:
  - {name: a, url: /a, method: POST}
  - {name: b, url: /b, method: DELETE, purpose: log-out}
  - {name: c, url: /c, method: PUT}
"
    ));
    assert_snapshot!(wrong(
        "{base: 'http://epr.example/', writes: {agreed_by: ''}, steps: {name: a, url: /a}}"
    ));
    let agreed = "writes: {agreed_by: 'Caldicott guardian, 2 November'}";
    journey("epr.example", agreed, "\n  - {name: a, url: /a, method: DELETE}");
}
