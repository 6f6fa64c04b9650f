//! Requests to GitHub, one after the other.
//!
//! In: routes and bodies. Out: answers, read into our own types. Waits, repeats, pages and limits are
//! here, so that no caller thinks of them. To the outside it is synchronous: a runtime of one thread
//! lives inside, and no command that does not ask GitHub pays for it.

use std::cell::Cell;
use std::time::{Duration, Instant};

use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use octocrab::Octocrab;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::report;

use super::access::{Access, Credential, Endpoint};
use super::error::advice;
use super::retry::{self, Answer, Next};
use super::{GitHubError, Pace, Repository, app};

/// For a connection to stand.
const CONNECT: Duration = Duration::from_secs(10);
/// Without a byte, in either direction.
const SILENCE: Duration = Duration::from_secs(60);
/// For one request, whatever the other side does.
const WHOLE: Duration = Duration::from_secs(120);
/// The largest answer that is read. A tree of 100,000 entries, GitHub's most, has about 30 MB.
const MAX_ANSWER: usize = 48 << 20;
/// Entries of one page, GitHub's most.
const PAGE: usize = 100;
/// Characters of GitHub's words that are shown.
const MAX_MESSAGE: usize = 500;

/// What a request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "HTTP's own words")]
pub enum Method {
    Get,
    Post,
    Patch,
    Put,
    Delete,
}

impl Method {
    /// As HTTP writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// A request that was made, or in a dry run would have been.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    /// What it does.
    pub method: Method,
    /// Its route.
    pub route: &'a str,
    /// What it brings.
    pub body: Option<&'a Value>,
    /// Whether it was kept back.
    pub withheld: bool,
}

/// A request that changes something.
#[derive(Clone, Debug)]
pub struct Write<'a> {
    method: Method,
    route: &'a str,
    body: Option<Value>,
    harmless: bool,
    instead: Value,
}

impl<'a> Write<'a> {
    /// Makes something. It is not sent a second time where it may have been done: the error then says so
    /// ([`GitHubError::is_uncertain`]), and the caller looks whether it was.
    pub fn post(route: &'a str, body: Value) -> Self {
        Self { method: Method::Post, route, body: Some(body), harmless: false, instead: Value::Null }
    }

    /// Sets something: done twice it is done once.
    pub fn patch(route: &'a str, body: Value) -> Self {
        Self { method: Method::Patch, harmless: true, ..Self::post(route, body) }
    }

    /// Sets something as a whole.
    pub fn put(route: &'a str, body: Value) -> Self {
        Self { method: Method::Put, harmless: true, ..Self::post(route, body) }
    }

    /// Takes something away. A second time it is not there, which is what was wanted.
    pub fn delete(route: &'a str) -> Self {
        Self { method: Method::Delete, body: None, harmless: true, ..Self::post(route, Value::Null) }
    }

    /// Doing it twice is doing it once: it may be sent again where no answer came.
    #[must_use]
    pub fn harmless(mut self) -> Self {
        self.harmless = true;
        self
    }

    /// What a dry run takes for the answer.
    #[must_use]
    pub fn instead(mut self, answer: Value) -> Self {
        self.instead = answer;
        self
    }
}

/// Entries of several pages.
#[derive(Clone, Debug)]
pub struct Listed<T> {
    /// In GitHub's order.
    pub items: Vec<T>,
    /// Whether these are all.
    pub complete: bool,
}

