//! `trueup init`: settings, a hook, a pipeline and a baseline, for a tree that has none.
//!
//! In: options, or answers. Out: files that were not there, and one entry more in a
//! `.pre-commit-config.yaml`. Nothing that is there is overwritten: where something can't be added, it is
//! printed.

mod hooks;
mod texts;

use std::io::Write as _;
use std::path::Path;

use super::args::{Host, Init};
use super::config::{Config, NAME};
use super::{Exit, Failure, check, print, say};
use hooks::Hooked;

/// The usual name of a baseline.
const BASELINE: &str = ".trueup-baseline.json";
const HOOKS: &str = ".pre-commit-config.yaml";
/// Larger files are not added to.
const MAX_BYTES: u64 = 1 << 20;

/// What is wanted.
struct Wanted {
    hook: bool,
    workflow: Option<Host>,
    baseline: bool,
}

pub(super) fn run(init: &Init) -> Result<Exit, Failure> {
    // A settings file that can't be read is said before anything is written.
    let config = Config::read(Path::new(NAME))?;
    let wanted = wanted(init)?;
    settings(wanted.baseline)?;
    if wanted.hook {
        hook()?;
    }
    if let Some(host) = wanted.workflow {
        workflow(host)?;
    }
    if wanted.hook || wanted.workflow == Some(Host::Github) {
        say(texts::OWNER);
    }
    if wanted.baseline {
        baseline(&config)?;
    }
    Ok(Exit::Clean)
}

fn wanted(init: &Init) -> Result<Wanted, Failure> {
    let Init { yes, hook, workflow, baseline } = *init;
    if hook || workflow.is_some() || baseline || yes {
        let all = yes && !hook && workflow.is_none();
        return Ok(Wanted { hook: hook || all, workflow: workflow.or_else(|| all.then(host)), baseline });
    }
    let host = host();
    let Some(hook) = ask("add a hook to .pre-commit-config.yaml", true) else {
        return Err(Failure::new(
            "init asks what it shall set up, and nobody answers",
            "say it: --yes for a hook and a workflow, or some of --hook, --workflow github, --workflow gitlab, \
             --baseline",
        ));
    };
    let workflow = ask(&format!("write {}", host.file()), true).unwrap_or(false).then_some(host);
    let question = format!("remember what is open now in {BASELINE}, so that only what is new fails");
    let baseline = ask(&question, false).unwrap_or(false);
    Ok(Wanted { hook, workflow, baseline })
}

/// The host whose files are here.
fn host() -> Host {
    let gitlab = Path::new(".gitlab-ci.yml").exists() || Path::new(".gitlab").exists();
    if gitlab && !Path::new(".github").exists() { Host::Gitlab } else { Host::Github }
}

impl Host {
    const fn file(self) -> &'static str {
        match self {
            Self::Github => ".github/workflows/trueup.yml",
            Self::Gitlab => ".gitlab-ci.yml",
        }
    }
}

/// Asks for yes or no; none where nobody answers.
fn ask(question: &str, default: bool) -> Option<bool> {
    print(&format!("{question}? {} ", if default { "[Y/n]" } else { "[y/N]" }));
    let mut line = String::new();
    if !matches!(std::io::stdin().read_line(&mut line), Ok(1..)) {
        print("\n");
        return None;
    }
    Some(match line.trim().to_ascii_lowercase().as_str() {
        "" => default,
        answer => answer == "y" || answer == "yes",
    })
}

/// Writes a file that is not there; whether it was not.
fn create(path: &str, text: &str) -> Result<bool, Failure> {
    let unwritten = |error: &std::io::Error| {
        Failure::new(format!("{path} can't be written: {error}"), "check the directory's permissions")
    };
    if let Some(parent) = Path::new(path).parent().filter(|parent| !parent.as_os_str().is_empty()) {
        std::fs::create_dir_all(parent).map_err(|error| unwritten(&error))?;
    }
    let opened = std::fs::OpenOptions::new().write(true).create_new(true).open(path);
    match opened {
        Ok(mut file) => file.write_all(text.as_bytes()).map_err(|error| unwritten(&error))?,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => return Ok(false),
        Err(error) => return Err(unwritten(&error)),
    }
    say(&format!("wrote {path}"));
    Ok(true)
}

fn settings(baseline: bool) -> Result<(), Failure> {
    if !create(NAME, &texts::settings(baseline.then_some(BASELINE)))? {
        say(&format!("{NAME} is there already: left as it is"));
    }
    Ok(())
}

fn hook() -> Result<(), Failure> {
    let entry = texts::hook();
    let indented = format!("  {}\n", entry.join("\n  "));
    let whole = format!("repos:\n{indented}");
    if create(HOOKS, &whole)? {
        return Ok(());
    }
    let by_hand = || {
        say(&format!("{HOOKS} has a form that nothing is added to. Add this to its repos:"));
        print(&indented);
    };
    let about = std::fs::symlink_metadata(HOOKS).ok();
    let plain = about.is_some_and(|about| about.is_file() && about.len() <= MAX_BYTES);
    let text = if plain { std::fs::read_to_string(HOOKS).ok() } else { None };
    match text.map(|text| hooks::with_entry(&text, &entry, &texts::HOOK_MARKS)) {
        Some(Hooked::Added(text)) => {
            std::fs::write(HOOKS, text).map_err(|error| {
                Failure::new(format!("{HOOKS} can't be written: {error}"), "check its permissions")
            })?;
            say(&format!("added the hook to {HOOKS}"));
        }
        Some(Hooked::There) => say(&format!("{HOOKS} has a hook of trueup already: left as it is")),
        Some(Hooked::Foreign) | None => by_hand(),
    }
    Ok(())
}

fn workflow(host: Host) -> Result<(), Failure> {
    let text = match host {
        Host::Github => texts::github(),
        Host::Gitlab => texts::gitlab(),
    };
    if create(host.file(), &text)? {
        return Ok(());
    }
    match host {
        Host::Github => say(&format!("{} is there already: left as it is", host.file())),
        Host::Gitlab => {
            let there = std::fs::read_to_string(host.file()).is_ok_and(|text| text.contains("trueup"));
            if there {
                say(&format!("{} names trueup already: left as it is", host.file()));
            } else {
                say(&format!("{} is there already. Add this job to it:", host.file()));
                print(&text);
            }
        }
    }
    Ok(())
}

fn baseline(before: &Config) -> Result<(), Failure> {
    let path = before.baseline.as_deref().unwrap_or(BASELINE);
    if Path::new(path).symlink_metadata().is_ok() {
        say(&format!("{path} is there already: `trueup check --write-baseline {path}` makes it anew"));
    } else {
        check::remember(Path::new(path))?;
    }
    let after = Config::read(Path::new(NAME))?;
    if after.baseline.is_none() {
        say(&format!("add this to {NAME}, so that every run uses it: baseline = \"{path}\""));
    }
    Ok(())
}
