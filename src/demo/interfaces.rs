//! What does the interface engine say? It echoes lines, and acknowledges framed HL7 messages.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::sleep,
};

use super::{Ailment, door::answer_garbage};

const START: u8 = 0x0b;
const END: &[u8] = b"\x1c\r";
const LONGEST: usize = 64 * 1024;

/// Answers each message until the visitor leaves.
pub(super) async fn receive(mut visitor: TcpStream, ailment: Option<Ailment>) -> io::Result<()> {
    match ailment {
        Some(Ailment::Unavailable | Ailment::MaintenancePage) => return Ok(()),
        Some(Ailment::Garbage) => return answer_garbage(&mut visitor).await,
        _ => {}
    }
    let mut heard = Vec::new();
    while visitor.read_buf(&mut heard).await? > 0 && heard.len() < LONGEST {
        while let Some(message) = next_message(&mut heard) {
            say(&mut visitor, &answer(&message, ailment), ailment).await?;
        }
    }
    Ok(())
}

/// Takes the first whole message out of what was heard: to the end of its frame, or of its line.
fn next_message(heard: &mut Vec<u8>) -> Option<Vec<u8>> {
    let end = if heard.first() == Some(&START) { END } else { b"\n" };
    let at = heard.windows(end.len()).position(|window| window == end)?;
    Some(heard.drain(..at + end.len()).collect())
}

fn answer(message: &[u8], ailment: Option<Ailment>) -> Vec<u8> {
    if message.first() != Some(&START) {
        return [b"heard: ", message].concat();
    }
    let text = String::from_utf8_lossy(message);
    let id = text.split('\r').next().and_then(|header| header.split('|').nth(9)).unwrap_or("");
    let header = r"MSH|^~\&|ENGINE|HOSPITAL|WARDROUND|DEMO|20260101000000||ACK";
    let said = match ailment {
        Some(Ailment::SaysFail) => {
            format!("MSA|AE|{id}|No room for SMITH\rERR|||207^Application internal error|E")
        }
        Some(Ailment::Unrelated) => "MSA|AA|another".to_owned(),
        _ => format!("MSA|AA|{id}"),
    };
    format!("\x0b{header}|{id}|P|2.4\r{said}\r\x1c\r").into_bytes()
}

/// In two pieces, as real engines do it.
async fn say(visitor: &mut TcpStream, answer: &[u8], ailment: Option<Ailment>) -> io::Result<()> {
    if let Some(Ailment::Slow(by)) = ailment {
        sleep(by).await;
    }
    let (first, rest) = answer.split_at(answer.len() / 2);
    visitor.write_all(first).await?;
    if ailment == Some(Ailment::HalfReply) {
        return visitor.shutdown().await;
    }
    sleep(Duration::from_millis(1)).await;
    visitor.write_all(rest).await
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &[u8] = b"\x0bMSH|^~\\&|A|B|C|D|2026||NMQ^N01|42|T|2.4\rNST|N\r\x1c\r";

    #[test]
    fn messages_are_cut_at_their_ends_however_they_arrive() {
        let mut heard = [MESSAGE, b"a\n", b"b"].concat();
        assert_eq!(next_message(&mut heard).unwrap(), MESSAGE);
        assert_eq!(next_message(&mut heard).unwrap(), b"a\n");
        assert_eq!(next_message(&mut heard), None);
        assert_eq!(heard, b"b");
    }

    #[test]
    fn a_message_is_acknowledged_by_its_own_control_id() {
        let told = |ailment| String::from_utf8(answer(MESSAGE, ailment)).unwrap();
        assert!(told(None).ends_with("\rMSA|AA|42\r\x1c\r"), "{:?}", told(None));
        assert!(told(Some(Ailment::SaysFail)).contains("\rMSA|AE|42|"));
        assert!(told(Some(Ailment::Unrelated)).ends_with("\rMSA|AA|another\r\x1c\r"));
        assert_eq!(answer(b"hello\r\n", None), b"heard: hello\r\n");
        assert!(!answer(b"\x0b\x1c\r", None).is_empty());
    }
}
