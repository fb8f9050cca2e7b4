//! What does a receiver's far end hear, and what does it answer? A server that answers each connection with bytes of the test's
//! choice.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// One answer: pieces, with a pause after each.
#[derive(Clone)]
pub(super) struct Answer(Vec<(Vec<u8>, Duration)>);

impl Answer {
    /// A reply with this status line, these headers and this body.
    pub(super) fn http(status: &str, headers: &str, body: &str) -> Self {
        let length = body.len();
        let text = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\n\r\n{body}");
        Self(vec![(text.into_bytes(), Duration::ZERO)])
    }

    /// Nothing, for as long as anybody listens.
    pub(super) fn silence() -> Self {
        Self(vec![(Vec::new(), Duration::MAX)])
    }

    /// `first`, and then `piece` after `piece`, for ever.
    pub(super) fn endless(first: &str, piece: &[u8], pause: Duration) -> Self {
        let mut pieces = vec![(first.as_bytes().to_vec(), pause)];
        pieces.extend(std::iter::repeat_n((piece.to_vec(), pause), 100_000));
        Self(pieces)
    }
}

/// A server, and what it has heard.
pub(super) struct FarEnd {
    pub(super) address: SocketAddr,
    heard: Arc<Mutex<Vec<String>>>,
}

impl FarEnd {
    /// Answers each request by what `answer` makes of it.
    pub(super) async fn start(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heard: Arc<Mutex<Vec<String>>> = Arc::default();
        let (kept, answer) = (heard.clone(), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (kept, answer) = (kept.clone(), answer.clone());
                tokio::spawn(async move { serve(stream, &kept, &*answer).await });
            }
        });
        Self { address, heard }
    }

    /// Every request so far: its head and its body.
    pub(super) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, heard: &Mutex<Vec<String>>, answer: &(dyn Fn(&str) -> Answer + Sync)) {
    let Some(request) = request(&mut stream).await else { return };
    heard.lock().unwrap().push(request.clone());
    for (piece, pause) in answer(&request).0 {
        if stream.write_all(&piece).await.is_err() {
            return;
        }
        tokio::time::sleep(pause).await;
    }
    let _ = stream.shutdown().await;
}

async fn request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length =
            head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            return Some(text.into_owned());
        }
    }
}
