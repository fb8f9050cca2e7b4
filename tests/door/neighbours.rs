//! Does a provider that others wrote send people back to us as we expect?

mod browser;

use std::{
    collections::BTreeMap,
    io::Write,
    net::{SocketAddr, TcpStream},
    sync::LazyLock,
};

use tokio::runtime::Runtime;
use url::Url;
use wardround::{config, engine, raw::Given};

use super::house::{House, PATIENT, Reply};
use crate::neighbours::{
    node::node,
    started::{Started, free_address},
};

/// Where people are sent back to.
const BACK: &str = "http://127.0.0.1:1/sign-in/oidc/back";

/// `oidc-provider`, as npm has it.
pub(crate) struct Provider {
    pub(crate) at: SocketAddr,
    started: Started,
}

impl Provider {
    pub(crate) fn start() -> Self {
        Self::sending_back_to(BACK)
    }

    /// One that sends people back to `back`.
    pub(crate) fn sending_back_to(back: &str) -> Self {
        static FOLDER: LazyLock<String> = LazyLock::new(|| node("oidc-provider").display().to_string());
        let at = free_address();
        let script = format!("{}/serve.js", *FOLDER);
        let started = Started::by("nodejs", "node", &[&script, &at.port().to_string(), back], &[]);
        Self { at, started: Runtime::new().unwrap().block_on(started.listens(at)) }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.at)
    }

    /// What it wrote down so far.
    pub(crate) fn log(&self) -> String {
        self.started.log()
    }
}

/// Somebody with a browser that keeps cookies.
struct Browser<'b> {
    provider: &'b Provider,
    cookies: BTreeMap<String, String>,
}

impl Browser<'_> {
    /// Asks the provider; where that leads.
    fn ask(&mut self, line: &str, body: &str) -> String {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut stream = TcpStream::connect(self.provider.at).unwrap();
        write!(
            stream,
            "{line} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.provider.at,
            cookies.join("; "),
            body.len()
        )
        .unwrap();
        let reply = Reply::read(&mut stream);
        for line in reply.head.lines().filter_map(|line| line.strip_prefix("Set-Cookie: ")) {
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        assert!([302, 303].contains(&reply.status), "{line}: {reply:?}");
        self.path(reply.header("location").unwrap())
    }

    /// Without the provider's own address.
    fn path(&self, url: &str) -> String {
        url.strip_prefix(&self.provider.url()).unwrap_or(url).to_owned()
    }

    /// From the page of ours that leads to the provider: where the provider sends somebody who calls themselves `name`.
    fn walk(&mut self, from: &str, name: &str) -> String {
        let asks = self.ask(&format!("GET {}", self.path(from)), "");
        let known = self.ask(&format!("POST {asks}"), &format!("prompt=login&login={name}&password=x"));
        let agrees = self.ask(&format!("GET {known}"), "");
        let whole = self.ask(&format!("POST {agrees}"), "prompt=consent");
        self.ask(&format!("GET {whole}"), "")
    }
}

fn house(provider: &Provider, client: &str) -> House {
    let secret = if client == "public" { "" } else { "client_secret: {file: secret}, " };
    let text = format!(
        "site: royal-infirmary
serve:{PATIENT}
  listen: 127.0.0.1:0
  url: http://127.0.0.1:1
  oidc: {{issuer: '{}', client_id: {client}, {secret}scopes: [profile, groups], roles: {{operate: on-call}}}}
services: {{epr: {{probes: {{p: {{tcp: {{address: 'a:1'}}}}}}}}}}",
        provider.url()
    );
    let outside = Given::default().file("secret", "the secret + of: a client");
    let plan = config::load_text("probes.yaml", &text, &outside).unwrap_or_else(|why| panic!("{why}"));
    House::by(plan.into(), engine::wall, engine::ticks)
}

/// Begins at `house`; what is to be shown there after, and where the provider is.
fn begin(house: &House) -> (String, String) {
    let sent = house.get("/sign-in/oidc?then=%2Fincidents", "Accept: text/html\r\n");
    let cookie = sent.header("set-cookie").unwrap_or_else(|| panic!("{sent:?}")).split(';').next().unwrap();
    (format!("Cookie: {cookie}\r\n"), sent.header("location").unwrap().to_owned())
}

/// What `house` says to whoever is sent back to it by `url`.
fn returned(house: &House, cookie: &str, url: &str) -> Reply {
    let url = Url::parse(url).unwrap();
    assert_eq!(format!("{}{}", &url[..url::Position::BeforePath], url.path()), BACK, "{url}");
    house.get(&format!("{}?{}", url.path(), url.query().unwrap()), cookie)
}

#[test]
fn people_sign_in_with_every_kind_of_client_and_key() {
    let provider = Provider::start();
    for client in ["basic", "pss", "public", "edwards"] {
        let house = house(&provider, client);
        let (cookie, there) = begin(&house);
        let mut browser = Browser { provider: &provider, cookies: BTreeMap::new() };
        let back = browser.walk(&there, "anna");
        let reply = returned(&house, &cookie, &back);
        assert_eq!(
            (reply.status, reply.header("location")),
            (303, Some("/incidents")),
            "{client}: {reply:?}"
        );
        assert_eq!(house.remembered(), ["anna@ward (Hospital sign-in): signed in by Hospital sign-in"]);
        assert_eq!(returned(&house, &cookie, &back).status, 403, "once only");
    }
}

#[test]
fn whoever_is_in_no_group_or_turns_back_is_told_so() {
    let provider = Provider::start();
    let house = house(&provider, "basic");
    let (cookie, there) = begin(&house);
    let mut browser = Browser { provider: &provider, cookies: BTreeMap::new() };
    let back = browser.walk(&there, "porter");
    let reply = returned(&house, &cookie, &back);
    assert!(reply.status == 403 && reply.body.contains("one of these: on-call"), "{reply:?}");
    let (cookie, there) = begin(&house);
    let mut browser = Browser { provider: &provider, cookies: BTreeMap::new() };
    let asks = browser.ask(&format!("GET {}", browser.path(&there)), "");
    let abort = browser.ask(&format!("GET {asks}/abort"), "");
    let back = browser.ask(&format!("GET {abort}"), "");
    let reply = returned(&house, &cookie, &back);
    assert!(reply.status == 403 && reply.body.contains("you turned back there"), "{reply:?}");
}
