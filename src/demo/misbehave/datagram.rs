//! What does a bad name server say in a datagram?

use std::io;

use tokio::net::UdpSocket;

use super::{Misbehaviour as Bad, catalogue::random_bytes};

/// Answers each query badly, for ever.
pub(super) async fn answer(socket: UdpSocket, bad: Bad) -> io::Result<()> {
    let mut heard = [0; 4096];
    loop {
        let (length, asker) = socket.recv_from(&mut heard).await?;
        if let Some(answer) = instead(&heard[..length], bad) {
            socket.send_to(&answer, asker).await?;
        }
    }
}

/// What a datagram can show.
pub(super) fn is_known(bad: Bad) -> bool {
    let silent = [Bad::Refuses, Bad::HangsWhenAsked];
    let said =
        [Bad::ClosesInBody, Bad::EndlessBody, Bad::InvalidUtf8, Bad::Nuls, Bad::SpeaksHttp, Bad::RandomBytes];
    silent.contains(&bad) || said.contains(&bad)
}

/// The answer, which has the number of the question, so that it cannot be passed over as somebody else's.
fn instead(query: &[u8], bad: Bad) -> Option<Vec<u8>> {
    let number = query.get(..2)?;
    let rest: Vec<u8> = match bad {
        Bad::ClosesInBody => half_an_answer(query)?,
        Bad::EndlessBody => vec![0xc0; 65_000],
        Bad::InvalidUtf8 => b"\xff\xfe\xc3\x28\xf0\x28\x8c\xbc\xff\xff\xff\xff".to_vec(),
        Bad::Nuls => vec![0; 64],
        Bad::SpeaksHttp => b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(),
        Bad::RandomBytes => random_bytes(),
        _ => return None,
    };
    Some([number, &rest].concat())
}

/// A header that promises one answer, the question again, and the first bytes of the answer.
fn half_an_answer(query: &[u8]) -> Option<Vec<u8>> {
    let name = query.get(12..)?.iter().position(|byte| *byte == 0)? + 1;
    let question = query.get(12..12 + name + 4)?;
    let header = b"\x84\x00\x00\x01\x00\x01\x00\x00\x00\x00";
    Some([&header[..], question, b"\xc0\x0c\x00\x01"].concat())
}
