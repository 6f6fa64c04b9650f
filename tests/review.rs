//! `trueup review`: what a pull request brings is told once, where it is, and suggestions fit to the byte.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "github/loopback.rs"]
mod loopback;
#[path = "github/standin.rs"]
mod parts;
#[path = "github/reviewed.rs"]
mod reviewed;
mod scratch;

use reviewed::{BASE, Files, HEAD, RULES, Reviewed, files};
use scratch::Dir;
use serde_json::{Value, json};

const OLD: &str = "resource \"aws_ebs_volume\" \"old\" {\n  availability_zone = \"eu-west-1a\"\n  size              = 8\n}\n";
const NEW: &str = "\nresource \"aws_ebs_volume\" \"new\" {\n  availability_zone = \"eu-west-1a\"\n  size              = 20\n}\n";
const BUCKET: &str = "\nresource \"aws_s3_bucket\" \"data\" {\n  bucket = \"acme-data\"\n}\n";
const REVIEWS: &str = "POST /repos/acme/infra/pulls/7/reviews";

fn comments(review: &Value) -> Vec<Value> {
    review["comments"].as_array().unwrap().clone()
}

/// The suggestion in a comment, as GitHub reads it.
fn suggestion(comment: &Value) -> Option<String> {
    let body = comment["body"].as_str().unwrap();
    let (_, rest) = body.split_once("```suggestion\n")?;
    let end = if rest.starts_with("```") { 0 } else { rest.find("\n```").unwrap() + 1 };
    Some(rest[..end].to_owned())
}

/// What GitHub makes of a file when a suggestion is committed.
fn commit(text: &str, comment: &Value) -> String {
    let last = comment["line"].as_u64().unwrap();
    let first = comment["start_line"].as_u64().unwrap_or(last);
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let at = |line: u64| usize::try_from(line).unwrap();
    format!(
        "{}{}{}",
        lines[..at(first) - 1].concat(),
        suggestion(comment).unwrap(),
        lines[at(last)..].concat()
    )
}

/// The rules that fail in a tree.
fn failing(dir: &Dir) -> Vec<String> {
    let found: Value = serde_json::from_str(
        &dir.run(&[&["check", "--format", "json", "--outcomes", "fail"], &RULES[..]].concat()).out,
    )
    .unwrap();
    let all = found["findings"].as_array().unwrap().iter();
    all.map(|one| format!("{} {}", one["rule"].as_str().unwrap(), one["address"].as_str().unwrap())).collect()
}

#[test]
fn what_is_new_is_one_review_and_its_suggestions_do_what_fix_does() {
    let base = files(&[("main.tf", OLD)]);
    let text = format!("{OLD}{NEW}{BUCKET}");
    let head = files(&[("main.tf", &text)]);
    let pull = Reviewed::new(&base, &head);
    let dir = Reviewed::checkout("review-new", &head);
    let before = failing(&dir);
    pull.run(&dir, &["--pr", "7"]).said(1, &["4 new failures", "comments on lines are written"]);
    let review = pull.sent(REVIEWS);
    assert_eq!((review["event"].as_str(), review["commit_id"].as_str()), (Some("COMMENT"), Some(HEAD)));
    let all = comments(&review);
    assert!(!review.to_string().contains("aws_ebs_volume.old"), "what failed before is not told");
    for comment in &all {
        assert_eq!((comment["path"].as_str(), comment["side"].as_str()), (Some("main.tf"), Some("RIGHT")));
        let single = comment.get("start_line").is_none_or(|start| start.as_u64() < comment["line"].as_u64());
        assert!(single && comment.get("position").is_none(), "{comment}");
    }
    let offered: Vec<&Value> = all.iter().filter(|comment| suggestion(comment).is_some()).collect();
    assert_eq!(offered.len(), 2, "one for the volume, one for all of the bucket");
    // From the last to the first, so that lines stay where they are.
    let mut done = text.clone();
    let mut offered = offered;
    offered.sort_by_key(|comment| std::cmp::Reverse(comment["line"].as_u64()));
    for comment in offered {
        done = commit(&done, comment);
    }
    assert!(done.contains("size              = 20\n  encrypted         = true\n}\n\nresource"), "{done}");
    dir.write("main.tf", &done);
    let gone: Vec<String> = before.into_iter().filter(|each| !failing(&dir).contains(each)).collect();
    assert_eq!(gone.len(), 3, "{gone:?}");
    assert!(
        failing(&dir).iter().all(|each| !each.contains("public-access") && !each.contains("_volume.new"))
    );
    let summary = pull.summary();
    for part in
        ["| failed, high |", "| suggestion |", "| comment |", "main.tf#L6", "14", BASE.get(..10).unwrap()]
    {
        assert!(summary.contains(part) || part == "14", "{part} in {summary}");
    }
    let check = &pull.world.lock().unwrap().checks[0];
    assert_eq!(
        (check["conclusion"].as_str(), check["status"].as_str()),
        (Some("failure"), Some("completed"))
    );
    assert_eq!(check["output"]["annotations"].as_array().unwrap().len(), 4);
    Reviewed::kept_the_contract();
}

