//! What does a text in HTML say once its character references are read? Pure.

/// The references that programs write by name; all others they write by number.
const NAMED: [(&str, char); 5] = [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\'')];

/// The longest reference, without its `&`.
const LONGEST: usize = 10;

/// `text` as a browser reads it. What is no reference stays as it is.
pub(super) fn read(text: &str) -> String {
    let mut parts = text.split('&');
    let mut said = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let known = part.split_once(';').and_then(|(name, rest)| Some((meant(name)?, rest)));
        let (character, rest) = known.unwrap_or(('&', part));
        said.push(character);
        said.push_str(rest);
    }
    said
}

fn meant(name: &str) -> Option<char> {
    let Some(number) = name.strip_prefix('#').filter(|number| number.len() < LONGEST) else {
        return NAMED.iter().find(|(named, _)| *named == name).map(|(_, character)| *character);
    };
    let number = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    char::from_u32(number.ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_once() {
        for (written, said) in [
            ("/in?a=1&amp;b=2&#38;c=3&#x26;d=4", "/in?a=1&b=2&c=3&d=4"),
            ("&lt;&gt;&quot;&apos;&#x2F;&#X2f;&#233;", "<>\"'//é"),
            ("&amp;amp;", "&amp;"),
            ("a&b;c&", "a&b;c&"),
            ("&#;&#x;&#xD800;&#99999999999;&#-1;&;", "&#;&#x;&#xD800;&#99999999999;&#-1;&;"),
            ("c/srf&4711", "c/srf&4711"),
        ] {
            assert_eq!(read(written), said, "{written}");
        }
    }
}
