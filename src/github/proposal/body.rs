//! The text of a pull request.
//!
//! In: fixes with what they close and why it matters, and what was left out. Out: Markdown that a
//! maintainer can decide by, shorter than GitHub's limit, in which no name from the tree is more than
//! text.

use crate::github::fence::fenced;
use crate::report::{markdown_code, markdown_text};

/// Characters of a text. GitHub takes 65,536; the marker and a later hand's words need room.
pub const MAX_BODY: usize = 58_000;
/// Kept for what follows the fixes.
const TAIL: usize = 9_000;
/// Kept for the marker: 17 characters for each finding.
const MARKER: usize = 8_000;
/// Left-out findings that are named.
const MAX_LEFT: usize = 30;
/// Characters of one diff; the rest is to be seen among the changed files.
const MAX_DIFF: usize = 6_000;
/// Columns of one sentence from a rule or a tree.
const MAX_SENTENCE: usize = 600;

/// A place in the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// From the top of the repository.
    pub path: String,
    /// From 1.
    pub line: u32,
}

/// A failing finding.
#[derive(Clone, Debug)]
pub struct Closed {
    /// `aws/s3/bucket-public-access-block`
    pub rule: String,
    /// What good looks like.
    pub title: String,
    /// `HIGH`
    pub severity: String,
    /// The resource.
    pub address: String,
    /// What is wrong.
    pub message: String,
    /// Who else it concerns, where one block makes several or several environments have it.
    pub concerns: Option<String>,
    /// Where.
    pub place: Option<Place>,
    /// What it saw, and where that was decided.
    pub because: Vec<(String, String, Option<Place>)>,
    /// `CC6.1`, its title, and why the rule serves it.
    pub criteria: Vec<(String, String, String)>,
}

/// A fix, and what it closes.
#[derive(Clone, Debug)]
pub struct Item {
    /// What it does.
    pub title: String,
    /// `update`
    pub effect: String,
    /// What to look out for.
    pub caution: Option<String>,
    /// The change as a diff; none where it can't be shown.
    pub diff: Option<String>,
    /// The findings.
    pub closes: Vec<Closed>,
}

/// A finding that has no fix here.
#[derive(Clone, Debug)]
pub struct LeftOut {
    /// The rule.
    pub rule: String,
    /// The resource.
    pub address: String,
    /// Why.
    pub reason: String,
}

/// Everything a text is made of.
#[derive(Clone, Debug)]
pub struct Text<'a> {
    /// The repository's page: `https://github.com/acme/infra`.
    pub page: &'a str,
    /// The base branch.
    pub base: &'a str,
    /// Its head, which permalinks lead to.
    pub sha: &'a str,
    /// Whether a person should look at each of them first.
    pub review: bool,
    /// The fixes, worst findings first.
    pub items: &'a [Item],
    /// What was left out.
    pub left: &'a [LeftOut],
    /// What else a reader must know.
    pub notes: &'a [String],
    /// `trueup 0.1.0`
    pub tool: &'a str,
}

/// What apply does, in words.
fn effect(name: &str) -> &'static str {
    match name {
        "update" => "`terraform apply` changes the resource in place.",
        "create" => "`terraform apply` creates a resource beside it.",
        "replace" => "**`terraform apply` destroys the resource and creates it anew.**",
        "destroys-data" => "**`terraform apply` destroys the resource with the data in it.**",
        _ => "see the plan.",
    }
}

/// Writes it.
pub fn text(text: &Text<'_>) -> String {
    let closes: usize = text.items.iter().map(|item| item.closes.len()).sum();
    let mut out = format!(
        "trueup found {} of SOC 2 criteria here and proved {}: with this change the tree was parsed, computed \
         and judged again by every rule. What failed passes, nothing new fails, and a second run changes \
         nothing.\n\n",
        counted(closes, "violation", "violations"),
        if closes == 1 { "its fix" } else { "the fixes" },
    );
    out.push_str(if text.review {
        "**Look first:** each of these fixes can have a consequence that code does not show. Its caution says which.\n"
    } else {
        "These fixes are marked as safe to apply. Read the plan all the same.\n"
    });
    for note in text.notes {
        out.push_str(&format!("\n> {}\n", plain(note)));
    }
    let budget = MAX_BODY - TAIL - MARKER;
    overview(&mut out, text, budget / 3);
    let mut unshown = 0;
    for (at, item) in text.items.iter().enumerate() {
        let whole = section(text, at + 1, item, true);
        let short = section(text, at + 1, item, false);
        let room = budget.saturating_sub(length(&out));
        if length(&whole) <= room {
            out.push_str(&whole);
        } else if length(&short) <= room {
            out.push_str(&short);
        } else {
            unshown += 1;
        }
    }
    if unshown > 0 {
        out.push_str(&format!(
            "\n{} had no room here: the changed files show them all.\n",
            counted(unshown, "more fix", "more fixes")
        ));
    }
    left_out(&mut out, text.left);
    out.push_str(&silence(text));
    out
}

