//! How is a name in a certificate written for a person? As in RFC 4514, whatever bytes it holds.

use x509_parser::{
    asn1_rs::Tag,
    x509::{AttributeTypeAndValue, X509Name},
};

use crate::probe::printable;

/// The most characters of one name that are kept.
const MOST: usize = 500;

/// A distinguished name, the most telling part first: `CN=epr.example.nhs.uk,O=Royal Infirmary,C=GB`.
pub(super) fn distinguished(name: &X509Name<'_>) -> String {
    let mut parts: Vec<String> =
        name.iter_rdn().map(|part| joined(part.iter().map(attribute), "+")).collect();
    parts.reverse();
    clean(&joined(parts.into_iter(), ","))
}

/// A text from a certificate, fit to be shown.
pub(super) fn clean(text: &str) -> String {
    printable(text.as_bytes(), MOST)
}

fn joined(parts: impl Iterator<Item = String>, between: &str) -> String {
    parts.collect::<Vec<_>>().join(between)
}

fn attribute(attribute: &AttributeTypeAndValue<'_>) -> String {
    let oid = attribute.attr_type().to_id_string();
    format!("{}={}", keyword(&oid), escaped(&text(attribute)))
}

fn keyword(oid: &str) -> &str {
    match oid {
        "2.5.4.3" => "CN",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.9" => "STREET",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "0.9.2342.19200300.100.1.1" => "UID",
        "0.9.2342.19200300.100.1.25" => "DC",
        "1.2.840.113549.1.9.1" => "emailAddress",
        "2.5.4.5" => "serialNumber",
        other => other,
    }
}

fn text(attribute: &AttributeTypeAndValue<'_>) -> String {
    let bytes = attribute.attr_value().data;
    match attribute.attr_value().tag() {
        Tag::BmpString => {
            let units = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).map(|char| char.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        Tag::TeletexString => bytes.iter().map(|byte| char::from(*byte)).collect(),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// A value in which nothing can be taken for the name's own punctuation.
fn escaped(text: &str) -> String {
    let last = text.chars().count().saturating_sub(1);
    let mut escaped = String::with_capacity(text.len());
    for (index, char) in text.chars().enumerate() {
        let at_edge = (char == ' ' && (index == 0 || index == last)) || (char == '#' && index == 0);
        if at_edge || "\"+,;<>\\".contains(char) {
            escaped.push('\\');
        }
        escaped.push(char);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn punctuation_is_escaped_and_length_is_bounded() {
        assert_eq!(escaped(" a,b+c\\ "), "\\ a\\,b\\+c\\\\\\ ");
        assert_eq!((escaped("#1"), escaped("a b")), ("\\#1".to_owned(), "a b".to_owned()));
        assert_eq!(clean(&"é".repeat(2 * MOST)).chars().count(), MOST + 1);
    }
}
