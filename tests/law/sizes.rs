//! Is every function and every file short enough to read at one go?

use std::io::Write as _;

use super::{Breach, Source, Token, assert_kept, end_of_item, tree};

const FILE: usize = 400;
const FUNCTION: usize = 60;
const MEDIAN: usize = 7;

/// A function with a body: where it begins, and how many lines it takes from `fn` to its closing brace.
struct Function {
    line: usize,
    lines: usize,
}

fn functions(tokens: &[Token]) -> Vec<Function> {
    (0..tokens.len()).filter_map(|at| function(tokens, at)).collect()
}

fn function(tokens: &[Token], at: usize) -> Option<Function> {
    let named = tokens[at].text == "fn" && tokens.get(at + 1)?.text != "(";
    let last = &tokens[end_of_item(tokens, at) - 1];
    let line = tokens[at].line;
    (named && last.text == "}").then(|| Function { line, lines: last.line - line + 1 })
}

fn long_functions(source: &Source) -> Vec<Breach> {
    let long = functions(&source.tokens).into_iter().filter(|function| function.lines > FUNCTION);
    let cure = |lines| format!("a function of {lines} lines, over {FUNCTION}: give each of its steps a name");
    long.map(|function| Breach::new(&source.path, function.line, cure(function.lines))).collect()
}

fn long_file(source: &Source) -> Option<Breach> {
    let lines = source.text.lines().count();
    let cure = format!("a file of {lines} lines, over {FILE}: split it by topic");
    (lines > FILE).then(|| Breach::new(&source.path, FILE + 1, cure))
}

/// The middle of all lengths; of an even number, the upper middle.
fn median(mut lengths: Vec<usize>) -> usize {
    lengths.sort_unstable();
    lengths.get(lengths.len() / 2).copied().unwrap_or(0)
}

#[test]
fn no_function_is_long() {
    assert_kept(tree::SOURCES.iter().flat_map(long_functions));
}

#[test]
fn no_file_is_long() {
    assert_kept(tree::SOURCES.iter().filter_map(long_file));
}

#[test]
fn half_of_all_shipped_functions_take_seven_lines_at_most() {
    let shipped = tree::SOURCES.iter().flat_map(|source| functions(&source.shipped()));
    let lengths: Vec<usize> = shipped.map(|function| function.lines).collect();
    let (count, longest) = (lengths.len(), lengths.iter().max().copied().unwrap_or(0));
    let median = median(lengths);
    // Not `eprintln!`, which the test runner keeps to itself: the figure is to be seen.
    let _ = writeln!(std::io::stderr(), "{count} functions: median {median} lines, longest {longest}");
    assert!(
        median <= MEDIAN,
        "the median function takes {median} lines, over {MEDIAN}: name the steps of the long ones"
    );
}

mod tests {
    use super::*;

    fn lengths(text: &str) -> Vec<usize> {
        functions(&Source::new("src/a.rs", text).tokens).iter().map(|function| function.lines).collect()
    }

    #[test]
    fn lengths_run_from_the_keyword_to_the_brace() {
        assert_eq!(lengths("fn a() {}"), [1]);
        assert_eq!(
            lengths("#[doc]\npub fn a<F>(f: F)\nwhere\n    F: Fn(fn(u8) -> u8),\n{\n    '}';\n}"),
            [6]
        );
        assert_eq!(lengths("trait A {\n fn a();\n fn b(x: [u8; 3]) {\n }\n}"), [2]);
        assert_eq!(lengths("fn a() {\n \"}\"; // }\n fn b() {}\n}"), [4, 1]);
        assert_eq!(lengths("type A = fn(u8);\nstruct B { a: fn() }"), Vec::<usize>::new());
    }

    #[test]
    fn what_is_too_long_is_caught() {
        let of = |lines: usize| Source::new("src/a.rs", format!("fn a() {{{}}}", "\n".repeat(lines - 1)));
        assert!(long_functions(&of(60)).is_empty());
        assert_eq!(long_functions(&of(61)).len(), 1);
        assert!(long_file(&of(400)).is_none());
        assert!(long_file(&of(401)).is_some());
    }

    #[test]
    fn the_median_is_the_upper_middle() {
        assert_eq!(median(vec![9, 1, 8]), 8);
        assert_eq!(median(vec![9, 1, 8, 2]), 8);
        assert_eq!(median(Vec::new()), 0);
    }
}
