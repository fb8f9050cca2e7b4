//! Which bytes are a framed HL7 message, and what does the header say, and the acknowledgement in it? Pure.

use serde::Deserialize;

use crate::probe::Reading;

/// What stands before a message.
pub(super) const START: u8 = 0x0b;
/// What stands behind it.
pub(super) const END: &[u8] = b"\x1c\r";
/// The longest code of an error that is told; what is longer is text, and may be about a patient.
const LONGEST_CODE: usize = 20;

/// A message that came, as far as it matters to us. Nothing else of it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message {
    /// MSH-3: who says it.
    pub(super) application: Vec<u8>,
    /// MSH-10: its own number.
    pub(super) control_id: Vec<u8>,
    /// What it says of another message, if that is what it is about.
    pub(super) acknowledgement: Option<Acknowledgement>,
}

/// What an acknowledgement says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::probe) struct Acknowledgement {
    /// MSA-1.
    pub(super) code: Code,
    /// MSA-2: the number of the message that it answers.
    pub(super) of: Vec<u8>,
    /// The code of the error, from ERR-3, or from ERR-1 as it was before version 2.5.
    pub(super) error: Option<String>,
}

/// The acknowledgement codes: of the application, and of the interface alone (enhanced mode).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(in crate::probe) enum Code {
    /// The application accepts it.
    Aa,
    /// The application found an error in it.
    Ae,
    /// The application rejects it.
    Ar,
    /// It was committed to safe storage.
    Ca,
    /// It could not be, for an error.
    Ce,
    /// It was rejected.
    Cr,
}

impl Code {
    pub(super) const ALL: [Self; 6] = [Self::Aa, Self::Ae, Self::Ar, Self::Ca, Self::Ce, Self::Cr];
    pub(super) const ACCEPTING: [Self; 2] = [Self::Aa, Self::Ca];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Aa => "AA",
            Self::Ae => "AE",
            Self::Ar => "AR",
            Self::Ca => "CA",
            Self::Ce => "CE",
            Self::Cr => "CR",
        }
    }
}

/// Reads one message in its frame. Line ends before the frame are nothing: some engines send one behind each.
pub(super) fn message(bytes: &[u8]) -> Reading<Message> {
    let blank = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let framed = match bytes[blank..].split_first() {
        None => return Reading::Partial,
        Some((&START, framed)) => framed,
        Some(_) => return Reading::Strange,
    };
    let Some(end) = framed.iter().position(|byte| *byte == END[0]) else { return Reading::Partial };
    match framed.get(end + 1) {
        None => Reading::Partial,
        Some(b'\r') => match Text::of(&framed[..end]).and_then(Text::message) {
            Ok(message) => Reading::Whole(message, blank + 1 + end + END.len()),
            Err(why) => Reading::Broken(why.to_owned()),
        },
        Some(_) => Reading::Broken("no carriage return follows the end of the frame".to_owned()),
    }
}

/// A message by its own separators.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text<'a> {
    bytes: &'a [u8],
    field: u8,
    component: u8,
    repetition: u8,
    subcomponent: u8,
}

/// One segment of a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment<'a> {
    bytes: &'a [u8],
    text: Text<'a>,
}

impl<'a> Text<'a> {
    /// Reads the separators, which stand in the header.
    pub(super) fn of(bytes: &'a [u8]) -> Result<Self, &'static str> {
        let rest = bytes.strip_prefix(b"MSH").ok_or("it does not begin with the segment MSH")?;
        let (&field, rest) = rest.split_first().ok_or("the segment MSH has no fields")?;
        let encoding = rest.split(|byte| *byte == field || *byte == b'\r').next().unwrap_or_default();
        let sign = |at: usize, usual: u8| encoding.get(at).copied().unwrap_or(usual);
        if field.is_ascii_alphanumeric() || field.is_ascii_control() || encoding.len() < 2 {
            return Err("the segment MSH does not say how fields are separated");
        }
        let (component, repetition, subcomponent) = (sign(0, b'^'), sign(1, b'~'), sign(3, b'&'));
        Ok(Self { bytes, field, component, repetition, subcomponent })
    }

    /// Every segment, in order. They end with a carriage return, or with what is taken for one.
    pub(super) fn segments(self) -> impl Iterator<Item = Segment<'a>> {
        let lines = self.bytes.split(|byte| matches!(byte, b'\r' | b'\n'));
        lines.filter(|line| !line.is_empty()).map(move |bytes| Segment { bytes, text: self })
    }

