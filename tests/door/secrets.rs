//! Is a secret of the configuration shown anywhere: on a page, by the API, in metrics, in a log, by a verb? Even where whoever
//! is looked at says back all that it hears?

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::Duration,
};

use wardround::{
    config::Hash,
    serve::routes::{self, Route},
};

use super::house::Reply;
use crate::neighbours::started::free_address;

/// What must be shown nowhere.
const SECRETS: [&str; 9] = [
    "token-of-admin-7f3a90b1c2d4",
    "client-secret-5e6f7a8b",
    "hook-path-1c2d3e4f",
    "hook-bearer-9a8b7c6d",
    "probe-password-3f2e1d0c",
    "probe-bearer-0a1b2c3d",
    "probe-header-4e5f6a7b",
    "probe-body-8c9d0e1f",
    "probe-query-2a3b4c5d",
];

/// Says back, as a page, all that it is asked.
fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    std::thread::spawn(move || listener.incoming().flatten().for_each(say_back));
    at
}

fn say_back(mut visitor: TcpStream) {
    let mut heard = String::new();
    let mut reader = BufReader::new(visitor.try_clone().unwrap());
    while !heard.ends_with("\r\n\r\n") && reader.read_line(&mut heard).is_ok_and(|count| count > 0) {}
    let status = "HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/plain\r\nConnection: close\r\n";
    let lines: String = heard.lines().filter(|line| line.contains("ecret") || line.contains('-')).collect();
    let _ = write!(visitor, "{status}X-Heard: {lines}\r\nContent-Length: {}\r\n\r\n{heard}", heard.len());
}

/// A configuration with a secret wherever one may stand.
fn configuration(echo: SocketAddr, folder: &Path) {
    let [admin, client, path, bearer, password, token, header, body, query] = SECRETS;
    let hash = Hash::of("correct horse").unwrap();
    for (name, text) in [("hash", hash.as_str()), ("admin", admin), ("client", client), ("body", body)] {
        fs::write(folder.join(name), text).unwrap();
    }
    fs::write(folder.join("hook"), format!("http://{echo}/{path}")).unwrap();
    let broken = "expect: {body: {contains: all is well}, headers: {x-heard: {equals: nothing}}}";
    let text = format!(
        "site: here
defaults: {{interval: 1s, timeout: 500ms, confirm: {{recheck: 100ms}}}}
serve:
  url: http://localhost:1
  users: {{ada: {{password: {{file: hash}}, role: admin}}}}
  tokens: {{a: {{token: {{file: admin}}, role: admin}}}}
  oidc: {{issuer: 'http://{echo}', client_id: w, client_secret: {{file: client}}, roles: {{view: ['*']}}}}
  per_client: {{requests: 100000}}
notify:
  hook: {{webhook: {{url: {{file: hook}}, auth: {{bearer: '${{env:HOOK}}'}}}}}}
services:
  epr:
    probes:
      basic: {{http: {{url: 'http://{echo}/', auth: {{basic: {{user: u, password: '${{env:PASSWORD}}'}}}}, refused: down, {broken}}}}}
      bearer: {{http: {{url: 'http://{echo}/?key={query}', auth: {{bearer: '${{env:TOKEN}}'}}, {broken}}}}}
      header: {{http: {{url: 'http://{echo}/', headers: {{X-Key: '${{env:HEADER}}'}}, {broken}}}}}
      body: {{http: {{url: 'http://{echo}/', method: POST, body: {{file: body}}, {broken}}}}}
"
    );
    fs::write(folder.join("probes.yaml"), text).unwrap();
    let pairs = [("HOOK", bearer), ("PASSWORD", password), ("TOKEN", token), ("HEADER", header)];
    let lines = pairs.map(|(name, value)| format!("{name}={value}"));
    fs::write(folder.join("environment"), lines.join("\n")).unwrap();
}

