//! How is a mail handed to its server? One conversation, bounded in time and size; secured before anything is said that matters.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use lettre::transport::smtp::{
    authentication::Mechanism,
    client::{AsyncSmtpConnection, AsyncTokioStream},
    commands::{Data, Mail, Rcpt},
    extension::ClientId,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{timeout, timeout_at},
};

use super::{Email, Undelivered, email::TIMEOUT, raw::Mode};
use crate::{
    model::{Failure, Moment, Phase},
    probe::{Agent, Looking, StartTls, Stream, printable},
};

/// The most that is read of what the server says, in bytes.
const LIMIT: usize = 64 << 10;

/// How long we wait for the server's good-bye: by then it has the mail.
const FAREWELL: Duration = Duration::from_secs(1);

/// How much of the server's words is shown.
const SHOWN: usize = 200;

/// Hands `mail` over for every recipient whom the server takes.
pub(super) async fn post(email: &Email, mail: &[u8], now: Moment, agent: &Agent) -> Result<(), Undelivered> {
    let mut looking = Looking::begin(agent, TIMEOUT, now);
    let deadline = looking.watch.deadline();
    let taken = timeout_at(deadline, hand_over(email, mail, &mut looking)).await;
    let mut connection = taken.unwrap_or_else(|_| Err(looking.timed_out(TIMEOUT).into()))?;
    let _ = timeout(FAREWELL, connection.quit()).await;
    Ok(())
}

async fn hand_over(
    email: &Email,
    mail: &[u8],
    looking: &mut Looking<'_>,
) -> Result<AsyncSmtpConnection, Undelivered> {
    let stream = email.peer.connect(looking).await?;
    let name = own_name(&stream);
    let stream = secured(email, stream, looking).await?;
    looking.watch.enter(Phase::Wait);
    let connection = AsyncSmtpConnection::connect_with_transport(Box::new(stream), &name).await;
    let mut connection = connection.map_err(|why| of_server(email, "does not want us", &why))?;
    if let Some(credentials) = &email.credentials {
        let login = connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials).await;
        login.map_err(|why| of_server(email, "does not let us log in", &why))?;
    }
    address(email, &mut connection).await?;
    let ready = connection.command(Data).await;
    ready.map_err(|why| of_server(email, "wants no mail", &why))?;
    match connection.message(mail).await {
        Ok(_) => Ok(connection),
        Err(why) => {
            Err(Undelivered { lasting: why.is_permanent(), ..of_server(email, "refuses this mail", &why) })
        }
    }
}

/// Says whom the mail is from and for. One recipient who is refused must not keep the others from being told.
async fn address(email: &Email, connection: &mut AsyncSmtpConnection) -> Result<(), Undelivered> {
    let from = Mail::new(Some(email.sender().email.clone()), Vec::new());
    connection.command(from).await.map_err(|why| of_server(email, "refuses the sender", &why))?;
    let mut refused = Vec::new();
    for to in email.recipients() {
        if let Err(why) = connection.command(Rcpt::new(to.email.clone(), Vec::new())).await {
            refused.push(of_server(email, &format!("refuses {}", to.email), &why));
        }
    }
    let taken = refused.len() < email.recipients().len();
    for why in refused {
        if !taken {
            return Err(why);
        }
        tracing::warn!(%why, "a recipient is not told; the others are");
    }
    Ok(())
}

/// Where TLS is wanted the server's greeting was heard before it, and does not come again.
async fn secured(email: &Email, mut stream: TcpStream, looking: &mut Looking<'_>) -> Result<Line, Failure> {
    if email.mode != Mode::StartTls {
        return Ok(Line::new(email.peer.secure(looking, stream).await?, b""));
    }
    StartTls::Smtp.agree(&mut stream).await?;
    Ok(Line::new(email.peer.secure(looking, stream).await?, b"220 again\r\n"))
}

/// How we call ourselves: by the address from which we come, which is always true.
fn own_name(stream: &TcpStream) -> ClientId {
    match stream.local_addr().map(|own| own.ip().to_canonical()) {
        Ok(IpAddr::V4(ip)) => ClientId::Ipv4(ip),
        Ok(IpAddr::V6(ip)) => ClientId::Ipv6(ip),
        Err(_) => ClientId::default(),
    }
}

fn of_server(email: &Email, what: &str, why: &lettre::transport::smtp::Error) -> Undelivered {
    let why = printable(why.to_string().as_bytes(), SHOWN);
    Undelivered::for_now(format!("the mail server {} {what}: {why}", email.peer.endpoint))
}

/// A connection to a mail server, from which no more than a bounded number of bytes is read.
#[derive(Debug)]
struct Line {
    stream: Stream,
    /// What is heard before the first word of the server.
    before: &'static [u8],
    /// How many bytes may still be read.
    room: usize,
}

impl Line {
    fn new(stream: Stream, before: &'static [u8]) -> Self {
        Self { stream, before, room: LIMIT }
    }
}

impl AsyncTokioStream for Line {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Err(io::ErrorKind::Unsupported.into()) // asked by nobody here
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if !this.before.is_empty() {
            let (now, later) = this.before.split_at(this.before.len().min(buffer.remaining()));
            buffer.put_slice(now);
            this.before = later;
            return Poll::Ready(Ok(()));
        }
        if this.room == 0 {
            return Poll::Ready(Err(io::Error::other("it says more than 64 KiB")));
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(context, buffer);
        this.room = this.room.saturating_sub(buffer.filled().len() - before);
        read
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