/// One line for each finding.
fn overview(out: &mut String, text: &Text<'_>, room: usize) {
    out.push_str("\n| Severity | What fails | Where | Effect |\n| --- | --- | --- | --- |\n");
    let mut more = 0;
    for item in text.items {
        for closed in &item.closes {
            let row = format!(
                "| {} | {}: {} | {} | {} |\n",
                plain(&closed.severity),
                plain(&closed.title),
                code(&closed.address),
                closed.place.as_ref().map_or_else(String::new, |place| link(text, place)),
                plain(&item.effect),
            );
            if length(out) + length(&row) > room {
                more += 1;
            } else {
                out.push_str(&row);
            }
        }
    }
    if more > 0 {
        out.push_str(&format!("\n… and {more} more.\n"));
    }
}

fn section(text: &Text<'_>, number: usize, item: &Item, with_diff: bool) -> String {
    let mut out = format!("\n### {number}. {}\n\n", plain(&item.title));
    for closed in &item.closes {
        let at = closed.place.as_ref().map_or_else(String::new, |place| format!(" ({})", link(text, place)));
        out.push_str(&format!(
            "- **{}** {}: {}{at}\n",
            plain(&closed.severity),
            code(&closed.rule),
            plain(&closed.message)
        ));
        if let Some(concerns) = &closed.concerns {
            out.push_str(&format!("  - {}\n", plain(concerns)));
        }
        for (path, value, origin) in &closed.because {
            let origin = origin
                .as_ref()
                .map_or_else(String::new, |place| format!(", decided in {}", link(text, place)));
            out.push_str(&format!("  - because {} is {}{origin}\n", code(path), code(value)));
        }
        for (id, title, why) in &closed.criteria {
            out.push_str(&format!("  - {} ({}): {}\n", plain(id), plain(title), plain(why)));
        }
    }
    out.push_str(&format!("\n**Effect:** {}\n", effect(&item.effect)));
    if let Some(caution) = &item.caution {
        out.push_str(&format!("\n**Caution:** {}\n", plain(caution)));
    }
    match &item.diff {
        Some(diff) if with_diff => {
            let whole = length(diff) <= MAX_DIFF;
            let shown: String = if whole { diff.clone() } else { lines_within(diff, MAX_DIFF) };
            out.push_str("\n<details><summary>The change</summary>\n\n");
            out.push_str(&fenced("diff", &shown));
            if !whole {
                out.push_str("\nThe rest is among the changed files.\n");
            }
            out.push_str("\n</details>\n");
        }
        Some(_) => out.push_str("\nThe change is among the changed files.\n"),
        None => {}
    }
    out
}

fn left_out(out: &mut String, left: &[LeftOut]) {
    if left.is_empty() {
        return;
    }
    out.push_str(&format!(
        "\n### Left out\n\nThese fail too, and this pull request does not fix them.\n\n<details><summary>{}</summary>\n\n",
        counted(left.len(), "finding", "findings")
    ));
    let mut named = 0;
    for one in left.iter().take(MAX_LEFT) {
        let line = format!("- {} on {}: {}\n", code(&one.rule), code(&one.address), plain(&one.reason));
        if length(out) + length(&line) > MAX_BODY - MARKER - 2_000 {
            break;
        }
        out.push_str(&line);
        named += 1;
    }
    if named < left.len() {
        out.push_str(&format!("- … and {} more\n", left.len() - named));
    }
    out.push_str("\n</details>\n");
}

fn silence(text: &Text<'_>) -> String {
    let rule = text.items.iter().flat_map(|item| &item.closes).map(|closed| closed.rule.as_str()).next();
    let rule = rule.unwrap_or("RULE").chars().filter(|c| !c.is_control() && *c != '`').take(100);
    let rule: String = rule.collect();
    let comment = fenced("hcl", &format!("# trueup:ignore {rule} reason=\"Why it is fine here\""));
    format!(
        "\n### If you do not want this\n\nTo keep one of these as it is, put a comment above its block in {}. The next \
         run takes its fix out of this pull request:\n\n{comment}\nTo keep all of them, close this pull request: \
         trueup does not propose these fixes again. Reopen it to change your mind.\n\ntrueup rewrites this branch when \
         {} moves or the findings change. It stops as soon as somebody else pushes to it.\n\n<sub>{}</sub>\n",
        code(text.base),
        code(text.base),
        plain(text.tool),
    )
}

