//! What may a message of somebody's own never say? Nothing that shuts an application down, moves a patient, or is about one
//! whom somebody has not agreed to. Pure.

use super::{
    message::{CONTROL_ID, Charset, Question, TIMESTAMP},
    wire::{Segment, Text},
};
use crate::raw::Refusal;

/// Types of message that ask, and change nothing.
const ASKING: [&str; 3] = ["NMQ", "QRY", "QBP"];
/// Signs that a message is no production.
const TESTING: [&[u8]; 2] = [b"T", b"D"];
/// How the NHS numbers begin that are never issued.
const NEVER_ISSUED: &str = "999";
/// The digits of an NHS number.
const DIGITS: usize = 10;

/// What somebody agreed to that is refused otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Agreed {
    /// A type of message that does more than ask.
    pub(super) message_type: bool,
    /// A message about a patient who was made up.
    pub(super) test_patient: bool,
    /// A message that is not marked as a test.
    pub(super) production: bool,
}

type Rule = fn(Text<'_>, Agreed) -> Option<Refusal>;

const RULES: [Rule; 6] = [segments, shutdown, control_id, processing, message_type, patient];

/// The message of a template, with a carriage return behind each segment; or all that it may not say.
pub(super) fn checked(template: &str, agreed: Agreed, charset: Charset) -> Result<Question, Vec<Refusal>> {
    let lines = template.split(['\r', '\n']).map(str::trim_end).filter(|line| !line.is_empty());
    let text: String = lines.flat_map(|line| [line, "\r"]).collect();
    let message = Text::of(text.as_bytes()).map_err(|why| vec![headless(why)])?;
    let broken = RULES.iter().filter_map(|rule| rule(message, agreed));
    let more = [controls(&text), unknown_place(&text), other_charset(message, charset)];
    let mut refusals: Vec<Refusal> = broken.chain(more.into_iter().flatten()).collect();
    match Question::of(&text, charset) {
        Ok(question) if refusals.is_empty() => return Ok(question),
        Ok(_) => {}
        Err(letter) => refusals.push(unwritable(letter)),
    }
    Err(refusals)
}

fn headless(why: &str) -> Refusal {
    Refusal::new(format!("this is no HL7 message: {why}")).cure(
        "write a line a segment, the first like MSH|^~\\&|WARDROUND|RI|ENGINE|RI|{timestamp}||NMQ^N01|…",
    )
}

fn segments(message: Text<'_>, _: Agreed) -> Option<Refusal> {
    let named = |segment: &Segment<'_>| {
        let name = segment.name();
        name.len() == 3 && name.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    if let Some(at) = message.segments().position(|segment| !named(&segment)) {
        return Some(
            Refusal::new(format!("line {} is no segment", at + 1))
                .cure("begin each line with a segment's name of three capital letters"),
        );
    }
    let headers = message.segments().filter(|segment| segment.name() == b"MSH").count();
    (headers > 1)
        .then(|| Refusal::new("this is more than one message").cure("write one segment MSH, the first"))
}

fn shutdown(message: Text<'_>, _: Agreed) -> Option<Refusal> {
    message.segment(b"NSC").map(|_| {
        Refusal::new("a segment NSC can ask an application to shut down, and is never sent")
            .cure("leave the segment NSC out")
    })
}

fn control_id(message: Text<'_>, _: Agreed) -> Option<Refusal> {
    (message.header(10) != CONTROL_ID.as_bytes()).then(|| {
        Refusal::new("MSH-10 must be a number of its own for each look, by which its reply is known")
            .cure("write {control_id} there")
    })
}

fn processing(message: Text<'_>, agreed: Agreed) -> Option<Refusal> {
    let is_test = TESTING.contains(&message.header_code(11));
    (!is_test && !agreed.production).then(|| {
        Refusal::new("MSH-11 does not mark this message as a test")
            .cure("write T there, or name who agreed to it: agreed: {production: …}")
    })
}

fn message_type(message: Text<'_>, agreed: Agreed) -> Option<Refusal> {
    let code = message.header_code(9);
    let asks = ASKING.iter().any(|asking| asking.as_bytes() == code);
    (!asks && !agreed.message_type).then(|| {
        let shown = String::from_utf8_lossy(code).into_owned();
        Refusal::new(format!("a message of the type `{shown}` (MSH-9) does more than ask"))
            .cure("send NMQ^N01, or name who agreed to it: agreed: {message_type: …}")
    })
}

fn patient(message: Text<'_>, agreed: Agreed) -> Option<Refusal> {
    let mut patients = message.segments().filter(|segment| segment.name() == b"PID").peekable();
    patients.peek()?;
    if !patients.all(is_made_up) {
        return Some(Refusal::new("the segment PID is about somebody who may be real").cure(
            "write an NHS number from 999 000 0000 to 999 999 9999 in PID-3, and no other in PID-2 to PID-4",
        ));
    }
    (!agreed.test_patient).then(|| {
        Refusal::new(
            "a message about a patient, even one who was made up, may end up in somebody's work list",
        )
        .cure("leave the segment PID out, or name who agreed to it: agreed: {test_patient: …}")
    })
}

/// Whether every NHS number of this patient, and there must be one, is one that is never issued.
fn is_made_up(patient: Segment<'_>) -> bool {
    let ids = (2..=4).flat_map(|field| patient.repetitions(field));
    let digits = ids.map(|id| id.iter().filter(|byte| !b" -".contains(byte)).map(|byte| char::from(*byte)));
    let numbers = digits
        .map(String::from_iter)
        .filter(|id| id.len() == DIGITS && id.bytes().all(|b| b.is_ascii_digit()));
    let numbers: Vec<String> = numbers.collect();
    !numbers.is_empty() && numbers.iter().all(|number| number.starts_with(NEVER_ISSUED))
}

fn controls(text: &str) -> Option<Refusal> {
    let control = text.chars().find(|c| c.is_control() && *c != '\r')?;
    Some(
        Refusal::new(format!("the message holds the control character {}", control.escape_unicode()))
            .cure("leave it out: the frame and the ends of segments are added"),
    )
}

/// A word in braces that nothing stands for: a slip of the pen would be sent as it is.
fn unknown_place(text: &str) -> Option<Refusal> {
    let words = text
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(word, _)| format!("{{{word}}}"));
    let unknown = words.into_iter().find(|word| ![CONTROL_ID, TIMESTAMP].contains(&word.as_str()))?;
    Some(
        Refusal::new(format!("nothing stands for `{unknown}`"))
            .cure(format!("write {CONTROL_ID} or {TIMESTAMP}")),
    )
}

