//! How is a question asked over HTTPS? Posted, as RFC 8484 says, in HTTP/2 or HTTP/1.1, whichever is agreed on.

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Method, Request, StatusCode, Uri,
    header::{self, HeaderValue},
    http::uri::{Authority, PathAndQuery},
};

use super::{Dns, reply::Reply};
use crate::{
    model::{Failure, Fault},
    probe::{
        Looking,
        dial::{Stream, tls::Tls},
        http::{Answer, Reach, http1, http2},
        printable,
    },
};

/// The protocols to offer, the preferred one first.
pub(super) const ALPN: [&str; 2] = ["h2", "http/1.1"];
/// The largest message there can be, in bytes.
const LARGEST: usize = 65535;
/// What a question and its reply are called.
const DNS_MESSAGE: &str = "application/dns-message";

/// How HTTPS is spoken to the server.
#[derive(Debug)]
pub(super) struct Https {
    pub(super) tls: Tls,
    uri: Uri,
    host: HeaderValue,
}

impl Https {
    /// `None` if there can be no such path.
    pub(super) fn new(tls: Tls, server: &str, path: &str) -> Option<Self> {
        let path = PathAndQuery::try_from(path).ok().filter(|path| path.query().is_none())?;
        let uri = Uri::builder().scheme("https").authority(server).path_and_query(path).build().ok()?;
        let host = HeaderValue::try_from(uri.authority().map(Authority::as_str)?).ok()?;
        Some(Self { tls, uri, host })
    }

    fn http1(&self, question: Bytes) -> Request<Full<Bytes>> {
        let mut request = self.request(Full::new(question));
        request.headers_mut().insert(header::HOST, self.host.clone());
        request.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        *request.uri_mut() = self.uri.path_and_query().cloned().map_or_else(Uri::default, Uri::from);
        request
    }

    fn http2(&self, question: Bytes) -> (Request<()>, Bytes) {
        let mut request = self.request(());
        request.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(question.len()));
        (request, question)
    }

    fn request<B>(&self, body: B) -> Request<B> {
        let mut request = Request::new(body);
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.uri.clone();
        for name in [header::CONTENT_TYPE, header::ACCEPT] {
            request.headers_mut().insert(name, HeaderValue::from_static(DNS_MESSAGE));
        }
        request
    }
}

/// Asks over a connection of its own. The number is 0, as the RFC wants it: TLS keeps strangers out.
pub(super) async fn ask(looking: &mut Looking<'_>, dns: &Dns, https: &Https) -> Result<Reply, Failure> {
    let stream = Stream::open(looking, &dns.server, &dns.route, Some(&https.tls)).await?;
    let question = Bytes::from(dns.question.with_id(0));
    let reach = Reach { limit: LARGEST, follow: false };
    let answer = if stream.protocol() == Some(b"h2") {
        http2(looking, stream, https.http2(question), reach).await?
    } else {
        http1(looking, stream, https.http1(question), reach).await?
    };
    dns.question.answered(0, &message(answer)?)
}

fn message(answer: Answer) -> Result<Bytes, Failure> {
    let kind = answer.headers.get(header::CONTENT_TYPE).map_or(&b"nothing"[..], HeaderValue::as_bytes);
    let is_dns =
        kind.get(..DNS_MESSAGE.len()).is_some_and(|kind| kind.eq_ignore_ascii_case(DNS_MESSAGE.as_bytes()));
    let wrong = |words: String| Err(Failure::theirs(Fault::WrongProtocol, words));
    if answer.status != StatusCode::OK {
        wrong(format!("HTTP status {} came, and no DNS reply", answer.status.as_u16()))
    } else if !is_dns {
        wrong(format!("{} came, and no {DNS_MESSAGE}", printable(kind, 60)))
    } else if answer.body.cut {
        Err(Failure::theirs(Fault::TooLarge, format!("the reply is larger than {LARGEST} bytes")))
    } else {
        Ok(answer.body.bytes)
    }
}
