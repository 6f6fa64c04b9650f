//! A directory of one test's own, and the binary run in it.

#![allow(clippy::unwrap_used, dead_code, reason = "helpers of tests, not all used by each")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A directory of one test's own, gone with it.
pub struct Dir(pub PathBuf);

impl Dir {
    pub fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        let start = Instant::now();
        let output = self.command(arguments).output().unwrap();
        let ran = Ran::new(&output);
        assert!(start.elapsed() < Duration::from_secs(60), "took {:?}", start.elapsed());
        assert!(!ran.all().contains("panicked"), "{}", ran.all());
        ran
    }

    /// What is said where these answers are typed.
    pub fn run_with(&self, arguments: &[&str], answers: &str) -> Ran {
        let piped = || Stdio::piped();
        let mut command = self.command(arguments);
        let mut child = command.stdin(piped()).stdout(piped()).stderr(piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(answers.as_bytes()).unwrap();
        Ran::new(&child.wait_with_output().unwrap())
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trueup"));
        command.args(arguments).current_dir(&self.0).stdin(Stdio::null()).env("COLUMNS", "120");
        command
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn new(output: &Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    pub fn all(&self) -> String {
        format!("{}{}", self.out, self.err)
    }

    /// The status is `code`, and each of `texts` was said.
    #[track_caller]
    pub fn said(&self, code: i32, texts: &[&str]) {
        let all = self.all();
        assert_eq!(self.code, Some(code), "{all}");
        for text in texts {
            assert!(all.contains(text), "{text:?} is missing in\n{all}");
        }
    }
}
