//! Texts that no output may show, and how they are taken out.
//!
//! In: secret texts and the places where they stand, gathered from a tree and its plans. Out: texts
//! and sources without them. Exists so that one mechanism guards every way out: a secret is found by
//! its value, so its copies elsewhere are found too.

mod cover;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use aho_corasick::{AhoCorasick, Input, MatchKind};
use rayon::prelude::*;

use crate::source::{FileId, Span};

use super::{Assessment, Fix};

/// Shown instead of a secret.
const HIDDEN: &str = "(sensitive value)";
/// Why a fix has no edits to show.
const WITHHELD: &str = "its edit holds a secret, so it is not shown: `trueup fix --write` applies it";
/// Shorter texts are covered where they stand, but not searched for: they would match too much.
const SHORT: usize = 6;
/// Bytes of a text that are searched for; the rest is compared where they match.
const SEARCHED: usize = 64;
/// Bytes of a text that are searched at once; several pieces are searched side by side.
const PIECE: usize = 1 << 20;
/// Bytes searched for in all. Beyond that nothing that could hold a secret is shown.
const MAX_SIZE: usize = 2 << 20;
/// Bytes at the end of a text that may be the beginning of a secret.
const CUT_OFF: usize = 1024;
/// How far a name is followed to either side.
const MAX_NAME: usize = 256;
/// Words that stand in many places without being secret there.
const COMMON: [&str; 20] = [
    "0.0.0.0/0",
    "0.0.0.0",
    "password",
    "secret",
    "credentials",
    "username",
    "default",
    "enabled",
    "disabled",
    "production",
    "staging",
    "development",
    "testing",
    "primary",
    "private",
    "public",
    "postgres",
    "master",
    "string",
    "number",
];

/// Secrets as they are found; [`Secrets`] searches for them.
#[derive(Debug, Default)]
pub struct Gathered {
    texts: BTreeSet<String>,
    spans: BTreeMap<FileId, Vec<Span>>,
    plans: BTreeSet<FileId>,
    names: BTreeSet<String>,
}

impl Gathered {
    /// What the code calls a resource, a variable or a module: shown, whatever secret reads alike.
    pub fn name(&mut self, name: &str) {
        if !self.names.contains(name) {
            self.names.insert(name.to_owned());
        }
    }

    /// A secret value. Of a text with several lines each is a secret.
    pub fn text(&mut self, text: &str) {
        for line in text.lines().map(str::trim) {
            let common = COMMON.iter().any(|word| word.eq_ignore_ascii_case(line));
            if line.chars().count() >= SHORT && !common && !line.starts_with("#!") && !line.ends_with("://") {
                self.texts.insert(line.to_owned());
            }
        }
    }

    /// A place to cover, whatever stands there.
    pub fn span(&mut self, file: FileId, span: Span) {
        self.spans.entry(file).or_default().push(span);
    }

    /// A plan's JSON: any text of it may be secret, unless it says what a resource is.
    pub fn plan(&mut self, file: FileId) {
        self.plans.insert(file);
    }

    /// Whether a file is such a plan.
    pub fn is_plan(&self, file: FileId) -> bool {
        self.plans.contains(&file)
    }

    /// Where the places to cover in a file end.
    pub fn ends(&self, file: FileId) -> Vec<u32> {
        self.spans.get(&file).into_iter().flatten().map(|span| span.end).collect()
    }

    /// What others found.
    pub fn add(&mut self, other: Self) {
        self.texts.extend(other.texts);
        self.plans.extend(other.plans);
        self.names.extend(other.names);
        for (file, spans) in other.spans {
            self.spans.entry(file).or_default().extend(spans);
        }
    }
}

/// Whether a text would hardly stand anywhere by chance: it is no plain word, in small letters or in
/// capitals.
pub fn distinctive(text: &str) -> bool {
    let joins = |c: char| matches!(c, '_' | '-' | '.' | ' ');
    let small = text.chars().skip(1).all(|c| c.is_ascii_lowercase() || joins(c));
    let capitals = text.chars().all(|c| c.is_ascii_uppercase() || joins(c));
    !small && !capitals
}

/// Texts that begin alike.
#[derive(Debug, Default)]
struct Wanted {
    /// Each with whether it is [`distinctive`]: a plain word matches only where it stands as a value.
    texts: Vec<(String, bool)>,
}