    /// The first segment of this name.
    pub(super) fn segment(self, name: &[u8]) -> Option<Segment<'a>> {
        self.segments().find(|segment| segment.name() == name)
    }

    /// The field `at` of the header, by its number in the standard: the first is the separator itself.
    pub(super) fn header(self, at: usize) -> &'a [u8] {
        self.segments().next().map_or(&[], |header| header.field(at - 1))
    }

    /// What a field of the header says first: its code, where it has one.
    pub(super) fn header_code(self, at: usize) -> &'a [u8] {
        self.header(at).split(|byte| *byte == self.component).next().unwrap_or_default()
    }

    fn message(self) -> Result<Message, &'static str> {
        let acknowledgement =
            self.segment(b"MSA").map(|segment| self.acknowledgement(segment)).transpose()?;
        Ok(Message {
            application: self.header(3).to_vec(),
            control_id: self.header(10).to_vec(),
            acknowledgement,
        })
    }

    fn acknowledgement(self, segment: Segment<'a>) -> Result<Acknowledgement, &'static str> {
        let said = segment.field(1);
        let code = Code::ALL.into_iter().find(|code| code.name().as_bytes() == said);
        let code = code.ok_or("MSA-1 is no acknowledgement code")?;
        Ok(Acknowledgement { code, of: segment.field(2).to_vec(), error: self.error() })
    }

    fn error(self) -> Option<String> {
        let error = self.segment(b"ERR")?;
        let before =
            error.component(1, 4).split(|byte| *byte == self.subcomponent).next().unwrap_or_default();
        [error.component(3, 1), before].into_iter().find_map(plain_code)
    }
}

impl<'a> Segment<'a> {
    /// What stands before the first separator.
    pub(super) fn name(self) -> &'a [u8] {
        self.field(0)
    }

    /// A field by its number; empty where there is none.
    pub(super) fn field(self, at: usize) -> &'a [u8] {
        self.bytes.split(|byte| *byte == self.text.field).nth(at).unwrap_or_default()
    }

    /// Every repetition of a field, by its first component.
    pub(super) fn repetitions(self, at: usize) -> impl Iterator<Item = &'a [u8]> {
        let Text { component, repetition, .. } = self.text;
        let whole = self.field(at).split(move |byte| *byte == repetition);
        whole.map(move |one| one.split(|byte| *byte == component).next().unwrap_or_default())
    }

    fn component(self, field: usize, at: usize) -> &'a [u8] {
        let first = self.field(field).split(|byte| *byte == self.text.repetition).next().unwrap_or_default();
        first.split(|byte| *byte == self.text.component).nth(at - 1).unwrap_or_default()
    }
}

