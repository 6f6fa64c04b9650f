//! The stand-in for GitHub: started once for a test program, asked by it directly, and put behind a
//! proxy that goes wrong on purpose.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code, reason = "helpers of tests")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::loopback::{Asked, Loopback, Told};

/// The token of the user whom the repositories belong to.
pub const TOKEN: &str = "test_token_octocat";
/// The token of a user who may read them.
pub const GUEST: &str = "test_token_guest";

pub struct StandIn {
    /// Where it is, with GitHub's description in front of it.
    pub url: String,
    /// The file with the key of the GitHub App 7.
    pub app_key: PathBuf,
    log: PathBuf,
    /// It ends when this process does: its stdin closes.
    _process: Child,
}

/// The stand-in, or none where npm is missing. Where it must be there (`TRUEUP_REQUIRE_STANDIN`), that is
/// a failure.
pub fn standin() -> Option<&'static StandIn> {
    static ONE: OnceLock<Option<StandIn>> = OnceLock::new();
    ONE.get_or_init(|| start("proxy")).as_ref()
}

/// GitHub's description alone: it keeps nothing, and answers each request as the description says.
pub fn description() -> Option<&'static StandIn> {
    static ONE: OnceLock<Option<StandIn>> = OnceLock::new();
    ONE.get_or_init(|| start("mock")).as_ref()
}

fn start(mode: &str) -> Option<StandIn> {
    let here = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/github/standin"));
    // Beside what cargo builds, so that it is installed once.
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let log = target.join(format!("standin-{mode}-{}.log", std::process::id()));
    let app_key = target.join(format!("standin-{}.pem", std::process::id()));
    let mut process = Command::new("bash")
        .arg(here)
        .args(["bash", "-c", "echo $GITHUB_API_URL; cat >/dev/null"])
        .env("STANDIN_CACHE", target.parent().unwrap().join("standin"))
        .env("STANDIN_MODE", mode)
        .env("STANDIN_LOG", &log)
        .env("STANDIN_APP_KEY", &app_key)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    let mut url = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut url).unwrap();
    if url.trim().is_empty() {
        let mut why = String::new();
        process.stderr.take().unwrap().read_to_string(&mut why).unwrap();
        let missing = process.wait().unwrap().code() == Some(3);
        assert!(
            missing && std::env::var_os("TRUEUP_REQUIRE_STANDIN").is_none(),
            "the stand-in for GitHub does not start: {why}"
        );
        // Not by a macro: what those print of a test that passes, nobody sees.
        let _ = writeln!(std::io::stderr(), "skipped: the stand-in for GitHub does not start: {why}");
        return None;
    }
    Some(StandIn { url: url.trim().to_owned(), app_key, log, _process: process })
}

impl StandIn {
    /// Every request so far was as GitHub describes it.
    #[track_caller]
    pub fn kept_the_contract(&self) {
        let log = std::fs::read_to_string(&self.log).unwrap();
        let broken: Vec<&str> = log.lines().filter(|line| line.contains("Violation: request.")).collect();
        assert!(broken.is_empty(), "{broken:#?}");
    }

    /// Asks the stand-in itself, and gives status and answer.
    pub fn ask(&self, method: &str, route: &str, body: Option<&Value>) -> (u16, Value) {
        let body = body.map(Value::to_string).unwrap_or_default();
        let head =
            [("authorization", format!("Bearer {TOKEN}")), ("content-type", "application/json".into())];
        let (status, text) = send(&self.url, method, route, &head, &body);
        (status, serde_json::from_str(&text).unwrap_or_default())
    }

    /// Asks, and must be answered well.
    #[track_caller]
    pub fn get(&self, route: &str) -> Value {
        let (status, answer) = self.ask("GET", route, None);
        assert_eq!(status, 200, "GET {route}: {answer}");
        answer
    }

    #[track_caller]
    pub fn change(&self, method: &str, route: &str, body: &Value) -> Value {
        let (status, answer) = self.ask(method, route, Some(body));
        assert!((200..300).contains(&status), "{method} {route}: {status} {answer}");
        answer
    }
}

/// A repository of the stand-in.
#[derive(Clone, Copy)]
pub struct Repo {
    pub standin: &'static StandIn,
    pub name: &'static str,
}

impl Repo {
    pub fn route(&self, rest: &str) -> String {
        format!("/repos/octocat/{}{rest}", self.name)
    }

    pub fn get(&self, rest: &str) -> Value {
        self.standin.get(&self.route(rest))
    }

    pub fn head(&self, branch: &str) -> Option<String> {
        let (status, answer) =
            self.standin.ask("GET", &self.route(&format!("/git/ref/heads/{branch}")), None);
        (status == 200).then(|| answer["object"]["sha"].as_str().unwrap().to_owned())
    }

