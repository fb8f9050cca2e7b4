//! What does the owner have to say? Plain text, or a little Markdown: headings, lists and what is strong.

/// A part of the owner's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// A heading, of whatever level it was written.
    Heading(String),
    /// A paragraph.
    Words(Vec<Words>),
    /// A list.
    List(Vec<Vec<Words>>),
}

/// Words that are strong, or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) text: String,
    pub(super) strong: bool,
}

/// Blocks are parted by empty lines; a heading or a list also ends where the next begins.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut paragraph = String::new();
    for line in text.lines().map(str::trim).chain([""]) {
        let heading = line.strip_prefix('#').map(|rest| rest.trim_start_matches('#').trim());
        let item = line.strip_prefix("- ").or_else(|| line.strip_prefix("* "));
        if (line.is_empty() || heading.is_some() || item.is_some()) && !paragraph.is_empty() {
            blocks.push(Block::Words(words(&std::mem::take(&mut paragraph))));
        }
        match (heading, item, blocks.last_mut()) {
            (Some(heading), _, _) => blocks.push(Block::Heading(heading.to_owned())),
            (_, Some(item), Some(Block::List(items))) => items.push(words(item)),
            (_, Some(item), _) => blocks.push(Block::List(vec![words(item)])),
            _ if line.is_empty() => {}
            _ if paragraph.is_empty() => paragraph.push_str(line),
            _ => paragraph.extend([" ", line]),
        }
    }
    blocks
}

/// Between two pairs of stars words are strong.
fn words(text: &str) -> Vec<Words> {
    let in_pairs = text.matches("**").count().is_multiple_of(2);
    let parts = if in_pairs { text.split("**").collect() } else { vec![text] };
    let told = parts.into_iter().enumerate();
    told.filter(|(_, part)| !part.is_empty())
        .map(|(number, part)| Words { text: part.to_owned(), strong: number % 2 == 1 })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let line = |words: &Vec<Words>| -> String {
            words.iter().map(|it| if it.strong { it.text.to_uppercase() } else { it.text.clone() }).collect()
        };
        let block = |block: &Block| match block {
            Block::Heading(heading) => format!("# {heading}"),
            Block::Words(words) => line(words),
            Block::List(items) => format!("[{}]", items.iter().map(line).collect::<Vec<_>>().join("; ")),
        };
        blocks(text).iter().map(block).collect()
    }

    #[test]
    fn plain_text_is_paragraphs() {
        assert_eq!(told("One\ntwo.\n\n\nThree <b> 2 ** 3.\n"), ["One two.", "Three <b> 2 ** 3."]);
        assert!(told(" \n\n").is_empty());
    }

    #[test]
    fn headings_lists_and_strong_words_are_known() {
        let text = "## What happened\nA **fan** failed.\n- one\n- **two**\n\n* three\nThen:\n- four";
        let wanted = ["# What happened", "A FAN failed.", "[one; TWO; three]", "Then:", "[four]"];
        assert_eq!(told(text), wanted);
    }
}
