//! Before and after as a unified diff that `git apply` takes.
//!
//! Lines end at `\n` only, so a `\r` before it travels inside the line and CRLF files stay CRLF.

use std::fmt::Write as _;

use similar::TextDiff;

/// The difference of one file. `before` is absent for a file that is new. Empty when nothing
/// differs.
pub fn unified(path: &str, before: Option<&str>, after: &str) -> String {
    if before == Some(after) {
        return String::new();
    }
    let path = path.strip_prefix("./").unwrap_or(path);
    let old: Vec<&str> = before.unwrap_or("").split_inclusive('\n').collect();
    let new: Vec<&str> = after.split_inclusive('\n').collect();
    let diff = TextDiff::configure().newline_terminated(true).diff_slices(&old, &new);
    let mut out = String::new();
    let source = match before {
        Some(_) => name("a", path),
        None => "/dev/null".to_owned(),
    };
    let _ = write!(out, "--- {source}\n+++ {}\n", name("b", path));
    for hunk in diff.unified_diff().context_radius(3).missing_newline_hint(true).iter_hunks() {
        let _ = write!(out, "{hunk}");
    }
    out
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

    #[test]
    fn git_takes_it() {
        let dir = std::env::temp_dir().join(format!("trueup-diff-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dir);
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
