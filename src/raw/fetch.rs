//! How does a reference to a secret become the secret?

use super::{
    Brief, Door, Field, HashSource, Refusal, Secret, SecretSource, Span, TextPart, TextSource,
    secret::{FileSource, Piece, Source, pieces},
};

/// The largest file that holds a secret, in bytes.
const LIMIT: usize = 64 << 10;

impl Door<'_> {
    /// The secret that is written as `${env:NAME}` or `{file: path}`.
    pub fn secret(&mut self, source: Field<SecretSource>) -> Option<Secret> {
        let span = source.span();
        let source = source.good()?.0;
        match &source {
            Brief::Brief(text) if !matches!(pieces(text).as_deref(), Ok([Piece::Variable(_)])) => {
                self.problems.hide(span);
                self.tell(Refusal::clear().at(span).into_problem());
                None
            }
            _ => self.fetch(span, source),
        }
    }

    /// The hash that is written plainly, as `${env:NAME}` or `{file: path}`. What stands there is never shown.
    pub fn hash(&mut self, source: Field<HashSource>) -> Option<Secret> {
        let span = source.span();
        let source = source.good()?.0;
        if matches!(&source, Brief::Brief(text) if !matches!(pieces(text).as_deref(), Ok([Piece::Variable(_)])))
        {
            self.problems.hide(span);
        }
        self.fetch(span, source)
    }

    /// The text that is written plainly, with `${env:NAME}` in it, or as `{file: path}`.
    pub fn text(&mut self, source: Field<TextSource>) -> Option<Secret> {
        let span = source.span();
        let source = source.good()?.0;
        let text = self.fetch(span, source)?;
        self.search(span, text.expose());
        Some(text)
    }

    /// The parts of a text that is written as by [`text`](Self::text), and in which `${take:NAME}` may stand too.
    pub fn parts(&mut self, source: Field<TextSource>) -> Option<Vec<TextPart>> {
        let span = source.span();
        let text = match source.good()?.0 {
            Brief::Brief(text) => text,
            Brief::Full(file) => {
                let text = self.content_of(&file)?;
                self.search(span, text.expose());
                return Some(vec![TextPart::Secret(text)]);
            }
        };
        let Ok(pieces) = pieces(&text) else {
            self.problem(
                span,
                "`${…}` is no reference to a variable",
                "write \"${env:NAME}\" or \"${take:NAME}\"",
            );
            return None;
        };
        let part = |piece| match piece {
            Piece::Plain(text) => Some(TextPart::Plain(text.to_owned())),
            Piece::Taken(name) => Some(TextPart::Taken(name.to_owned())),
            Piece::Variable(_) => {
                let text = self.piece(span, piece)?;
                self.search(span, &text);
                Some(TextPart::Secret(Secret::new(text)))
            }
        };
        pieces.into_iter().map(part).collect()
    }

    fn fetch(&mut self, span: Span, source: Source) -> Option<Secret> {
        match source {
            Brief::Brief(text) => self.fill_in(span, &text),
            Brief::Full(file) => self.content_of(&file),
        }
    }

    fn content_of(&mut self, FileSource { file }: &FileSource) -> Option<Secret> {
        let path = self.path(file.get()?);
        let held = self.outside.file(&path, LIMIT);
        let text =
            held.and_then(|bytes| String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned()));
        let text = text.map(|text| text.trim_end_matches(['\n', '\r']).to_owned());
        match text {
            Ok(text) if !text.is_empty() => {
                self.keep(&text);
                return Some(Secret::new(text));
            }
            Ok(_) => self.unreadable(file.span(), &path, "it is empty"),
            Err(why) => self.unreadable(file.span(), &path, &why),
        }
        None
    }

    fn fill_in(&mut self, span: Span, text: &str) -> Option<Secret> {
        let Ok(pieces) = pieces(text) else {
            self.problem(span, "`${…}` is no reference to a variable", "write \"${env:NAME}\"");
            return None;
        };
        let filled: Option<String> = pieces.into_iter().map(|piece| self.piece(span, piece)).collect();
        filled.map(Secret::new)
    }

    fn piece(&mut self, span: Span, piece: Piece<'_>) -> Option<String> {
        let name = match piece {
            Piece::Plain(text) => return Some(text.to_owned()),
            Piece::Variable(name) => name,
            Piece::Taken(name) => {
                let message = format!("nothing is taken here that `${{take:{name}}}` could stand for");
                self.problem(span, message, "write it in the steps of a journey, or \"${env:NAME}\"");
                return None;
            }
        };
        let why = match self.outside.variable(name) {
            Ok(value) if !value.is_empty() => {
                self.keep(&value);
                return Some(value);
            }
            Ok(_) => "it is empty".to_owned(),
            Err(why) => why,
        };
        let message = format!("the environment variable `{name}` cannot be used: {why}");
        self.problem(span, message, "set it where wardround is started, or correct its name");
        None
    }
}