#[test]
fn the_same_run_twice_changes_nothing_and_what_is_mended_is_resolved() {
    let base = files(&[("main.tf", OLD)]);
    let head = files(&[("main.tf", &format!("{OLD}{NEW}{BUCKET}"))]);
    let pull = Reviewed::new(&base, &head);
    let dir = Reviewed::checkout("review-twice", &head);
    pull.run(&dir, &["--pr", "7"]).said(1, &[]);
    let since = pull.server.asked().len();
    pull.run(&dir, &["--pr", "7"]).said(1, &["stay as they are", "the check run stays as it is"]);
    assert_eq!(pull.writes(since), Vec::<String>::new());

    // Somebody answers about the volume; then volume and bucket go.
    let (volume, others) = {
        let mut world = pull.world.lock().unwrap();
        let about = |comment: &Value| comment["body"].as_str().unwrap().contains("aws_ebs_volume.new");
        let id = world.comments.iter().find(|comment| about(comment)).unwrap()["id"].as_u64().unwrap();
        let others: Vec<u64> =
            world.comments.iter().filter(|it| !about(it)).map(|it| it["id"].as_u64().unwrap()).collect();
        world.comments.push(json!({
            "id": 900, "in_reply_to_id": id, "path": "main.tf", "line": 9, "body": "Why?", "user": { "login": "jo" },
        }));
        // A stranger's comment that looks like trueup's own.
        let copied = world.comments[0]["body"].clone();
        world.comments.push(
            json!({ "id": 901, "path": "main.tf", "line": 9, "body": copied, "user": { "login": "eve" } }),
        );
        world.head = files(&[("main.tf", &format!("{OLD}\n"))]);
        world.commit = "2ead000000000000000000000000000000000000".to_owned();
        (id, others)
    };
    dir.write("main.tf", format!("{OLD}\n"));
    let since = pull.server.asked().len();
    pull.run(&dir, &["--pr", "7"])
        .said(0, &["no new failure", "marked as resolved", "the summary is brought up to date"]);
    let world = pull.world.lock().unwrap();
    assert_eq!(world.resolved, others, "each thread that nobody answered");
    let body = |id: u64| {
        world.comments.iter().find(|it| it["id"] == id).unwrap()["body"].as_str().unwrap().to_owned()
    };
    assert!(others.iter().all(|id| body(*id).contains("**Resolved.**")));
    assert!(body(volume).contains("**HIGH**") && body(901).contains("**"), "not touched");
    drop(world);
    assert!(pull.writes(since).iter().all(|line| !line.contains(&volume.to_string())));
    assert!(pull.summary().contains("no new failure"));
    assert_eq!(pull.world.lock().unwrap().checks.last().unwrap()["conclusion"], "success");
    let since = pull.server.asked().len();
    pull.run(&dir, &["--pr", "7"]).said(0, &[]);
    assert_eq!(pull.writes(since), Vec::<String>::new());
}

#[test]
fn a_token_that_only_reads_gets_annotations_and_the_steps_summary() {
    let hostile = NEW.replace("20", "20 # ::error::x");
    let head = files(&[("a,b:%\u{e4}.tf", &hostile)]);
    let pull = Reviewed::new(&Files::new(), &head);
    let dir = Reviewed::checkout("review-fork", &head);
    for status in [403, 404] {
        pull.world.lock().unwrap().refused = vec![("POST ".to_owned(), status)];
        let summary = dir.0.join(format!("summary-{status}.md"));
        std::fs::write(&summary, "before\n").unwrap();
        let event = dir.0.join("event.json");
        let payload = json!({ "pull_request": { "number": 7, "head": { "sha": HEAD } } });
        std::fs::write(&event, payload.to_string()).unwrap();
        let environment = [
            ("GITHUB_EVENT_PATH", event.to_str().unwrap()),
            ("GITHUB_STEP_SUMMARY", summary.to_str().unwrap()),
        ];
        let ran = pull.run_with(&dir, &[], &environment);
        ran.said(1, &["the token may not write", "from a fork", "::error file=a%2Cb%3A%25\u{e4}.tf,line=2,"]);
        assert_eq!(ran.out.matches("::error").count(), ran.out.matches("\n::error").count(), "{}", ran.out);
        let text = std::fs::read_to_string(&summary).unwrap();
        assert!(text.starts_with("before\n### trueup: 1 new failure\n"), "{text}");
    }
    // Nothing new: nothing to say, and no reason to complain.
    pull.world.lock().unwrap().base = head.clone();
    let ran = pull.run(&dir, &["--pr", "7"]);
    ran.said(0, &["no new failure"]);
    assert!(!ran.out.contains("::error"));
}

