//! `trueup completions` and `trueup man`: what shells and `man` read, made from the command line itself.
//!
//! In: a shell, or a directory. Out: text on stdout, or one page for each command.

use std::path::Path;

use clap::CommandFactory as _;

use super::args::Arguments;
use super::{Exit, Failure, print, say};

/// The completions of a shell.
pub(super) fn completions(shell: clap_complete::Shell) -> Exit {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "trueup", &mut text);
    print(&String::from_utf8_lossy(&text));
    Exit::Clean
}

/// The manual: the page of trueup itself on stdout, or the pages of all commands in a directory.
pub(super) fn man(dir: Option<&Path>) -> Result<Exit, Failure> {
    let mut command = Arguments::command().disable_help_subcommand(true);
    command.build();
    let Some(dir) = dir else {
        let mut text = Vec::new();
        clap_mangen::Man::new(command).render(&mut text).map_err(|error| {
            Failure::new(format!("the page can't be made: {error}"), "use `trueup --help`")
        })?;
        print(&String::from_utf8_lossy(&text));
        return Ok(Exit::Clean);
    };
    let unwritten = |error: std::io::Error| {
        Failure::new(
            format!("{} can't be written: {error}", dir.display()),
            "name a directory that can be written to",
        )
    };
    std::fs::create_dir_all(dir).map_err(unwritten)?;
    clap_mangen::generate_to(command, dir).map_err(unwritten)?;
    say(&format!("wrote the pages of all commands to {}", dir.display()));
    Ok(Exit::Clean)
}
