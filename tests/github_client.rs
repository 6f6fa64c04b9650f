//! The connection to GitHub: what is sent again and what never, how names travel, what is kept secret.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "github/loopback.rs"]
mod loopback;

use std::time::{Duration, Instant};

use loopback::{Loopback, Told};
use serde_json::{Value, json};
use trueup::github::{
    Access, Credential, Endpoint, GitHub, GitHubError, Pace, Repository, Secret, Write, reference, segment,
};

const TOKEN: &str = "ghp_0123456789secret";

fn access(server: &Loopback, path: &str) -> Access {
    Access {
        endpoint: Endpoint::parse(&format!("{}{path}", server.url)).unwrap(),
        credential: Credential::Token(Secret::token(TOKEN, "a test").unwrap()),
        pace: Pace {
            between_writes: Duration::ZERO,
            first_retry: Duration::from_millis(5),
            longest_wait: Duration::from_secs(2),
        },
        dry_run: false,
    }
}

fn connect(server: &Loopback) -> GitHub {
    GitHub::connect(&access(server, ""), &acme(), |_| {}).unwrap()
}

fn acme() -> Repository {
    Repository::parse("acme/infra").unwrap()
}

#[test]
fn reading_is_repeated_and_making_is_not() {
    let server = Loopback::new(|_| Told::json(502, &json!({ "message": "Bad gateway" })));
    let github = connect(&server);
    let error = github.get::<Value>("/rate_limit").unwrap_err();
    assert_eq!((error.status(), server.lines().len()), (Some(502), 4));
    let error = github.done(Write::post("/x", json!({ "a": 1 }))).unwrap_err();
    assert!(error.is_uncertain());
    assert_eq!(server.lines().len(), 5, "a POST that may have been done is sent once");
    github.done(Write::post("/x", json!({})).harmless()).unwrap_err();
    assert_eq!(server.lines().len(), 9);
    github.done(Write::patch("/x", json!({}))).unwrap_err();
    assert_eq!(server.lines().len(), 13);
    // No answer at all is the same.
    let server = Loopback::new(|_| Told { status: 0, headers: Vec::new(), body: String::new() });
    let error = connect(&server).done(Write::post("/x", json!({}))).unwrap_err();
    assert!(error.is_uncertain() && matches!(error, GitHubError::Lost { .. }), "{error}");
    assert_eq!(server.lines().len(), 1);
}

#[test]
fn limits_are_waited_for_and_long_ones_named() {
    let server = Loopback::new(|asked| {
        let again = asked.body.contains("twice");
        let limited = json!({ "message": "You have exceeded a secondary rate limit" });
        match asked.path.as_str() {
            "/slow" if !again => Told::json(429, &limited).with("retry-after", "1"),
            "/hour" => Told::json(403, &json!({ "message": "API rate limit exceeded" }))
                .with("x-ratelimit-remaining", "0")
                .with("x-ratelimit-reset", "784115377")
                .with("date", "Sun, 06 Nov 1994 08:49:37 GMT"),
            _ => Told::json(201, &json!({ "ok": true })),
        }
    });
    let github = connect(&server);
    let start = Instant::now();
    // It was turned away, so it is sent once more, and no further.
    let error = github.done(Write::post("/slow", json!({}))).unwrap_err();
    assert!(start.elapsed() >= Duration::from_secs(1));
    assert_eq!((error.status(), server.lines().len()), (Some(429), 2));
    let error = github.get::<Value>("/hour").unwrap_err();
    assert_eq!(
        error,
        GitHubError::Limited { request: "GET /hour".to_owned(), wait: Duration::from_secs(3601) }
    );
    assert_eq!(server.lines().len(), 3);
}

