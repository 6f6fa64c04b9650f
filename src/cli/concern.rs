//! Which findings a run is asked for, where it is not for all of them.
//!
//! In: files that were named, or that changed. Out: the roots that must be judged for them, and the
//! findings that concern them. The whole tree is read all the same, and each finding that is told is
//! judged in every root that comes to its block: so a finding is the same whatever else was asked for,
//! and parts of a list of files find together what the whole list finds.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::eval::{Root, Step, Traced};
use crate::findings::{Finding, Outcome};
use crate::graph::{self, Configuration, Context};
use crate::rules::Verdict;
use crate::source::{FileId, Location, Snapshot, Sources, is_terraform};
use crate::syntax::{Workspace, without_keys};

/// How many values are followed to the files they rest on; more than that concern every file.
const MAX_TRACES: usize = 50_000;

/// Files and directories that findings may concern, by paths as the workspace has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Concern {
    /// Single files.
    pub files: BTreeSet<String>,
    /// Directories, each without those below it.
    pub dirs: BTreeSet<String>,
    /// Directories with all that is below; `.` is everything.
    pub below: BTreeSet<String>,
    /// Whether a variable file stands for the roots that are given it.
    pub inputs: bool,
}

/// What is one finding, whichever root or call led to it.
pub(super) type Place = (Arc<str>, Option<Location>, String);

/// Several subjects may point at one place: their addresses tell them apart. The module's path does
/// not count, because one source block may be reached through several calls.
pub(super) fn place(finding: &Finding) -> Place {
    let address = if finding.module.is_empty() {
        finding.address.clone()
    } else {
        let inner = finding.address.strip_prefix(&*finding.module).unwrap_or(&finding.address);
        without_keys(inner.trim_start_matches('.')).into_owned()
    };
    (Arc::clone(&finding.rule), finding.location, address)
}

fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or(".", |(dir, _)| dir)
}

fn shown(sources: &Sources, file: FileId) -> Option<String> {
    Some(sources.get(file)?.path().to_string_lossy().replace('\\', "/"))
}

impl Concern {
    /// The files that differ from those of a commit, and the modules that lost one.
    pub(super) fn changed(sources: &Sources, base: &Snapshot) -> Self {
        let mut concern = Self::default();
        let mut dirs: BTreeSet<&Path> = BTreeSet::new();
        for (_, file) in sources.iter() {
            dirs.extend(file.path().parent());
            if !base.is_same(file.path(), file.bytes()) {
                concern.files.insert(file.path().to_string_lossy().replace('\\', "/"));
            }
        }
        let gone = |path: &PathBuf| is_terraform(&path.to_string_lossy()) && path.symlink_metadata().is_err();
        let here = base.files(Path::new(""), true);
        let others = dirs.into_iter().filter(|dir| dir.starts_with("..") || dir.is_absolute());
        for path in here.chain(others.flat_map(|dir| base.files(dir, false))).filter(gone) {
            concern.dirs.insert(directory(&path.to_string_lossy().replace('\\', "/")).to_owned());
        }
        concern
    }

    /// Whether a file is among them.
    pub fn holds(&self, path: &str) -> bool {
        self.files.contains(path) || self.has_dir(directory(path))
    }

    fn has_dir(&self, dir: &str) -> bool {
        self.dirs.contains(dir)
            || self.below.contains(".")
            || Path::new(dir).ancestors().any(|dir| self.below.contains(&*dir.to_string_lossy()))
    }

    /// Whether a root that comes to these directories may have a finding that concerns it.
    fn reaches(&self, dirs: &BTreeSet<String>) -> bool {
        dirs.iter().any(|dir| self.has_dir(dir))
            || self.files.iter().any(|file| dirs.contains(directory(file)))
    }
}

/// What a run is asked for: findings that concern each of some [`Concern`]s.
pub(super) struct Selection<'a> {
    workspace: &'a Workspace,
    contexts: &'a [Context],
    concerns: Vec<Concern>,
    /// The directories that each context comes to.
    reach: Vec<BTreeSet<String>>,
    /// The files that values pass through, by root, environment and address.
    followed: RefCell<BTreeMap<Followed, BTreeSet<FileId>>>,
}

type Followed = (String, Option<Arc<str>>, String);

impl<'a> Selection<'a> {
    pub(super) fn new(workspace: &'a Workspace, contexts: &'a [Context], mut concerns: Vec<Concern>) -> Self {
        for concern in concerns.iter_mut().filter(|concern| concern.inputs) {
            for context in contexts {
                let mut files = context.inputs.variable_files.iter().chain(&context.inputs.terragrunt);
                if files.any(|file| shown(&workspace.sources, *file).is_some_and(|it| concern.holds(&it))) {
                    concern.dirs.insert(context.dir.clone());
                }
            }
        }
        let calls = if concerns.is_empty() { BTreeMap::new() } else { graph::calls(workspace) };
        let reach = contexts.iter().map(|context| reach(&context.dir, &calls)).collect();
        Self { workspace, contexts, concerns, reach, followed: RefCell::default() }
    }

    /// Whether every finding is asked for.
    pub(super) fn is_all(&self) -> bool {
        self.concerns.is_empty()
    }

    /// The contexts that must be judged at first.
    pub(super) fn first(&self) -> BTreeSet<usize> {
        let inputs = |context: &Context| {
            let files = context.inputs.variable_files.iter().chain(&context.inputs.terragrunt);
            files.filter_map(|file| shown(&self.workspace.sources, *file)).collect::<Vec<_>>()
        };
        let asked = |(context, reach): (&Context, &BTreeSet<String>)| {
            let inputs = inputs(context);
            let given = |concern: &Concern| inputs.iter().any(|file| concern.holds(file));
            self.concerns.iter().all(|concern| concern.reaches(reach) || given(concern))
        };
        let all = self.contexts.iter().zip(&self.reach).enumerate();
        all.filter(|(_, each)| asked(*each)).map(|(at, _)| at).collect()
    }

