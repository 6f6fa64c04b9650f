//! Every format, over one tree that wants to break out of each: it holds to its published schema or is
//! read by a real parser, and all formats tell the same.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests")]

mod json_schema;
mod scratch;
#[path = "report_formats/xsd.rs"]
mod xsd;

use pulldown_cmark::{Event, Options, Parser, Tag};
use scratch::Dir;
use serde_json::Value;
use xsd::Node;

/// A path that is hard on every format.
const HOSTILE: &str = "=cmd() | @user's `dir`/a]]>b,c:%d.tf";
/// All outcomes.
const EVERY: &str = "pass,fail,undetermined,error,not_applicable";

/// Names as a stranger would choose them, findings of every outcome, a file that can't be read.
fn tree(name: &str) -> Dir {
    let dir = Dir::new(name);
    dir.write(
        HOSTILE,
        "resource \"aws_ebs_volume\" \"many\" {\n  for_each = toset([\"]]>\", \"a|b\", \"@user\", \"=cmd()\", \
         \"x`y\", \"a\\\\|b\", \"</td><img src=x>\", \"[l](http://evil)\", \"::error::x\", \"%0A::error\", \
         \"#1 GH-2 https://evil.example www.evil.example\", \"-- a\", \"é𐐀\", \"\\u001b[31mred\", \"\\n::error::line\"])\n  \
         encrypted = each.key == \"none\"\n}\n",
    );
    dir.write(
        "é.tf",
        "resource \"aws_db_instance\" \"é\" {\r\n  /* 𐐀é */ publicly_accessible = true\r\n  \
         backup_retention_period = var.days\r\n}\r\n\r\nvariable \"days\" {}\r\n",
    );
    dir.write(
        "quiet.tf",
        "# trueup:ignore aws/ebs reason=\"=cmd() | ]]> @user\" until=2027-01-31\n\
         # trueup:ignore aws/ebs/volume-encrypted reason=\"=cmd() | ]]> @user\" until=2027-01-31\n\
         resource \"aws_ebs_volume\" \"quiet\" {\n  size = 1\n}\n\nmodule \"gone\" {\n  source = \"git::https://x/@user|y\"\n}\n",
    );
    dir
}

/// The same, with a file that can't be read.
fn broken(name: &str) -> Dir {
    let dir = tree(name);
    dir.write("broken.tf", "resource \"aws_s3_bucket\" \"@user\" {\n  bucket = \n");
    dir
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

#[track_caller]
fn holds(value: &Value, schema: &str) {
    let schema = json(schema);
    let mut errors = Vec::new();
    json_schema::check(value, &schema, &schema, "", &mut errors);
    assert!(errors.is_empty(), "{errors:#?}");
}

/// Writes every format in one run.
fn all(dir: &Dir, more: &[&str]) -> scratch::Ran {
    let mut arguments = vec!["check"];
    let formats = ["json", "sarif", "github", "markdown", "gitlab", "junit", "rdjson", "csv", "terminal"];
    let reports = formats.map(|format| format!("{format}=out.{format}"));
    for report in &reports {
        arguments.extend(["--report", report]);
    }
    arguments.extend(more);
    dir.run(&arguments)
}

#[test]
fn every_format_holds_to_its_schema_and_tells_the_same() {
    let dir = broken("formats-schema");
    let ran = all(&dir, &["--outcomes", EVERY]);
    assert_eq!(ran.code, Some(2), "{}", ran.all());
    assert_eq!(ran.out, dir.read("out.terminal"), "the terminal has its report too");
    let report = json(&dir.read("out.json"));
    let findings = list(&report["findings"]);
    let open = |wanted: &[&str]| {
        let stands =
            |it: &&Value| it["suppressed"].is_null() && wanted.iter().any(|name| it["outcome"] == *name);
        findings.iter().filter(stands).count()
    };
    let standing = open(&["fail", "undetermined", "error"]);
    let unread = list(&report["coverage"]["unparsed"]).len();
    assert!(open(&["fail"]) > 3 && open(&["undetermined"]) > 0 && open(&["pass"]) > 0 && unread == 1);

    let sarif = json(&dir.read("out.sarif"));
    holds(&sarif, include_str!("data/sarif-2.1.0.schema.json"));
    assert_eq!(list(&sarif["runs"][0]["results"]).len(), findings.len());

    let gitlab = json(&dir.read("out.gitlab"));
    holds(&gitlab, include_str!("data/schemas/gitlab.schema.json"));
    let issues = list(&gitlab);
    assert_eq!(issues.len(), standing + unread);
    let ids: std::collections::BTreeSet<_> = issues.iter().map(|it| it["fingerprint"].to_string()).collect();
    assert_eq!(ids.len(), issues.len(), "GitLab shows one of those that are alike");
    assert!(issues.iter().all(|it| dir.0.join(it["location"]["path"].as_str().unwrap()).is_file()));
    assert!(issues.iter().any(|it| it["location"]["path"] == HOSTILE));

    let rdjson = json(&dir.read("out.rdjson"));
    holds(&rdjson, include_str!("data/schemas/rdjson.schema.json"));
    assert_eq!(list(&rdjson["diagnostics"]).len(), standing + unread);

    let junit = Node::parse(&dir.read("out.junit"));
    for schema in [include_str!("data/schemas/junit-4.xsd"), include_str!("data/schemas/junit-10.xsd")] {
        assert_eq!(xsd::check(&junit, &Node::parse(schema)), Vec::<String>::new());
        // A check that accepts everything proves nothing.
        let bad =
            Node::parse("<testsuites line='1'><testcase/><testsuite name='x'>x</testsuite></testsuites>");
        assert!(xsd::check(&bad, &Node::parse(schema)).len() > 4);
    }
    assert_eq!(junit.all("testcase").len(), findings.len() + unread);
    assert_eq!(junit.attribute("failures"), Some(open(&["fail"]).to_string().as_str()));

    let mut csv = csv::Reader::from_reader(std::fs::File::open(dir.0.join("out.csv")).unwrap());
    assert_eq!(csv.headers().unwrap().get(2), Some("rule"));
    let rows: Vec<csv::StringRecord> = csv.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), findings.len() + unread);
}

