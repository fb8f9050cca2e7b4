//! How do the hospital's web servers answer? HTTP/1.1 and HTTP/2, with TLS or without.

use std::{
    convert::Infallible,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Collected, Full, Limited};
use hyper::{
    Request, Response,
    body::{Body, Frame, Incoming},
    header::CONTENT_LENGTH,
    service::service_fn,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::{Sleep, sleep},
};

use super::{
    Ailment, Part,
    certificates::{Authority, Manners},
    door::answer_garbage,
    pages::page,
    wardrobe::Wardrobe,
};

/// The most that is read of a request's body, in bytes.
const MOST: usize = 64 << 10;

/// The web server of one part.
pub(super) struct Site {
    part: Part,
    tls: Option<Wardrobe>,
}

impl Site {
    /// Without TLS.
    pub(super) fn plain(part: Part) -> Self {
        Self { part, tls: None }
    }

    /// With TLS.
    pub(super) fn secure(part: Part, authority: &Authority) -> io::Result<Self> {
        let manners = Manners { alpn: &[b"h2", b"http/1.1"], demands_client: part == Part::Partners };
        Ok(Self { part, tls: Some(Wardrobe::new(authority, part, manners)?) })
    }

    pub(super) async fn receive(&self, visitor: TcpStream, ailment: Option<Ailment>) -> io::Result<()> {
        match &self.tls {
            None => self.serve(visitor, ailment).await,
            Some(tls) => self.serve(tls.dressed_for(ailment).accept(visitor).await?, ailment).await,
        }
    }

    async fn serve<S>(&self, mut visitor: S, ailment: Option<Ailment>) -> io::Result<()>
    where
        S: AsyncRead + AsyncWrite + Unpin + 'static,
    {
        if ailment == Some(Ailment::Garbage) {
            return answer_garbage(&mut visitor).await;
        }
        let part = self.part;
        let service = service_fn(move |request| answer(part, request, ailment));
        let builder = auto::Builder::new(TokioExecutor::new());
        builder.serve_connection(TokioIo::new(visitor), service).await.map_err(io::Error::other)
    }
}

async fn answer(
    part: Part,
    request: Request<Incoming>,
    ailment: Option<Ailment>,
) -> Result<Response<Told>, Infallible> {
    if let Some(Ailment::Slow(by)) = ailment {
        sleep(by).await;
    }
    let whole = page(part, &whole(request).await, ailment);
    Ok(if ailment == Some(Ailment::HalfReply) { halve(whole) } else { whole.map(Told::Whole) })
}

/// The request with its body, or what there is of it. Nobody says much to us.
async fn whole(request: Request<Incoming>) -> Request<Bytes> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, MOST).collect().await.map(Collected::to_bytes);
    Request::from_parts(head, body.unwrap_or_default())
}

/// Promises the whole body by its length, and sends half of it.
fn halve(page: Response<Full<Bytes>>) -> Response<Told> {
    let (mut head, body) = page.into_parts();
    let bytes = body.into_inner().unwrap_or_default();
    head.headers.insert(CONTENT_LENGTH, bytes.len().into());
    let half = bytes.slice(..bytes.len() / 2);
    Response::from_parts(head, Told::Half { half: Some(half), then: None })
}

/// The body of an answer.
enum Told {
    Whole(Full<Bytes>),
    /// What there is of it, and then the connection breaks; not at once, so that the half gets out.
    Half {
        half: Option<Bytes>,
        then: Option<Pin<Box<Sleep>>>,
    },
}

impl Body for Told {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match self.get_mut() {
            Self::Whole(body) => Pin::new(body).poll_frame(context).map_err(|never| match never {}),
            Self::Half { half, then } => {
                if let Some(half) = half.take() {
                    return Poll::Ready(Some(Ok(Frame::data(half))));
                }
                let then = then.get_or_insert_with(|| Box::pin(sleep(Duration::from_millis(20))));
                ready!(then.as_mut().poll(context));
                Poll::Ready(Some(Err(io::ErrorKind::BrokenPipe.into())))
            }
        }
    }

    fn size_hint(&self) -> hyper::body::SizeHint {
        match self {
            Self::Whole(body) => body.size_hint(),
            Self::Half { .. } => hyper::body::SizeHint::default(),
        }
    }
}