/// Every secret of a run.
#[derive(Debug, Default)]
pub struct Secrets {
    search: Option<AhoCorasick>,
    /// By pattern of the search.
    wanted: Vec<Wanted>,
    /// The same texts in lower case and order, to find one that was cut off.
    starts: Vec<String>,
    spans: BTreeMap<FileId, Vec<Span>>,
    plans: BTreeSet<FileId>,
    /// Names of the code, which are no secrets.
    names: BTreeSet<String>,
    /// There are too many to search for.
    all: bool,
}

impl Secrets {
    /// Makes the gathered secrets ready to be searched for.
    pub fn new(gathered: Gathered) -> Self {
        let mut forms = BTreeSet::new();
        for text in &gathered.texts {
            // As it is, and as Rust, HCL and JSON write it between quotes.
            let debug = format!("{text:?}");
            let quoted = debug.trim_matches('"').to_owned();
            let hcl =
                text.replace('\\', "\\\\").replace('"', "\\\"").replace("${", "$${").replace("%{", "%%{");
            forms.extend([text.clone(), quoted, hcl]);
        }
        let mut secrets =
            Self { spans: gathered.spans, plans: gathered.plans, names: gathered.names, ..Self::default() };
        let mut by_head: BTreeMap<String, Wanted> = BTreeMap::new();
        for text in forms {
            secrets.starts.push(text.to_ascii_lowercase());
            let distinct = distinctive(&text);
            by_head.entry(head(&text).to_ascii_lowercase()).or_default().texts.push((text, distinct));
        }
        secrets.starts.sort();
        if by_head.is_empty() {
            return secrets;
        }
        if by_head.keys().map(String::len).sum::<usize>() <= MAX_SIZE {
            secrets.search = AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .match_kind(MatchKind::LeftmostLongest)
                .build(by_head.keys())
                .ok();
        }
        // Where nothing can be searched for, everything has to be hidden.
        secrets.all = secrets.search.is_none();
        secrets.wanted = by_head.into_values().collect();
        secrets
    }

