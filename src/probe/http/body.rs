//! How is a body read, and how much of it?

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Frame};

use crate::model::Details;

/// A body, as far as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Gathered {
    /// What was read.
    pub(crate) bytes: Bytes,
    /// Whether more would have come: reading stopped at the limit.
    pub(crate) cut: bool,
}

/// Reads at most `limit` bytes; trailers are passed over. The details tell how far it came.
pub(super) async fn gather<B>(mut body: B, limit: usize, details: &mut Details) -> Result<Gathered, B::Error>
where
    B: Body<Data = Bytes> + Unpin,
{
    let mut held = Held::default();
    details.body_bytes = Some(0);
    while let Some(frame) = body.frame().await {
        let Ok(mut data) = frame?.into_data() else { continue };
        let room = limit - held.len();
        let cut = data.len() > room;
        data.truncate(room);
        held.push(data);
        details.body_bytes = Some(held.len() as u64);
        if cut {
            return Ok(Gathered { bytes: held.into(), cut });
        }
    }
    Ok(Gathered { bytes: held.into(), cut: false })
}

/// What was read: most bodies come in one piece, which is not copied.
#[derive(Default)]
enum Held {
    #[default]
    Nothing,
    One(Bytes),
    Many(BytesMut),
}

impl Held {
    fn len(&self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::One(bytes) => bytes.len(),
            Self::Many(bytes) => bytes.len(),
        }
    }

    fn push(&mut self, data: Bytes) {
        *self = match std::mem::take(self) {
            Self::Nothing => Self::One(data),
            Self::One(first) => Self::Many([first, data].concat().as_slice().into()),
            Self::Many(mut all) => {
                all.extend_from_slice(&data);
                Self::Many(all)
            }
        };
    }
}

impl From<Held> for Bytes {
    fn from(held: Held) -> Self {
        match held {
            Held::Nothing => Self::new(),
            Held::One(bytes) => bytes,
            Held::Many(bytes) => bytes.freeze(),
        }
    }
}

/// A body that comes in frames of HTTP/2; what is read is acknowledged, so that more may come.
pub(super) struct Framed(pub(super) h2::RecvStream);

impl Body for Framed {
    type Data = Bytes;
    type Error = h2::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, h2::Error>>> {
        let Some(data) = ready!(self.0.poll_data(context)) else { return Poll::Ready(None) };
        let data = data.and_then(|data| {
            self.0.flow_control().release_capacity(data.len())?;
            Ok(Frame::data(data))
        });
        Poll::Ready(Some(data))
    }
}
