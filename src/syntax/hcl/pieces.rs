//! Builds a string or template from its pieces: strip markers, dedent, pairing of directives.

use unicode_segmentation::UnicodeSegmentation as _;

use crate::source::Span;

use super::super::ast::{DECODED, Kind, NONE};
use super::{Parsed, Parser};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PieceKind {
    /// `words`: offset and length, in the source or in `decoded`.
    Literal,
    /// `words`: the expression.
    Interpolation,
    /// `words`: the condition.
    If,
    Else,
    EndIf,
    /// `words`: key name or `NONE`, value name, collection.
    For,
    EndFor,
}

/// One piece of a template.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) kind: PieceKind,
    /// `${~`: the literal before loses its trailing white space.
    pub(super) trim_before: bool,
    /// `~}`: the literal after loses its leading white space.
    pub(super) trim_after: bool,
    pub(super) decoded: bool,
    pub(super) span: Span,
    pub(super) words: [u32; 3],
}

impl Parser<'_> {
    /// Turns the pieces since `base` into one node over `span`.
    pub(super) fn assemble(&mut self, base: usize, span: Span, flags: u8, dedent: bool) -> Parsed {
        self.strip(base);
        if dedent {
            self.dedent(base);
        }
        let mut at = base;
        let mark = self.scratch.len();
        self.parts(&mut at, None)?;
        if let Some(stray) = self.pieces.get(at).copied() {
            return self.fail(
                stray.span,
                "this directive closes nothing",
                Some("Remove it, or add its `%{if}` or `%{for}`."),
            );
        }
        self.pieces.truncate(base);
        let parts = self.scratch.get(mark..).unwrap_or(&[]);
        if parts.is_empty() {
            return Ok(self.push(Kind::Str, flags, span, span.start, 0));
        }
        if let [only] = parts {
            let only = *only;
            if let Some(node) = self.doc.nodes.get_mut(only as usize)
                && node.kind == Kind::Str
            {
                node.span = span;
                node.flags |= flags;
                self.scratch.truncate(mark);
                return Ok(only);
            }
        }
        let list = self.list_from(mark);
        Ok(self.push(Kind::Template, flags, span, list, 0))
    }

    fn literal_text(&self, piece: &Piece) -> &str {
        let [from, length, _] = piece.words;
        let text = if piece.decoded { self.doc.decoded.as_str() } else { self.text };
        text.get(from as usize..(from + length) as usize).unwrap_or("")
    }

    /// Applies strip markers to the literals beside them.
    fn strip(&mut self, base: usize) {
        for at in base..self.pieces.len() {
            let Some(piece) = self.pieces.get(at).copied() else { return };
            if piece.trim_before && at > base {
                self.shorten(at - 1, |text| (0, text.trim_end().len()));
            }
            if piece.trim_after {
                self.shorten(at + 1, |text| (text.len() - text.trim_start().len(), text.len()));
            }
        }
    }

    /// Keeps only a part of a literal.
    fn shorten(&mut self, at: usize, keep: impl Fn(&str) -> (usize, usize)) {
        let Some(piece) = self.pieces.get(at).filter(|piece| piece.kind == PieceKind::Literal) else {
            return;
        };
        let (from, to) = keep(self.literal_text(piece));
        let (from, to) = (u32::try_from(from).unwrap_or(0), u32::try_from(to).unwrap_or(0));
        if let Some(piece) = self.pieces.get_mut(at) {
            let [start, _, _] = piece.words;
            piece.words = [start + from, to.saturating_sub(from), 0];
        }
    }

    /// Removes the indent that all lines share; blank lines do not count. It is measured in characters
    /// as readers see them: a mark that combines with a blank goes with it, as in Terraform.
    fn dedent(&mut self, base: usize) {
        let mut least = usize::MAX;
        let mut lines = Vec::new();
        let mut fresh = true;
        for (at, piece) in self.pieces.iter().enumerate().skip(base) {
            let literal = piece.kind == PieceKind::Literal;
            let text = if literal { self.literal_text(piece) } else { "" };
            if fresh {
                let blank = literal && text.ends_with('\n') && text.trim_start().is_empty();
                if !blank {
                    let indent = text.len() - text.trim_start().len();
                    least = least.min(text.get(..indent).unwrap_or("").graphemes(true).count());
                    lines.push(at);
                }
            }
            fresh = text.ends_with('\n');
        }
        if least == 0 || least == usize::MAX {
            return;
        }
        for at in lines {
            self.shorten(at, |text| {
                (text.grapheme_indices(true).nth(least).map_or(text.len(), |(at, _)| at), text.len())
            });
        }
    }

    /// Pushes the parts up to the end or to a piece that closes `open`, and stays there.
    fn parts(&mut self, at: &mut usize, open: Option<Span>) -> Parsed<()> {
        while let Some(piece) = self.pieces.get(*at).copied() {
            match piece.kind {
                PieceKind::Literal => self.text_run(at),
                PieceKind::Interpolation => {
                    let [inner, _, _] = piece.words;
                    let id = self.push(Kind::Interpolation, 0, piece.span, inner, 0);
                    self.scratch.push(id);
                    *at += 1;
                }
                PieceKind::If => self.directive_if(at, piece)?,
                PieceKind::For => self.directive_for(at, piece)?,
                PieceKind::Else | PieceKind::EndIf | PieceKind::EndFor => return Ok(()),
            }
        }
        match open {
            Some(span) => {
                self.fail(span, "this directive is not closed", Some("Add its `%{endif}` or `%{endfor}`."))
            }
            None => Ok(()),
        }
    }

    /// Literals that follow each other become one string.
    fn text_run(&mut self, at: &mut usize) {
        let first = *at;
        let Some(piece) = self.pieces.get(first).copied() else { return };
        let [from, mut length, _] = piece.words;
        let mut joined = true;
        let mut span = piece.span;
        *at += 1;
        while let Some(next) = self.pieces.get(*at).filter(|next| next.kind == PieceKind::Literal) {
            let [start, more, _] = next.words;
            joined &= next.decoded == piece.decoded && start == from + length;
            length += more;
            span.end = next.span.end;
            *at += 1;
        }
        let (mut from, mut flags) = (from, if piece.decoded { DECODED } else { 0 });
        if !joined {
            flags = DECODED;
            from = u32::try_from(self.doc.decoded.len()).unwrap_or(0);
            for index in first..*at {
                let Some(piece) = self.pieces.get(index) else { break };
                let [start, length, _] = piece.words;
                let range = start as usize..(start + length) as usize;
                if piece.decoded {
                    let text = self.doc.decoded.get(range).unwrap_or("").to_owned();
                    self.doc.decoded.push_str(&text);
                } else {
                    self.doc.decoded.push_str(self.text.get(range).unwrap_or(""));
                }
            }
        }
        if length > 0 {
            let id = self.push(Kind::Str, flags, span, from, length);
            self.scratch.push(id);
        }
    }

    /// The parts of a branch or loop, as a template of its own.
    fn branch(&mut self, at: &mut usize, open: Span, start: u32) -> Parsed<(u32, Piece)> {
        self.enter()?;
        let mark = self.scratch.len();
        self.parts(at, Some(open))?;
        self.leave();
        let Some(end) = self.pieces.get(*at).copied() else { return Err(super::Lost) };
        *at += 1;
        let list = self.list_from(mark);
        let id = self.push(Kind::Template, 0, Span::new(start, end.span.start), list, 0);
        Ok((id, end))
    }

    fn directive_if(&mut self, at: &mut usize, head: Piece) -> Parsed<()> {
        let [condition, _, _] = head.words;
        *at += 1;
        let (then, mut end) = self.branch(at, head.span, head.span.end)?;
        let mut otherwise = NONE;
        if end.kind == PieceKind::Else {
            (otherwise, end) = self.branch(at, head.span, end.span.end)?;
        }
        if end.kind != PieceKind::EndIf {
            return self.fail(end.span, "expected `%{endif}` here", None);
        }
        let list = self.doc.push_list(&[condition, then, otherwise]);
        let id = self.push(Kind::TemplateIf, 0, Span::new(head.span.start, end.span.end), list, 0);
        self.scratch.push(id);
        Ok(())
    }

    fn directive_for(&mut self, at: &mut usize, head: Piece) -> Parsed<()> {
        let [key, value, collection] = head.words;
        *at += 1;
        let (body, end) = self.branch(at, head.span, head.span.end)?;
        if end.kind != PieceKind::EndFor {
            return self.fail(end.span, "expected `%{endfor}` here", None);
        }
        let list = self.doc.push_list(&[key, value, collection, body]);
        let id = self.push(Kind::TemplateFor, 0, Span::new(head.span.start, end.span.end), list, 0);
        self.scratch.push(id);
        Ok(())
    }
}
