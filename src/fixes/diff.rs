//! Before and after as a unified diff that `git apply` takes.
//!
//! Lines end at `\n` only, so a `\r` before it travels inside the line and CRLF files stay CRLF. A line
//! that must not be shown is no context: the hunk ends before it.

use std::fmt::Write as _;
use std::ops::Range;

use similar::{DiffOp, TextDiff};

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// The change can't be shown: it touches a line that must not be, or stands right above one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it touches a line that holds a secret, or one right above: --write applies it")]
pub struct Withheld;

/// The difference of one file. `before` is absent for a file that is new. Empty when nothing
/// differs.
pub fn unified(path: &str, before: Option<&str>, after: &str) -> String {
    // Nothing is withheld where nothing is secret.
    unified_without(path, before, after, &|_, _| false).unwrap_or_default()
}

/// The same, without the lines that `secret` names by number (from 0) and text. Lines of `before` are
/// asked for with their number, those of `after` without.
pub fn unified_without(
    path: &str,
    before: Option<&str>,
    after: &str,
    secret: &dyn Fn(Option<usize>, &str) -> bool,
) -> Result<String, Withheld> {
    if before == Some(after) {
        return Ok(String::new());
    }
    let path = path.strip_prefix("./").unwrap_or(path);
    let old: Vec<&str> = before.unwrap_or("").split_inclusive('\n').collect();
    let new: Vec<&str> = after.split_inclusive('\n').collect();
    let diff = TextDiff::configure().newline_terminated(true).diff_slices(&old, &new);
    let changes: Vec<(Range<usize>, Range<usize>)> = diff
        .ops()
        .iter()
        .filter(|op| !matches!(op, DiffOp::Equal { .. }))
        .map(|op| (op.old_range(), op.new_range()))
        .collect();
    let shows = |at: usize| old.get(at).is_some_and(|line| !secret(Some(at), line));
    let mut out = String::new();
    let source = match before {
        Some(_) => name("a", path),
        None => "/dev/null".to_owned(),
    };
    let _ = write!(out, "--- {source}\n+++ {}\n", name("b", path));
    let mut at = 0;
    while let Some((first, _)) = changes.get(at) {
        let lead = (1..=CONTEXT).take_while(|back| first.start.checked_sub(*back).is_some_and(shows)).count();
        let mut hunk = Hunk { start: first.start - lead, body: String::new(), old: 0, new: 0 };
        let mut shift = None;
        let mut from = hunk.start;
        while let Some((gone, come)) = changes.get(at) {
            let lost = gone.clone().any(|line| !shows(line));
            let brought = new.get(come.clone()).unwrap_or_default();
            if lost || brought.iter().any(|line| secret(None, line)) {
                return Err(Withheld);
            }
            shift.get_or_insert(come.start - (gone.start - from));
            hunk.lines(' ', old.get(from..gone.start).unwrap_or_default());
            hunk.lines('-', old.get(gone.clone()).unwrap_or_default());
            hunk.lines('+', brought);
            at += 1;
            from = gone.end;
            // The next change belongs to this hunk where their context meets and can be shown.
            let next = changes.get(at).map_or(usize::MAX, |(gone, _)| gone.start);
            if next - from > 2 * CONTEXT || !(from..next).all(shows) {
                break;
            }
        }
        let next = changes.get(at).map_or(old.len(), |(gone, _)| gone.start);
        let tail = (from..next.min(from + CONTEXT)).take_while(|line| shows(*line)).count();
        hunk.lines(' ', old.get(from..from + tail).unwrap_or_default());
        // git takes a hunk without a line after the change for one at the end of the file, and has
        // nothing to find one by that holds only new lines.
        let apart = tail == 0 && from < old.len();
        if apart || hunk.old == 0 && !old.is_empty() {
            return Err(Withheld);
        }
        hunk.write(&mut out, shift.unwrap_or(0));
    }
    Ok(out)
}

/// One part of a diff as it grows.
struct Hunk {
    /// Its first line before, from 0.
    start: usize,
    body: String,
    /// Lines before.
    old: usize,
    /// Lines after.
    new: usize,
}

impl Hunk {
    fn lines(&mut self, sign: char, lines: &[&str]) {
        for line in lines {
            self.old += usize::from(sign != '+');
            self.new += usize::from(sign != '-');
            self.body.push(sign);
            self.body.push_str(line);
            if !line.ends_with('\n') {
                self.body.push_str("\n\\ No newline at end of file\n");
            }
        }
    }

    /// `new_start` is its first line afterwards, from 0.
    fn write(&self, out: &mut String, new_start: usize) {
        let range = |start: usize, count: usize| match count {
            0 => format!("{start},0"),
            1 => format!("{}", start + 1),
            _ => format!("{},{count}", start + 1),
        };
        let (old, new) = (range(self.start, self.old), range(new_start, self.new));
        let _ = write!(out, "@@ -{old} +{new} @@\n{}", self.body);
    }
}

