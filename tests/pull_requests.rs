//! `trueup pr` from findings to pull requests, against a stand-in for GitHub that others wrote: it keeps
//! state, and holds every request to GitHub's own description.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "github/loopback.rs"]
mod loopback;
#[path = "github/standin.rs"]
mod parts;
mod scratch;

use loopback::{Asked, Told};
use parts::{Fault, GUEST, Repo, TOKEN, proxy, standin};
use scratch::{Dir, Ran};
use serde_json::{Value, json};

/// Two fixes that may be applied (CC6.1 and CC6.7), and one to look at.
const TREE: &str = r#"resource "aws_kms_key" "data" {
  description             = "data"
  deletion_window_in_days = 30
}

resource "aws_s3_bucket" "documents" {
  bucket = "acme-documents"
}
"#;

/// A checkout, and the repository it came from.
struct Case {
    dir: Dir,
    repo: Repo,
    url: String,
    /// What GitHub's runners say of a pull request's base.
    base_ref: Option<&'static str>,
}

impl Case {
    /// With `files` pushed to the repository's trunk and checked out; none without the stand-in.
    fn new(name: &'static str, files: &[(&str, &str, &[u8])]) -> Option<Self> {
        let standin = standin()?;
        let case = Self {
            dir: Dir::new(&format!("pr-{name}")),
            repo: Repo { standin, name },
            url: standin.url.clone(),
            base_ref: None,
        };
        // A clone, as far as trueup looks at it.
        let origin = format!("https://github.com/octocat/{name}.git");
        case.dir.write(".git/config", format!("[remote \"origin\"]\n\turl = {origin}\n"));
        case.dir.write(".git/HEAD", "ref: refs/heads/trunk\n");
        for folder in ["objects", "refs"] {
            std::fs::create_dir_all(case.dir.0.join(".git").join(folder)).unwrap();
        }
        case.push(files);
        Some(case)
    }

    /// Pushes files to trunk, and has them in the checkout.
    fn push(&self, files: &[(&str, &str, &[u8])]) {
        self.repo.push("trunk", files);
        for (path, _, bytes) in files {
            self.dir.write(path, bytes);
        }
    }

    fn run_with(&self, token: &str, arguments: &[&str]) -> Ran {
        let all = [&["pr", "--write-interval", "0"], arguments].concat();
        let mut command = self.dir.command(&all);
        for (name, _) in
            std::env::vars().filter(|(name, _)| name.starts_with("GITHUB_") || name == "GH_TOKEN")
        {
            command.env_remove(name);
        }
        command.envs(self.base_ref.map(|branch| ("GITHUB_BASE_REF", branch)));
        let output = command.env("GITHUB_API_URL", &self.url).env("GITHUB_TOKEN", token).output().unwrap();
        let ran = Ran::new(&output);
        assert!(!ran.all().contains("panicked"), "{}", ran.all());
        assert!(!ran.all().contains(token), "{}", ran.all());
        ran
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(TOKEN, arguments)
    }

    /// The same behind a proxy that goes wrong.
    fn behind(
        mut self,
        fault: impl Fn(&Asked) -> Fault + Send + Sync + 'static,
    ) -> (Self, loopback::Loopback) {
        let proxy = proxy(self.repo.standin, fault);
        self.url.clone_from(&proxy.url);
        (self, proxy)
    }
}

const RULES: [&str; 4] = ["--rule", "aws/kms/key-rotation", "--rule", "aws/s3/bucket-public-access-block"];

