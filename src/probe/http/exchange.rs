//! How does one request go out and its reply come back? In the task of the look, which drives the connection too.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{HeaderMap, Request, Response, StatusCode, body::Body, client::conn::http1};
use hyper_util::rt::TokioIo;

use super::{
    body::{Framed, Gathered, gather},
    failure,
    redirect::is_redirect,
    request::{Errand, Template},
    stamped::{FirstBytes, Stage, Stamped},
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

/// A connection over which requests go out, one after the other, in the task of the look that drives it.
pub(in crate::probe) enum Link {
    One(Http1),
    Two(Http2),
}

/// One in HTTP/1.1.
pub(in crate::probe) struct Http1 {
    sender: http1::SendRequest<Full<Bytes>>,
    working: Working<http1::Connection<TokioIo<Stamped<Stream>>, Full<Bytes>>>,
    first: FirstBytes,
    stage: Stage,
}

/// One in HTTP/2.
pub(in crate::probe) struct Http2 {
    sender: h2::client::SendRequest<Bytes>,
    working: Working<h2::client::Connection<Stamped<Stream>>>,
    first: FirstBytes,
    stage: Stage,
}

/// A connection while it works; dropped once it has ended, which tells whoever still waits on it.
type Working<C> = Option<Pin<Box<C>>>;

/// Asks over `stream` in HTTP/1.1.
pub(crate) async fn http1(
    looking: &mut Looking<'_>,
    stream: Stream,
    request: Request<Full<Bytes>>,
    reach: Reach,
) -> Result<Answer, Failure> {
    Http1::open(looking, stream).await?.ask(looking, request, reach).await
}

/// Asks over `stream` in HTTP/2.
pub(in crate::probe) async fn http2(
    looking: &mut Looking<'_>,
    stream: Stream,
    request: (Request<()>, Bytes),
    reach: Reach,
) -> Result<Answer, Failure> {
    Http2::open(looking, stream).await?.ask(looking, request, reach).await
}

impl Link {
    pub(super) async fn ask(
        &mut self,
        looking: &mut Looking<'_>,
        template: &Template,
        errand: &Errand<'_>,
        reach: Reach,
    ) -> Result<Answer, Failure> {
        match self {
            Self::One(link) => link.ask(looking, template.http1(errand), reach).await,
            Self::Two(link) => link.ask(looking, template.http2(errand), reach).await,
        }
    }

    /// Whether another request may go out on it.
    pub(super) async fn stands(&mut self) -> bool {
        match self {
            Self::One(link) => drive(&mut link.working, link.sender.ready()).await.is_ok(),
            Self::Two(link) => {
                let ready = link.sender.clone().ready();
                drive(&mut link.working, ready).await.is_ok() && link.working.is_some()
            }
        }
    }
}

impl Http1 {
    pub(super) async fn open(looking: &mut Looking<'_>, stream: Stream) -> Result<Self, Failure> {
        looking.watch.enter(Phase::Send);
        let (first, stage) = (FirstBytes::default(), Stage::default());
        let stream = Stamped::new(stream, looking.watch.clone(), first.clone(), stage.clone(), true);
        let mut builder = http1::Builder::new();
        builder.max_buf_size(HEADERS_LIMIT as usize).title_case_headers(true);
        let opened = builder.handshake(TokioIo::new(stream)).await;
        let (sender, working) = opened.map_err(|error| failure::of_http1(Phase::Send, &error, None))?;
        Ok(Self { sender, working: Some(Box::pin(working)), first, stage })
    }

    pub(super) async fn ask(
        &mut self,
        looking: &mut Looking<'_>,
        request: Request<Full<Bytes>>,
        reach: Reach,
    ) -> Result<Answer, Failure> {
        looking.watch.enter(Phase::Send);
        self.stage.again();
        let asking = async { read(looking, self.sender.send_request(request).await?, reach).await };
        let answer = drive(&mut self.working, asking).await;
        let first = self.first.get().map(Vec::as_slice);
        answer.map_err(|error| failure::of_http1(looking.watch.phase(), &error, first))
    }
}

impl Http2 {
    pub(super) async fn open(looking: &mut Looking<'_>, stream: Stream) -> Result<Self, Failure> {
        looking.watch.enter(Phase::Send);
        let (first, stage) = (FirstBytes::default(), Stage::default());
        let stream = Stamped::new(stream, looking.watch.clone(), first.clone(), stage.clone(), false);
        let mut builder = h2::client::Builder::new();
        builder.enable_push(false).max_header_list_size(HEADERS_LIMIT);
        builder.initial_window_size(WINDOW).initial_connection_window_size(WINDOW);
        let opened = builder.handshake(stream).await;
        let (sender, working) = opened.map_err(|error| failure::of_http2(Phase::Send, &error, None))?;
        Ok(Self { sender, working: Some(Box::pin(working)), first, stage })
    }

    pub(super) async fn ask(
        &mut self,
        looking: &mut Looking<'_>,
        request: (Request<()>, Bytes),
        reach: Reach,
    ) -> Result<Answer, Failure> {
        looking.watch.enter(Phase::Send);
        self.stage.again();
        let answer = self.answer(looking, request, reach).await;
        let first = self.first.get().map(Vec::as_slice);
        answer.map_err(|error| failure::of_http2(looking.watch.phase(), &error, first))
    }

    /// The request is handed over before the connection is driven for the first time, so that one flush carries preface,
    /// settings and request, and the stamp of that flush is the request's.
    async fn answer(
        &mut self,
        looking: &mut Looking<'_>,
        (request, body): (Request<()>, Bytes),
        reach: Reach,
    ) -> Result<Answer, h2::Error> {
        let mut sender = self.sender.clone().ready().await?;
        let (response, mut upload) = sender.send_request(request, body.is_empty())?;
        if !body.is_empty() {
            upload.send_data(body, true)?;
        }
        let asking = async {
            let response = response.await?;
            looking.watch.enter(Phase::Receive);
            read(looking, response.map(Framed), reach).await
        };
        drive(&mut self.working, asking).await
    }
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

/// Waits for `wanted`, and keeps the connection working for as long.
async fn drive<C: Future, F: Future>(working: &mut Working<C>, wanted: F) -> F::Output {
    let mut wanted = pin!(wanted);
    poll_fn(|context| {
        if working.as_mut().is_some_and(|connection| connection.as_mut().poll(context).is_ready()) {
            *working = None;
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