/// A path as git writes it in a header: quoted where it holds characters that would end the line,
/// closed by a tab where it holds a space.
fn name(side: &str, path: &str) -> String {
    let special = |c: char| c.is_control() || matches!(c, '"' | '\\');
    if path.contains(special) {
        let mut quoted = format!("\"{side}/");
        for c in path.chars() {
            match c {
                '"' => quoted.push_str("\\\""),
                '\\' => quoted.push_str("\\\\"),
                c if c.is_control() => {
                    let mut buffer = [0; 4];
                    for byte in c.encode_utf8(&mut buffer).bytes() {
                        let _ = write!(quoted, "\\{byte:03o}");
                    }
                }
                c => quoted.push(c),
            }
        }
        quoted.push('"');
        return quoted;
    }
    let tab = if path.contains(' ') { "\t" } else { "" };
    format!("{side}/{path}{tab}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_and_a_missing_last_one_stay() {
        let diff = unified("./a b.tf", Some("x = 1\r\ny = 2"), "x = 3\r\ny = 2");
        assert_eq!(
            diff,
            "--- a/a b.tf\t\n+++ b/a b.tf\t\n@@ -1,2 +1,2 @@\n-x = 1\r\n+x = 3\r\n y = 2\n\\ No newline at end of file\n"
        );
    }

    #[test]
    fn a_new_file_comes_from_nowhere() {
        assert_eq!(unified("n.tf", None, "a = 1\n"), "--- /dev/null\n+++ b/n.tf\n@@ -0,0 +1 @@\n+a = 1\n");
        assert_eq!(unified("n.tf", Some("a"), "a"), "");
    }

    #[test]
    fn a_path_can_not_break_the_header() {
        assert!(unified("a\nb\".tf", None, "x\n").contains("+++ \"b/a\\012b\\\".tf\"\n"));
    }

    /// A directory of one test's own.
    fn directory(name: &str) -> std::path::PathBuf {
        let dir = std::env::temp_dir().join(format!("trueup-diff-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dir);
        std::fs::create_dir_all(&dir).unwrap();
        dir
    }

    #[test]
    fn lines_that_must_not_be_shown_end_a_hunk_and_git_takes_it() {
        let lines = |change: &dyn Fn(usize) -> String| (0..24).map(change).collect::<String>();
        let before = lines(&|at| format!("line {at}\n"));
        let dir = directory("secret");
        let mut applied = 0;
        // Every distance between two changes and a secret line.
        for secret in 0..24 {
            for second in 0..24 {
                let after = lines(&|at| match at {
                    10 => "changed\n".to_owned(),
                    at if at == second => format!("line {at}\nadded\n"),
                    at => format!("line {at}\n"),
                });
                let hidden = |at: Option<usize>, _: &str| at == Some(secret);
                let patch = unified_without("x.tf", Some(&before), &after, &hidden);
                // What is changed is needed, and what stands right below a change; at the end of the
                // file there is only what stands above.
                let below = second != 10 && second + 1 == secret;
                let withheld = secret == 10 || secret == 11 || below || second == 23 && secret == 23;
                assert_eq!(patch.is_err(), withheld, "secret {secret}, second {second}: {patch:?}");
                let Ok(patch) = patch else { continue };
                assert!(!patch.contains(&format!(" line {secret}\n")), "{patch}");
                if (secret + second) % 3 > 0 {
                    continue; // git is slow to start
                }
                std::fs::write(dir.join("x.tf"), &before).unwrap();
                std::fs::write(dir.join("p.diff"), &patch).unwrap();
                let git = std::process::Command::new("git");
                let Ok(run) = { git }.args(["apply", "p.diff"]).current_dir(&dir).output() else { return };
                assert!(run.status.success(), "{}\n{patch}", String::from_utf8_lossy(&run.stderr));
                assert_eq!(std::fs::read_to_string(dir.join("x.tf")).unwrap(), after);
                applied += 1;
            }
        }
        assert!(applied > 100);
        std::fs::remove_dir_all(&dir).unwrap();
    }

    #[test]
    fn a_secret_is_neither_taken_away_nor_brought() {
        let secret = |_: Option<usize>, line: &str| line.contains("secret");
        let shown = |before: &str, after: &str| unified_without("x.tf", Some(before), after, &secret);
        assert_eq!(shown("a\nsecret\n", "a\n"), Err(Withheld));
        assert_eq!(shown("a\nb\n", "a\nsecret\nb\n"), Err(Withheld));
        assert_eq!(shown("secret\n", "secret\nb\n"), Err(Withheld));
        assert!(
            shown("secret\na\nb\n", "secret\na\nc\nb\n").unwrap().ends_with("@@ -2,2 +2,3 @@\n a\n+c\n b\n")
        );
    }

    #[test]
    fn git_takes_it() {
        let dir = directory("git");
        std::fs::create_dir_all(dir.join("m d")).unwrap();
        let before = "a = 1\r\nb = 2\r\n\r\nc = 3";
        let after = "a = 1\r\nbb = 2\r\n\r\nc = 3\r\nd = 4";
        std::fs::write(dir.join("m d/x.tf"), before).unwrap();
        let patch = unified("m d/x.tf", Some(before), after) + &unified("new.tf", None, "z = 1\n");
        std::fs::write(dir.join("p.diff"), patch).unwrap();
        let Ok(run) = std::process::Command::new("git").args(["apply", "p.diff"]).current_dir(&dir).output()
        else {
            return; // no git on this machine
        };
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        assert_eq!(std::fs::read_to_string(dir.join("m d/x.tf")).unwrap(), after);
        assert_eq!(std::fs::read_to_string(dir.join("new.tf")).unwrap(), "z = 1\n");
        std::fs::remove_dir_all(&dir).unwrap();
    }
}
