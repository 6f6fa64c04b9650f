//! Whether a text is as `terraform fmt` would leave it.
//!
//! In: Terraform. Out: the first line that is laid out otherwise. Exists so that fixes can be held
//! to it where no Terraform is at hand; spaces inside expressions are not looked at.

use super::layout::{conforms, gaps};
use super::scan::lines;

/// The first line, from 1, that is not indented or aligned as `terraform fmt` does it.
pub fn unformatted(text: &str) -> Option<usize> {
    let number = |at: usize| text.get(..at).unwrap_or("").matches('\n').count() + 1;
    let gap = gaps(text).into_iter().find(|gap| !conforms(text, gap)).map(|gap| number(gap.span.start));
    let indented = indentation(text).map(number);
    gap.into_iter().chain(indented).min()
}

/// Where the first line starts whose indentation is another one.
fn indentation(text: &str) -> Option<usize> {
    // How many brackets each level of indentation waits for.
    let mut open: Vec<i64> = Vec::new();
    for line in lines(text) {
        let code = text.get(line.start..line.end).unwrap_or("");
        let code = code.strip_prefix('\u{feff}').unwrap_or(code);
        if code.trim().is_empty() {
            if code.is_empty() {
                continue;
            }
            return Some(line.start);
        }
        let mut closed = -line.net;
        while closed > 0 {
            let Some(last) = open.last_mut() else { break };
            if closed < *last {
                *last -= closed;
                break;
            }
            closed -= *last;
            open.pop();
        }
        let spaces = code.len() - code.trim_start_matches(' ').len();
        let tab = code.as_bytes().get(spaces) == Some(&b'\t');
        // The text of a comment is the author's, spaces at its end too.
        let comment = code.contains('#') || code.contains("//");
        if spaces != 2 * open.len() || tab || (code.ends_with([' ', '\t']) && !comment) {
            return Some(line.start);
        }
        if line.net > 0 {
            open.push(line.net);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_terraform_fmt_leaves_alone_is_formatted() {
        let text = "a = 1\n# c \n\nb \"c\" {\n  long = {\n    x = [1, 2]\n  }\n  d = jsonencode({\n    y = [{\n      z = \"${1}\"\n    }]\n  })\n  e = <<-EOT\n x\n  EOT\n}\n";
        assert_eq!(unformatted(text), None);
        assert_eq!(unformatted(&text.replace('\n', "\r\n")), None);
    }

    #[test]
    fn the_first_line_that_differs_is_named() {
        for (text, line) in [
            ("a = 1\nbb = 2\n", 1),
            ("a {\n b = 1\n}\n", 2),
            ("a {\n  b = 1\n  }\n", 3),
            ("a {\n  b = [\n  1,\n  ]\n}\n", 3),
            ("a = 1\nb = 2 \n", 2),
            ("a {\n\tb = 1\n}\n", 2),
        ] {
            assert_eq!(unformatted(text), Some(line), "{text}");
        }
    }
}
