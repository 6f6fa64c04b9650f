//! Maps the outcome of a run to an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(trueup::cli::run() as u8)
}
