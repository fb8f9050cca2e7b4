//! What does the image archive say to modalities? As much DICOM as it takes to be asked for an echo, and to part.

use std::io;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::sleep,
};

use super::{Ailment, door::answer_garbage};

const LONGEST: usize = 16 * 1024;

/// Answers each PDU until the visitor leaves.
pub(super) async fn receive(mut visitor: TcpStream, ailment: Option<Ailment>) -> io::Result<()> {
    if ailment == Some(Ailment::Garbage) {
        return answer_garbage(&mut visitor).await;
    }
    while let Some((kind, body)) = hear(&mut visitor).await? {
        let answer = answer(kind, &body, ailment);
        match ailment {
            Some(Ailment::Slow(by)) => sleep(by).await,
            Some(Ailment::HalfReply) => return visitor.write_all(&answer[..answer.len() / 2]).await,
            _ => {}
        }
        visitor.write_all(&answer).await?;
    }
    Ok(())
}

/// The next PDU: its type and what is in it. What is none, or is longer than any that is to be expected, has the type 0.
async fn hear(visitor: &mut TcpStream) -> io::Result<Option<(u8, Vec<u8>)>> {
    let mut header = [0; 6];
    match visitor.read_exact(&mut header).await {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    };
    let [kind, _, size @ ..] = header;
    let size = u32::from_be_bytes(size) as usize;
    if !(1..=7).contains(&kind) || size > LONGEST {
        visitor.read_buf(&mut Vec::with_capacity(LONGEST)).await?;
        return Ok(Some((0, Vec::new())));
    }
    let mut body = vec![0; size];
    visitor.read_exact(&mut body).await?;
    Ok(Some((kind, body)))
}

fn answer(kind: u8, body: &[u8], ailment: Option<Ailment>) -> Vec<u8> {
    const REJECTED: [u8; 4] = [0, 2, 3, 2]; // for now: the local limit is exceeded
    match (kind, ailment) {
        (1, Some(Ailment::Unavailable)) => pdu(3, &REJECTED),
        (1, _) => pdu(2, &accepted(body)),
        (4, Some(Ailment::MaintenancePage)) => pdu(7, &[0; 4]),
        (4, Some(Ailment::SaysFail)) => pdu(4, &echoed(body, 0x0110)),
        (4, _) => pdu(4, &echoed(body, 0)),
        (5, _) => pdu(6, &[0; 4]),
        (0, _) => pdu(7, &[0, 0, 2, 1]),
        _ => pdu(7, &[0, 0, 2, 2]),
    }
}

fn pdu(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind, 0][..], &long(body.len()), body].concat()
}

/// Every presentation context is welcome, whoever asks.
fn accepted(request: &[u8]) -> Vec<u8> {
    const FIXED: usize = 68;
    let mut answer = request.get(..FIXED).unwrap_or_default().to_vec();
    let mut rest = request.get(FIXED..).unwrap_or_default();
    while let [kind, _, high, low, after @ ..] = rest {
        let (content, after) =
            after.split_at(usize::from(u16::from_be_bytes([*high, *low])).min(after.len()));
        answer.extend(match kind {
            0x20 => item(0x21, &[&[content.first().copied().unwrap_or(1), 0, 0, 0], SYNTAX].concat()),
            _ => item(*kind, content),
        });
        rest = after;
    }
    answer
}

/// Implicit VR Little Endian.
const SYNTAX: &[u8] = b"\x40\0\0\x111.2.840.10008.1.2";

fn item(kind: u8, content: &[u8]) -> Vec<u8> {
    let [_, _, size @ ..] = long(content.len());
    [&[kind, 0][..], &size, content].concat()
}

/// An answer with this status, in the context and to the message of the question.
fn echoed(question: &[u8], status: u16) -> Vec<u8> {
    let context = question.get(4).copied().unwrap_or(1);
    let id = b"\0\0\x10\x01\x02\0\0\0";
    let at = question.windows(id.len()).position(|window| window == id).map_or(0, |at| at + id.len());
    let message = question.get(at..at + 2).unwrap_or(&[0, 0]);
    let command = [
        &b"\0\0\x02\0\x12\0\0\x001.2.840.10008.1.1\0"[..],
        b"\0\0\0\x01\x02\0\0\0\x30\x80",
        &[b"\0\0\x20\x01\x02\0\0\0", message].concat(),
        b"\0\0\0\x08\x02\0\0\0\x01\x01",
        &[&b"\0\0\0\x09\x02\0\0\0"[..], &status.to_le_bytes()].concat(),
    ]
    .concat();
    let mut length = long(command.len());
    length.reverse();
    let command = [&b"\0\0\0\0\x04\0\0\0"[..], &length, &command].concat();
    [&long(command.len() + 2)[..], &[context, 3], &command].concat()
}

/// What is said here is short, so that every length fits.
fn long(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes()
}
