//! Asks Terraform for a binary plan's values, where the user says so.
//!
//! In: a binary plan. Out: what `terraform show -json` writes about it. This starts Terraform, and with
//! it the providers that lie in the directory: they may be a stranger's, so it is never done unasked.

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};

use clap::ValueEnum;

use crate::cli::Failure;
use crate::source::{Found, MAX_PLAN_BYTES, SourceFile};

/// What reads a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Program {
    /// Terraform
    Terraform,
    /// `OpenTofu`
    Tofu,
}

impl Program {
    const fn name(self) -> &'static str {
        match self {
            Self::Terraform => "terraform",
            Self::Tofu => "tofu",
        }
    }
}

/// Adds the JSON of the one binary plan that was named.
pub(in crate::cli) fn run_terraform(found: &mut Found, program: Program) -> Result<(), Failure> {
    let [(path, _)] = found.archives.as_slice() else {
        return Err(Failure::new(
            "--run-terraform needs one binary plan",
            "name the file that `terraform plan -out PLAN` wrote, and no other",
        ));
    };
    if !found.plans.is_empty() {
        return Err(Failure::new(
            "--run-terraform and a plan's JSON are both given",
            "the JSON has the values already: leave --run-terraform out",
        ));
    }
    let path = path.clone();
    let here = found.plan_source.clone().or_else(|| path.parent().map(Path::to_path_buf));
    let here = here.filter(|dir| !dir.as_os_str().is_empty()).unwrap_or_else(|| ".".into());
    let text = show(program, &path, &here)?;
    let id = found.sources.add(SourceFile::from_bytes(path, text));
    found.plans.push(id);
    Ok(())
}

fn show(program: Program, plan: &Path, dir: &Path) -> Result<Vec<u8>, Failure> {
    let name = program.name();
    let command = format!("{name} show -json {}", plan.display());
    let failed = |reason: String| {
        Failure::new(
            format!("`{command}` failed: {reason}"),
            format!("run it yourself in {}, after `{name} init`, and judge its output", dir.display()),
        )
    };
    let absolute = plan.canonicalize().map_err(|error| failed(error.to_string()))?;
    let mut child = Command::new(name)
        .args(["show", "-no-color", "-json"])
        .arg(&absolute)
        .current_dir(dir)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        // What it says there may quote the plan; its exit status tells enough.
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| failed(error.to_string()))?;
    let mut text = Vec::new();
    if let Some(out) = child.stdout.take() {
        out.take(MAX_PLAN_BYTES + 1).read_to_end(&mut text).map_err(|error| failed(error.to_string()))?;
    }
    if text.len() as u64 > MAX_PLAN_BYTES {
        let _ = child.kill();
    }
    let status = child.wait().map_err(|error| failed(error.to_string()))?;
    if text.len() as u64 > MAX_PLAN_BYTES {
        return Err(failed(format!("it wrote more than {} MB", MAX_PLAN_BYTES >> 20)));
    }
    if !status.success() {
        return Err(failed(status.to_string()));
    }
    Ok(text)
}