/// A connection to GitHub.
pub struct GitHub {
    runtime: tokio::runtime::Runtime,
    octocrab: Octocrab,
    endpoint: Endpoint,
    pace: Pace,
    dry_run: bool,
    written: Cell<Option<Instant>>,
    hear: Box<dyn Fn(&Sent<'_>)>,
    secrets: Vec<super::Secret>,
}

impl std::fmt::Debug for GitHub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GitHub").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

impl GitHub {
    /// Prepares a connection for one repository. An App asks for its token here; nothing else is sent.
    /// `hear` is told of each request before it is made; bodies hold no token.
    pub fn connect(
        access: &Access,
        repository: &Repository,
        hear: impl Fn(&Sent<'_>) + 'static,
    ) -> Result<Self, GitHubError> {
        let setup = |error: String| GitHubError::Setup(error);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| setup(error.to_string()))?;
        let mut github = Self {
            octocrab: octocrab(&runtime, access)?,
            runtime,
            endpoint: access.endpoint.clone(),
            pace: access.pace,
            dry_run: access.dry_run,
            written: Cell::new(None),
            hear: Box::new(hear),
            secrets: Vec::new(),
        };
        match &access.credential {
            Credential::Anonymous => {}
            Credential::Token(token) => github.secrets.push(token.clone()),
            Credential::App { .. } => {
                let token = app::token(&github, repository)?;
                let access = Access { credential: Credential::Token(token.clone()), ..access.clone() };
                github.octocrab = octocrab(&github.runtime, &access)?;
                github.secrets.push(token);
            }
        }
        Ok(github)
    }

    /// Whether nothing that writes is sent.
    pub fn is_dry_run(&self) -> bool {
        self.dry_run
    }

    /// Where people read what the API writes.
    pub fn site(&self) -> String {
        self.endpoint.site()
    }

    /// Reads something.
    pub fn get<T: DeserializeOwned>(&self, route: &str) -> Result<T, GitHubError> {
        self.send(Method::Get, route, None, true, None)
    }

