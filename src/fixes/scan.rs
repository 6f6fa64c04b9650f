//! Cuts HCL text into the lines that `terraform fmt` aligns.
//!
//! In: any text. Out: logical lines (a heredoc belongs to the line that opens it), each with the
//! place of its `=` and of its trailing comment. Only tokens are read, no grammar, because that is
//! all the formatter looks at; broken text gives lines too, it never fails.

/// One logical line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// First byte.
    pub(super) start: usize,
    /// One past the last byte, without the line end.
    pub(super) end: usize,
    /// The first `=` that assigns, when something stands before it.
    pub(super) equals: Option<usize>,
    /// Whether every bracket opened after `=` closes on this line: only such lines are aligned.
    pub(super) whole: bool,
    /// A `#` or `//` comment with something before it.
    pub(super) comment: Option<usize>,
    /// Brackets opened on it less those closed.
    pub(super) net: i64,
}

/// What the scanner is inside of.
enum Mode {
    /// A quoted string.
    Quote,
    /// `${` or `%{`, with the number of braces open in it.
    Interpolation(u32),
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    modes: Vec<Mode>,
    line: Line,
    seen: bool,
    net: i64,
    net_at_equals: i64,
    out: Vec<Line>,
}

/// The logical lines of `text`, in order. The last one has no line end.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let mut scanner = Scanner {
        text,
        at: 0,
        modes: Vec::new(),
        line: fresh(0),
        seen: false,
        net: 0,
        net_at_equals: 0,
        out: Vec::new(),
    };
    while scanner.at < text.len() {
        scanner.step();
    }
    scanner.close(text.len(), text.len());
    scanner.out
}

fn fresh(start: usize) -> Line {
    Line { start, end: start, equals: None, whole: false, comment: None, net: 0 }
}

impl<'t> Scanner<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn step(&mut self) {
        if matches!(self.modes.last(), Some(Mode::Quote)) {
            self.quoted();
        } else {
            self.code();
        }
    }

    fn close(&mut self, end: usize, next: usize) {
        let kept = self.text.get(self.line.start..end).unwrap_or("");
        self.line.end = self.line.start + kept.strip_suffix('\r').unwrap_or(kept).len();
        self.line.whole = self.line.equals.is_some() && self.net == self.net_at_equals;
        self.line.net = self.net;
        self.out.push(std::mem::replace(&mut self.line, fresh(next)));
        (self.seen, self.net, self.net_at_equals) = (false, 0, 0);
    }

    fn newline(&mut self) {
        let end = self.at;
        self.at += 1;
        self.close(end, self.at);
    }

    fn quoted(&mut self) {
        let rest = self.rest();
        match rest.bytes().next() {
            Some(b'"') => {
                self.modes.pop();
                self.at += 1;
            }
            // Not valid in a quoted string: give it up rather than swallow the file.
            Some(b'\n') => {
                self.modes.clear();
                self.newline();
            }
            Some(b'\\') => {
                self.at += 1 + rest.get(1..).and_then(|t| t.chars().next()).map_or(0, char::len_utf8);
            }
            Some(b'$' | b'%') if rest.starts_with("$${") || rest.starts_with("%%{") => self.at += 3,
            Some(b'$' | b'%') if rest.get(1..2) == Some("{") => {
                self.modes.push(Mode::Interpolation(0));
                self.net += 1;
                self.at += 2;
            }
            _ => self.at += rest.chars().next().map_or(1, char::len_utf8),
        }
    }

    fn code(&mut self) {
        let rest = self.rest();
        let Some(byte) = rest.bytes().next() else { return };
        match byte {
            b'\n' => return self.newline(),
            b' ' | b'\t' | b'\r' => {
                self.at += 1;
                return;
            }
            b'#' => return self.comment(),
            b'/' if rest.starts_with("//") => return self.comment(),
            b'/' if rest.starts_with("/*") => {
                self.at += rest.find("*/").map_or(rest.len(), |at| at + 2);
            }
            b'"' => {
                self.modes.push(Mode::Quote);
                self.at += 1;
            }
            b'<' if rest.starts_with("<<") => self.heredoc(),
            b'{' | b'[' | b'(' => {
                if let (b'{', Some(Mode::Interpolation(depth))) = (byte, self.modes.last_mut()) {
                    *depth += 1;
                }
                self.net += 1;
                self.at += 1;
            }
            b'}' | b']' | b')' => {
                if byte == b'}' {
                    match self.modes.last_mut() {
                        Some(Mode::Interpolation(0)) => {
                            self.modes.pop();
                        }
                        Some(Mode::Interpolation(depth)) => *depth -= 1,
                        _ => {}
                    }
                }
                self.net -= 1;
                self.at += 1;
            }
            b'=' | b'!' | b'<' | b'>' => {
                let two = matches!(rest.as_bytes().get(1), Some(b'='))
                    || (byte == b'=' && matches!(rest.as_bytes().get(1), Some(b'>')));
                if byte == b'=' && !two && self.seen && self.line.equals.is_none() {
                    self.line.equals = Some(self.at);
                    self.net_at_equals = self.net;
                }
                self.at += if two { 2 } else { 1 };
            }
            _ => self.at += rest.chars().next().map_or(1, char::len_utf8),
        }
        self.seen = true;
    }

    fn comment(&mut self) {
        if self.seen && self.line.comment.is_none() {
            self.line.comment = Some(self.at);
        }
        self.at += self.rest().find('\n').unwrap_or(self.rest().len());
    }

    fn heredoc(&mut self) {
        let rest = self.rest();
        let (head, body) = rest.split_once('\n').unwrap_or((rest, ""));
        let marker = head.trim_start_matches('<').trim_start_matches('-').trim_end();
        let named =
            !marker.is_empty() && marker.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
        if !named {
            self.at += 2;
            return;
        }
        self.at += head.len() + 1;
        for line in body.split_inclusive('\n') {
            if line.trim() == marker {
                self.at += line.trim_end_matches(['\r', '\n']).len();
                return;
            }
            self.at += line.len();
        }
        self.at = self.at.min(self.text.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_heredocs_and_operators_do_not_mislead() {
        let text =
            "a = \"x = ${b == \"}\" ? 1 : 2} # no\" # yes\r\nc = <<-E\n x = 1\n E\nd {\n  e == 1\n}\nf = [\n";
        let found: Vec<_> = lines(text)
            .iter()
            .map(|line| {
                (&text[line.start..line.end], line.equals.is_some(), line.whole, line.comment.is_some())
            })
            .collect();
        assert_eq!(
            found,
            [
                ("a = \"x = ${b == \"}\" ? 1 : 2} # no\" # yes", true, true, true),
                ("c = <<-E\n x = 1\n E", true, true, false),
                ("d {", false, false, false),
                ("  e == 1", false, false, false),
                ("}", false, false, false),
                ("f = [", true, false, false),
                ("", false, false, false),
            ]
        );
    }

    #[test]
    fn broken_text_ends() {
        for text in ["\"", "\"${", "<<E", "<<E\n", "/*", "a = \"\\", "}}}", "<<", "é = \"é\\é\""] {
            let lines = lines(text);
            assert!(lines.iter().all(|line| line.end <= text.len()), "{text}");
        }
    }
}
