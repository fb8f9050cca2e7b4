//! How does a proxy open the way to a target?

use std::io;

use tokio::{io::AsyncReadExt, io::AsyncWriteExt, net::TcpStream};

use super::failure::of_io;
use crate::{
    model::{Endpoint, Failure, Fault, Ours, Phase},
    probe::{
        Looking,
        dial::{Route, closed, connect},
        printable,
    },
    raw::Secret,
};

/// A proxy that is asked with CONNECT.
#[derive(Clone, Debug)]
pub(crate) struct Proxy {
    pub(super) endpoint: Endpoint,
    /// What `Proxy-Authorization` says.
    pub(super) authorization: Option<Secret>,
}

/// What the head of a proxy's reply may take, in bytes.
const LIMIT: usize = 8 << 10;

/// How much of a proxy's reply is shown.
const SHOWN: usize = 60;

impl Proxy {
    /// A connection to `target` through this proxy, reached by `route`; all of it is the phase `connect`.
    pub(crate) async fn connect(
        &self,
        looking: &mut Looking<'_>,
        target: &Endpoint,
        route: &Route,
    ) -> Result<TcpStream, Failure> {
        let route = Route { connect_to: None, ..route.clone() };
        let tunnel = async {
            let mut stream = connect(looking, &self.endpoint, &route).await?;
            self.ask(&mut stream, target).await?;
            Ok(stream)
        };
        tunnel.await.map_err(|failure: Failure| Failure {
            words: format!("the proxy {}: {}", self.endpoint, failure.words),
            ..failure
        })
    }

    async fn ask(&self, stream: &mut TcpStream, target: &Endpoint) -> Result<(), Failure> {
        let broken = |error: io::Error| of_io(Phase::Connect, &error);
        stream.write_all(self.request(target).as_bytes()).await.map_err(broken)?;
        let head = head(stream).await.map_err(broken)?;
        self.judge(&head, target)
    }

    fn request(&self, target: &Endpoint) -> String {
        let mut request = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n");
        if let Some(authorization) = &self.authorization {
            request = format!("{request}Proxy-Authorization: {}\r\n", authorization.expose());
        }
        request + "\r\n"
    }

    fn judge(&self, head: &[u8], target: &Endpoint) -> Result<(), Failure> {
        let shown = printable(head.split(|byte| *byte == b'\r').next().unwrap_or_default(), SHOWN);
        match status(head) {
            Some(_) if !head.ends_with(b"\r\n\r\n") => Err(closed(Phase::Connect)),
            _ if head.is_empty() => Err(closed(Phase::Connect)),
            Some(200..=299) => Ok(()),
            // 401 is not for proxies, and tinyproxy says it.
            Some(code @ (401 | 407)) if self.authorization.is_some() => {
                Err(Failure::ours(Ours::CredentialRefused, format!("it refused our credential ({code})")))
            }
            Some(407) => {
                let words = "it asks for a log-in (407): write proxy: {url: …, auth: …}";
                Err(Failure::theirs(Fault::ProxyRefused, words))
            }
            Some(_) => {
                let words = format!("it did not open the way to {target}: \"{shown}\"");
                Err(Failure::theirs(Fault::ProxyRefused, words))
            }
            None => {
                let words = format!("what came back is not HTTP: it begins with \"{shown}\"");
                Err(Failure::theirs(Fault::WrongProtocol, words))
            }
        }
    }
}

/// The head of the reply, and not a byte of what follows it: that is the target's. Empty if there was none.
async fn head(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    let mut seen = [0; 1024];
    while head.len() < LIMIT {
        let peeked = stream.peek(&mut seen).await?;
        if peeked == 0 {
            break;
        }
        let before = head.len();
        head.extend_from_slice(&seen[..peeked]);
        let end = end(&head, before);
        head.truncate(end.unwrap_or(head.len()));
        stream.read_exact(&mut seen[..head.len() - before]).await?;
        if end.is_some() {
            break;
        }
    }
    Ok(head)
}

/// Where the empty line ends that ends a head of which the part before `known` has none.
fn end(head: &[u8], known: usize) -> Option<usize> {
    let from = known.saturating_sub(3);
    head[from..].windows(4).position(|four| four == b"\r\n\r\n").map(|at| from + at + 4)
}

/// The status in `HTTP/1.1 200 Connection established`.
fn status(head: &[u8]) -> Option<u16> {
    let line = head.strip_prefix(b"HTTP/1.")?.get(1..)?.strip_prefix(b" ")?;
    let code = str::from_utf8(line.get(..3)?).ok()?;
    code.parse().ok().filter(|code| (100..=599).contains(code))
}