    /// Reads something that may not be there.
    pub fn find<T: DeserializeOwned>(&self, route: &str) -> Result<Option<T>, GitHubError> {
        match self.get(route) {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.is_missing() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Reads a list page by page, `most` entries of it.
    pub fn list<T: DeserializeOwned>(&self, route: &str, most: usize) -> Result<Listed<T>, GitHubError> {
        let mut items: Vec<T> = Vec::new();
        let sign = if route.contains('?') { '&' } else { '?' };
        for page in 1.. {
            let found: Vec<T> = self.get(&format!("{route}{sign}per_page={PAGE}&page={page}"))?;
            let last = found.len() < PAGE;
            items.extend(found);
            if last || items.len() >= most {
                let complete = last && items.len() <= most;
                items.truncate(most);
                return Ok(Listed { items, complete });
            }
        }
        Ok(Listed { items, complete: true })
    }

    /// Writes something, and reads the answer.
    pub fn write<T: DeserializeOwned>(&self, write: Write<'_>) -> Result<T, GitHubError> {
        let Write { method, route, body, harmless, instead } = write;
        self.send(method, route, body.as_ref(), harmless, Some(instead))
    }

    /// Writes something whose answer says nothing.
    pub fn done(&self, write: Write<'_>) -> Result<(), GitHubError> {
        self.write::<Value>(write).map(|_| ())
    }

    /// Asks the GraphQL API. `writes` says that the query is a mutation, which is sent once; a dry run
    /// takes `instead` for its answer.
    pub fn graphql<T: DeserializeOwned>(
        &self,
        query: &str,
        variables: &Value,
        writes: bool,
        instead: Value,
    ) -> Result<T, GitHubError> {
        let body = json!({ "query": query, "variables": variables });
        let request = "POST /graphql".to_owned();
        let withheld = writes && self.dry_run;
        (self.hear)(&Sent { method: Method::Post, route: "/graphql", body: Some(&body), withheld });
        if withheld {
            return read(instead, request);
        }
        let address = self.endpoint.graphql();
        let answer = self.exchange(Method::Post, &address, Some(&body), !writes, writes, &request)?;
        let error = answer.get("errors").and_then(Value::as_array).and_then(|errors| errors.first());
        if let Some(error) = error {
            let said = error.get("message").and_then(Value::as_str).unwrap_or("an error without words");
            // GraphQL says in words what REST says by a status.
            let status = match error.get("type").and_then(Value::as_str) {
                Some("NOT_FOUND") => 404,
                Some("FORBIDDEN" | "INSUFFICIENT_SCOPES") => 403,
                _ => 422,
            };
            let message = self.shown(said);
            return Err(GitHubError::Refused {
                status,
                request,
                message,
                help: advice(status, writes, |_| None),
            });
        }
        read(answer.get("data").cloned().unwrap_or_default(), request)
    }

    fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        route: &str,
        body: Option<&Value>,
        harmless: bool,
        instead: Option<Value>,
    ) -> Result<T, GitHubError> {
        let writes = instead.is_some();
        let request = format!("{} {route}", method.name());
        let withheld = writes && self.dry_run;
        (self.hear)(&Sent { method, route, body, withheld });
        if withheld {
            return read(instead.unwrap_or_default(), request);
        }
        let address = format!("{}{route}", self.endpoint.prefix);
        read(self.exchange(method, &address, body, harmless, writes, &request)?, request)
    }

    /// A request of the App itself, also in a dry run: without a token nothing can be read. A second token
    /// does no harm.
    pub(super) fn signed<T: DeserializeOwned>(
        &self,
        method: Method,
        route: &str,
        body: Option<&Value>,
    ) -> Result<T, GitHubError> {
        let request = format!("{} {route}", method.name());
        let address = format!("{}{route}", self.endpoint.prefix);
        (self.hear)(&Sent { method, route, body, withheld: false });
        let answer = self.exchange(method, &address, body, true, false, &request)?;
        // No word of the answer may get into an error.
        serde_json::from_value(answer).map_err(|_| GitHubError::Unreadable {
            request,
            why: "it is not what GitHub documents".to_owned(),
        })
    }

    /// Sends a request until its answer stands.
    fn exchange(
        &self,
        method: Method,
        address: &str,
        body: Option<&Value>,
        harmless: bool,
        writes: bool,
        request: &str,
    ) -> Result<Value, GitHubError> {
        let mut tried = 0;
        loop {
            if writes {
                self.keep_pace();
            }
            tried += 1;
            let answer = self.runtime.block_on(async {
                match tokio::time::timeout(WHOLE, self.once(method, address, body)).await {
                    Ok(answer) => answer,
                    Err(_) => Err(Lost::Silent(format!("nothing whole came within {} s", WHOLE.as_secs()))),
                }
            });
            if writes {
                self.written.set(Some(Instant::now()));
            }
            let facts = match &answer {
                Ok(received) => received.facts(),
                Err(_) => Answer::default(),
            };
            let too_large = matches!(answer, Err(Lost::TooLarge));
            match retry::next(&facts, tried, harmless && !too_large, &self.pace) {
                Next::Again(wait) => std::thread::sleep(wait),
                Next::TooLong(wait) => {
                    return Err(GitHubError::Limited { request: request.to_owned(), wait });
                }
                Next::Take => return self.taken(answer, writes, request),
            }
        }
    }

    /// One request and its answer.
    async fn once(&self, method: Method, address: &str, body: Option<&Value>) -> Result<Received, Lost> {
        let crab = &self.octocrab;
        let response = match method {
            Method::Get => crab._get(address).await,
            Method::Post => crab._post(address, body).await,
            Method::Patch => crab._patch(address, body).await,
            Method::Put => crab._put(address, body).await,
            Method::Delete => crab._delete(address, body).await,
        };
        let response = response.map_err(|error| Lost::Silent(self.shown(&causes(&error))))?;
        let status = response.status().as_u16();
        let headers = KEPT
            .iter()
            .filter_map(|name| {
                Some((*name, response.headers().get(*name)?.to_str().ok()?.chars().take(1000).collect()))
            })
            .collect();
        let body = Limited::new(response.into_body(), MAX_ANSWER).collect().await;
        let body = body.map_err(|error| {
            if error.is::<LengthLimitError>() {
                Lost::TooLarge
            } else {
                Lost::Silent(self.shown(&causes(&*error)))
            }
        })?;
        Ok(Received { status, headers, body: body.to_bytes().to_vec() })
    }

    fn taken(
        &self,
        answer: Result<Received, Lost>,
        writes: bool,
        request: &str,
    ) -> Result<Value, GitHubError> {
        let request = request.to_owned();
        let received = match answer {
            Ok(received) => received,
            Err(Lost::Silent(why)) => return Err(GitHubError::Lost { request, why }),
            Err(Lost::TooLarge) => {
                let why = format!("it has more than {} MB", MAX_ANSWER >> 20);
                return Err(GitHubError::Unreadable { request, why });
            }
        };
        if (200..300).contains(&received.status) {
            if received.body.is_empty() {
                return Ok(Value::Null);
            }
            return serde_json::from_slice(&received.body).map_err(|error| GitHubError::Unreadable {
                request,
                why: format!("it is no JSON ({error}): something between here and GitHub may have answered"),
            });
        }
        let message = self.shown(&said(&received.body));
        let mut help = advice(received.status, writes, |name| received.header(name));
        if message.contains("not permitted to create") {
            help = Some(
                "allow it in the settings of the repository: Actions, General, Workflow permissions"
                    .to_owned(),
            );
        }
        Err(GitHubError::Refused { status: received.status, message, help, request })
    }

    /// Waits until a write may follow the one before.
    fn keep_pace(&self) {
        if let Some(before) = self.written.get() {
            let rest = self.pace.between_writes.saturating_sub(before.elapsed());
            if !rest.is_zero() {
                std::thread::sleep(rest);
            }
        }
    }

    /// Words from outside: on one line, short, without a token that they may repeat.
    fn shown(&self, text: &str) -> String {
        let mut text = report::clean(text);
        for secret in self.secrets.iter().map(super::Secret::expose).filter(|secret| secret.len() > 3) {
            text = text.replace(secret, "(token)");
        }
        match text.char_indices().nth(MAX_MESSAGE) {
            Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
            None => text,
        }
    }
}

/// Headers that decide something.
const KEPT: [&str; 8] = [
    "retry-after",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "date",
    "x-accepted-github-permissions",
    "x-github-sso",
    "x-github-request-id",
    "location",
];

/// An answer as it came.
struct Received {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Received {
    fn header(&self, name: &str) -> Option<String> {
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
    }

