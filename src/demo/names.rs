//! How does the name server hear and speak? DNS over UDP and TCP.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use hickory_proto::op::{Message, MessageType};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpStream, UdpSocket},
    task::JoinSet,
    time::sleep,
};

use super::{
    Ailment, Part,
    answers::{answer, datagram},
    chart::Chart,
    door::GARBAGE,
    zone::{Zone, part_of},
};

/// The hospital's name server.
pub(super) struct NameServer {
    zone: Zone,
    chart: Arc<Chart>,
}

impl NameServer {
    pub(super) fn new(zone: Zone, chart: Arc<Chart>) -> Self {
        Self { zone, chart }
    }

    /// Answers every datagram, for ever; while the part refuses, nobody is at the port.
    pub(super) async fn keep(self: Arc<Self>, socket: UdpSocket) -> io::Result<()> {
        let port = socket.local_addr()?.port();
        let mut socket = Arc::new(socket);
        let mut chart = self.chart.follow(Part::Names);
        let mut speaking = JoinSet::new();
        let mut heard = [0; 4096];
        loop {
            tokio::select! {
                biased;
                gone = chart.wait_for(is_refused) => { gone.map_err(io::Error::other)?; }
                Some(_sent) = speaking.join_next() => continue,
                Ok((length, asker)) = socket.recv_from(&mut heard) => {
                    let query = heard[..length].to_vec();
                    speaking.spawn(send(Arc::clone(&self), Arc::clone(&socket), query, asker));
                    continue;
                }
            }
            speaking.shutdown().await;
            drop(socket);
            chart.wait_for(|ailment| !is_refused(ailment)).await.map_err(io::Error::other)?;
            socket = Arc::new(UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).await?);
        }
    }

    /// Answers each message of a connection until the asker leaves.
    pub(super) async fn receive(&self, mut asker: TcpStream) -> io::Result<()> {
        loop {
            let length = asker.read_u16().await?;
            let mut query = vec![0; length.into()];
            asker.read_exact(&mut query).await?;
            let Some(reply) = self.reply(&query, |_, answer| answer.to_vec().ok()).await else { continue };
            let whole = u16::try_from(reply.promised).map_err(io::Error::other)?;
            asker.write_all(&[&whole.to_be_bytes(), reply.bytes.as_slice()].concat()).await?;
            if reply.bytes.len() < reply.promised {
                return asker.shutdown().await;
            }
        }
    }

    /// What is said to one query, and only when it is; `None` where nothing is said.
    async fn reply(&self, query: &[u8], encode: fn(&Message, &Message) -> Option<Vec<u8>>) -> Option<Reply> {
        let query = Message::from_vec(query)
            .ok()
            .filter(|query| query.metadata.message_type == MessageType::Query)?;
        let ailment = self.ailment(&query);
        let mut bytes = encode(&query, &answer(&self.zone, &query, ailment))?;
        let promised = bytes.len();
        match ailment {
            Some(Ailment::Slow(by)) => sleep(by).await,
            Some(Ailment::Silent | Ailment::Hanging | Ailment::Reset) => return None,
            Some(Ailment::Garbage) => {
                return Some(Reply { bytes: GARBAGE.to_vec(), promised: GARBAGE.len() });
            }
            Some(Ailment::HalfReply) => bytes.truncate(promised / 2),
            _ => {}
        }
        Some(Reply { bytes, promised })
    }

    /// What ails the name that is asked for, or else the name server.
    fn ailment(&self, query: &Message) -> Option<Ailment> {
        let part = query.queries.first().and_then(|question| part_of(question.name()));
        let of_name = part.and_then(|part| self.chart.of(part)).filter(|ailment| ailment.is_of_names());
        of_name.or_else(|| self.chart.of(Part::Names))
    }
}

/// What is said, which may be less than was promised.
struct Reply {
    bytes: Vec<u8>,
    promised: usize,
}

async fn send(server: Arc<NameServer>, socket: Arc<UdpSocket>, query: Vec<u8>, asker: SocketAddr) {
    if let Some(reply) = server.reply(&query, datagram).await {
        // An asker who has left is not our trouble.
        let _ = socket.send_to(&reply.bytes, asker).await;
    }
}

#[expect(clippy::ref_option, reason = "the shape that a watch asks for")]
fn is_refused(ailment: &Option<Ailment>) -> bool {
    *ailment == Some(Ailment::Refused)
}