#[test]
fn spreadsheets_run_nothing() {
    let dir = tree("formats-csv");
    dir.run(&["check", "--format", "csv", "-o", "out.csv", "--outcomes", EVERY]).said(1, &[]);
    let text = dir.read("out.csv");
    assert!(text.contains("\"'=cmd() | @user's `dir`/a]]>b,c:%d.tf\""), "{text}");
    assert!(text.contains(",'=cmd() | ]]> @user,2027-01-31,"), "{text}");
    let mut csv = csv::Reader::from_reader(text.as_bytes());
    for row in csv.records().map(Result::unwrap) {
        for cell in &row {
            assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
            assert!(!cell.contains(char::is_control), "{cell:?}");
        }
    }
    assert_eq!(text.lines().count(), text.matches("\r\n").count(), "rows end as RFC 4180 has it");
}

/// What GitHub's runner makes of a line: level, properties, message.
fn command(line: &str) -> (String, Vec<(String, String)>, String) {
    let plain = |text: &str| {
        let text = text.replace("%3A", ":").replace("%2C", ",");
        text.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")
    };
    let (head, message) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
    let (level, properties) = head.split_once(' ').unwrap();
    let property = |text: &str| {
        let (name, value) = text.split_once('=').unwrap();
        (name.to_owned(), plain(value))
    };
    (level.to_owned(), properties.split(',').map(property).collect(), plain(message))
}

#[test]
fn workflow_commands_say_only_what_trueup_says() {
    let dir = broken("formats-github");
    let ran = dir.run(&["check", "--format", "github"]);
    let lines: Vec<&str> = ran.out.lines().collect();
    let (last, commands) = lines.split_last().unwrap();
    assert!(last.starts_with("trueup: "), "{last}");
    let commands: Vec<_> = commands.iter().map(|line| command(line)).collect();
    for (_, properties, _) in &commands {
        let names: Vec<&str> = properties.iter().map(|(name, _)| name.as_str()).collect();
        assert!(names.starts_with(&["file", "line", "endLine"]) || names == ["file", "title"], "{names:?}");
        assert!(dir.0.join(&properties[0].1).is_file(), "{properties:?}");
    }
    assert_eq!(commands[0].1.last().unwrap().1, "NOT READ");
    let volumes =
        commands.iter().find(|(_, properties, _)| properties[0].1 == HOSTILE && properties.len() > 5);
    let (level, _, message) = volumes.unwrap();
    assert_eq!(level, "error");
    assert!(message.contains("SOC 2: CC6.1"), "{message}");
    assert!(!ran.out.contains("aws_ebs_volume.quiet"), "silenced findings are no annotations");
    let rank = |level: &str| ["error", "warning", "notice"].iter().position(|name| *name == level).unwrap();
    assert!(commands.is_sorted_by_key(|(level, ..)| rank(level)), "{}", ran.out);
}