    /// The contexts that come to one of these directories.
    pub(super) fn reaching(&self, dirs: &BTreeSet<String>) -> BTreeSet<usize> {
        let installed = |at: usize, dir: &String| {
            let root = self.contexts.get(at).map_or(".", |context| &context.dir);
            let cache = if root == "." { ".terraform/".to_owned() } else { format!("{root}/.terraform/") };
            dir.starts_with(&cache)
        };
        let comes = |at: usize, reach: &BTreeSet<String>| {
            dirs.iter().any(|dir| reach.contains(dir) || installed(at, dir))
        };
        self.reach.iter().enumerate().filter(|(at, reach)| comes(*at, reach)).map(|(at, _)| at).collect()
    }

    /// The directories that findings asked for concern, of those of one configuration; and the places of
    /// these findings.
    pub(super) fn asked(
        &self,
        configuration: &Configuration,
        findings: &[Finding],
        origins: &Origins,
    ) -> (BTreeSet<Place>, BTreeSet<String>) {
        let mut places = BTreeSet::new();
        let mut dirs = BTreeSet::new();
        for finding in findings {
            let files = self.files(configuration, finding, origins);
            let held = |concern: &Concern| files.iter().any(|file| concern.holds(file));
            let missing: Vec<&Concern> = self.concerns.iter().filter(|concern| !held(concern)).collect();
            let open = matches!(finding.outcome, Outcome::Fail | Outcome::Undetermined);
            let asked = missing.is_empty()
                || (open && missing.iter().all(|concern| !concern.files.is_empty()) && {
                    let more = self.followed(configuration, finding);
                    more.is_none_or(|more| {
                        missing.iter().all(|concern| more.iter().any(|file| concern.holds(file)))
                    })
                });
            if asked {
                places.insert(place(finding));
                dirs.extend(files.iter().map(|file| directory(file).to_owned()));
            }
        }
        (places, dirs)
    }

    /// The files that a finding concerns: its block's, those of the literals that decided it in any
    /// instance, and those of the module calls that lead to it. One about a whole configuration concerns
    /// all of that.
    fn files(&self, configuration: &Configuration, finding: &Finding, origins: &Origins) -> BTreeSet<String> {
        let mut files: BTreeSet<FileId> = BTreeSet::new();
        files.extend(finding.location.map(|at| at.file));
        match finding.block {
            None => files.extend(&configuration.files),
            Some(block) => {
                files.insert(block.file);
                for instance in finding.instances() {
                    let module = configuration.find(instance).and_then(|id| configuration.get(id));
                    let calls = module.and_then(|it| configuration.calls.get(&it.module));
                    files.extend(calls.into_iter().flatten().map(|call| call.file));
                }
            }
        }
        let key = (Arc::clone(&finding.rule), finding.block);
        files.extend(origins.get(&key).into_iter().flatten());
        files.into_iter().filter_map(|file| shown(&self.workspace.sources, file)).collect()
    }

    /// Every file that the values of a finding pass through; none where too many were followed already.
    fn followed(&self, configuration: &Configuration, finding: &Finding) -> Option<BTreeSet<String>> {
        let mut files = BTreeSet::new();
        let mut followed = self.followed.borrow_mut();
        for attribute in finding.why.iter().filter_map(|seen| seen.attribute.as_ref()) {
            let environment = configuration.inputs.environment.clone();
            let key = (configuration.root.clone(), environment, attribute.clone());
            if followed.len() >= MAX_TRACES && !followed.contains_key(&key) {
                return None;
            }
            let passed = followed.entry(key).or_insert_with(|| {
                let root = Root::with(self.workspace, &configuration.root, configuration.inputs.clone());
                let mut passed = BTreeSet::new();
                if let Traced::Found(step) = graph::trace(root, attribute) {
                    steps(&step, &mut passed);
                }
                passed
            });
            files.extend(passed.iter().copied());
        }
        Some(files.into_iter().filter_map(|file| shown(&self.workspace.sources, file)).collect())
    }

    /// Whether something that stands in a file is asked for.
    pub(super) fn holds(&self, path: &str) -> bool {
        self.concerns.iter().all(|concern| concern.holds(path))
    }
}

fn steps(step: &Step, files: &mut BTreeSet<FileId>) {
    files.extend(step.at.iter().chain(&step.written).map(|at| at.file));
    for below in &step.below {
        steps(below, files);
    }
}

/// The directories that a root comes to by local calls, its own among them.
fn reach(dir: &str, calls: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut pending = vec![dir];
    while let Some(dir) = pending.pop() {
        if reached.insert(dir.to_owned()) {
            pending.extend(calls.get(dir).into_iter().flatten().map(String::as_str));
        }
    }
    reached
}

/// The files that decided what a rule says of a block, in all of its instances.
pub(super) type Origins = BTreeMap<(Arc<str>, Option<Location>), BTreeSet<FileId>>;

pub(super) fn origins(verdicts: &[Verdict], configuration: &Configuration) -> Origins {
    let mut origins = Origins::new();
    let placed = |verdict: &&Verdict| verdict.evidence.iter().any(|seen| seen.origin.is_some());
    for verdict in verdicts.iter().filter(placed) {
        let block = verdict.resource.and_then(|id| configuration.get(id)).map(|it| it.header);
        let key = (Arc::clone(&verdict.rule.info.id), block);
        let files = verdict.evidence.iter().filter_map(|seen| seen.origin).map(|at| at.file);
        origins.entry(key).or_default().extend(files);
    }
    origins
}
