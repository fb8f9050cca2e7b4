//! How are C-ECHO's question and answer written (PS3.7, 9.3.5)? In Implicit VR Little Endian. Pure.

use super::wire::VERIFICATION;

/// The command "C-ECHO, please".
const ECHO: u16 = 0x0030;
/// Its answer.
pub(super) const ECHOED: u16 = 0x8030;
/// No data set comes with the command.
const ALONE: u16 = 0x0101;

/// Elements of a command, of the group 0000.
const LENGTH: u16 = 0x0000;
const SOP_CLASS: u16 = 0x0002;
const COMMAND: u16 = 0x0100;
const MESSAGE: u16 = 0x0110;
const ANSWERED: u16 = 0x0120;
const DATA_SET: u16 = 0x0800;
const STATUS: u16 = 0x0900;

/// What an answer says, as far as it says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::probe) struct Response {
    /// Which command it is.
    pub(super) command: Option<u16>,
    /// The message that it answers.
    pub(super) answered: Option<u16>,
    pub(super) status: Option<u16>,
}

/// The command that asks for an echo, as this message.
pub(super) fn echo(message: u16) -> Vec<u8> {
    let short = |tag, value: u16| element(tag, &value.to_le_bytes());
    let class = [VERIFICATION, b"\0"].concat(); // an even number of bytes
    let rest =
        [element(SOP_CLASS, &class), short(COMMAND, ECHO), short(MESSAGE, message), short(DATA_SET, ALONE)]
            .concat();
    [element(LENGTH, &size(&rest)), rest].concat()
}

/// Reads a command set; what is no part of an echo's answer is passed over.
pub(super) fn response(mut command: &[u8]) -> Result<Response, String> {
    let mut response = Response::default();
    while !command.is_empty() {
        let (tag, value, rest) = first(command).ok_or("an element runs over the end of its command")?;
        match tag {
            [0, COMMAND] => response.command = short(value),
            [0, ANSWERED] => response.answered = short(value),
            [0, STATUS] => response.status = short(value),
            _ => {}
        }
        command = rest;
    }
    Ok(response)
}

fn element(tag: u16, value: &[u8]) -> Vec<u8> {
    [&[0, 0][..], &tag.to_le_bytes(), &size(value), value].concat()
}

fn size(bytes: &[u8]) -> [u8; 4] {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes()
}

/// The first element: group and number, value, and what follows.
fn first(command: &[u8]) -> Option<([u16; 2], &[u8], &[u8])> {
    let (header, rest) = command.split_first_chunk::<8>()?;
    let [a, b, c, d, size @ ..] = *header;
    let size = usize::try_from(u32::from_le_bytes(size)).ok()?;
    let (value, rest) = rest.split_at_checked(size)?;
    Some(([u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d])], value, rest))
}

fn short(value: &[u8]) -> Option<u16> {
    value.try_into().ok().map(u16::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_question_is_what_the_standard_says() {
        let asked = echo(7);
        assert_eq!(asked.len(), 68);
        assert_eq!(asked[..12], [0, 0, 0, 0, 4, 0, 0, 0, 56, 0, 0, 0]);
        assert_eq!(&asked[20..38], b"1.2.840.10008.1.1\0");
        let read = response(&asked).unwrap();
        assert_eq!(read, Response { command: Some(ECHO), answered: None, status: None });
    }

    #[test]
    fn an_answer_says_what_it_answers_and_how_it_went() {
        let short = |tag, value: u16| element(tag, &value.to_le_bytes());
        let whole = [short(COMMAND, ECHOED), short(ANSWERED, 7), short(STATUS, 0x0211)].concat();
        let told = Response { command: Some(ECHOED), answered: Some(7), status: Some(0x0211) };
        assert_eq!(response(&whole), Ok(told));
        let longer = [whole.clone(), element(0x0902, b"a comment ")].concat();
        assert_eq!(response(&longer), Ok(told));
        assert_eq!(response(&[whole, element(STATUS, b"")].concat()).unwrap().status, None);
        assert!(response(&[0, 0, 0, 9, 0xff, 0xff, 0xff, 0xff, 0, 0]).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let _ = response(&bytes);
        }
    }
}