/// A link to a line of the base, which stays when the branch moves on.
fn link(text: &Text<'_>, place: &Place) -> String {
    let shown = code(&format!("{}:{}", place.path, place.line));
    format!("[{shown}]({}/blob/{}/{}#L{})", text.page, text.sha, address(&place.path), place.line)
}

/// A path in a link: what Markdown would take for its end is encoded too.
fn address(path: &str) -> String {
    crate::github::reference(path)
}

fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// A name or value, as code.
fn code(text: &str) -> String {
    markdown_code(text, MAX_SENTENCE)
}

/// Words, as text.
fn plain(text: &str) -> String {
    markdown_text(text, MAX_SENTENCE)
}

fn lines_within(text: &str, limit: usize) -> String {
    let mut used = 0;
    let fits = |line: &&str| {
        used += length(line);
        used <= limit
    };
    text.split_inclusive('\n').take_while(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(size: usize) -> Item {
        let hostile = format!("@octocat `|<img> --> {}", "x".repeat(size));
        let place = Place { path: format!("a b/{hostile}(1)]#\u{e4}.tf"), line: 3 };
        let closed = Closed {
            rule: "aws/s3/x".to_owned(),
            title: hostile.clone(),
            severity: "HIGH".to_owned(),
            address: hostile.clone(),
            message: hostile.clone(),
            concerns: Some(hostile.clone()),
            place: Some(place.clone()),
            because: vec![(hostile.clone(), hostile.clone(), Some(place))],
            criteria: vec![("CC6.1".to_owned(), hostile.clone(), hostile.clone())],
        };
        Item {
            title: hostile.clone(),
            effect: "update".to_owned(),
            caution: Some(hostile.clone()),
            diff: Some(format!("+```\n+</details>\n+{hostile}\n").repeat(20)),
            closes: vec![closed],
        }
    }

    fn written(items: &[Item], left: &[LeftOut]) -> String {
        text(&Text {
            page: "https://github.com/acme/infra",
            base: "main",
            sha: "0123",
            review: false,
            items,
            left,
            notes: &["@octocat".to_owned()],
            tool: "trueup 0.1.0",
        })
    }

    #[test]
    fn it_stays_short_however_much_there_is() {
        let left = |size: usize| LeftOut {
            rule: "aws/s3/x".to_owned(),
            address: "y".repeat(size),
            reason: "z".repeat(size),
        };
        for (items, size) in [(1, 1), (3, 20_000), (300, 10), (200, 700), (40, 500)] {
            let body = written(&vec![item(size); items], &vec![left(size); items]);
            assert!(length(&body) <= MAX_BODY - MARKER, "{items} {size}: {}", length(&body));
            assert!(body.contains("If you do not want this"));
            assert_eq!(body.matches("<details>").count(), body.matches("\n</details>\n").count());
        }
    }

    #[test]
    fn names_mention_nobody_and_open_nothing() {
        let body = written(&[item(1)], &[]);
        let mut fence: Option<usize> = None;
        for line in body.lines() {
            let ticks = line.chars().take_while(|c| *c == '`').count();
            match fence {
                Some(open) if ticks >= open && line.len() == ticks => fence = None,
                Some(_) => {}
                None if ticks >= 3 => fence = Some(ticks),
                None => {
                    // What stands in code spans is text; the rest must hold none of it.
                    let outside = without_code(line);
                    assert!(!outside.contains("@octocat") && !outside.contains("<img"), "{line}");
                }
            }
        }
        assert_eq!(fence, None);
        let path = "a%20b/%40octocat%20%60%7C%3Cimg%3E%20--%3E%20x%281%29%5D%23%C3%A4.tf#L3";
        assert!(body.contains(&format!("https://github.com/acme/infra/blob/0123/{path}")), "{body}");
    }

    /// A line without its code spans.
    fn without_code(line: &str) -> String {
        let mut out = String::new();
        let mut rest = line;
        while let Some(at) = rest.find('`') {
            out.push_str(&rest[..at]);
            let tail = &rest[at..];
            let ticks = tail.chars().take_while(|c| *c == '`').count();
            let fence = "`".repeat(ticks);
            let inner = &tail[ticks..];
            let Some(end) = inner.find(&fence) else { return out + tail };
            rest = &inner[end + ticks..];
        }
        out + rest
    }
}
