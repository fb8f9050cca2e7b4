//! With which bytes did the far side begin? They tell what it speaks when the handshake fails.

use std::{
    io,
    os::fd::AsFd,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::probe::dial::stream::acknowledge_at_once;

/// Enough for the version and the cipher suite of a server's hello, and for the first line of a banner.
const MOST: usize = 96;

/// A stream of which the first bytes read are remembered.
#[derive(Debug)]
pub(crate) struct Overheard<S> {
    stream: S,
    first: [u8; MOST],
    heard: usize,
}

impl<S> Overheard<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, first: [0; MOST], heard: 0 }
    }

    /// The first bytes that were read.
    pub(super) fn first(&self) -> &[u8] {
        &self.first[..self.heard]
    }

    fn hear(&mut self, read: &[u8]) {
        let room = &mut self.first[self.heard..];
        let new = read.len().min(room.len());
        room[..new].copy_from_slice(&read[..new]);
        self.heard += new;
    }
}

impl<S: AsyncRead + AsFd + Unpin> AsyncRead for Overheard<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, into);
        if polled.is_pending() {
            acknowledge_at_once(&self.stream);
        }
        if self.heard < MOST {
            self.hear(&into.filled()[before..]);
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Overheard<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