    /// Where secrets stand in a text, in order, none overlapping.
    fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        let Some(search) = &self.search else { return Vec::new() };
        if text.len() <= PIECE {
            return self.ranges_from(search, text, 0..text.len());
        }
        // A plan is one large text.
        let starts: Vec<usize> = (0..text.len()).step_by(PIECE).collect();
        let pieces: Vec<Vec<Range<usize>>> = starts
            .into_par_iter()
            .map(|start| self.ranges_from(search, text, start..text.len().min(start + PIECE)))
            .collect();
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for range in pieces.into_iter().flatten() {
            add(&mut ranges, range);
        }
        ranges
    }

    /// Where secrets stand that begin in a part of a text.
    fn ranges_from(&self, search: &AhoCorasick, text: &str, part: Range<usize>) -> Vec<Range<usize>> {
        let mut ranges: Vec<Range<usize>> = Vec::new();
        let read = part.start..text.len().min(part.end + SEARCHED);
        for found in search.find_iter(Input::new(text).span(read)) {
            // A text that repeats itself would be compared from each of its repetitions.
            if found.start() >= part.end || ranges.last().is_some_and(|last| found.end() <= last.end) {
                continue;
            }
            let Some(wanted) = self.wanted.get(found.pattern().as_usize()) else { continue };
            let ends = wanted.texts.iter().filter_map(|(wanted, distinct)| {
                let full = found.start()..found.start() + wanted.len();
                match text.get(full.clone()) {
                    Some(whole) if *distinct && whole.eq_ignore_ascii_case(wanted) => Some(full.end),
                    Some(whole) if whole == wanted && as_value(text, &full) => Some(full.end),
                    // Only its beginning: all that was searched for.
                    _ if wanted.len() > SEARCHED => Some(found.end()),
                    _ => None,
                }
            });
            if let Some(end) = ends.max().filter(|end| !self.names.contains(word(text, found.start()..*end)))
            {
                add(&mut ranges, found.start()..end);
            }
        }
        ranges
    }

    /// Whether a text holds a secret.
    pub fn in_text(&self, text: &str) -> bool {
        self.all || !self.ranges(text).is_empty()
    }

    /// A text without its secrets, also without one that is cut off at the text's end.
    pub fn hide(&self, text: &str) -> String {
        if self.all {
            return HIDDEN.to_owned();
        }
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for range in self.ranges(text) {
            out.push_str(text.get(at..range.start).unwrap_or(""));
            out.push_str(HIDDEN);
            at = range.end;
        }
        out.push_str(text.get(at..).unwrap_or(""));
        match out.strip_suffix('…').and_then(|cut| self.cut_off(cut)) {
            Some(start) => format!("{}{HIDDEN}…", out.get(..start).unwrap_or("")),
            None => out,
        }
    }

    /// A text without its secrets, but with all mentions of a name left as they are.
    fn hide_around(&self, text: &str, name: &str) -> String {
        if name.is_empty() || self.all {
            return self.hide(text);
        }
        let parts: Vec<String> = text.split(name).map(|part| self.hide(part)).collect();
        parts.join(name)
    }

    /// Where a secret begins that the end of `text` is the beginning of.
    fn cut_off(&self, text: &str) -> Option<usize> {
        let lower = text.to_ascii_lowercase();
        let from = lower.len().saturating_sub(CUT_OFF);
        let mut starts = lower.char_indices().map(|(at, _)| at).filter(|at| *at >= from);
        starts.find(|start| {
            let Some(tail) = lower.get(*start..).filter(|tail| tail.len() >= SHORT) else { return false };
            let place = self.starts.partition_point(|each| each.as_str() < tail);
            self.starts.get(place).is_some_and(|each| each.starts_with(tail))
        })
    }

    /// Takes the secrets out of everything that a run concluded.
    pub fn clean(&self, assessment: &mut Assessment) {
        if self.search.is_none() && !self.all {
            return;
        }
        let hide = |text: &mut String| *text = self.hide(text);
        assessment.findings.par_iter_mut().for_each(|finding| {
            // The address is the code's own name for the resource and stands beside the message anyway.
            finding.message = self.hide_around(&finding.message, &finding.address);
            finding.why.iter_mut().for_each(|seen| hide(&mut seen.value));
            finding.suppressed.iter_mut().filter_map(|by| by.reason.as_mut()).for_each(hide);
            if let Some(fix) = &mut finding.fix {
                self.clean_fix(fix);
            }
        });
        let coverage = &mut assessment.coverage;
        for bad in &mut coverage.unparsed {
            hide(&mut bad.message);
            bad.help.iter_mut().for_each(hide);
        }
        coverage.modules_unresolved.iter_mut().for_each(|call| hide(&mut call.source));
        coverage.problems.iter_mut().for_each(|problem| hide(&mut problem.message));
        let inputs = std::mem::take(&mut coverage.undetermined_inputs);
        for (input, count) in inputs {
            *coverage.undetermined_inputs.entry(self.hide(&input)).or_default() += count;
        }
    }

    fn clean_fix(&self, fix: &mut Fix) {
        fix.title = self.hide(&fix.title);
        fix.reason = fix.reason.as_ref().map(|text| self.hide(text));
        if fix.edits.iter().any(|edit| self.in_text(&edit.text)) {
            fix.edits.clear();
            fix.reason = Some(WITHHELD.to_owned());
        }
    }
}

/// The whole word around a place, as far as names may reach.
fn word(text: &str, place: Range<usize>) -> &str {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let before = text.get(..place.start).unwrap_or("");
    let before: usize =
        before.chars().rev().take(MAX_NAME).take_while(|c| part(*c)).map(char::len_utf8).sum();
    let after = text.get(place.end..).unwrap_or("");
    let after: usize = after.chars().take(MAX_NAME).take_while(|c| part(*c)).map(char::len_utf8).sum();
    text.get(place.start - before..place.end + after).unwrap_or("")
}

/// Adds a range that begins no earlier than those before it.
fn add(ranges: &mut Vec<Range<usize>>, range: Range<usize>) {
    match ranges.last_mut().filter(|last| range.start <= last.end) {
        Some(last) => last.end = last.end.max(range.end),
        None => ranges.push(range),
    }
}