#[test]
fn ten_annotations_of_a_level_are_all_that_github_shows() {
    let dir = Dir::new("formats-ten");
    let volume = |at: usize| format!("resource \"aws_ebs_volume\" \"v{at}\" {{\n  encrypted = false\n}}\n");
    dir.write("main.tf", (0..10).map(volume).collect::<String>());
    let check = ["check", "--rule", "aws/ebs/volume-encrypted", "--format", "github"];
    let ran = dir.run(&check);
    assert_eq!(ran.out.matches("::error ").count(), 10);
    assert!(!ran.out.contains("more are not shown"));
    dir.write("more.tf", volume(10));
    let ran = dir.run(&check);
    assert_eq!(ran.out.matches("::error ").count(), 10);
    ran.said(1, &["::error title=trueup::2 more are not shown here", "trueup: 11 failed (11 high)"]);
}

#[test]
fn markdown_shows_names_and_obeys_none() {
    let dir = broken("formats-markdown");
    let ran = dir.run(&["check", "--format", "markdown", "--outcomes", EVERY]);
    let text = &ran.out;
    ran.said(
        2,
        &["## trueup: ", "Not everything could be judged", "`broken.tf:2`", "1 suppressed", "module.gone"],
    );
    // Outside of code nothing is left that Markdown, or GitHub afterwards, makes something of.
    for outside in text.replace("&#", "&").split('`').step_by(2) {
        for bad in ["@", "://", "www.", "](", "<img", "]]>", "#1", "GH-2", "\u{1b}"] {
            assert!(!outside.contains(bad), "{bad} in {outside}");
        }
    }
    let mut options = Options::empty();
    options.insert(Options::ENABLE_TABLES);
    let (mut columns, mut cells) = (0, 0);
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => panic!("{event:?}"),
            Event::InlineHtml(html) | Event::Html(html) => {
                let known = ["<br>", "<code>", "</code>", "<details>", "</details>"];
                let known = known.contains(&html.trim()) || html.starts_with("<details><summary>");
                assert!(known, "{html}");
            }
            Event::Start(Tag::Table(alignments)) => columns = alignments.len(),
            Event::Start(Tag::TableHead | Tag::TableRow) => cells = 0,
            Event::Start(Tag::TableCell) => cells += 1,
            Event::End(pulldown_cmark::TagEnd::TableRow) => assert_eq!(cells, columns),
            _ => {}
        }
    }
    // The row that breaks out would have an empty first cell in the next line.
    assert!(text.lines().filter(|line| line.starts_with('|')).all(|line| line.ends_with('|')), "{text}");
}

#[test]
fn markdown_is_bounded() {
    let dir = Dir::new("formats-bounded");
    let name = "@|<é".repeat(60);
    let volume = |at: usize| {
        format!(
            "resource \"aws_ebs_volume\" \"v{at}\" {{\n  for_each = toset([\"{name}{at}\", \"b{name}\"])\n  \
             encrypted = false\n}}\nresource \"x_{at}{}\" \"y\" {{}}\nmodule \"m{at}\" {{\n  source = \"{name}\"\n}}\n",
            "z".repeat(80)
        )
    };
    dir.write("main.tf", (0..200).map(volume).collect::<String>());
    for at in 0..40 {
        dir.write(&format!("{at}/{}.tf", "@|`".repeat(40)), "a = \nb = {\n");
    }
    let ran = dir.run(&["check", "--rule", "aws/ebs", "--format", "markdown"]);
    ran.said(
        2,
        &["more are not shown here", "### What was checked, and what was not", "Modules that are not here"],
    );
    assert!(ran.out.len() <= 58_000, "{} bytes", ran.out.len());
}