#[test]
fn without_permission_for_checks_the_review_is_written_all_the_same() {
    let head = files(&[("main.tf", NEW)]);
    let pull = Reviewed::new(&Files::new(), &head);
    let dir = Reviewed::checkout("review-nochecks", &head);
    pull.world.lock().unwrap().refused = vec![("POST /repos/acme/infra/check-runs".to_owned(), 403)];
    pull.run(&dir, &["--pr", "7"]).said(1, &["no check run", "checks: write", "the summary is written"]);
    assert_eq!(comments(&pull.sent(REVIEWS)).len(), 1);
    let since = pull.server.asked().len();
    pull.run(&dir, &["--pr", "7", "--no-check-run"]).said(1, &[]);
    assert_eq!(pull.writes(since), Vec::<String>::new());
}

#[test]
fn where_github_refuses_lines_the_files_are_commented_and_again_nothing_is_doubled() {
    let head = files(&[("main.tf", &format!("{NEW}{BUCKET}"))]);
    let pull = Reviewed::new(&Files::new(), &head);
    let dir = Reviewed::checkout("review-refused", &head);
    pull.world.lock().unwrap().refused = vec![(REVIEWS.to_owned(), 422)];
    pull.run(&dir, &["--pr", "7"])
        .said(1, &["GitHub refused the comments on lines", "1 comment on a file is written"]);
    let comment = pull.sent("POST /repos/acme/infra/pulls/7/comments");
    assert_eq!((comment["subject_type"].as_str(), comment.get("line")), (Some("file"), None));
    assert!(comment["body"].as_str().unwrap().contains("+  encrypted         = true"), "{comment}");
    assert!(
        pull.summary().contains("GitHub refused comments on these lines")
            && pull.summary().contains("file comment")
    );
    let since = pull.server.asked().len();
    pull.run(&dir, &["--pr", "7"]).said(1, &[]);
    assert_eq!(pull.writes(since), [REVIEWS], "tried again, and nothing else");
}

#[test]
fn any_checkout_near_the_pull_request_tells_the_same() {
    // The base has moved on; the pull request renames a file, drops one, and changes what another reads.
    let volume = |size: u32| NEW.replace("20", &size.to_string());
    let base = files(&[
        ("modules/disk/main.tf", &volume(1)),
        ("gone/main.tf", &OLD.replace("old", "gone")),
        ("live/main.tf", "module \"disk\" {\n  source = \"../modules/disk\"\n}\n"),
        (
            "live/policy.json",
            "{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"s3:Get*\", \"Resource\": \"*\"}]}",
        ),
        (
            "live/iam.tf",
            "resource \"aws_iam_policy\" \"p\" {\n  name   = \"p\"\n  policy = file(\"${path.module}/policy.json\")\n}\n",
        ),
    ]);
    let mut head = base.clone();
    let moved = head.remove("modules/disk/main.tf").unwrap();
    head.insert("modules/disk/disk.tf".to_owned(), moved);
    head.remove("gone/main.tf");
    let wild =
        "{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}]}".to_owned();
    head.insert("live/policy.json".to_owned(), wild);
    head.insert("live/add ed#1.tf".to_owned(), BUCKET.to_owned());
    let pull = Reviewed::new(&base, &head);
    let mut told = Vec::new();
    for (name, tree) in [("head", &head), ("base", &base)] {
        let dir = Reviewed::checkout(&format!("review-at-{name}"), tree);
        let ran = pull.run(&dir, &["--pr", "7", "--dry-run"]);
        assert_eq!(ran.code, Some(1), "{}", ran.all());
        told.push(ran.out);
    }
    assert_eq!(told[0], told[1]);
    let out = &told[0];
    assert!(out.contains("1 resolved") && out.contains("aws_ebs_volume.gone"), "{out}");
    assert!(!out.contains("aws_ebs_volume.new"), "a renamed file is nothing new: {out}");
    assert!(out.contains("add%20ed%231.tf#L2") && out.contains("aws_iam_policy.p"), "{out}");
    // A directory inside the checkout, named absolutely.
    let dir = Reviewed::checkout("review-below", &head);
    dir.write(".git/HEAD", "ref: refs/heads/x\n");
    let live = dir.0.join("live");
    let below = Dir(live.clone());
    let ran = pull.run(&below, &["--pr", "7", "--dry-run", live.to_str().unwrap()]);
    assert!(ran.out.contains("  live/add ed#1.tf:") && !ran.out.contains("gone"), "{}", ran.all());
    std::mem::forget(below);
}

