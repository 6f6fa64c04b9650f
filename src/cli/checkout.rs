//! The git checkout that the working directory lies in, as far as GitHub needs it.
//!
//! In: the working directory. Out: where in the checkout it is, and the address of `origin`. Only the
//! repository's own configuration is read: no file of the system or the user, nothing that the
//! environment says, and no command is run.

use std::path::{Component, Path, PathBuf};

/// How many directories upwards a checkout is looked for.
const MAX_DEPTH: usize = 64;
/// The longest address of a remote that is taken.
const MAX_ADDRESS: usize = 2048;

/// A checkout.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Checkout {
    /// The top of the checkout.
    top: PathBuf,
    /// The working directory's path from the top of the checkout, with `/`; empty at the top.
    pub(super) prefix: String,
    /// The address of `origin`.
    pub(super) origin: Option<String>,
}

impl Checkout {
    /// Finds the checkout around the working directory. Without one, the working directory counts as its
    /// top: that is what a downloaded archive is.
    pub(super) fn find() -> Self {
        let here = std::env::current_dir().unwrap_or_default();
        Self::around(&here).unwrap_or(Self { top: here, ..Self::default() })
    }

    fn around(here: &Path) -> Option<Self> {
        let top = here.ancestors().take(MAX_DEPTH).find(|dir| dir.join(".git").exists())?;
        let parts = here.strip_prefix(top).ok()?.components().map(|part| match part {
            Component::Normal(name) => name.to_str(),
            _ => None,
        });
        let prefix = parts.collect::<Option<Vec<_>>>()?.join("/");
        let repository = gix::open_opts(top, gix::open::Options::isolated()).ok();
        let origin =
            repository.and_then(|repository| repository.config_snapshot().string("remote.origin.url"));
        let origin = origin.and_then(|address| String::from_utf8(address.into()).ok());
        Some(Self {
            top: top.to_owned(),
            prefix,
            origin: origin.filter(|address| address.len() <= MAX_ADDRESS),
        })
    }

    /// The path of a file from the top of the checkout, or none where it lies outside of it. `file` is
    /// seen from the working directory.
    pub(super) fn path(&self, file: &Path) -> Option<String> {
        let parts = self.parts(file)?;
        (!parts.is_empty()).then(|| parts.join("/"))
    }

    /// Whether a directory is the top itself.
    pub(super) fn is_top(&self, dir: &Path) -> bool {
        self.parts(dir).is_some_and(|parts| parts.is_empty())
    }

    fn parts<'p>(&'p self, file: &'p Path) -> Option<Vec<&'p str>> {
        if file.is_absolute() {
            let inside = file.strip_prefix(&self.top).ok()?;
            return inside.components().map(|part| part.as_os_str().to_str()).collect();
        }
        let mut parts: Vec<&str> = self.prefix.split('/').filter(|part| !part.is_empty()).collect();
        for part in file.components() {
            match part {
                Component::CurDir => {}
                Component::Normal(name) => parts.push(name.to_str()?),
                Component::ParentDir => {
                    parts.pop()?;
                }
                Component::RootDir | Component::Prefix(_) => return None,
            }
        }
        Some(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_the_top() {
        let checkout = Checkout { top: "/work".into(), prefix: "live/prod".to_owned(), origin: None };
        let path = |file: &str| checkout.path(Path::new(file));
        assert_eq!(path("./main.tf").as_deref(), Some("live/prod/main.tf"));
        assert_eq!(path("../../modules/a b.tf").as_deref(), Some("modules/a b.tf"));
        assert_eq!(path("../../../x.tf"), None);
        assert_eq!(path("/etc/x.tf"), None);
        assert_eq!(path("/work/x/y.tf").as_deref(), Some("x/y.tf"));
        assert!(checkout.is_top(Path::new("../..")) && !checkout.is_top(Path::new(".")));
    }
}
