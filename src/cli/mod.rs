//! Parses arguments, wires the flow, owns stdout and exit codes.
//!
//! In: the command line. Out: text on stdout, messages on stderr, and an [`Exit`].

mod args;
mod assess;
mod check;
mod checkout;
mod concern;
mod conclude;
mod config;
mod connect;
mod environments;
mod explain;
mod files;
mod fix;
mod init;
mod judge;
mod manual;
mod new_file;
mod offer;
mod plans;
mod pr;
mod proof;
mod review;
mod rules;
pub mod rules_test;
mod template_context;

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Parser as _;

pub use assess::{Asked, Run, assess};
pub use concern::Concern;
pub use environments::Environments;

/// How a run ended; the number is the process's exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Nothing at or over the threshold.
    Clean = 0,
    /// Findings.
    Findings = 1,
    /// Something could not be evaluated: bad usage, unreadable input, a rule error.
    Incomplete = 2,
}

/// A message for the user: what happened, and what to do next.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// What happened and where.
    pub message: String,
    /// What to do next.
    pub help: Option<String>,
}

impl From<crate::source::ReadError> for Failure {
    fn from(error: crate::source::ReadError) -> Self {
        Self { message: error.to_string(), help: None }
    }
}

impl Failure {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: Some(help.into()) }
    }
}

/// Runs the command line of this process.
pub fn run() -> Exit {
    let arguments = match args::Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { Exit::Incomplete } else { Exit::Clean };
        }
    };
    let jobs = arguments.jobs.unwrap_or(0);
    // Expressions nest and modules call each other: both are bounded, but need more than 2 MB of stack.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs).stack_size(64 << 20).build();
    let result = match pool {
        Ok(pool) => pool.install(|| match &arguments.command {
            args::Command::Check(check) => check::run(check, &arguments),
            args::Command::Fix(fix) => fix::run(fix),
            args::Command::Pr(pr) => pr::run(pr),
            args::Command::Review(review) => review::run(review),
            args::Command::Explain(explain) => explain::run(explain, &arguments),
            args::Command::Rules(rules) => rules::run(rules, &arguments),
            args::Command::Criteria(criteria) => rules::criteria(criteria),
            args::Command::Init(init) => init::run(init),
            args::Command::Completions { shell } => Ok(manual::completions(*shell)),
            args::Command::Man { dir } => manual::man(dir.as_deref()),
            args::Command::Schema => {
                print(crate::report::JSON_SCHEMA);
                Ok(Exit::Clean)
            }
        }),
        Err(error) => Err(Failure::new(format!("no threads could be started: {error}"), "try --jobs 1")),
    };
    match result {
        Ok(_) if LOST.load(Ordering::Relaxed) => Exit::Incomplete,
        Ok(exit) => exit,
        Err(failure) => {
            // It may quote a line of a file.
            say(&format!("error: {}", crate::rules::without_told(&failure.message)));
            if let Some(help) = &failure.help {
                say(&format!("  help: {help}"));
            }
            Exit::Incomplete
        }
    }
}

/// Whether something could not be written to stdout.
static LOST: AtomicBool = AtomicBool::new(false);

/// Prints to stdout; a reader that went away (`trueup check | head`) is no error, a full disk is.
fn print(text: &str) {
    print_by(|out| out.write_all(text.as_bytes()));
}

/// Prints what `write` writes, in the same way.
fn print_by(write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) {
    let mut out = std::io::stdout().lock();
    if let Err(error) = write(&mut out).and_then(|()| out.flush())
        && error.kind() != std::io::ErrorKind::BrokenPipe
    {
        say(&format!("error: stdout can't be written: {error}"));
        LOST.store(true, Ordering::Relaxed);
    }
}

/// Prints a line to stderr.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}