#[test]
fn more_than_fifty_annotations_are_several_requests() {
    let many: String = (0..30).map(|at| BUCKET.replace("\"data\"", &format!("\"data{at}\""))).collect();
    let head = files(&[("main.tf", &many)]);
    let pull = Reviewed::new(&Files::new(), &head);
    let dir = Reviewed::checkout("review-many", &head);
    pull.run(&dir, &["--pr", "7", "--threshold", "critical"]).said(0, &["90 new failures"]);
    let first = pull.sent("POST /repos/acme/infra/check-runs");
    assert_eq!((first["status"].as_str(), first.get("conclusion")), (Some("in_progress"), None));
    assert_eq!(first["output"]["annotations"].as_array().unwrap().len(), 50);
    let world = pull.world.lock().unwrap();
    let run = &world.checks[0];
    assert_eq!(run["output"]["annotations"].as_array().unwrap().len(), 90);
    assert_eq!((run["status"].as_str(), run["conclusion"].as_str()), (Some("completed"), Some("neutral")));
    assert_eq!(world.comments.len(), 30, "more is no help to a reviewer");
    drop(world);
    assert!(pull.summary().contains("this row") && pull.summary().contains("and 40 more"));
}

#[test]
fn what_would_not_fit_to_the_byte_is_shown_and_not_suggested() {
    let head = files(&[
        ("crlf.tf", &NEW.replace('\n', "\r\n").replace("new", "crlf")),
        ("end.tf", NEW.replace("new", "end").trim_end()),
    ]);
    let pull = Reviewed::new(&Files::new(), &head);
    let dir = Reviewed::checkout("review-bytes", &head);
    pull.run(&dir, &["--pr", "7"]).said(1, &["2 new failures"]);
    let all = comments(&pull.sent(REVIEWS));
    let about = |path: &str| all.iter().find(|comment| comment["path"] == path).unwrap();
    assert_eq!(suggestion(about("crlf.tf")), None);
    let body = about("crlf.tf")["body"].as_str().unwrap();
    assert!(body.contains("Windows line ends") && body.contains("+  encrypted         = true"), "{body}");
    // The last line has no end, but the change does not touch it.
    assert_eq!(
        commit(&head["end.tf"], about("end.tf")),
        NEW.replace("new", "end").trim_end().replace("20\n", "20\n  encrypted         = true\n")
    );
}

#[test]
fn a_fence_outlasts_the_backticks_of_what_it_holds() {
    let text = "resource \"aws_ebs_volume\" \"v\" {\n  availability_zone = \"a\" # ```` @octocat\n  encrypted         = false # `````\n}\n";
    let head = files(&[("main.tf", text)]);
    let pull = Reviewed::new(&Files::new(), &head);
    let dir = Reviewed::checkout("review-fence", &head);
    pull.run(&dir, &["--pr", "7"]).said(1, &[]);
    let all = comments(&pull.sent(REVIEWS));
    let body = all[0]["body"].as_str().unwrap();
    assert!(body.contains("\n``````suggestion\n  encrypted         = true # `````\n``````\n"), "{body}");
    assert_eq!(all[0]["line"], 3);
}

