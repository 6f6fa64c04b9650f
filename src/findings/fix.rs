//! A fix as it is offered: what it promises and the edits that keep the promise.

use crate::source::{FileId, Span};

/// Who must look before a fix is applied. Ordered: what may be applied alone comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Applicability {
    /// Needs an input that only a person has. Never written.
    Manual,
    /// A person should look first: the rule's caution says why.
    Review,
    /// Apply it.
    Auto,
}

/// What `terraform apply` does with the fix. Ordered from harmless to destructive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Changes the resource in place.
    Update,
    /// Adds a resource.
    Create,
    /// Destroys the resource and makes a new one.
    Replace,
    /// Destroys the resource with the data in it.
    DestroysData,
}

/// Replaces the bytes of `span` by `text`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The file.
    pub file: FileId,
    /// The bytes that go; empty to insert.
    pub span: Span,
    /// The text that comes.
    pub text: String,
}

/// A fix for one finding.
#[derive(Clone, Debug)]
pub struct Fix {
    /// What it does, for people.
    pub title: String,
    /// Who must look.
    pub applicability: Applicability,
    /// What apply does.
    pub effect: Effect,
    /// What to look out for.
    pub caution: Option<String>,
    /// The edits, ordered by file and offset, none overlapping. Empty for advice.
    pub edits: Vec<Edit>,
    /// Whether the patched tree was evaluated again and passed. `false` only with `reason`.
    pub proved: bool,
    /// Why there is no proof, or why its edits are not shown.
    pub reason: Option<String>,
    /// The setting that would complete it.
    pub needs: Option<String>,
}

macro_rules! names {
    ($type:ident { $($variant:ident = $name:literal),+ $(,)? }) => {
        impl $type {
            /// The name in rules and reports.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// From the name in rules and options.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }

            /// Every name, for messages.
            pub const NAMES: &'static [&'static str] = &[$($name),+];
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}
pub(super) use names;

names!(Applicability { Manual = "manual", Review = "review", Auto = "auto" });
names!(Effect { Update = "update", Create = "create", Replace = "replace", DestroysData = "destroys-data" });
