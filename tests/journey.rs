//! Does a journey go through systems that others wrote, and are the steps of other kinds named too?

mod neighbours;

use crate::looks::kind;

#[test]
fn whoever_goes_in_steps_names_them() {
    let token = "token: {url: 'https://a/t', client: c, secret: '${env:PATH}'}";
    let bind = "tls: true, bind: {dn: 'cn=w', password: '${env:PATH}'}";
    let search = "search: {base: 'dc=w'}";
    for (settings, steps) in [
        ("dicom: {address: 'a:104', called: A}".to_owned(), "associate, echo"),
        ("smtp: {address: 'a:25'}".to_owned(), "greeting, EHLO, STARTTLS"),
        ("smtp: {address: 'a:25', security: none}".to_owned(), "greeting, EHLO"),
        (
            "smtp: {address: 'a:465', security: implicit, auth: {user: w, password: '${env:PATH}'}}"
                .to_owned(),
            "greeting, EHLO, log in",
        ),
        ("ldap: {address: 'a:389'}".to_owned(), ""),
        (format!("ldap: {{address: 'a:636', {bind}}}"), ""),
        (format!("ldap: {{address: 'a:636', {bind}, {search}}}"), "bind, search"),
        (
            format!(
                "ldap: {{address: 'a:636', {bind}, {search}, expect: {{naming_contexts: 'dc=w', entries: 1}}}}"
            ),
            "bind, root, search",
        ),
        ("oidc: {issuer: 'https://a'}".to_owned(), "document, keys"),
        (format!("oidc: {{issuer: 'https://a', {token}}}"), "token, document, keys"),
        ("fhir: {base: 'https://a'}".to_owned(), ""),
        (format!("fhir: {{base: 'https://a', {token}, ask: {{read: Organization/1}}}}"), "token, read"),
        ("http: {url: 'https://a'}".to_owned(), ""),
    ] {
        assert_eq!(kind(&format!("{settings}, interval: 1m")).steps().join(", "), steps, "{settings}");
    }
}