    fn facts(&self) -> Answer {
        let number = |name: &str| self.header(name)?.trim().parse::<u64>().ok();
        let limited = matches!(self.status, 403 | 429);
        let words = if limited { said(&self.body).to_ascii_lowercase() } else { String::new() };
        let sent = self.header("date").and_then(|date| seconds(&date));
        Answer {
            status: Some(self.status),
            retry_after: number("retry-after"),
            exhausted: number("x-ratelimit-remaining") == Some(0),
            // Both are GitHub's clock: this machine's may be wrong.
            resets_in: number("x-ratelimit-reset").zip(sent).map(|(reset, sent)| reset.saturating_sub(sent)),
            secondary: words.contains("secondary rate limit") || words.contains("abuse detection"),
        }
    }
}

/// Why there is no answer.
enum Lost {
    Silent(String),
    TooLarge,
}

/// Seconds since 1970 of an HTTP date, `Sun, 06 Nov 1994 08:49:37 GMT`.
fn seconds(date: &str) -> Option<u64> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut words = date.split_once(", ")?.1.split(' ');
    let day: u64 = words.next()?.parse().ok()?;
    let name = words.next()?;
    let month = u64::try_from(MONTHS.iter().position(|month| *month == name)?).ok()? + 1;
    let year: u64 = words.next()?.parse().ok().filter(|year| (1970..3000).contains(year))?;
    let mut clock = words.next()?.split(':').map(|part| part.parse::<u64>().ok());
    let (hours, minutes, seconds) = (clock.next()??, clock.next()??, clock.next()??);
    // Days of the civil calendar, counted from March so that the leap day comes last.
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = (365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day).checked_sub(719_469)?;
    Some(days * 86_400 + hours * 3_600 + minutes * 60 + seconds)
}

/// What an answer says in words.
fn said(body: &[u8]) -> String {
    let Ok(answer) = serde_json::from_slice::<Value>(body) else {
        let text = String::from_utf8_lossy(body.get(..body.len().min(4 * MAX_MESSAGE)).unwrap_or_default());
        let page = text.trim_start().starts_with('<');
        return if page || text.trim().is_empty() { "(no words)".to_owned() } else { text.into_owned() };
    };
    let mut words = answer.get("message").and_then(Value::as_str).unwrap_or("(no words)").to_owned();
    for error in answer.get("errors").and_then(Value::as_array).into_iter().flatten().take(5) {
        let text = |key: &str| error.get(key).and_then(Value::as_str);
        let told = match error {
            Value::String(told) => told.clone(),
            _ => match (text("message"), text("field"), text("code")) {
                (Some(told), _, _) => told.to_owned(),
                (None, Some(field), Some(code)) => format!("{field}: {code}"),
                _ => continue,
            },
        };
        words.push_str("; ");
        words.push_str(&told);
    }
    words
}

/// An error with what caused it. Its own words are often only "service error".
fn causes(error: &dyn std::error::Error) -> String {
    let mut told: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next.filter(|_| told.len() < 8) {
        // octocrab appends a backtrace.
        let words = error.to_string().lines().next().unwrap_or_default().trim().to_owned();
        let repeats = |before: &String| before.contains(&words);
        if !words.is_empty() && !told.iter().any(repeats) {
            told.push(words);
        }
        next = error.source();
    }
    told.join(": ")
}

fn read<T: DeserializeOwned>(answer: Value, request: String) -> Result<T, GitHubError> {
    serde_json::from_value(answer)
        .map_err(|error| GitHubError::Unreadable { request, why: report::clean(&error.to_string()) })
}

fn octocrab(runtime: &tokio::runtime::Runtime, access: &Access) -> Result<Octocrab, GitHubError> {
    let setup = |error: octocrab::Error| GitHubError::Setup(report::clean(&causes(&error)));
    // octocrab starts a task as soon as it is built.
    let _inside = runtime.enter();
    let accept = "accept".parse().map_err(|_| GitHubError::Setup("no header can be written".to_owned()))?;
    let builder = Octocrab::builder()
        // Without the path: octocrab would put it before absolute addresses too.
        .base_uri(access.endpoint.origin.as_str())
        .map_err(setup)?
        .set_connect_timeout(Some(CONNECT))
        .set_read_timeout(Some(SILENCE))
        .set_write_timeout(Some(SILENCE))
        .add_header(accept, "application/vnd.github+json".to_owned());
    let builder = match &access.credential {
        Credential::Anonymous => builder,
        Credential::Token(token) => builder.personal_token(token.expose()),
        Credential::App { id, key } => {
            builder.app_from_rsa_pem((*id).into(), key.expose().as_bytes()).map_err(|_| {
                GitHubError::Credential("the App's key is no RSA private key in PEM form".to_owned())
            })?
        }
    };
    builder.build().map_err(setup)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_counted() {
        assert_eq!(seconds("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        assert_eq!(seconds("Thu, 29 Feb 2024 23:59:59 GMT"), Some(1_709_251_199));
        assert_eq!(seconds("yesterday"), None);
    }

    #[test]
    fn what_an_answer_says_is_found() {
        let body = br#"{"message":"Validation Failed","errors":[{"message":"A pull request already exists"},
            {"field":"head","code":"invalid"},"x"]}"#;
        assert_eq!(said(body), "Validation Failed; A pull request already exists; head: invalid; x");
        assert_eq!(said(b"<html>Bad gateway"), "(no words)");
        assert_eq!(said(b""), "(no words)");
    }
}