#[test]
fn names_travel_whole_and_headers_are_sent() {
    let server = Loopback::new(|_| Told::json(200, &json!({ "data": { "ok": true } })));
    let github = connect(&server);
    let route = acme().route(&format!("/git/refs/heads/{}?x={}", reference("a/x#1 ?é"), segment("a/b&c")));
    github.done(Write::patch(&route, json!({ "force": true }))).unwrap();
    let asked = &server.asked()[0];
    assert_eq!(asked.path, "/repos/acme/infra/git/refs/heads/a/x%231%20%3F%C3%A9?x=a%2Fb%26c");
    assert_eq!(asked.header("authorization"), Some(format!("Bearer {TOKEN}").as_str()));
    assert_eq!(asked.header("accept"), Some("application/vnd.github+json"));
    assert_eq!(asked.header("x-github-api-version"), Some("2022-11-28"));
    // An Enterprise Server has GraphQL beside its REST API.
    let github = GitHub::connect(&access(&server, "/api/v3/"), &acme(), |_| {}).unwrap();
    github.get::<Value>("/rate_limit").unwrap();
    github.graphql::<Value>("query { ok }", &json!({}), false, Value::Null).unwrap();
    assert_eq!(server.lines()[1..], ["GET /api/v3/rate_limit", "POST /api/graphql"]);
    assert_eq!(server.asked()[2].header("authorization"), Some(format!("Bearer {TOKEN}").as_str()));
}

#[test]
fn pages_are_read_to_the_end_or_to_the_limit() {
    let server = Loopback::new(|asked| {
        let page: usize = asked.path.rsplit_once("&page=").unwrap().1.parse().unwrap();
        let count = if page < 3 { 100 } else { 7 };
        Told::json(200, &json!(vec![page; count]))
    });
    let github = connect(&server);
    let all = github.list::<u32>("/x?state=all", 1000).unwrap();
    assert_eq!((all.items.len(), all.complete), (207, true));
    let some = github.list::<u32>("/x", 150).unwrap();
    assert_eq!((some.items.len(), some.complete), (150, false));
    assert_eq!(server.lines()[0], "GET /x?state=all&per_page=100&page=1");
}

#[test]
fn a_token_is_in_no_message_and_goes_to_no_other_host() {
    let other = Loopback::new(|_| Told::json(200, &json!({})));
    let elsewhere = other.url.replace("127.0.0.1", "localhost");
    let server = Loopback::new(move |asked| match asked.path.as_str() {
        "/moved" => Told::json(302, &json!({})).with("location", &format!("{elsewhere}/x")),
        _ => Told::json(
            422,
            &json!({ "message": format!("no \u{1b}[31m {TOKEN}"), "errors": [{ "message": "a\nb" }] }),
        ),
    });
    let github = connect(&server);
    let error = github.done(Write::post("/x", json!({}))).unwrap_err();
    let told = format!("{error} {error:?} {} {github:?} {:?}", error.help(), access(&server, ""));
    assert!(!told.contains(TOKEN) && !told.contains('\u{1b}'), "{told}");
    assert!(told.contains("(token); a b"), "{told}");
    github.get::<Value>("/moved").unwrap();
    assert_eq!(other.asked()[0].header("authorization"), None);
}

#[test]
fn answers_are_bounded_and_must_be_answers() {
    let server = Loopback::new(|asked| match asked.path.as_str() {
        "/large" => Told { status: 200, headers: Vec::new(), body: format!("\"{}\"", "x".repeat(50 << 20)) },
        "/page" => Told { status: 200, headers: Vec::new(), body: "<html>log in".to_owned() },
        _ => Told { status: 204, headers: Vec::new(), body: String::new() },
    });
    let github = connect(&server);
    let why = |route: &str| github.get::<Value>(route).unwrap_err().to_string();
    assert!(why("/large").contains("more than 48 MB"), "{}", why("/large"));
    assert!(why("/page").contains("it is no JSON"), "{}", why("/page"));
    github.done(Write::delete("/gone")).unwrap();
}

#[test]
fn a_dry_run_sends_nothing_that_writes_and_tells_all() {
    let server = Loopback::new(|_| Told::json(200, &json!({ "ok": true })));
    let heard = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let hear = std::rc::Rc::clone(&heard);
    let access = Access { dry_run: true, ..access(&server, "") };
    let github = GitHub::connect(&access, &acme(), move |sent| {
        hear.borrow_mut().push(format!("{} {} {}", sent.method.name(), sent.route, sent.withheld));
    })
    .unwrap();
    github.get::<Value>("/a").unwrap();
    let answer: Value = github.write(Write::post("/b", json!({})).instead(json!({ "sha": "0" }))).unwrap();
    assert_eq!(answer, json!({ "sha": "0" }));
    assert_eq!(*heard.borrow(), ["GET /a false", "POST /b true"]);
    assert_eq!(server.lines(), ["GET /a"]);
}
