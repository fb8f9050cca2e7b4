//! Does a mail arrive, in a thread of its own, and does no word of it travel in the clear where it must not?

use std::time::Duration;

use wardround::{
    notify::{Email, Undelivered},
    raw::Given,
};

use super::{Channel, Message, NOW, agent, mail_server::MailServer, message, over, receiver_of};

fn email(server: &MailServer, more: &str) -> Email {
    let port = server.address.port();
    let settings = format!(
        "{{email: {{server: 'localhost:{port}', from: 'Wardround <w@trust.example>', to: [a@trust.example, 'On Call <b@trust.example>'], {more}}}}}"
    );
    let given = Given::default().file("ca.pem", &*server.certificate).variable("PASSWORD", "hunter2");
    match receiver_of(&settings, &given).channel() {
        Channel::Email(email) => email.clone(),
        other => panic!("{other:?}"),
    }
}

/// Within STARTTLS, logged in.
const SECURE: &str = "tls: {ca: ca.pem}, user: us, password: '${env:PASSWORD}'";

async fn told(server: &MailServer, more: &str, message: &Message) -> Result<(), Undelivered> {
    email(server, more).deliver(message, NOW, &agent()).await
}

#[tokio::test]
async fn the_password_and_the_mail_go_within_tls() {
    let server = MailServer::start(|_| None).await;
    assert_eq!(told(&server, SECURE, &message("epr")).await, Ok(()));
    let heard = server.heard();
    let secured = heard.iter().position(|line| line == "(TLS)").unwrap();
    assert_eq!(heard[..secured], ["EHLO [127.0.0.1]", "STARTTLS"]);
    assert_eq!(
        heard[secured + 1..secured + 7],
        [
            "EHLO [127.0.0.1]",
            "AUTH PLAIN AHVzAGh1bnRlcjI=",
            "MAIL FROM:<w@trust.example>",
            "RCPT TO:<a@trust.example>",
            "RCPT TO:<b@trust.example>",
            "DATA"
        ]
    );
    assert_eq!(heard.last().unwrap(), "QUIT");
}

#[tokio::test]
async fn what_follows_is_told_in_the_thread_of_the_beginning() {
    let server = MailServer::start(|_| None).await;
    let first = message("epr.1");
    let again = Message { after: Some(NOW), ..first.clone() };
    let all = [over(&first), first, again];
    for message in &all {
        assert_eq!(told(&server, "tls: none", message).await, Ok(()));
    }
    let heard = server.heard().join("\n");
    insta::assert_snapshot!(heard);
    let ids: std::collections::BTreeSet<_> =
        heard.lines().filter(|line| line.starts_with("Message-ID:")).collect();
    assert_eq!(ids.len(), 3);
}

#[tokio::test]
async fn a_server_without_tls_gets_nothing() {
    let server = MailServer::start(|command| command.starts_with("EHLO").then_some("250 mail")).await;
    let why = told(&server, SECURE, &message("epr")).await.unwrap_err();
    assert!(why.words.contains("does not offer STARTTLS") && !why.lasting, "{why}");
    assert_eq!(server.heard(), ["EHLO [127.0.0.1]"]);
}

#[tokio::test]
async fn a_server_that_is_not_trusted_gets_nothing() {
    let (server, other) = (MailServer::start(|_| None).await, MailServer::start(|_| None).await);
    let pretender = MailServer { certificate: other.certificate, ..server };
    let why = told(&pretender, SECURE, &message("epr")).await.unwrap_err();
    assert!(!why.lasting && why.words.contains("nobody here was told to trust it"), "{why}");
    assert!(!pretender.heard().iter().any(|line| line.starts_with("AUTH") || line.starts_with("MAIL")));
}

/// Whatever a server refuses before it has read the mail may be put right; the mail itself will be no other.
#[tokio::test]
async fn every_refusal_is_told_from_what_the_mail_itself_is_refused_for() {
    type Refusing = fn(&str) -> Option<&'static str>;
    let steps: [(Refusing, bool, &str); 9] = [
        (|line| line.is_empty().then_some("554 go away"), false, "554"),
        (|line| line.is_empty().then_some("421 later"), false, "421"),
        (|line| line.starts_with("STARTTLS").then_some("454 no TLS today"), false, "no TLS today"),
        (|line| line.starts_with("AUTH").then_some("535 5.7.8 who are you"), false, "who are you"),
        (|line| line.starts_with("MAIL").then_some("550 not from here"), false, "refuses the sender"),
        (|line| line.starts_with("RCPT").then_some("550 unknown user"), false, "refuses a@trust.example"),
        (|line| line.starts_with("DATA").then_some("451 busy"), false, "busy"),
        (|line| (line == ".").then_some("452 disk full"), false, "disk full"),
        (|line| (line == ".").then_some("554 5.7.1 looks like spam"), true, "looks like spam"),
    ];
    for (refusing, lasting, words) in steps {
        let server = MailServer::start(refusing).await;
        let why = told(&server, SECURE, &message("epr")).await.unwrap_err();
        assert!(why.lasting == lasting && why.words.contains(words), "{words}: {why:?}");
        assert!(!why.words.contains("hunter2"));
    }
}

#[tokio::test]
async fn one_who_is_unknown_does_not_keep_the_other_from_being_told() {
    let server =
        MailServer::start(|line| line.starts_with("RCPT TO:<a@").then_some("550 unknown user")).await;
    assert_eq!(told(&server, SECURE, &message("epr")).await, Ok(()));
    assert!(server.heard().contains(&"RCPT TO:<b@trust.example>".to_owned()));
}

#[tokio::test]
async fn a_server_that_talks_and_talks_is_cut_short() {
    const LONG: &str = include_str!("../../Cargo.lock");
    let server = MailServer::start(|line| line.starts_with("MAIL").then_some(LONG)).await;
    let why = told(&server, SECURE, &message("epr")).await.unwrap_err();
    assert!(!why.lasting && why.words.chars().count() < 400, "{why}");
}

#[tokio::test(start_paused = true)]
async fn a_good_bye_that_never_comes_is_not_waited_for() {
    let server = MailServer::start(|line| line.starts_with("QUIT").then_some("221-")).await;
    let began = tokio::time::Instant::now();
    assert_eq!(told(&server, "tls: none", &message("epr")).await, Ok(()));
    assert!(began.elapsed() <= Duration::from_millis(1500));
}