fn branches(pulls: &[Value]) -> Vec<String> {
    let mut names: Vec<String> =
        pulls.iter().map(|pull| pull["head"]["ref"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The one open pull request.
#[track_caller]
fn only(repo: Repo) -> Value {
    let pulls = repo.pulls("open");
    assert_eq!(pulls.len(), 1, "{:?}", branches(&pulls));
    pulls[0].clone()
}

#[test]
fn a_pull_request_is_opened_kept_updated_and_closed() {
    let Some(case) = Case::new("lifecycle", &[("main.tf", "100644", TREE.as_bytes())]) else { return };
    let repo = case.repo;
    let rule = ["--rule", "aws/kms/key-rotation"];
    case.run(&rule).said(0, &["created #", "trueup/"]);
    let pull = only(repo);
    let branch = pull["head"]["ref"].as_str().unwrap().to_owned();
    let body = pull["body"].as_str().unwrap();
    assert_eq!(pull["base"]["ref"], "trunk");
    assert_eq!(pull["labels"][0]["name"], "trueup");
    let base = repo.head("trunk").unwrap();
    for part in [
        "aws/kms/key-rotation",
        "`aws_kms_key.data`",
        &format!("/octocat/lifecycle/blob/{base}/main.tf#L1)"),
        "+  enable_key_rotation",
        "CC6.1",
        "# trueup:ignore aws/kms/key-rotation reason=",
        "**Effect:**",
        "close this pull request",
    ] {
        assert!(body.contains(part), "{part} is missing in\n{body}");
    }
    let (bytes, mode) = repo.file(&branch, "main.tf");
    assert!(text(&bytes).contains("enable_key_rotation"), "{}", text(&bytes));
    assert_eq!(mode, "100644");
    let head = repo.head(&branch).unwrap();
    let commit = repo.get(&format!("/git/commits/{head}"));
    assert_eq!(commit["parents"][0]["sha"], base.as_str());

    // The same again changes nothing.
    case.run(&rule).said(0, &["unchanged #"]);
    assert_eq!(repo.head(&branch).unwrap(), head);
    assert_eq!(only(repo)["updated_at"], pull["updated_at"]);

    // A text that somebody added to stays while there is nothing new to say.
    let route = repo.route(&format!("/pulls/{}", pull["number"]));
    repo.standin.change("PATCH", &route, &json!({ "body": format!("Ticket 7.\n\n{body}") }));
    case.run(&rule).said(0, &["unchanged #"]);
    assert!(only(repo)["body"].as_str().unwrap().starts_with("Ticket 7."));

    // Another finding comes: one pull request, with both fixes.
    let more = format!("{TREE}\nresource \"aws_kms_key\" \"logs\" {{\n  description = \"logs\"\n}}\n");
    case.push(&[("main.tf", "100644", more.as_bytes())]);
    case.run(&rule).said(0, &["updated #", "the fixes changed"]);
    assert_eq!(only(repo)["number"], pull["number"]);
    assert_eq!(text(&repo.file(&branch, "main.tf").0).matches("enable_key_rotation").count(), 2);

    // The base moves elsewhere: the commit stands on it anew.
    case.push(&[("README.md", "100644", b"moved")]);
    case.run(&rule).said(0, &["updated #", "its base moved"]);
    let commit = repo.get(&format!("/git/commits/{}", repo.head(&branch).unwrap()));
    assert_eq!(commit["parents"][0]["sha"], repo.head("trunk").unwrap().as_str());
    assert_eq!(text(&repo.file(&branch, "README.md").0), "moved");

    // A checkout that lags behind says nothing about what is left.
    let fixed = repo.file(&branch, "main.tf").0;
    case.dir.write("main.tf", &fixed);
    case.run(&rule).said(0, &["left #", "it stays open: main.tf is not as it is in trunk"]);
    assert_eq!(only(repo)["number"], pull["number"]);

    // Fixed otherwise: nothing is left, so it is closed and its branch is gone.
    case.push(&[("main.tf", "100644", &fixed)]);
    case.run(&rule).said(0, &["closed #", "nothing is left to fix"]);
    assert!(repo.pulls("open").is_empty());
    assert_eq!(repo.head(&branch), None);

    // It was no no: when the finding comes back, so does a pull request.
    case.push(&[("main.tf", "100644", TREE.as_bytes())]);
    case.run(&rule).said(0, &["created #"]);
    // Somebody closes that one, and that is one.
    let again = only(repo);
    let route = repo.route(&format!("/pulls/{}", again["number"]));
    repo.standin.change("PATCH", &route, &json!({ "state": "closed" }));
    let number = again["number"].to_string();
    case.run(&rule).said(0, &["somebody closed", &number, "aws_kms_key.data"]);
    assert!(repo.pulls("open").is_empty());
    // What was not in it is proposed all the same.
    case.push(&[("main.tf", "100644", more.as_bytes())]);
    case.run(&rule).said(0, &["created #", "left: aws/kms/key-rotation on aws_kms_key.data"]);
    let third = only(repo);
    assert_eq!(text(&repo.file(&branch, "main.tf").0).matches("enable_key_rotation").count(), 1);
    assert!(
        !third["body"]
            .as_str()
            .unwrap()
            .contains("because `self.enable_key_rotation` is `(not set)` on `aws_kms_key.data`")
    );
    repo.standin.kept_the_contract();
}

#[test]
fn what_others_pushed_is_left_alone() {
    let Some(case) = Case::new("hands", &[("main.tf", "100644", TREE.as_bytes())]) else { return };
    let repo = case.repo;
    let rule = ["--rule", "aws/kms/key-rotation"];
    case.run(&rule).said(0, &["created #"]);
    let pull = only(repo);
    let branch = pull["head"]["ref"].as_str().unwrap();
    case.push(&[("other.tf", "100644", b"# moved\n")]);
    // Somebody pushes while trueup makes its commit.
    let theirs = branch.to_owned();
    let (case, _) = case.behind(move |asked| {
        if asked.line() == "POST /repos/octocat/hands/git/commits" {
            repo.push(&theirs, &[("NOTES.md", "100644", b"mine")]);
        }
        Fault::None
    });
    case.run(&rule).said(0, &["left #", "somebody else changed its branch meanwhile"]);
    let theirs = repo.head(branch).unwrap();
    assert_eq!(text(&repo.file(branch, "NOTES.md").0), "mine");
    for _ in 0..2 {
        case.run(&rule).said(0, &["left #", "commits that are not trueup's"]);
    }
    assert_eq!(repo.head(branch).unwrap(), theirs);
    let comments = repo.get(&format!("/issues/{}/comments", pull["number"]));
    assert_eq!(comments.as_array().unwrap().len(), 1, "it says so once: {comments}");
    // It is not closed either.
    case.push(&[("main.tf", "100644", b"# nothing\n")]);
    case.run(&rule).said(0, &["left #", "commits that are not trueup's"]);
    assert_eq!(repo.head(branch).unwrap(), theirs);
    assert_eq!(only(repo)["number"], pull["number"]);
    repo.standin.kept_the_contract();
}

#[test]
fn a_file_that_moved_on_in_the_base_is_not_overwritten() {
    let files: [(&str, &str, &[u8]); 2] = [
        ("keys.tf", "100644", b"resource \"aws_kms_key\" \"a\" {\n  description = \"a\"\n}\n"),
        ("more.tf", "100644", b"resource \"aws_kms_key\" \"b\" {\n  description = \"b\"\n}\n"),
    ];
    let Some(case) = Case::new("moved", &files) else { return };
    let repo = case.repo;
    // Somebody pushes; this checkout does not have it.
    let theirs = b"resource \"aws_kms_key\" \"a\" {\n  description = \"theirs\"\n}\n";
    repo.push("trunk", &[("keys.tf", "100644", theirs)]);
    let ran = case.run(&["--rule", "aws/kms/key-rotation"]);
    ran.said(0, &["created #", "aws_kms_key.a: keys.tf is not as it is in trunk on GitHub"]);
    let pull = only(repo);
    let branch = pull["head"]["ref"].as_str().unwrap();
    assert_eq!(text(&repo.file(branch, "keys.tf").0), text(theirs));
    assert!(text(&repo.file(branch, "more.tf").0).contains("enable_key_rotation"));
    let body = pull["body"].as_str().unwrap();
    assert!(body.contains("not the same as trunk in keys.tf"), "{body}");
    assert!(body.contains("`aws_kms_key.a`: keys.tf is not as it is"), "{body}");

    // A base that has too many files to be listed at once is looked at directory by directory.
    let (case, _) = case.behind(|asked| match asked.path.strip_suffix("?recursive=1") {
        Some(_) => Fault::Instead(Told::json(200, &json!({ "sha": "0", "tree": [], "truncated": true }))),
        None => Fault::None,
    });
    case.dir.write("keys.tf", theirs);
    case.run(&["--rule", "aws/kms/key-rotation"]).said(0, &["updated #", "the fixes changed"]);
    assert!(text(&repo.file(branch, "keys.tf").0).contains("theirs\"\n  enable_key_rotation = true"));
    repo.standin.kept_the_contract();
}

#[test]
fn a_file_that_another_is_generated_from_is_as_it_is_in_the_base() {
    let unit = b"generate \"v\" {\n  path     = \"v.tf\"\n  contents = <<EOF\nvariable \"v\" {}\nEOF\n}\n";
    let files: [(&str, &str, &[u8]); 2] = [
        ("keys.tf", "100644", b"resource \"aws_kms_key\" \"a\" {\n  description = var.v\n}\n"),
        ("terragrunt.hcl", "100644", unit),
    ];
    let Some(case) = Case::new("generated", &files) else { return };
    case.run(&["--rule", "aws/kms/key-rotation"]).said(0, &["created #"]);
    let pull = only(case.repo);
    let body = pull["body"].as_str().unwrap();
    assert!(!body.contains("not the same as trunk"), "{body}");
    case.repo.standin.kept_the_contract();
}

#[test]
fn lost_answers_make_nothing_twice() {
    let Some(case) = Case::new("faults", &[("main.tf", "100644", TREE.as_bytes())]) else { return };
    let bad = || Told::json(502, &json!({ "message": "Bad gateway" }));
    let lost: std::sync::Mutex<Vec<String>> = std::sync::Mutex::default();
    // The first answer to each write is lost: half of them were done.
    let (case, proxy) = case.behind(move |asked| {
        let mut lost = lost.lock().unwrap();
        let kind = asked.path.rsplit('/').next().unwrap().to_owned();
        if asked.method == "GET" || lost.contains(&kind) {
            return Fault::None;
        }
        lost.push(kind.clone());
        if ["refs", "blobs", "commits"].contains(&kind.as_str()) {
            Fault::After(bad())
        } else {
            Fault::Instead(bad())
        }
    });
    case.run(&["--rule", "aws/kms/key-rotation"]).said(0, &["created #"]);
    only(case.repo);
    let posts = |end: &str| {
        proxy.lines().iter().filter(|line| line.starts_with("POST") && line.ends_with(end)).count()
    };
    assert_eq!((posts("/git/refs"), posts("/pulls")), (1, 2), "{:?}", proxy.lines());

    // A pull request that was made although the answer says otherwise.
    let (case, proxy) = case.behind(move |asked| match asked.line().as_str() {
        "POST /repos/octocat/faults/pulls" => Fault::After(bad()),
        _ => Fault::None,
    });
    case.run(&["--rule", "aws/s3/bucket-public-access-block"]).said(0, &["created #"]);
    assert_eq!(case.repo.pulls("open").len(), 2);
    assert_eq!(
        proxy.lines().iter().filter(|line| line.ends_with("POST /repos/octocat/faults/pulls")).count(),
        1
    );

    // One that is never made ends with words, and the next run goes on from there.
    case.push(&[("k.tf", "100644", b"resource \"aws_kms_key\" \"k\" {\n  deletion_window_in_days = 7\n}\n")]);
    let (case, _) = case.behind(move |asked| match asked.line().as_str() {
        "POST /repos/octocat/faults/pulls" => Fault::Instead(bad()),
        _ => Fault::None,
    });
    let rule = ["--rule", "aws/kms/key-deletion-window"];
    case.run(&rule).said(2, &["GitHub answered 502 to POST /repos/octocat/faults/pulls", "run it again"]);
    let (case, _) = case.behind(|_| Fault::None);
    case.run(&rule).said(0, &["created #"]);
    assert_eq!(case.repo.pulls("open").len(), 3);
    case.repo.standin.kept_the_contract();
}

#[test]
fn limits_are_kept_to() {
    let Some(case) = Case::new("limits", &[("main.tf", "100644", TREE.as_bytes())]) else { return };
    let told: std::sync::Mutex<u32> = std::sync::Mutex::default();
    let (case, proxy) = case.behind(move |asked| {
        let mut told = told.lock().unwrap();
        match (asked.line().as_str(), *told) {
            ("POST /repos/octocat/limits/git/refs", 0) => {
                *told = 1;
                Fault::Instead(Told::json(429, &json!({ "message": "too many" })).with("retry-after", "1"))
            }
            ("POST /repos/octocat/limits/pulls", 1) => {
                *told = 2;
                let words = json!({ "message": "You have exceeded a secondary rate limit" });
                Fault::Instead(Told::json(403, &words).with("retry-after", "1"))
            }
            _ => Fault::None,
        }
    });
    let start = std::time::Instant::now();
    case.run(&["--rule", "aws/kms/key-rotation"]).said(0, &["created #"]);
    assert!(start.elapsed() >= std::time::Duration::from_secs(2), "it waits as long as GitHub says");
    only(case.repo);
    assert_eq!(proxy.lines().iter().filter(|line| line.ends_with("/git/refs")).count(), 2);
    let (case, _) = case.behind(|_| {
        let words = json!({ "message": "API rate limit exceeded" });
        Fault::Instead(Told::json(403, &words).with("retry-after", "3600"))
    });
    let rule = ["--rule", "aws/kms/key-rotation"];
    case.run(&rule)
        .said(2, &["GitHub asks to wait 3600 s before GET /repos/octocat/limits", "run it again after"]);
    case.repo.standin.kept_the_contract();
}

#[test]
fn names_modes_and_line_endings_stay() {
    let key = |name: &str, end: &str| {
        format!(
            "resource \"aws_kms_key\" \"{name}\" {{{end}  description = \"@octocat fixes #1\"{end}}}{end}"
        )
    };
    let (unix, windows) = (key("b", "\n"), format!("\u{feff}{}", key("c", "\r\n")));
    let files: [(&str, &str, &[u8]); 2] =
        [("a b/x#1 ü.tf", "100755", unix.as_bytes()), ("win%20.tf", "100644", windows.as_bytes())];
    let Some(mut case) = Case::new("names", &files) else { return };
    let repo = case.repo;
    // A base whose name must be written otherwise in an address.
    repo.push("release#1", &files);
    case.run(&["--rule", "aws/kms/key-rotation", "--base", "release#1"]).said(0, &["created #"]);
    let pull = only(repo);
    assert_eq!(pull["base"]["ref"], "release#1");
    let branch = pull["head"]["ref"].as_str().unwrap();
    assert!(
        branch.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._/-".contains(&b)),
        "{branch}"
    );
    let (bytes, mode) = repo.file(branch, "a b/x#1 ü.tf");
    assert!(text(&bytes).contains("enable_key_rotation") && mode == "100755", "{mode} {}", text(&bytes));
    let (bytes, mode) = repo.file(branch, "win%20.tf");
    let crlf = text(&bytes);
    assert_eq!(mode, "100644");
    assert!(crlf.starts_with('\u{feff}') && crlf.contains("enable_key_rotation"), "{crlf}");
    assert_eq!(crlf.matches('\n').count(), crlf.matches("\r\n").count(), "{crlf:?}");
    let body = pull["body"].as_str().unwrap();
    assert!(body.contains("/a%20b/x%231%20%C3%BC.tf#L1)"), "{body}");
    assert!(body.contains("/win%2520.tf#L1)"), "{body}");
    // The same run again knows it; so does one for a pull request to that branch.
    case.run(&["--rule", "aws/kms/key-rotation", "--base", "release#1"]).said(0, &["unchanged #"]);
    case.base_ref = Some("release#1");
    case.run(&["--rule", "aws/kms/key-rotation"]).said(0, &["unchanged #"]);
    case.base_ref = None;
    // Another base has a pull request of its own.
    case.run(&["--rule", "aws/kms/key-rotation"]).said(0, &["created #"]);
    assert_eq!(repo.pulls("open").len(), 2);
    repo.standin.kept_the_contract();
}

#[test]
fn a_text_stays_below_the_limit_however_many_fixes_there_are() {
    let key = |at: usize| {
        format!(
            "resource \"aws_kms_key\" \"key_{at}_{}\" {{\n  description = \"k\"\n}}\n",
            "long_".repeat(20)
        )
    };
    let many = (0..150).map(key).collect::<Vec<_>>().join("\n");
    let Some(case) = Case::new("large", &[("main.tf", "100644", many.as_bytes())]) else { return };
    case.run(&["--rule", "aws/kms/key-rotation"]).said(0, &["created #"]);
    let pull = only(case.repo);
    let body = pull["body"].as_str().unwrap();
    assert!(body.chars().count() < 58_000, "{}", body.chars().count());
    assert!(body.contains("had no room here"), "{body}");
    let branch = pull["head"]["ref"].as_str().unwrap();
    let fixed = case.repo.file(branch, "main.tf").0;
    assert_eq!(text(&fixed).matches("enable_key_rotation").count(), 150);
    case.run(&["--rule", "aws/kms/key-rotation"]).said(0, &["unchanged #"]);
    case.repo.standin.kept_the_contract();
}

#[test]
fn a_dry_run_prints_every_request_and_sends_none_that_writes() {
    let Some(case) = Case::new("dry", &[("main.tf", "100644", TREE.as_bytes())]) else { return };
    let (case, proxy) = case.behind(|_| Fault::None);
    let ran = case.run(&["--rule", "aws/kms/key-rotation", "--dry-run"]);
    ran.said(0, &["would be created", "POST /repos/octocat/dry/pulls  (not sent)", "/labels  (not sent)"]);
    assert!(proxy.lines().iter().all(|line| line.starts_with("GET ")), "{:?}", proxy.lines());
    for line in proxy.lines() {
        assert!(ran.out.contains(&line), "{line} is missing in\n{}", ran.out);
    }
    let ran = case.run(&["--rule", "aws/kms/key-rotation", "--dry-run", "--format", "json"]);
    let told: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(told["pull_requests"][0]["action"], "created");
    let sent = |request: &Value| request["sent"] == (request["method"] == "GET");
    assert!(told["requests"].as_array().unwrap().iter().all(sent), "{told:#}");
    assert!(case.repo.pulls("all").is_empty());
    case.repo.standin.kept_the_contract();
}

#[test]
fn fixes_to_apply_and_fixes_to_look_at_are_apart_and_grouped_as_asked() {
    let volume = "resource \"aws_ebs_volume\" \"v\" {\n  availability_zone = \"eu-west-1a\"\n  size = 1\n}\n";
    let tree = format!("{TREE}\n{volume}");
    let Some(case) = Case::new("groups", &[("main.tf", "100644", tree.as_bytes())]) else { return };
    let repo = case.repo;
    let rules = [&RULES[..], &["--rule", "aws/ebs/volume-encrypted"]].concat();
    let ran = case.run(&[&rules[..], &["--group", "all", "--max-prs", "1"]].concat());
    ran.said(0, &["created #", "as many as --max-prs allows are open", "--allow-replace includes it"]);
    assert_eq!(repo.pulls("open").len(), 1);
    case.run(&[&rules[..], &["--group", "all"]].concat()).said(0, &["created #", "unchanged #"]);
    let pulls = repo.pulls("open");
    assert_eq!(pulls.len(), 2);
    for pull in &pulls {
        let fixed = text(&repo.file(pull["head"]["ref"].as_str().unwrap(), "main.tf").0);
        let (auto, review) = (fixed.contains("enable_key_rotation"), fixed.contains("public_access_block"));
        assert!(auto != review, "{fixed}");
        let body = pull["body"].as_str().unwrap();
        assert_eq!(body.contains("**Look first:**"), review, "{body}");
        assert!(!fixed.contains("encrypted"), "{fixed}");
    }
    // Grouped otherwise: those of the old grouping have nothing left.
    let ran = case.run(&[&rules[..], &["--group", "service"]].concat());
    ran.said(0, &["trueup/aws.kms-auto", "trueup/aws.s3-review", "closed #"]);
    assert_eq!(repo.pulls("open").len(), 2);
    // What replaces a resource comes only where it was asked for, and says so.
    case.run(&["--rule", "aws/ebs/volume-encrypted", "--allow-replace"]).said(0, &["created #"]);
    let pulls = repo.pulls("open");
    let replaces =
        pulls.iter().find(|pull| pull["body"].as_str().unwrap().contains("aws_ebs_volume.v")).unwrap();
    assert!(replaces["body"].as_str().unwrap().contains("**`terraform apply` destroys"), "{replaces}");
    repo.standin.kept_the_contract();
}

#[test]
fn a_secret_is_in_no_text() {
    let secret = "hunter2-Xk29dQ";
    let tree = format!(
        "resource \"aws_db_instance\" \"db\" {{\n  engine = \"mysql\"\n  password = \"{secret}\"\n  storage_encrypted = true\n  \
         publicly_accessible = true\n}}\n\n{TREE}"
    );
    let Some(case) = Case::new("secrets", &[("main.tf", "100644", tree.as_bytes())]) else { return };
    for arguments in [&["--profile", "strict"][..], &["--dry-run", "--group", "all"]] {
        let ran = case.run(arguments);
        assert_eq!(ran.code, Some(0), "{}", ran.all());
        assert!(!ran.all().contains(secret), "{}", ran.all());
    }
    let pulls = case.repo.pulls("open");
    assert!(pulls.len() > 1, "{}", pulls.len());
    for pull in &pulls {
        assert!(!pull.to_string().contains(secret), "{pull}");
    }
    case.repo.standin.kept_the_contract();
}

#[test]
fn who_may_not_write_is_told_what_is_missing() {
    let Some(case) = Case::new("rights", &[("main.tf", "100644", TREE.as_bytes())]) else { return };
    let rule = ["--rule", "aws/kms/key-rotation"];
    case.run_with(GUEST, &rule).said(2, &["GitHub answered 403 to POST", "contents: write"]);
    assert!(case.repo.pulls("all").is_empty());
    let refused =
        Told { status: 401, headers: Vec::new(), body: "{\"message\":\"Bad credentials\"}".to_owned() };
    let refused = std::sync::Arc::new(refused);
    let (case, _) = case.behind(move |_| {
        Fault::Instead(Told { status: refused.status, headers: Vec::new(), body: refused.body.clone() })
    });
    case.run_with("ghp_wrong", &rule)
        .said(2, &["GitHub answered 401", "Bad credentials", "the token is wrong"]);
    let mut command = case.dir.command(&["pr", "--repo", "octocat/rights"]);
    command.env_remove("GITHUB_TOKEN").env_remove("GH_TOKEN").env("GITHUB_API_URL", &case.url);
    Ran::new(&command.output().unwrap())
        .said(2, &["there is no token for GitHub", "GITHUB_TOKEN or --token-file"]);
    // A token never goes over the network in the clear.
    let mut command = case.dir.command(&["pr", "--repo", "octocat/rights"]);
    command.env("GITHUB_TOKEN", TOKEN).env("GITHUB_API_URL", "http://github.example.com/api/v3");
    let ran = Ran::new(&command.output().unwrap());
    ran.said(2, &["plain http would show the token", "https://HOST/api/v3"]);
    assert!(!ran.all().contains(TOKEN));
    case.dir.write("token", format!("{TOKEN}\n"));
    let (case, _) = case.behind(|_| Fault::None);
    case.run_with("ghp_unused", &[&rule[..], &["--token-file", "token"]].concat()).said(0, &["created #"]);
    case.repo.standin.kept_the_contract();
}

#[test]
fn a_github_app_acts_for_itself() {
    let Some(case) = Case::new("app", &[("main.tf", "100644", TREE.as_bytes())]) else { return };
    let key = case.repo.standin.app_key.to_str().unwrap();
    let app = ["--rule", "aws/kms/key-rotation", "--app-id", "7", "--app-key-file"];
    let (case, proxy) = case.behind(|_| Fault::None);
    let ran = case.run_with("ghp_unused", &[&app[..], &[key]].concat());
    ran.said(0, &["created #"]);
    let asked = proxy.asked();
    let lines: Vec<String> = asked.iter().take(2).map(Asked::line).collect();
    assert_eq!(lines, ["GET /repos/octocat/app/installation", "POST /app/installations/70/access_tokens"]);
    let bearers: Vec<&str> = asked.iter().filter_map(|it| it.header("authorization")).collect();
    assert_eq!(bearers.len(), asked.len());
    // It signs for the two, and has its installation's token for the rest.
    assert!(bearers[..2].iter().all(|bearer| bearer.starts_with("Bearer eyJ")));
    assert!(bearers[2..].iter().all(|bearer| *bearer == bearers[2] && !bearer.starts_with("Bearer eyJ")));
    let token = bearers[2].strip_prefix("Bearer ").unwrap();
    assert!(!ran.all().contains(token));
    assert_eq!(only(case.repo)["user"]["login"], "trueup[bot]");
    case.dir.write("wrong.pem", "not a key");
    case.run_with("ghp_unused", &[&app[..], &["wrong.pem"]].concat())
        .said(2, &["no RSA private key in PEM form"]);
    case.repo.standin.kept_the_contract();
}
