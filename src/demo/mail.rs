//! What does the mail gateway say? As much SMTP as it takes to come to STARTTLS and back out.

use std::io;

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufStream},
    net::TcpStream,
    time::sleep,
};

use super::{
    Ailment, Part,
    certificates::{Authority, Manners},
    door::answer_garbage,
    wardrobe::Wardrobe,
};

/// The mail gateway.
pub(super) struct Gateway(Wardrobe);

impl Gateway {
    pub(super) fn new(authority: &Authority) -> io::Result<Self> {
        let manners = Manners { alpn: &[], demands_client: false };
        Ok(Self(Wardrobe::new(authority, Part::Mail, manners)?))
    }

    pub(super) async fn receive(&self, mut visitor: TcpStream, ailment: Option<Ailment>) -> io::Result<()> {
        match ailment {
            Some(Ailment::Unavailable | Ailment::MaintenancePage) => {
                return visitor.write_all(b"421 mail.hospital.test closed for maintenance\r\n").await;
            }
            Some(Ailment::Garbage) => return answer_garbage(&mut visitor).await,
            Some(Ailment::HalfReply) => return visitor.write_all(b"220 mail.hos").await,
            Some(Ailment::Slow(by)) => sleep(by).await,
            _ => {}
        }
        visitor.write_all(b"220 mail.hospital.test ESMTP\r\n").await?;
        let offers_tls = ailment != Some(Ailment::SaysFail);
        let mut plain = BufStream::new(visitor);
        if converse(&mut plain, offers_tls).await? == Left::ForTls {
            let inner = plain.into_inner();
            let tls = self.0.dressed_for(ailment).accept(inner).await?;
            converse(&mut BufStream::new(tls), false).await?;
        }
        Ok(())
    }
}

/// How a conversation ended.
#[derive(PartialEq)]
enum Left {
    ForGood,
    ForTls,
}

async fn converse<S>(visitor: &mut BufStream<S>, offers_tls: bool) -> io::Result<Left>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut line = String::new();
    while visitor.read_line(&mut line).await? > 0 {
        let command = std::mem::take(&mut line).trim_end().to_ascii_uppercase();
        visitor.write_all(answer(&command, offers_tls).as_bytes()).await?;
        visitor.flush().await?;
        match command.as_str() {
            "STARTTLS" if offers_tls => return Ok(Left::ForTls),
            "QUIT" => return Ok(Left::ForGood),
            _ => {}
        }
    }
    Ok(Left::ForGood)
}

fn answer(command: &str, offers_tls: bool) -> &'static str {
    match command.split(' ').next().unwrap_or("") {
        "EHLO" if offers_tls => "250-mail.hospital.test\r\n250-PIPELINING\r\n250 STARTTLS\r\n",
        "EHLO" | "HELO" => "250-mail.hospital.test\r\n250 PIPELINING\r\n",
        "STARTTLS" if offers_tls => "220 go ahead\r\n",
        "STARTTLS" => "454 TLS is not to be had\r\n",
        "NOOP" | "RSET" => "250 well\r\n",
        "QUIT" => "221 goodbye\r\n",
        _ => "502 this gateway only pretends\r\n",
    }
}