#[test]
fn suggestions_and_fixes_point_at_the_same_bytes() {
    let dir = tree("formats-columns");
    let only = |format| dir.run(&["check", "--rule", "aws/rds/not-public", "--format", format]).out;
    let rdjson = json(&only("rdjson"));
    let diagnostic = &rdjson["diagnostics"][0];
    assert_eq!(diagnostic["location"]["path"], "é.tf");
    let suggestion = &diagnostic["suggestions"][0];
    assert_eq!(suggestion["text"], "false");
    let (start, end) = (&suggestion["range"]["start"], &suggestion["range"]["end"]);
    assert_eq!((&start["line"], &start["column"]), (&2.into(), &38.into()), "bytes, from 1");
    let column = |at: &Value| usize::try_from(at["column"].as_u64().unwrap()).unwrap() - 1;
    let text = dir.read("é.tf");
    assert_eq!(&text.lines().nth(1).unwrap()[column(start)..column(end)], "true");
    let sarif = json(&only("sarif"));
    let change = &sarif["runs"][0]["results"][0]["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(change["deletedRegion"]["startColumn"], 34, "characters, from 1");
    assert_eq!(change["deletedRegion"]["endColumn"], 38);
    // One click must not replace a volume.
    let volume = json(&dir.run(&["check", "--rule", "aws/ebs/volume-encrypted", "--format", "rdjson"]).out);
    assert!(volume["diagnostics"].to_string().contains("destroys-data"));
    assert!(volume["diagnostics"][0]["suggestions"].is_null());
}

#[test]
fn outcomes_and_silence_are_told_in_the_words_of_each_format() {
    let dir = tree("formats-outcomes");
    let only = |format: &str, more: &[&str]| {
        let rules = ["check", "--rule", "aws/ebs/volume-encrypted", "--rule", "aws/rds/backup-retention"];
        dir.run(&[&rules[..], &["--format", format], more].concat()).out
    };
    let sarif = json(&only("sarif", &[]));
    let silent = |it: &&Value| !it["suppressions"].is_null();
    let results = list(&sarif["runs"][0]["results"]);
    let silent = results.iter().find(silent).unwrap();
    assert_eq!(silent["suppressions"][0]["justification"], "=cmd() | ]]> @user");
    let waiting = results.iter().find(|it| it["kind"] == "open").unwrap();
    assert!(waiting["message"]["text"].as_str().unwrap().starts_with("Undetermined: "));
    let junit = Node::parse(&only("junit", &[]));
    let skipped: Vec<&str> = junit.all("skipped").into_iter().map(|node| node.text.as_str()).collect();
    assert_eq!(skipped.len(), 2);
    assert!(skipped[0].contains("]]> @user") && skipped[0].starts_with("suppressed by"), "{skipped:?}");
    assert!(skipped[1].starts_with("undetermined: waits for"), "{skipped:?}");
    assert!(junit.all("testcase")[0].children.is_empty(), "everything could be judged");
    for format in ["sarif", "csv", "junit", "markdown", "gitlab", "rdjson", "github", "json"] {
        let shown = only(format, &["--hide-suppressed"]);
        assert!(!shown.contains("aws_ebs_volume.quiet"), "{format}: {shown}");
        let failed = only(format, &["--outcomes", "fail"]);
        let days = "aws_db_instance.é";
        assert!(!failed.contains(days) && only(format, &[]).contains(days), "{format}");
    }
    let passed = Node::parse(&only("junit", &["--outcomes", "pass"]));
    assert!(passed.all("failure").is_empty() && passed.all("skipped").is_empty());
}

#[test]
fn one_run_writes_several_reports() {
    let dir = tree("formats-several");
    let rule = ["check", "--rule", "aws/ebs", "--report"];
    let run = |more: &[&str]| dir.run(&[&rule[..], more].concat());
    let both = run(&["sarif=a.sarif", "--report", "junit=b.xml", "--category", "infra"]);
    both.said(1, &["aws/ebs/volume-encrypted", "failed ("]);
    assert_eq!(json(&dir.read("a.sarif"))["runs"][0]["automationDetails"]["id"], "infra/");
    assert!(dir.read("b.xml").starts_with("<?xml"));
    let log = run(&["github=-"]);
    log.said(1, &["HIGH  aws/ebs/volume-encrypted", "\n::error file="]);
    assert!(log.out.lines().last().unwrap().starts_with("trueup: "), "annotations come last");
    run(&["sarif"]).said(2, &["name a format and a file, as in sarif=out.sarif"]);
    run(&["xml=a"]).said(2, &["\"xml\" is no format; use one of terminal, json, sarif, github"]);
    run(&["csv=c", "-o", "c"]).said(2, &["two reports are to be written to c", "give each its own file"]);
    run(&["csv=no/such/dir.csv"]).said(2, &["dir.csv can't be written", "a directory that exists"]);
}
