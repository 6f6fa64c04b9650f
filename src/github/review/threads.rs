//! Conversations on a pull request, which only GraphQL tells apart.
//!
//! In: a connection and a pull request. Out: its open threads by the id of their first comment, and the
//! resolving of one.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::{GitHub, GitHubError, Repository};

/// Threads that are looked through.
const MAX_THREADS: usize = 1_000;

const OPEN: &str = "query($owner: String!, $name: String!, $number: Int!, $after: String) { \
    repository(owner: $owner, name: $name) { pullRequest(number: $number) { \
    reviewThreads(first: 100, after: $after) { nodes { id isResolved \
    comments(first: 1) { nodes { databaseId } } } pageInfo { hasNextPage endCursor } } } } }";
const RESOLVE: &str = "mutation($id: ID!) { resolveReviewThread(input: {threadId: $id}) { thread { id } } }";
const FOLD: &str = "mutation($id: ID!) { minimizeComment(input: {subjectId: $id, classifier: OUTDATED}) \
    { minimizedComment { isMinimized } } }";

/// Open threads by the id of their first comment.
pub fn open(
    github: &GitHub,
    repository: &Repository,
    number: u64,
) -> Result<BTreeMap<u64, String>, GitHubError> {
    let mut threads = BTreeMap::new();
    let mut after = Value::Null;
    let mut seen = 0;
    loop {
        let variables =
            json!({ "owner": repository.owner, "name": repository.name, "number": number, "after": after });
        let answer: Value = github.graphql(OPEN, &variables, false, Value::Null)?;
        let page = answer.pointer("/repository/pullRequest/reviewThreads").cloned().unwrap_or_default();
        for thread in page.get("nodes").and_then(Value::as_array).into_iter().flatten() {
            seen += 1;
            let first = thread.pointer("/comments/nodes/0/databaseId").and_then(Value::as_u64);
            let open = thread.get("isResolved") == Some(&Value::Bool(false));
            if let (Some(first), Some(id), true) = (first, thread.get("id").and_then(Value::as_str), open) {
                threads.insert(first, id.to_owned());
            }
        }
        after = page.pointer("/pageInfo/endCursor").cloned().unwrap_or_default();
        let more = page.pointer("/pageInfo/hasNextPage") == Some(&Value::Bool(true));
        if !more || after.is_null() || seen >= MAX_THREADS {
            return Ok(threads);
        }
    }
}

/// Resolves a thread; folds its comment, by its node's id, away where that needs less.
pub fn resolve(github: &GitHub, thread: &str, comment: &str) -> Result<(), GitHubError> {
    let ask = |query: &str, id: &str| {
        github.graphql::<Value>(query, &json!({ "id": id }), true, json!({})).map(|_| ())
    };
    match ask(RESOLVE, thread) {
        // GitHub wants a token that may write contents for this, and may not for folding.
        Err(error) if error.is_forbidden() && !comment.is_empty() => ask(FOLD, comment).map_err(|_| error),
        other => other,
    }
}
