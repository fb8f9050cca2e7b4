//! How does one request go out and its reply come back? Over a connection of our own, in the task of the look.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{HeaderMap, Request, StatusCode, client::conn::http1};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};

use super::{
    body::{Gathered, gather},
    failure,
    stamped::{FirstBytes, Stamped},
};
use crate::{
    model::{Details, Failure, Phase},
    probe::Looking,
};

/// What the headers of a reply may take in all, in bytes.
const HEADERS_LIMIT: usize = 64 << 10;

/// A reply to one request.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Gathered,
}

/// Asks over `stream` in HTTP/1.1; at most `limit` bytes of the body are read.
pub(super) async fn http1<S>(
    looking: &mut Looking<'_>,
    stream: S,
    request: Request<Full<Bytes>>,
    limit: usize,
) -> Result<Answer, Failure>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    looking.watch.enter(Phase::Send);
    let first = FirstBytes::default();
    let stream = Stamped::new(stream, looking.watch.clone(), first.clone(), true);
    let answer = ask(&mut looking.details, stream, request, limit).await;
    answer.map_err(|error| failure::of_http1(looking.watch.phase(), &error, first.get().map(Vec::as_slice)))
}

async fn ask<S>(
    details: &mut Details,
    stream: Stamped<S>,
    request: Request<Full<Bytes>>,
    limit: usize,
) -> Result<Answer, hyper::Error>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut builder = http1::Builder::new();
    builder.max_buf_size(HEADERS_LIMIT).title_case_headers(true);
    let (mut sender, connection) = builder.handshake(TokioIo::new(stream)).await?;
    let mut connection = pin!(connection);
    let asking = async {
        let (head, body) = sender.send_request(request).await?.into_parts();
        details.http_status = Some(head.status.as_u16());
        details.http_version = Some(version_name(head.version));
        let body = gather(body, limit, details).await?;
        Ok(Answer { status: head.status, headers: head.headers, body })
    };
    drive(connection.as_mut(), asking).await
}

/// Waits for `wanted`, and keeps the connection working for as long.
async fn drive<C: Future, F: Future>(mut connection: Pin<&mut C>, wanted: F) -> F::Output {
    let mut wanted = pin!(wanted);
    let mut ended = false;
    poll_fn(|context| {
        // What became of the connection reaches whoever waits on it, so that its own end says nothing new.
        ended = ended || connection.as_mut().poll(context).is_ready();
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
