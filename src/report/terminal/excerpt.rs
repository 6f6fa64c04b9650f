//! A few lines of source around a place, drawn by miette.
//!
//! In: a location, a message, a label. Out: the message, the lines with their numbers, the label
//! under its expression. Only a small window of the file is handed over, because miette reads
//! from the start of what it gets.

use std::fmt;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    SourceCode, SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};

use crate::source::{Location, Sources};

use super::text::{clean, columns, cut, shown, tail, width};
use crate::report::Options;

/// Lines shown before and after the place.
const CONTEXT: u32 = 3;
/// Columns kept before a place that lies far to the right.
const LEAD: usize = 20;

/// Draws `message`, and the source where there is a location, and `help`.
pub(super) fn draw(
    out: &mut String,
    sources: &Sources,
    options: &Options,
    at: Option<Location>,
    say: &Said<'_>,
) {
    let characters = ThemeCharacters::unicode();
    let styles = if options.color { ThemeStyles::ansi() } else { ThemeStyles::none() };
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme { characters, styles })
        .with_links(false)
        .with_width(options.width)
        .with_context_lines(CONTEXT as usize)
        .without_primary_span_start();
    let window = at.and_then(|at| window(sources, at, options.width));
    let label = window.as_ref().map(|window| window.label(say.label, options.width));
    let excerpt = Excerpt { message: clean(say.message), help: say.help.map(clean), label, window };
    // Writing to a string does not fail; were the excerpt refused, the message must still be there.
    let mut drawn = String::new();
    if handler.render_report(&mut drawn, &excerpt).is_ok() {
        out.push_str(&drawn);
    } else {
        out.push_str(&excerpt.message);
        out.push('\n');
    }
}

/// What is said about a place.
pub(super) struct Said<'a> {
    /// The sentence above the excerpt.
    pub(super) message: &'a str,
    /// A few words under the place.
    pub(super) label: &'a str,
    /// What to do.
    pub(super) help: Option<&'a str>,
}

/// Some lines of a file, cleaned and cut. Offsets are those inside `text`.
struct Window {
    name: String,
    text: String,
    /// Number of the first line, from 0.
    first: usize,
    /// The place.
    span: SourceSpan,
    /// Columns before the middle of the place.
    middle: usize,
    /// Columns of the line numbers.
    digits: usize,
}

impl Window {
    /// The label under the place, cut to what fits beside it.
    fn label(&self, text: &str, limit: usize) -> LabeledSpan {
        let room = limit.saturating_sub(self.digits + self.middle + 9);
        let text = (room >= 8 && !text.is_empty()).then(|| cut(&clean(text), room));
        LabeledSpan::new_primary_with_span(text, self.span)
    }
}

impl SourceCode for Window {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let inner = self.text.as_str().read_span(span, before, after)?;
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            inner.data(),
            *inner.span(),
            inner.line() + self.first,
            inner.column(),
            inner.line_count(),
        )))
    }
}

fn window(sources: &Sources, at: Location, limit: usize) -> Option<Window> {
    let file = sources.get(at.file)?;
    let place = file.position(at.span.start);
    let first = place.line.saturating_sub(CONTEXT).max(1);
    let digits = place.line.saturating_add(CONTEXT).to_string().len();
    let room = limit.saturating_sub(digits + 6).max(LEAD * 2);
    let path =
        tail(&clean(&file.path().to_string_lossy().replace('\\', "/")), limit.saturating_sub(digits + 30));
    let mut window = Window {
        name: format!("{path}:{}:{}", place.line, place.column),
        text: String::new(),
        first: first as usize - 1,
        span: SourceSpan::from((0, 0)),
        middle: 0,
        digits,
    };
    for number in first..=place.line.saturating_add(CONTEXT) {
        let Some(span) = file.line_span(number) else { break };
        let line = file.slice(span);
        if line.is_empty() && number > place.line && span.end as usize == file.text().len() {
            break; // nothing follows the last line end
        }
        if number == place.line {
            // Only the first line of a long place is marked, so the window stays small.
            let start = at.span.start.saturating_sub(span.start) as usize;
            let end = (at.span.end.min(span.end).saturating_sub(span.start) as usize).max(start);
            let marked = mark(line, start, end, room);
            window.span = SourceSpan::from((window.text.len() + marked.start, marked.end - marked.start));
            let before = marked.text.get(..marked.start).map_or(0, width);
            let inside = marked.text.get(marked.start..marked.end).map_or(0, width);
            window.middle = before + inside / 2;
            window.text.push_str(&marked.text);
        } else {
            window.text.push_str(&mark(line, 0, 0, room).text);
        }
        window.text.push('\n');
    }
    Some(window)
}

/// A line as it is shown, and where a range of it went.
struct Marked {
    text: String,
    start: usize,
    end: usize,
}

/// Cleans a line and cuts it to `room` columns around `start..end`. The cost does not grow with
/// the length of the line.
fn mark(line: &str, start: usize, end: usize, room: usize) -> Marked {
    let before = line.get(..start).unwrap_or("");
    let far = before.chars().take(room + 1).map(columns).sum::<usize>() > room / 2;
    let from = if far { before.char_indices().rev().nth(LEAD - 1).map_or(0, |(at, _)| at) } else { 0 };
    let mut out = Marked { text: String::new(), start: 0, end: 0 };
    let mut used = 0;
    if from > 0 {
        out.text.push('…');
        used = 1;
    }
    let (mut started, mut ended) = (false, false);
    for (at, c) in line.get(from..).unwrap_or("").char_indices() {
        if !started && from + at >= start {
            (out.start, started) = (out.text.len(), true);
        }
        if !ended && from + at >= end {
            (out.end, ended) = (out.text.len(), true);
        }
        if c == '\u{feff}' && from + at == 0 {
            continue;
        }
        let wide = if c == '\t' { 2 } else { columns(c) };
        if used + wide >= room {
            out.text.push('…');
            break;
        }
        used += wide;
        if c == '\t' { out.text.push_str("  ") } else { out.text.push(shown(c)) }
    }
    if !started {
        out.start = out.text.len();
    }
    if !ended {
        out.end = out.text.len();
    }
    out
}

/// What miette draws.
struct Excerpt {
    message: String,
    help: Option<String>,
    label: Option<LabeledSpan>,
    window: Option<Window>,
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Excerpt {}

impl Diagnostic for Excerpt {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.window.as_ref().map(|window| window as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.label
            .clone()
            .map(|label| Box::new(std::iter::once(label)) as Box<dyn Iterator<Item = LabeledSpan>>)
    }
}
