//! Do a real Alertmanager and a real mail server take what we send, however odd it is?

use std::{fs, path::Path};

use serde_json::{Value, json};
use wardround::{model::Moment, raw::Given};

use super::{Alert, Channel, NOW, agent, alert, message, over, receiver, receiver_of, texts};
use crate::{
    alertmanager::neighbours::server::Alertmanager,
    neighbours::{
        certificates::certificates,
        started::{Started, free_address},
    },
};

/// Nothing in it is routed or told to anybody.
const QUIET: &str = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n";

const NASTY: [(&str, &str); 6] = [
    ("owner", "the \"night\" team's \\ desk"),
    ("tier", "first line\nsecond line\r\n\ttabbed"),
    ("cause", "{{ .Labels.site }} {} ${HOME} {{{"),
    ("service", "Zoë \u{202e}rtl\u{202c} \u{1f3e5}"),
    ("site", "<script>alert(1)</script> & co"),
    ("severity", "critical"),
];

fn nasty(until: Option<Moment>) -> Alert {
    let labels = NASTY.into_iter().chain([("alertname", "WardroundServiceDown")]).collect::<Vec<_>>();
    let annotations = [("description", "It said \"no\",\nand then {{ nothing }}.\u{0}\u{7f}")];
    Alert { labels: texts(&labels), annotations: texts(&annotations), until, ..alert("nasty") }
}

/// Now, by the clock of this machine, which is Alertmanager's too.
fn now() -> Moment {
    Moment::from_ms(jiff::Timestamp::now().as_millisecond())
}

#[tokio::test]
async fn an_alertmanager_shows_every_label_as_it_was_told() {
    let server = Alertmanager::start(QUIET).await;
    let receiver =
        receiver(&format!("{{alertmanager: {{url: '{}', labels: {{cluster: north}}}}}}", server.url));
    let Channel::Alertmanager(alertmanager) = receiver.channel() else { panic!("{receiver:?}") };
    let bad = Alert { labels: texts(&[("no-name", "x")]), ..alert("bad") };
    let alerts = [alert("epr"), bad, nasty(None)];
    let refused = alertmanager.deliver(&alerts, now(), &agent()).await.unwrap();
    assert_eq!(refused.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["bad"]);
    assert!(refused[0].1.words.contains("invalid label"), "{}", refused[0].1);

    let shown = server.alerts().await;
    assert_eq!(shown.len(), 2, "{shown:?}");
    let found = shown.iter().find(|one| one["labels"]["owner"] == NASTY[0].1).unwrap();
    for (name, value) in NASTY.into_iter().chain([("cluster", "north")]) {
        assert_eq!(found["labels"][name], json!(value));
    }
    assert_eq!(
        found["annotations"],
        json!({"description": "It said \"no\",\nand then {{ nothing }}.\u{0}\u{7f}"})
    );
    let began: jiff::Timestamp = found["startsAt"].as_str().unwrap().parse().unwrap();
    assert_eq!(began.as_millisecond(), alerts[2].since.as_ms());

    let ends = [nasty(Some(now())), Alert { until: Some(now()), ..alert("epr") }];
    assert_eq!(alertmanager.deliver(&ends, now(), &agent()).await, Ok(vec![]));
    assert_eq!(server.alerts().await, Vec::<Value>::new());
}

/// Starts a mail server with these arguments beside the address; its mail comes to the folder `mail`.
async fn mail_server(secured: &[&str], files: &[(&str, &str)]) -> (Started, u16) {
    let address = free_address();
    let listen = address.to_string();
    let mut arguments = vec!["-n", "-l", &listen];
    arguments.extend(secured);
    arguments.extend(["-c", "aiosmtpd.handlers.Mailbox", "mail"]);
    let started = Started::by("python3-aiosmtpd", "aiosmtpd", &arguments, files);
    (started.listens(address).await, address.port())
}

/// Every mail that came, in the order of what they say.
fn mails(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder.join("mail/new")).unwrap();
    let mut mails: Vec<_> = files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    mails.sort();
    mails
}

async fn mailed(secured: &[&str], tls: &str) {
    let [ca, certificate, key] = certificates("localhost");
    let files = [("own.pem", &*certificate), ("own.key", &*key)];
    let (server, port) = mail_server(secured, &files).await;
    let settings = format!(
        "{{email: {{server: 'localhost:{port}', tls: {tls}, from: w@trust.example, to: [a@trust.example, b@trust.example]}}}}"
    );
    let receiver = receiver_of(&settings, &Given::default().file("ca.pem", ca));
    let Channel::Email(email) = receiver.channel() else { panic!("{receiver:?}") };
    for message in [message("epr.1"), over(&message("epr.1"))] {
        assert_eq!(email.deliver(&message, NOW, &agent()).await, Ok(()), "{tls}");
    }
    let mails = mails(server.folder());
    assert_eq!(mails.len(), 2, "{tls}");
    for mail in &mails {
        assert!(mail.contains("\nX-RcptTo: a@trust.example, b@trust.example\n"), "{mail}");
        assert!(mail.ends_with("It is down.\nSince 14:12.\n.\nCall Zo=C3=AB.\n"), "{mail}");
    }
    let resolved = mails
        .iter()
        .filter(|mail| mail.contains("\nIn-Reply-To: <epr.1.1789999938500.wardround@trust.example>"));
    assert_eq!(resolved.count(), 1);
}

#[tokio::test]
async fn a_mail_server_takes_our_mail_in_every_way() {
    mailed(&["--tlscert", "own.pem", "--tlskey", "own.key"], "{ca: ca.pem}").await;
    mailed(&["--smtpscert", "own.pem", "--smtpskey", "own.key"], "{mode: implicit, ca: ca.pem}").await;
    mailed(&[], "none").await;
}