    /// A commit on a branch with these files (path, mode, bytes) beside what is there.
    pub fn push(&self, branch: &str, files: &[(&str, &str, &[u8])]) -> String {
        let change = |method, rest: &str, body: &Value| self.standin.change(method, &self.route(rest), body);
        let head = self.head(branch).unwrap_or_else(|| self.head("trunk").unwrap());
        let tree = self.get(&format!("/git/commits/{head}"))["tree"]["sha"].clone();
        let entry = |(path, mode, bytes): &(&str, &str, &[u8])| {
            let content = base64(bytes);
            let blob = change("POST", "/git/blobs", &json!({ "content": content, "encoding": "base64" }));
            json!({ "path": path, "mode": mode, "type": "blob", "sha": blob["sha"] })
        };
        let entries: Vec<Value> = files.iter().map(entry).collect();
        let tree = change("POST", "/git/trees", &json!({ "base_tree": tree, "tree": entries }));
        let commit = json!({ "message": "by hand", "tree": tree["sha"], "parents": [head] });
        let sha = change("POST", "/git/commits", &commit)["sha"].as_str().unwrap().to_owned();
        let _ = match self.head(branch) {
            Some(_) => change("PATCH", &format!("/git/refs/heads/{branch}"), &json!({ "sha": sha })),
            None => {
                change("POST", "/git/refs", &json!({ "ref": format!("refs/heads/{branch}"), "sha": sha }))
            }
        };
        sha
    }

    /// Pull requests of a state, newest first.
    pub fn pulls(&self, state: &str) -> Vec<Value> {
        self.get(&format!("/pulls?state={state}&per_page=100")).as_array().unwrap().clone()
    }

    /// A file's bytes on a branch, and its mode.
    pub fn file(&self, branch: &str, path: &str) -> (Vec<u8>, String) {
        let head = self.head(branch).unwrap_or_else(|| panic!("no branch {branch}"));
        let tree = self.get(&format!("/git/commits/{head}"))["tree"]["sha"].as_str().unwrap().to_owned();
        let tree = self.get(&format!("/git/trees/{tree}?recursive=1"));
        let entry = tree["tree"].as_array().unwrap().iter().find(|entry| entry["path"] == path);
        let entry = entry.unwrap_or_else(|| panic!("no {path} in {tree}"));
        let blob = self.get(&format!("/git/blobs/{}", entry["sha"].as_str().unwrap()));
        (unbase64(blob["content"].as_str().unwrap()), entry["mode"].as_str().unwrap().to_owned())
    }
}

/// One request and its answer.
pub fn send(url: &str, method: &str, route: &str, head: &[(&str, String)], body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
    let mut request = format!("{method} {route} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n");
    for (name, value) in head {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
    stream.write_all(request.as_bytes()).unwrap();
    let mut reader = BufReader::new(stream);
    let (mut line, mut length, mut chunked) = (String::new(), None, false);
    reader.read_line(&mut line).unwrap();
    let status = line.split(' ').nth(1).unwrap().parse().unwrap();
    loop {
        line.clear();
        reader.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse::<usize>().ok(),
            "transfer-encoding" => chunked = value.contains("chunked"),
            _ => {}
        }
    }
    let mut bytes = Vec::new();
    if chunked {
        loop {
            line.clear();
            reader.read_line(&mut line).unwrap();
            let size = usize::from_str_radix(line.trim(), 16).unwrap_or(0);
            if size == 0 {
                break;
            }
            let mut chunk = vec![0; size + 2];
            reader.read_exact(&mut chunk).unwrap();
            bytes.extend_from_slice(&chunk[..size]);
        }
    } else if let Some(length) = length {
        bytes = vec![0; length];
        reader.read_exact(&mut bytes).unwrap();
    }
    (status, String::from_utf8_lossy(&bytes).into_owned())
}

/// What a proxy does with a request.
pub enum Fault {
    /// Hands it on.
    None,
    /// Answers by itself.
    Instead(Told),
    /// Hands it on, and answers otherwise.
    After(Told),
}

/// The stand-in behind a proxy that goes wrong as `fault` says.
pub fn proxy(standin: &'static StandIn, fault: impl Fn(&Asked) -> Fault + Send + Sync + 'static) -> Loopback {
    Loopback::new(move |asked| {
        let fault = fault(asked);
        if let Fault::Instead(told) = fault {
            return told;
        }
        let kept = ["authorization", "content-type", "accept"];
        let head: Vec<(&str, String)> =
            kept.iter().filter_map(|name| Some((*name, asked.header(name)?.to_owned()))).collect();
        let (status, body) = send(&standin.url, &asked.method, &asked.path, &head, &asked.body);
        match fault {
            Fault::After(told) => told,
            _ => Told { status, headers: Vec::new(), body },
        }
    })
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub fn base64(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let word =
            chunk.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for at in 0..4 {
            let digit = DIGITS[(word >> (18 - 6 * at) & 63) as usize];
            out.push(if at <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

pub fn unbase64(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text
        .bytes()
        .filter_map(|byte| DIGITS.iter().position(|digit| *digit == byte))
        .map(|digit| u32::try_from(digit).unwrap())
        .collect();
    let mut out = Vec::new();
    for chunk in digits.chunks(4) {
        let word = chunk.iter().fold(0u32, |word, digit| word << 6 | digit) << (6 * (4 - chunk.len()));
        out.extend_from_slice(&word.to_be_bytes()[1..chunk.len()]);
    }
    out
}