fn other_charset(message: Text<'_>, charset: Charset) -> Option<Refusal> {
    let said = message.header(18);
    (!said.is_empty() && said != charset.code().as_bytes()).then(|| {
        Refusal::new("MSH-18 says another charset than the one in which the message is written")
            .cure(format!("write {} there, or change `charset`", charset.code()))
    })
}

fn unwritable(letter: char) -> Refusal {
    Refusal::new(format!("`{letter}` cannot be written in this charset"))
        .cure("write `charset: utf-8`, if the engine reads it")
}

/// What passes is sent as one message in one frame, under its own number, and shuts nothing down.
#[cfg(any(test, fuzzing))]
pub(super) fn fuzz(bytes: &[u8]) {
    let Ok(template) = str::from_utf8(bytes) else { return };
    let agreed = Agreed { message_type: true, test_patient: true, production: true };
    for charset in [Charset::Ascii, Charset::Utf8, Charset::Latin1] {
        for agreed in [agreed, Agreed::default()] {
            let Ok(question) = checked(template, agreed, charset) else { continue };
            let sent = question.framed("WR0", crate::model::Moment::default());
            let within = &sent[1..sent.len() - 2];
            assert!(sent.starts_with(b"\x0b") && sent.ends_with(b"\x1c\r"));
            assert!(!within.contains(&0x0b) && !within.contains(&0x1c), "it leaves its frame: {sent:?}");
            let segments = within.split(|byte| matches!(byte, b'\r' | b'\n'));
            assert!(segments.clone().all(|segment| !segment.trim_ascii().starts_with(b"NSC")), "{sent:?}");
            assert_eq!(segments.filter(|segment| segment.starts_with(b"MSH")).count(), 1, "{sent:?}");
            let said = Text::of(within).unwrap_or_else(|why| panic!("{why}: {sent:?}"));
            assert_eq!(said.header(10), b"WR0");
            assert!(agreed.production || TESTING.contains(&said.header_code(11)), "{sent:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::Moment;

    const HEAD: &str = "MSH|^~\\&|W|RI|E|RI|{timestamp}||";
    const ALL: Agreed = Agreed { message_type: true, test_patient: true, production: true };
    const NONE: Agreed = Agreed { message_type: false, test_patient: false, production: false };

    fn told(rest: &str, agreed: Agreed) -> String {
        let refusals = checked(&format!("{HEAD}{rest}"), agreed, Charset::Ascii).err().unwrap_or_default();
        refusals.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_question_without_a_patient_passes_with_a_return_behind_each_segment() {
        let template = format!("{HEAD}NMQ^N01|{{control_id}}|T|2.4\nNST|N\n\n");
        let sent = checked(&template, NONE, Charset::Ascii).unwrap().framed("W1", Moment::default());
        assert!(sent.ends_with(b"|W1|T|2.4\rNST|N\r\x1c\r"), "{sent:?}");
        assert_eq!(told("QRY^A19|{control_id}|D^A|2.4\r\nQRD|x", NONE), "");
    }

    #[test]
    fn what_is_refused_is_told_all_at_once() {
        let told = told("ADT^A08|17|P|2.4\nPID|1||9434765919\nNSC|1", NONE);
        for words in ["NSC can ask", "MSH-10 must be", "MSH-11 does not", "`ADT` (MSH-9)", "may be real"] {
            assert!(told.contains(words), "{words}: {told}");
        }
    }

    #[test]
    fn a_shutdown_is_never_agreed_to() {
        for sly in ["NSC|1", "NSC", "NST|N\nNSC|1"] {
            assert!(
                told(&format!("NMQ^N01|{{control_id}}|T|2.4\n{sly}"), ALL).contains("shut down"),
                "{sly}"
            );
        }
        for sly in [" NSC|1", "nsc|1", "NSC^1", "\u{feff}NSC|1"] {
            assert!(told(&format!("NMQ^N01|{{control_id}}|T|2.4\n{sly}"), ALL).contains("line 2"), "{sly}");
        }
        for sly in ["NST|\u{b}NSC|1", "NST|\u{85}NSC|1", "NST|\u{1c}NSC|1"] {
            let told = told(&format!("NMQ^N01|{{control_id}}|T|2.4\n{sly}"), ALL);
            assert!(told.contains("control character"), "{sly}: {told}");
        }
    }

    #[test]
    fn a_patient_must_be_made_up_and_agreed_to() {
        let pid = |ids: &str, agreed| told(&format!("ADT^A08|{{control_id}}|T|2.4\nPID|1|{ids}"), agreed);
        assert_eq!(pid("|999 000 0018^^^NHS^NH~T12345^^^RI^MR", ALL), "");
        assert_eq!(pid("9990000018", ALL), "");
        let flagless = pid("|9990000018", Agreed { message_type: true, ..NONE });
        assert!(flagless.contains("agreed: {test_patient: …}"), "{flagless}");
        for real in
            ["|T12345", "|9434765919", "|9990000018~943 476 5919", "9434765919|9990000018", "|99900000181"]
        {
            assert!(pid(real, ALL).contains("may be real"), "{real}");
        }
    }

    #[test]
    fn each_agreement_opens_one_door() {
        assert_eq!(told("ORU^R01|{control_id}|T|2.4", Agreed { message_type: true, ..NONE }), "");
        assert!(told("ORU^R01|{control_id}|P|2.4", Agreed { message_type: true, ..NONE }).contains("MSH-11"));
        assert_eq!(told("NMQ^N01|{control_id}|P|2.4", Agreed { production: true, ..NONE }), "");
        assert!(told("|{control_id}|T|2.4", NONE).contains("the type `` (MSH-9)"));
    }

    #[test]
    fn slips_are_told() {
        assert!(
            told("NMQ^N01|{control_id}|T|2.4\nNST|{timestmp}", NONE)
                .contains("nothing stands for `{timestmp}`")
        );
        assert!(told("NMQ^N01|{control_id}|T|2.4\nMSH|^~\\&|", NONE).contains("more than one message"));
        assert!(told("NMQ^N01|{control_id}|T|2.4||||||8859/1", NONE).contains("write ASCII there"));
        assert!(told("NMQ^N01|{control_id}|T|2.4\nNST|é", NONE).contains("`é` cannot be written"));
        let words = checked("hello", NONE, Charset::Utf8).unwrap_err()[0].to_string();
        assert!(words.contains("no HL7 message"), "{words}");
    }

    proptest! {
        #[test]
        fn whatever_passes_has_no_shutdown_in_it(rest in "[ -~\r\n]{0,60}(NSC|nsc)?[|^ ]{0,2}") {
            let template = format!("{HEAD}NMQ^N01|{{control_id}}|T|2.4\n{rest}");
            if let Ok(question) = checked(&template, ALL, Charset::Ascii) {
                let sent = String::from_utf8(question.framed("W1", Moment::default())).unwrap();
                prop_assert!(!sent.split(['\r', '\n']).any(|line| line.trim_start().starts_with("NSC")));
            }
        }
    }
}