fn plain_code(bytes: &[u8]) -> Option<String> {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let fits = (1..=LONGEST_CODE).contains(&bytes.len()) && bytes.iter().all(plain);
    fits.then(|| String::from_utf8_lossy(bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ACCEPTED: &[u8] =
        b"\x0bMSH|^~\\&|ENGINE|RI|WARDROUND||20261123||ACK^N01|7|T|2.4\rMSA|AA|W1\r\x1c\r";

    fn read(text: &str) -> Message {
        match message(format!("\x0b{text}\x1c\r").as_bytes()) {
            Reading::Whole(message, _) => message,
            other => panic!("{text}: {other:?}"),
        }
    }

    fn told(text: &str) -> (Code, String, Option<String>) {
        let Acknowledgement { code, of, error } = read(text).acknowledgement.unwrap();
        (code, String::from_utf8(of).unwrap(), error)
    }

    #[test]
    fn an_acknowledgement_is_whole_at_its_last_byte_and_no_sooner() {
        for cut in 0..ACCEPTED.len() {
            assert_eq!(message(&ACCEPTED[..cut]), Reading::Partial, "cut at {cut}");
        }
        let Reading::Whole(heard, used) = message(&[b"\r\n", ACCEPTED, b"\x0bM"].concat()) else { panic!() };
        assert_eq!(used, ACCEPTED.len() + 2);
        assert_eq!((&heard.application[..], &heard.control_id[..]), (&b"ENGINE"[..], &b"7"[..]));
        let Acknowledgement { code, of, error } = heard.acknowledgement.unwrap();
        assert_eq!((code, &of[..], error), (Code::Aa, &b"W1"[..], None));
    }

    #[test]
    fn separators_are_those_of_the_reply() {
        let error = "MSH#*+!/#A\rMSA#AE#W1#free text\rERR#1*2*3*207/Application error";
        assert_eq!(told(error), (Code::Ae, "W1".into(), Some("207".into())));
        assert_eq!(told("MSH|^~\\&|A\r\nMSA|CR|W1\r\n"), (Code::Cr, "W1".into(), None));
        assert_eq!(told("MSH|^~|A\nMSA|CA|W1"), (Code::Ca, "W1".into(), None));
    }

    #[test]
    fn of_an_error_nothing_is_told_but_its_code() {
        let error = |fields: &str| told(&format!("MSH|^~\\&|A\rMSA|AE|W1|SMITH^JOHN\rERR|{fields}")).2;
        assert_eq!(error("||207^Application internal error^HL70357|E|||SMITH"), Some("207".into()));
        assert_eq!(error("PID^1^3^101&Required field missing"), Some("101".into()));
        assert_eq!(error("||SMITH JOHN^x"), None);
        assert_eq!(error("||999000000099900000009^x"), None);
        assert_eq!(error(""), None);
    }

    #[test]
    fn a_message_that_acknowledges_nothing_is_told_from_one_that_does() {
        let heard = read("MSH|^~\\&|A|B|C|D|E||ADT^A01|88|P|2.4\rPID|1");
        assert_eq!((heard.acknowledgement, &heard.control_id[..]), (None, &b"88"[..]));
    }

    #[test]
    fn what_is_no_message_is_told() {
        for strange in [&b"HTTP/1.1 400"[..], b"MSH|^~\\&|", b"\x16\x03\x01", b"\r\nHTTP", b"\0"] {
            assert_eq!(message(strange), Reading::Strange, "{strange:?}");
        }
        for (broken, words) in [
            ("", "MSH"),
            ("MSA|AA|1", "does not begin with"),
            ("MSH", "has no fields"),
            ("MSH|^\rMSA|AA|1", "how fields are separated"),
            ("MSHx^~\\&xA", "how fields are separated"),
            ("MSH|^~\\&|A\rMSA|OK|1", "MSA-1"),
            ("MSH|^~\\&|A\rMSA", "MSA-1"),
        ] {
            let Reading::Broken(why) = message(format!("\x0b{broken}\x1c\r").as_bytes()) else {
                panic!("{broken}")
            };
            assert!(why.contains(words), "{broken}: {why}");
        }
        assert!(matches!(message(b"\x0bMSH|^~\\&|A\x1cX"), Reading::Broken(_)));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>, cut in 0_usize..ACCEPTED.len()) {
            let _ = message(&bytes);
            let _ = message(&[&ACCEPTED[..cut], &bytes[..]].concat());
            let _ = message(&[&b"\x0bMSH"[..], &bytes[..], END].concat());
        }
    }
}
