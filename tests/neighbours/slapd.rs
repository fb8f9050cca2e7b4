//! Does `OpenLDAP`'s own server understand us, and we it?

use std::{net::SocketAddr, process::Command};

use wardround::{
    model::{Outcome, Phase, Seen},
    probe::Agent,
};

use super::{
    certificates::certificates,
    python::run,
    started::{Started, free_address},
};
use crate::looks::look_by;

const CONFIG: &str = "
include /etc/ldap/schema/core.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile pid
TLSCertificateFile certificate.pem
TLSCertificateKeyFile key.pem
referral ldap://elsewhere.test
disallow bind_anon
database mdb
suffix dc=ri,dc=test
directory data
access to attrs=userPassword by anonymous auth by * none
access to * by users read by * none
";

const PEOPLE: &str = "
dn: dc=ri,dc=test
objectClass: dcObject
objectClass: organization
o: Royal Infirmary
dc: ri

dn: ou=people,dc=ri,dc=test
objectClass: organizationalUnit
ou: people

dn: cn=wardround,ou=people,dc=ri,dc=test
objectClass: person
cn: wardround
sn: Wardround
userPassword: right

dn: cn=second,ou=people,dc=ri,dc=test
objectClass: person
cn: second
sn: Second

dn: ou=abroad,dc=ri,dc=test
objectClass: referral
objectClass: extensibleObject
ou: abroad
ref: ldap://elsewhere.test/ou=abroad,dc=ri,dc=test
";

struct Slapd {
    started: Started,
    plain: SocketAddr,
    secured: SocketAddr,
}

impl Slapd {
    async fn start() -> Self {
        let (plain, secured) = (free_address(), free_address());
        let [ca, certificate, key] = certificates("ldap.test");
        let files = [
            ("ca.pem", &*ca),
            ("certificate.pem", &certificate),
            ("key.pem", &key),
            ("slapd.conf", CONFIG),
            ("people.ldif", PEOPLE),
            ("right", "right"),
            ("wrong", "wrong"),
        ];
        let urls = format!("ldap://{plain} ldaps://{secured}");
        // It stays in the foreground where it is told what to say.
        let arguments = ["-f", "slapd.conf", "-d", "none", "-h", &urls];
        let started = Started::with("slapd", "slapd", &arguments, &files, |folder| {
            std::fs::create_dir(folder.join("data")).unwrap();
            let mut add = Command::new("slapadd");
            run(add.args(["-f", "slapd.conf", "-l", "people.ldif"]).current_dir(folder), "slapd");
        });
        Self { started: started.listens(secured).await, plain, secured }
    }

    async fn look(&self, at: SocketAddr, more: &str) -> Seen {
        let ca = self.started.folder().join("ca.pem");
        let tls = format!("tls: {{ca: '{}', server_name: ldap.test}}", ca.display());
        let settings = format!("ldap: {{address: '{at}', {tls}, {more}}}");
        look_by(&Agent::new(&[]).unwrap(), &settings).await
    }

    async fn search(&self, more: &str) -> Seen {
        self.look(self.secured, &format!("{}, search: {{{more}", self.bind("right"))).await
    }

    /// Logs in with one of the passwords that lie in the folder.
    fn bind(&self, password: &str) -> String {
        let password = self.started.folder().join(password);
        format!(
            "bind: {{dn: 'cn=wardround,ou=people,dc=ri,dc=test', password: {{file: '{}'}}}}",
            password.display()
        )
    }
}

#[tokio::test]
async fn it_says_what_it_holds_over_ldaps_and_after_starttls() {
    let slapd = Slapd::start().await;
    let expect = "expect: {naming_contexts: 'DC=ri, DC=test', supported: [1.3.6.1.4.1.1466.20037, '3']}";
    let seen = slapd.look(slapd.secured, expect).await;
    assert_eq!(seen.outcome, Outcome::Up);
    let seen = slapd.look(slapd.plain, &format!("starttls: true, {expect}")).await;
    assert_eq!(seen.outcome, Outcome::Up);
    let phases: Vec<Phase> = seen.timeline.spans().iter().map(|span| span.phase).collect();
    assert_eq!(phases[..3], [Phase::Connect, Phase::Tls, Phase::Send]);
    assert_eq!(seen.details.tls.unwrap().version, Some("TLS 1.3"));
    assert_eq!(seen.timeline.hop(), Some(0), "one question alone is no step");
    let seen = slapd.look(slapd.plain, "").await;
    assert!(!seen.outcome.is_good(), "TLS where there is none at once: {:?}", seen.outcome);
}

#[tokio::test]
async fn it_lets_us_in_and_finds_what_is_there() {
    let slapd = Slapd::start().await;
    for (more, words) in [
        ("base: 'dc=ri,dc=test'}, expect: {entries: 4}", ""),
        ("base: 'dc=ri,dc=test', scope: one}", ""),
        (
            "base: 'dc=ri,dc=test', filter: '(&(objectClass=person)(|(cn=ward*)(sn=Second)))'}, expect: {entries: 2}",
            "",
        ),
        ("base: 'ou=people,dc=ri,dc=test', scope: base, filter: '(!(cn=*))'}, expect: {entries: 1}", ""),
        (
            "base: 'dc=ri,dc=test', filter: (cn=nobody)}",
            "expect_entries: expected at least 1, got 0, and 1 referred",
        ),
        (
            "base: 'dc=ri,dc=test', size_limit: 2}, expect: {entries: 4}",
            "expect_entries: expected 4, got more than 2",
        ),
        ("base: 'dc=ri,dc=test', size_limit: 2}, expect: {entries: {at_least: 2}}", ""),
        ("base: 'ou=none,dc=ri,dc=test'}", "rejected in receive: the search is refused: noSuchObject (32)"),
        (
            "base: 'dc=other,dc=test'}",
            "referral (10); it refers us to ldap://elsewhere.test/dc=other,dc=test",
        ),
        ("base: 'ou=abroad,dc=ri,dc=test'}", "referral (10)"),
    ] {
        let seen = slapd.search(more).await.words();
        assert!(seen.contains(words) && seen.is_empty() == words.is_empty(), "{more}: {seen}");
    }
}

#[tokio::test]
async fn it_refuses_a_wrong_password_once() {
    let slapd = Slapd::start().await;
    let first = slapd.look(slapd.secured, &slapd.bind("wrong")).await;
    assert!(
        first.words().contains("own_credential_refused: the log-in is refused: invalidCredentials (49)"),
        "{}",
        first.words()
    );
    let again = slapd.look(slapd.plain, &format!("starttls: true, {}", slapd.bind("wrong"))).await;
    assert!(again.words().contains("this account was refused before"), "{}", again.words());
    let right = slapd.search("base: 'dc=ri,dc=test'}").await;
    let hops: Vec<u8> = right.timeline.hops().map(|(hop, _)| hop).collect();
    assert_eq!((right.outcome, hops), (Outcome::Up, vec![0, 1]), "to log in and to search are steps");
}
