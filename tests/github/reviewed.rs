//! A pull request on a server of this machine: two trees, and what is written to it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, dead_code, reason = "helpers of tests")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use sha1::{Digest as _, Sha1};

use super::loopback::{Asked, Loopback, Told};
use super::parts::{description, send};
use super::scratch::{Dir, Ran};

/// The commits, as far as anybody asks.
pub const BASE: &str = "baba000000000000000000000000000000000000";
pub const HEAD: &str = "1ead000000000000000000000000000000000000";

/// The rules that are judged, so that others may be added.
pub const RULES: [&str; 10] = [
    "--rule",
    "aws/ebs/volume-encrypted",
    "--rule",
    "aws/s3/bucket-public-access-block",
    "--rule",
    "aws/s3/bucket-versioning",
    "--rule",
    "aws/s3/bucket-access-logging",
    "--rule",
    "aws/iam/policy-no-admin-wildcard",
];

/// Files by path.
pub type Files = BTreeMap<String, String>;

pub fn files(of: &[(&str, &str)]) -> Files {
    of.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

/// What the server knows.
#[derive(Default)]
pub struct World {
    pub base: Files,
    pub head: Files,
    /// The hash of the head.
    pub commit: String,
    pub comments: Vec<Value>,
    pub issue_comments: Vec<Value>,
    pub checks: Vec<Value>,
    pub resolved: Vec<u64>,
    /// `METHOD /path` beginnings that are refused, with the status.
    pub refused: Vec<(String, u16)>,
    pub state: String,
    next: u64,
}

/// A pull request.
pub struct Reviewed {
    pub server: Loopback,
    pub world: Arc<Mutex<World>>,
}

impl Reviewed {
    pub fn new(base: &Files, head: &Files) -> Self {
        let world = World {
            base: base.clone(),
            head: head.clone(),
            commit: HEAD.to_owned(),
            state: "open".to_owned(),
            next: 100,
            ..World::default()
        };
        let world = Arc::new(Mutex::new(world));
        let shared = Arc::clone(&world);
        Self { server: Loopback::new(move |asked| shared.lock().unwrap().answer(asked)), world }
    }

    /// A checkout of these files.
    pub fn checkout(name: &str, files: &Files) -> Dir {
        let dir = Dir::new(name);
        // Its own top: the directory may lie in another checkout.
        dir.write(".git/HEAD", "ref: refs/heads/x\n");
        for (path, text) in files {
            dir.write(path, text);
        }
        dir
    }

    /// The environment of a workflow, and no more.
    pub fn run(&self, dir: &Dir, more: &[&str]) -> Ran {
        self.run_with(dir, more, &[])
    }

    pub fn run_with(&self, dir: &Dir, more: &[&str], environment: &[(&str, &str)]) -> Ran {
        let arguments =
            [&["review", "--repo", "acme/infra", "--write-interval", "0"], &RULES[..], more].concat();
        let mut command = dir.command(&arguments);
        for name in ["GITHUB_EVENT_PATH", "GITHUB_STEP_SUMMARY", "GITHUB_REPOSITORY", "TRUEUP_APP_ID"] {
            command.env_remove(name);
        }
        command.env("GITHUB_API_URL", &self.server.url).env("GITHUB_TOKEN", "t0ken-of-a-test");
        let output = command.envs(environment.iter().copied()).output().unwrap();
        let ran = Ran::new(&output);
        assert!(!ran.all().contains("panicked") && !ran.all().contains("t0ken-of-a-test"), "{}", ran.all());
        ran
    }

    /// What was written since then, as `METHOD /path`.
    pub fn writes(&self, since: usize) -> Vec<String> {
        let asked = self.server.asked();
        let writes = asked.iter().skip(since).filter(|asked| asked.method != "GET");
        writes.filter(|asked| !asked.body.contains("query(")).map(Asked::line).collect()
    }

    /// The body of the one request that was made so.
    pub fn sent(&self, line: &str) -> Value {
        let asked: Vec<Asked> =
            self.server.asked().into_iter().filter(|asked| asked.line() == line).collect();
        assert_eq!(asked.len(), 1, "{line} in {:?}", self.server.lines());
        asked[0].json()
    }

    /// Every request so far was as GitHub describes it.
    #[track_caller]
    pub fn kept_the_contract() {
        if let Some(github) = description() {
            github.kept_the_contract();
        }
    }

    /// The summary as it stands.
    pub fn summary(&self) -> String {
        let world = self.world.lock().unwrap();
        assert_eq!(world.issue_comments.len(), 1);
        world.issue_comments[0]["body"].as_str().unwrap().to_owned()
    }
}

impl World {
    fn answer(&mut self, asked: &Asked) -> Told {
        let line = asked.line();
        if let Some((_, status)) = self.refused.iter().find(|(start, _)| line.starts_with(start.as_str())) {
            return Told::json(*status, &json!({ "message": "Resource not accessible by integration" }));
        }
        // What is written is held to GitHub's description first. GraphQL has another one.
        if let Some(github) = description().filter(|_| asked.method != "GET" && asked.path != "/graphql") {
            let head =
                [("authorization", "Bearer x".to_owned()), ("content-type", "application/json".to_owned())];
            let (status, said) = send(&github.url, &asked.method, &asked.path, &head, &asked.body);
            if status >= 400 {
                return Told { status: 418, headers: Vec::new(), body: said };
            }
        }
        let (path, query) = asked.path.split_once('?').unwrap_or((&asked.path, ""));
        let path = path.strip_prefix("/repos/acme/infra").unwrap_or(path);
        let body = if asked.body.is_empty() { Value::Null } else { asked.json() };
        let ok = |value: Value| Told::json(200, &value);
        match (asked.method.as_str(), path) {
            ("GET", "/user") => ok(json!({ "login": "trueup-bot" })),
            ("GET", "/pulls/7") => ok(json!({
                "number": 7, "state": self.state, "head": { "sha": self.commit }, "base": { "sha": BASE },
            })),
            ("GET", "/pulls/7/comments") => ok(page(&self.comments, query)),
            ("GET", "/issues/7/comments") => ok(page(&self.issue_comments, query)),
            ("GET", _) if path.starts_with("/compare/") => ok(self.compare()),
            ("GET", _) if path.starts_with("/contents/") => self.content(&path["/contents/".len()..], query),
            ("GET", _) if path.ends_with("/check-runs") => ok(json!({ "check_runs": self.checks })),
            ("POST", "/pulls/7/reviews") => {
                for comment in body["comments"].as_array().unwrap() {
                    let mut comment = comment.clone();
                    self.add(&mut comment);
                    self.comments.push(comment);
                }
                ok(json!({ "id": 1 }))
            }
            ("POST", "/pulls/7/comments") => {
                let mut comment = body;
                self.add(&mut comment);
                self.comments.push(comment.clone());
                ok(comment)
            }
            ("POST", "/issues/7/comments") => {
                let mut comment = body;
                self.add(&mut comment);
                self.issue_comments.push(comment.clone());
                ok(comment)
            }
            ("PATCH", _) if path.contains("/comments/") => {
                let id: u64 = path.rsplit('/').next().unwrap().parse().unwrap();
                let all = self.comments.iter_mut().chain(&mut self.issue_comments);
                for comment in all.filter(|comment| comment["id"] == id) {
                    comment["body"] = body["body"].clone();
                }
                ok(json!({}))
            }
            ("POST", "/check-runs") => {
                let mut run = body;
                self.add(&mut run);
                self.checks.push(run.clone());
                ok(run)
            }
            ("PATCH", _) if path.starts_with("/check-runs/") => {
                let run = self.checks.last_mut().unwrap();
                for (key, value) in body.as_object().unwrap() {
                    if key == "output" {
                        let more = value["annotations"].as_array().unwrap().clone();
                        run["output"]["annotations"].as_array_mut().unwrap().extend(more);
                    } else {
                        run[key] = value.clone();
                    }
                }
                ok(run.clone())
            }
            ("POST", "/graphql") => ok(self.graphql(&body)),
            _ => Told::json(404, &json!({ "message": "Not Found" })),
        }
    }

    fn add(&mut self, value: &mut Value) {
        self.next += 1;
        value["id"] = json!(self.next);
        value["node_id"] = json!(format!("node-{}", self.next));
        value["user"] = json!({ "login": "trueup-bot" });
    }

    fn graphql(&mut self, body: &Value) -> Value {
        let query = body["query"].as_str().unwrap();
        if query.contains("resolveReviewThread") {
            let id: u64 =
                body["variables"]["id"].as_str().unwrap().strip_prefix("thread-").unwrap().parse().unwrap();
            self.resolved.push(id);
            return json!({ "data": { "resolveReviewThread": { "thread": { "id": "x" } } } });
        }
        let threads = self.comments.iter().filter(|comment| comment["in_reply_to_id"].is_null());
        let nodes: Vec<Value> = threads
            .map(|comment| {
                let id = comment["id"].as_u64().unwrap();
                json!({ "id": format!("thread-{id}"), "isResolved": self.resolved.contains(&id),
                    "comments": { "nodes": [{ "databaseId": id }] } })
            })
            .collect();
        json!({ "data": { "repository": { "pullRequest": { "reviewThreads": {
            "nodes": nodes, "pageInfo": { "hasNextPage": false, "endCursor": null } } } } } })
    }

    fn content(&self, path: &str, query: &str) -> Told {
        let files = if query.contains(BASE) { &self.base } else { &self.head };
        let path = path.replace("%20", " ").replace("%23", "#");
        let Some(text) = files.get(&path) else { return Told::json(404, &json!({ "message": "Not Found" })) };
        let body = json!({
            "type": "file", "size": text.len(), "sha": blob(text), "encoding": "base64", "content": base64(text),
        });
        Told::json(200, &body)
    }

    fn compare(&self) -> Value {
        let mut listed = Vec::new();
        for (path, after) in &self.head {
            let before = self.base.get(path);
            if before == Some(after) {
                continue;
            }
            let moved = self.base.iter().find(|(old, text)| !self.head.contains_key(*old) && *text == after);
            let mut file = json!({ "filename": path, "sha": blob(after) });
            match (before, moved) {
                (None, Some((old, _))) => {
                    file["status"] = json!("renamed");
                    file["previous_filename"] = json!(old);
                }
                _ => {
                    file["status"] = json!(if before.is_some() { "modified" } else { "added" });
                    file["patch"] = json!(patch(before.map(String::as_str), after));
                }
            }
            listed.push(file);
        }
        for (path, before) in self.base.iter().filter(|(path, _)| !self.head.contains_key(*path)) {
            let moved = self.head.iter().any(|(new, text)| !self.base.contains_key(new) && text == before);
            if !moved {
                listed
                    .push(json!({ "filename": path, "status": "removed", "sha": blob(before), "patch": "" }));
            }
        }
        json!({ "merge_base_commit": { "sha": BASE }, "files": listed })
    }
}

/// What the API gives as `patch`: a diff without its header.
fn patch(before: Option<&str>, after: &str) -> String {
    let diff = trueup::fixes::unified("x", before, after);
    let at = diff.find("@@ ").unwrap_or(diff.len());
    diff[at..].trim_end_matches('\n').to_owned()
}

fn page(all: &[Value], query: &str) -> Value {
    let number = |name: &str| {
        let part = query.split('&').find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
        part.map_or(1, |part| part.parse::<usize>().unwrap())
    };
    let (size, page) = (number("per_page"), number("page"));
    json!(all.iter().skip(size * (page - 1)).take(size).collect::<Vec<_>>())
}

fn blob(text: &str) -> String {
    let mut hash = Sha1::new();
    hash.update(format!("blob {}\0{text}", text.len()));
    hash.finalize().iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn base64(text: &str) -> String {
    // GitHub breaks lines.
    let packed = super::parts::base64(text.as_bytes());
    let lines = packed.as_bytes().chunks(60).map(String::from_utf8_lossy);
    lines.fold(String::new(), |out, line| out + &line + "\n")
}
