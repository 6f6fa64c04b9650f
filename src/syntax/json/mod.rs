//! Terraform's JSON form: the same tree as native syntax, with spans into the JSON.
//!
//! In: the text of a `.tf.json`, `.tofu.json` or `.tfvars.json` file. Out: a [`Document`]. The JSON is
//! read into a small tree first, because whether an object is a block depends on where it stands.

mod blocks;
mod read;
#[cfg(test)]
mod tests;

use crate::source::{FileId, Location, SourceFile, Span};

use super::ast::{Document, Kind, NONE, SyntaxError};
use super::hcl::Parser;

/// Parses one JSON file. Never fails: what can't be read is in `errors`.
pub fn parse_json(file: FileId, source: &SourceFile) -> Document {
    let mut doc = Document::new(file, source.shared_text(), true);
    let text = source.text();
    let whole = Span::new(0, u32::try_from(text.len()).unwrap_or(NONE));
    let name = source.path().to_string_lossy();
    let literal = name.ends_with(".tfvars.json");
    let mut tree = None;
    match read::read(text) {
        Ok(read::Json::Object(span, entries)) => tree = Some((span, entries)),
        Ok(other) => doc.errors.push(SyntaxError {
            location: Location::new(file, other.span()),
            message: "the file must hold a JSON object".to_owned(),
            help: None,
        }),
        Err(error) => doc.errors.push(SyntaxError {
            location: Location::new(file, error.span),
            message: error.message.to_owned(),
            help: error.help.map(str::to_owned),
        }),
    }
    for at in source.invalid().iter().take(1) {
        doc.errors.push(SyntaxError {
            location: Location::new(file, Span::new(*at, at.saturating_add(1))),
            message: "not valid UTF-8".to_owned(),
            help: Some("Save the file as UTF-8.".to_owned()),
        });
    }
    let mut builder = blocks::Builder { parser: Parser::new(text, doc), literal };
    let (span, items) = match &tree {
        Some((span, entries)) => (*span, builder.file(entries)),
        None => (whole, Vec::new()),
    };
    let mut doc = builder.parser.doc;
    let mut words = vec![span.start, span.end.saturating_sub(1), 0];
    words.extend(items);
    let list = doc.push_list(&words);
    doc.root = doc.push(Kind::Block, 0, whole, list, 0);
    doc
}
