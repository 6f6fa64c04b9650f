//! Maps the outcome of a run to an exit code.

use std::process::ExitCode;

/// A run makes and drops many small values on several threads, which the allocator of musl, and so of the
/// static program, does slowly.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(trueup::cli::run() as u8)
}