/// The part of a text that is searched for.
fn head(text: &str) -> &str {
    let end = (0..=SEARCHED.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    text.get(..end.unwrap_or(0)).unwrap_or(text)
}

/// Whether a word stands as a value: between quotes, or right behind `=` or `:`.
fn as_value(text: &str, range: &Range<usize>) -> bool {
    let before = text.get(..range.start).unwrap_or("").chars().next_back();
    let after = text.get(range.end..).unwrap_or("").chars().next();
    let opens = before.is_some_and(|c| matches!(c, '"' | '\'' | '=' | ':'));
    opens && after.is_none_or(|c| c.is_whitespace() || matches!(c, '"' | '\'' | '\\' | '@' | ';' | ',' | '&'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::findings::{Applicability, Edit, Effect};
    use crate::source::{SourceFile, Sources};

    fn secrets(texts: &[&str]) -> Secrets {
        let mut gathered = Gathered::default();
        for text in texts {
            gathered.text(text);
        }
        Secrets::new(gathered)
    }

    #[test]
    fn texts_are_freed_of_secrets_even_when_cut_or_in_another_case() {
        let secrets = secrets(&["hunter2-\"long\""]);
        assert_eq!(secrets.hide("{ a = \"hunter2-\\\"long\\\"\" }"), "{ a = \"(sensitive value)\" }");
        assert_eq!(secrets.hide("HUNTER2-\"LONG\"s"), "(sensitive value)s");
        assert_eq!(secrets.hide("{ a = \"hunter2-…"), "{ a = \"(sensitive value)…");
        assert_eq!(secrets.hide("{ a = \"hunt…"), "{ a = \"hunt…");
    }

    #[test]
    fn plain_words_match_as_values_and_short_or_common_ones_never() {
        let secrets = secrets(&["database", "admin", "production", "true"]);
        assert_eq!(
            secrets.hide(
                "aws_database x.database database = \"database\" A=database Database admin production true"
            ),
            "aws_database x.database database = \"(sensitive value)\" A=(sensitive value) Database admin production true"
        );
    }

    #[test]
    fn words_in_capitals_are_plain_and_a_findings_address_stays_whole() {
        let secrets = secrets(&["ENVIRONMENT", "0.0.0.0/0", "export_p1"]);
        assert_eq!(
            secrets.hide("module.environment_dev opens [\"0.0.0.0/0\"]"),
            "module.environment_dev opens [\"0.0.0.0/0\"]"
        );
        assert_eq!(
            secrets.hide_around("aws_x.export_p1 says export_p1", "aws_x.export_p1"),
            "aws_x.export_p1 says (sensitive value)"
        );
    }

    #[test]
    fn names_of_the_code_stay_where_a_secret_reads_alike_or_is_a_part_of_them() {
        let mut gathered = Gathered::default();
        gathered.text("Events2");
        gathered.name("trail_Events2");
        gathered.name("Events2");
        let secrets = Secrets::new(gathered);
        let text = "aws_x.trail_Events2 \"Events2\" my-Events2 Events2x";
        let hidden = "aws_x.trail_Events2 \"Events2\" my-(sensitive value) (sensitive value)x";
        assert_eq!(secrets.hide(text), hidden);
    }

    #[test]
    fn long_texts_are_covered_to_their_end() {
        let long = "k3y".repeat(500);
        let secrets = secrets(&[&long]);
        assert_eq!(secrets.hide(&format!("a {long} b")), "a (sensitive value) b");
        let alike = [format!("{long}-one"), format!("{long}-two2")];
        let secrets = self::secrets(&[&alike[0], &alike[1]]);
        assert_eq!(
            secrets.hide(&format!("{} {}", alike[0], alike[1])),
            "(sensitive value) (sensitive value)"
        );
    }

    #[test]
    fn a_fix_whose_edit_holds_a_secret_loses_its_edits() {
        let edit = |text: &str| Edit { file: FileId(0), span: Span::new(0, 0), text: text.to_owned() };
        let mut fix = Fix {
            title: "Keep hunter2-long".to_owned(),
            applicability: Applicability::Auto,
            effect: Effect::Update,
            caution: None,
            edits: vec![edit("a = 1"), edit("b = \"hunter2-long\"")],
            proved: true,
            reason: None,
            needs: None,
        };
        secrets(&["other-1"]).clean_fix(&mut fix);
        assert_eq!((fix.edits.len(), fix.reason.as_deref()), (2, None));
        secrets(&["hunter2-long"]).clean_fix(&mut fix);
        assert_eq!((fix.edits.len(), fix.reason.as_deref()), (0, Some(WITHHELD)));
        assert_eq!(fix.title, "Keep (sensitive value)");
    }

    #[test]
    fn more_secrets_than_can_be_searched_for_hide_everything() {
        let texts: Vec<String> = (0..40_000).map(|at| format!("{at:0>60}x")).collect();
        let secrets = secrets(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(secrets.hide("anything"), HIDDEN);
        let mut sources = Sources::default();
        let id = sources.add(SourceFile::new("a.tf", "a = 1\n"));
        assert_eq!(secrets.cover(sources).get(id).unwrap().text(), "* * *\n");
    }
}