#[test]
fn silencing_is_told_and_taking_a_silence_away_is_news() {
    let quiet = "# trueup:ignore aws/ebs/volume-encrypted reason=\"Scratch\"\n";
    let loud = OLD;
    let silent = format!("{quiet}{OLD}");
    let pull = Reviewed::new(&files(&[("main.tf", loud)]), &files(&[("main.tf", &silent)]));
    let dir = Reviewed::checkout("review-silence", &files(&[("main.tf", &silent)]));
    pull.run(&dir, &["--pr", "7"]).said(0, &["no new failure, 1 silenced"]);
    assert!(pull.summary().contains("Failed before, silenced now: 1"));
    let pull = Reviewed::new(&files(&[("main.tf", &silent)]), &files(&[("main.tf", loud)]));
    let dir = Reviewed::checkout("review-loud", &files(&[("main.tf", loud)]));
    let ran = pull.run(&dir, &["--pr", "7"]);
    ran.said(1, &["1 new failure"]);
    // The volume was there: to encrypt it replaces it, which nobody commits by a click.
    let body = pull.world.lock().unwrap().issue_comments[0].to_string();
    assert!(
        body.contains("this row") || body.contains("file comment") || body.contains("| comment |"),
        "{body}"
    );
    let all = pull.world.lock().unwrap().comments.clone();
    assert!(all.iter().all(|comment| suggestion(comment).is_none()));
    assert!(all[0]["body"].as_str().unwrap().contains("--allow-replace"), "{}", all[0]);
}

#[test]
fn a_closed_pull_request_or_a_newer_commit_is_left_alone() {
    let head = files(&[("main.tf", NEW)]);
    let pull = Reviewed::new(&Files::new(), &head);
    let dir = Reviewed::checkout("review-closed", &head);
    pull.world.lock().unwrap().state = "closed".to_owned();
    pull.run(&dir, &["--pr", "7"]).said(1, &["closed: nothing is written"]);
    pull.world.lock().unwrap().state = "open".to_owned();
    let event = dir.0.join("event.json");
    let old = "3ead000000000000000000000000000000000000";
    let payload = json!({ "pull_request": { "number": 7, "head": { "sha": old } } }).to_string();
    std::fs::write(&event, payload).unwrap();
    let ran = pull.run_with(&dir, &[], &[("GITHUB_EVENT_PATH", event.to_str().unwrap())]);
    ran.said(1, &["A newer commit was pushed (1ead000000)"]);
    assert_eq!(pull.writes(0), Vec::<String>::new());
}

#[test]
fn what_is_missing_is_named() {
    let head = files(&[("main.tf", NEW), ("bad.tf", "resource \"a\" {\n")]);
    let pull = Reviewed::new(&Files::new(), &head);
    let dir = Reviewed::checkout("review-missing", &head);
    pull.run(&dir, &[]).said(2, &["which pull request to review is not said", "--pr NUMBER"]);
    pull.run(&dir, &["--pr", "8"]).said(2, &["GitHub answered 404 to GET /repos/acme/infra/pulls/8"]);
    pull.run(&dir, &["--pr", "7", "--plan", "x"]).said(2, &["a review compares trees"]);
    pull.run(&dir, &["--pr", "7"]).said(2, &["not everything could be judged"]);
    assert!(pull.summary().contains("**Not judged**") && pull.summary().contains("bad.tf"));
    assert_eq!(pull.world.lock().unwrap().checks[0]["conclusion"], "failure");
}

#[test]
fn no_secret_is_repeated() {
    const SECRET: &str = "Sup3r-s3cret-V4lue";
    let text = format!(
        "variable \"p\" {{\n  default   = \"{SECRET}\"\n  sensitive = true\n}}\n\nresource \"aws_ebs_volume\" \"v\" {{\n  availability_zone = \"a\"\n  type              = \"{SECRET}\"\n}}\n\nresource \"aws_ebs_volume\" \"w\" {{\n  availability_zone = \"a\"\n  encrypted         = false\n  type              = \"{SECRET}\"\n}}\n"
    );
    let head = files(&[("main.tf", &text)]);
    let pull = Reviewed::new(&Files::new(), &head);
    let dir = Reviewed::checkout("review-secret", &head);
    let ran = pull.run(&dir, &["--pr", "7"]);
    ran.said(1, &["2 new failures"]);
    assert!(!ran.all().contains(SECRET));
    let asked = pull.server.asked();
    assert!(asked.iter().all(|asked| !asked.body.contains(SECRET) && !asked.path.contains(SECRET)));
    // What is added stands below the secret, and repeats the line after it.
    let world = pull.world.lock().unwrap();
    let about =
        |name: &str| world.comments.iter().find(|it| it["body"].as_str().unwrap().contains(name)).unwrap();
    let added = suggestion(about("aws_ebs_volume.v"));
    assert!(added.is_none_or(|text| text == "  encrypted         = true\n}\n"));
}
