//! How does one request go out and its reply come back? In the task of the look, which drives the connection too.

use std::{future::poll_fn, pin::pin};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{HeaderMap, Request, Response, StatusCode, body::Body, client::conn::http1};
use hyper_util::rt::TokioIo;

use super::{
    body::{Framed, Gathered, gather},
    failure,
    redirect::is_redirect,
    stamped::{FirstBytes, Stamped},
};
use crate::{
    model::{Failure, Phase},
    probe::{Looking, dial::Stream},
};

/// What the headers of a reply may take in all, in bytes.
const HEADERS_LIMIT: u32 = 64 << 10;

/// How far an HTTP/2 server may run ahead of us, in bytes.
const WINDOW: u32 = 1 << 20;

/// A reply to one request.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(super) version: &'static str,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Gathered,
}

/// How far a reply is read.
#[derive(Clone, Copy)]
pub(crate) struct Reach {
    /// The most that is read of a body, in bytes.
    pub(crate) limit: usize,
    /// Whether the body of a redirect is left unread, since it will be followed.
    pub(crate) follow: bool,
}

/// Asks over `stream` in HTTP/1.1.
pub(crate) async fn http1(
    looking: &mut Looking<'_>,
    stream: Stream,
    request: Request<Full<Bytes>>,
    reach: Reach,
) -> Result<Answer, Failure> {
    looking.watch.enter(Phase::Send);
    let first = FirstBytes::default();
    let stream = Stamped::new(stream, looking.watch.clone(), first.clone(), true);
    let answer = ask_http1(looking, stream, request, reach).await;
    answer.map_err(|error| failure::of_http1(looking.watch.phase(), &error, first.get().map(Vec::as_slice)))
}

/// Asks over `stream` in HTTP/2.
pub(in crate::probe) async fn http2(
    looking: &mut Looking<'_>,
    stream: Stream,
    request: (Request<()>, Bytes),
    reach: Reach,
) -> Result<Answer, Failure> {
    looking.watch.enter(Phase::Send);
    let first = FirstBytes::default();
    let watch = looking.watch.clone();
    let stream = Stamped::new(stream, watch.clone(), first.clone(), false);
    let answer = ask_http2(looking, stream, request, reach).await;
    answer.map_err(|error| failure::of_http2(watch.phase(), &error, first.get().map(Vec::as_slice)))
}

async fn ask_http1(
    looking: &mut Looking<'_>,
    stream: Stamped<Stream>,
    request: Request<Full<Bytes>>,
    reach: Reach,
) -> Result<Answer, hyper::Error> {
    let mut builder = http1::Builder::new();
    builder.max_buf_size(HEADERS_LIMIT as usize).title_case_headers(true);
    let (mut sender, connection) = builder.handshake(TokioIo::new(stream)).await?;
    let asking = async { read(looking, sender.send_request(request).await?, reach).await };
    drive(connection, asking).await
}

/// The request is handed over before the connection is driven for the first time, so that one flush carries preface,
/// settings and request, and the stamp of that flush is the request's.
async fn ask_http2(
    looking: &mut Looking<'_>,
    stream: Stamped<Stream>,
    (request, body): (Request<()>, Bytes),
    reach: Reach,
) -> Result<Answer, h2::Error> {
    let mut builder = h2::client::Builder::new();
    builder.enable_push(false).max_header_list_size(HEADERS_LIMIT);
    builder.initial_window_size(WINDOW).initial_connection_window_size(WINDOW);
    let (sender, connection) = builder.handshake(stream).await?;
    let mut sender = sender.ready().await?;
    let (response, mut upload) = sender.send_request(request, body.is_empty())?;
    if !body.is_empty() {
        upload.send_data(body, true)?;
    }
    let asking = async {
        let response = response.await?;
        looking.watch.enter(Phase::Receive);
        read(looking, response.map(Framed), reach).await
    };
    drive(connection, asking).await
}

async fn read<B>(looking: &mut Looking<'_>, response: Response<B>, reach: Reach) -> Result<Answer, B::Error>
where
    B: Body<Data = Bytes> + Unpin,
{
    let (head, body) = response.into_parts();
    let version = version_name(head.version);
    looking.details.http_status = Some(head.status.as_u16());
    looking.details.http_version = Some(version);
    looking.note(|besides| besides.headers = head.headers.clone());
    let skip = reach.follow && is_redirect(head.status);
    let body =
        if skip { Gathered::default() } else { gather(body, reach.limit, &mut looking.details).await? };
    Ok(Answer { status: head.status, version, headers: head.headers, body })
}

/// Waits for `wanted`, and keeps the connection working for as long. Once it has ended it is dropped, which tells whoever
/// still waits on it.
async fn drive<C: Future, F: Future>(connection: C, wanted: F) -> F::Output {
    let (mut connection, mut wanted) = (pin!(Some(connection)), pin!(wanted));
    poll_fn(|context| {
        let working = connection.as_mut().as_pin_mut();
        if working.is_some_and(|working| working.poll(context).is_ready()) {
            connection.set(None);
        }
        wanted.as_mut().poll(context)
    })
    .await
}

fn version_name(version: hyper::Version) -> &'static str {
    match version {
        hyper::Version::HTTP_2 => "HTTP/2",
        hyper::Version::HTTP_10 => "HTTP/1.0",
        _ => "HTTP/1.1",
    }
}