fn wardround(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wardround"));
    command.args(words).current_dir(folder).env("WARDROUND_DATA", folder.join("data"));
    let environment = fs::read_to_string(folder.join("environment")).unwrap();
    command.envs(environment.lines().filter_map(|line| line.split_once('=')));
    command
}

/// The agent, ended with its value.
struct Agent {
    child: Child,
    at: SocketAddr,
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Agent {
    fn start(folder: &Path) -> Self {
        let (at, log) = (free_address(), fs::File::create(folder.join("log")).unwrap());
        let mut command = wardround(folder, &["run", "--listen", &at.to_string(), "--log-format", "json"]);
        Self {
            child: command.env("RUST_LOG", "debug").stderr(log).stdout(Stdio::null()).spawn().unwrap(),
            at,
        }
    }

    fn ask(&self, line: &str, headers: &str, body: &str) -> Option<Reply> {
        let mut stream = TcpStream::connect(self.at).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let (at, length) = (self.at.port(), body.len());
        write!(
            stream,
            "{line} HTTP/1.1\r\nHost: localhost:{at}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
        )
        .unwrap();
        Some(Reply::read(&mut stream))
    }

    /// Asks as somebody who may see everything.
    fn get(&self, path: &str) -> Option<Reply> {
        self.ask(&format!("GET {path}"), &format!("Authorization: Bearer {}\r\n", SECRETS[0]), "")
    }
}

/// The way to what this route tells of our one service.
fn path(route: &Route, incident: &str) -> String {
    let path = route.path.replace("{service}", "epr").replace("{incident}", incident);
    let path = path.replace("{probe}", "basic").replace("{id}", incident);
    path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect::<Vec<_>>().join("/")
}

fn assert_silent(what: &str, text: &str, hash: &str) {
    for secret in SECRETS.into_iter().chain([hash, "dTpwcm9iZS1wYXNzd29yZC"]) {
        assert!(!text.contains(secret), "{what} shows {secret}:\n{text}");
    }
}

#[test]
fn no_secret_is_shown_anywhere() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    configuration(echo(), folder);
    let hash = fs::read_to_string(folder.join("hash")).unwrap();
    let agent = Agent::start(folder);
    let mut incident = String::new();
    for _ in 0..400 {
        let told = agent.get("/api/v1/incidents").map(|reply| reply.body).unwrap_or_default();
        let told: serde_json::Value = serde_json::from_str(&told).unwrap_or_default();
        if let Some(id) = told["incidents"][0]["id"].as_str() {
            incident = id.to_owned();
            break;
        }
        sleep(Duration::from_millis(50));
    }
    assert!(!incident.is_empty(), "{}", fs::read_to_string(folder.join("log")).unwrap());
    let mut asked = 0;
    for route in routes::all().filter(|route| route.method == "GET" && route.path != "/events") {
        let path = path(route, &incident);
        let reply = agent.get(&path).unwrap();
        assert_silent(&path, &format!("{reply:?}"), &hash);
        asked += usize::from(reply.status == 200);
    }
    assert!(asked > 25, "{asked} routes answered");
    let text = fs::read_to_string(folder.join("probes.yaml")).unwrap();
    let admin = format!("Authorization: Bearer {}\r\nContent-Type: application/yaml\r\n", SECRETS[0]);
    let checked = agent.ask("POST /api/v1/check", &admin, &text).unwrap();
    assert_silent("check by the API", &checked.body, &hash);
    for words in [
        &["check"][..],
        &["probe", "epr/basic"],
        &["probe", "epr/bearer", "--json"],
        &["probe", "epr/header"],
        &["probe", "epr/body"],
        &["notify"],
        &["status"],
        &["incidents"],
        &["incidents", &incident],
        &["ledger", "export"],
    ] {
        let output = wardround(folder, words).output().unwrap();
        assert_silent(&words.join(" "), &String::from_utf8_lossy(&output.stdout), &hash);
        assert_silent(&words.join(" "), &String::from_utf8_lossy(&output.stderr), &hash);
    }
    assert_silent("the log", &fs::read_to_string(folder.join("log")).unwrap(), &hash);
}
