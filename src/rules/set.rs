//! The rules of a run, parsed only when they are needed.
//!
//! In: the texts embedded by the build script, and those of `--rules DIR`. Out: rules by resource
//! type, and a digest that names the set.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use crate::eval::Value;
use crate::findings::Severity;

use super::load::{RuleError, load};
use super::model::{Rule, RuleScopeKind};

mod table {
    include!(concat!(env!("OUT_DIR"), "/rules.rs"));
}

type Loaded = Result<Arc<Rule>, Vec<RuleError>>;

#[derive(Clone, Debug)]
struct Entry {
    id: Arc<str>,
    text: Arc<str>,
    template: Option<Arc<str>>,
    /// The directory that holds `rules/` and `templates/`; empty for trueup's own.
    dir: Arc<str>,
    /// How bad a failure is; none where the rule can't be read.
    severity: Option<Severity>,
    loaded: OnceLock<Loaded>,
}

/// A rule that can't be loaded: it judges nothing, and must be reported.
#[derive(Clone, Debug)]
pub struct BrokenRule {
    /// Its id.
    pub id: Arc<str>,
    /// The file with the first error.
    pub file: String,
    /// That file's text.
    pub text: Arc<str>,
    /// What is wrong; at least one.
    pub errors: Vec<RuleError>,
}

/// Rules by id, with an index by resource type.
#[derive(Clone, Debug)]
pub struct RuleSet {
    entries: Vec<Entry>,
    by_kind: BTreeMap<String, Vec<usize>>,
    estate: Vec<usize>,
    /// Those that were read when they were added, and could not be: no type is known for them.
    broken: Vec<usize>,
    /// What rules see as `setting`: an object.
    settings: Value,
}

impl Default for RuleSet {
    fn default() -> Self {
        let settings = Value::object([]);
        Self {
            entries: Vec::new(),
            by_kind: BTreeMap::new(),
            estate: Vec::new(),
            broken: Vec::new(),
            settings,
        }
    }
}

impl RuleSet {
    /// Gives the rules the settings that they may ask for.
    pub fn set_settings(&mut self, settings: &serde_json::Value) {
        self.settings = crate::eval::json::from_json(settings);
    }

    /// What rules see as `setting`.
    pub fn settings(&self) -> &Value {
        &self.settings
    }

    /// A set without rules.
    pub fn empty() -> Self {
        Self::default()
    }

    /// The rules in the binary. None is parsed yet: their index was made at build time.
    pub fn embedded() -> Self {
        let mut set = Self::default();
        for (id, text, template, severity) in table::RULES {
            set.entries.push(Entry {
                id: (*id).into(),
                text: (*text).into(),
                template: template.map(Arc::from),
                dir: "".into(),
                severity: Severity::from_name(severity),
                loaded: OnceLock::new(),
            });
        }
        for (kind, indexes) in table::BY_KIND {
            set.by_kind.insert((*kind).to_owned(), indexes.to_vec());
        }
        set.estate = table::ESTATE.to_vec();
        set
    }

    /// Adds a rule, or replaces the one of the same id. It is read at once: its types are needed.
    /// One that can't be read is kept as its errors: see [`broken`](Self::broken).
    pub fn add(&mut self, dir: &str, id: &str, text: &str, template: Option<&str>) {
        let loaded = load(id, text, template).map(Arc::new);
        let entry = Entry {
            id: id.into(),
            text: text.into(),
            template: template.map(Arc::from),
            dir: dir.into(),
            severity: loaded.as_ref().ok().map(|rule| rule.info.severity),
            loaded: OnceLock::from(loaded.clone()),
        };
        let old = self.entries.iter().position(|each| &*each.id == id);
        let at = old.unwrap_or(self.entries.len());
        match self.entries.get_mut(at) {
            Some(slot) => *slot = entry,
            None => self.entries.push(entry),
        }
        self.estate.retain(|each| *each != at);
        self.broken.retain(|each| *each != at);
        for list in self.by_kind.values_mut() {
            list.retain(|each| *each != at);
        }
        match loaded {
            Err(_) => self.broken.push(at),
            Ok(rule) => {
                if rule.scope == RuleScopeKind::Estate {
                    self.estate.push(at);
                }
                for kind in &rule.resources {
                    self.by_kind.entry(kind.to_string()).or_default().push(at);
                }
            }
        }
    }

    /// The rules that were needed so far and can't be read, by id.
    pub fn broken(&self) -> Vec<BrokenRule> {
        let used = self.by_kind.values().flatten().chain(&self.estate).chain(&self.broken);
        let used: BTreeSet<usize> = used.copied().collect();
        let mut broken: Vec<BrokenRule> = used
            .into_iter()
            .filter_map(|at| {
                let entry = self.entries.get(at)?;
                let errors = entry.loaded.get()?.as_ref().err()?.clone();
                let first = errors.first()?;
                let template = entry.template.as_ref().filter(|_| first.template);
                Some(BrokenRule {
                    id: Arc::clone(&entry.id),
                    file: format!("{}{}", entry.dir, first.file()),
                    text: Arc::clone(template.unwrap_or(&entry.text)),
                    errors,
                })
            })
            .collect();
        broken.sort_by(|a, b| a.id.cmp(&b.id));
        broken
    }

    fn loaded(&self, at: usize) -> Option<&Loaded> {
        let entry = self.entries.get(at)?;
        Some(
            entry
                .loaded
                .get_or_init(|| load(&entry.id, &entry.text, entry.template.as_deref()).map(Arc::new)),
        )
    }

    fn sorted(&self, indexes: &[usize]) -> Vec<Loaded> {
        let mut indexes = indexes.to_vec();
        indexes.sort_by_key(|at| self.entries.get(*at).map(|entry| Arc::clone(&entry.id)));
        indexes.into_iter().filter_map(|at| self.loaded(at).cloned()).collect()
    }

    /// The rules over a resource type, by id. Those that can't be read are then [`broken`](Self::broken).
    pub fn rules_for(&self, kind: &str) -> Vec<Arc<Rule>> {
        let loaded = self.sorted(self.by_kind.get(kind).map_or(&[], Vec::as_slice));
        loaded.into_iter().filter_map(Result::ok).collect()
    }

    /// The rules over a whole configuration, by id. Those that can't be read are then [`broken`](Self::broken).
    pub fn estate_rules(&self) -> Vec<Arc<Rule>> {
        self.sorted(&self.estate).into_iter().filter_map(Result::ok).collect()
    }

    /// Every rule, by id; reads them all.
    pub fn all(&self) -> Vec<Loaded> {
        self.sorted(&(0..self.entries.len()).collect::<Vec<_>>())
    }

    /// One rule.
    pub fn get(&self, id: &str) -> Option<Loaded> {
        let at = self.entries.iter().position(|entry| &*entry.id == id)?;
        self.loaded(at).cloned()
    }

    /// Whether some rule judges this type, or asks about it while it judges another: a bucket's versioning.
    /// Rules that were not chosen count too. Any that names the type does, so that none has to be read.
    pub fn knows(&self, kind: &str) -> bool {
        let named = format!("\"{kind}\"");
        let judged = self.by_kind.get(kind).is_some_and(|list| !list.is_empty());
        judged || self.entries.iter().any(|entry| entry.text.contains(&named))
    }

    /// The ids, sorted.
    pub fn ids(&self) -> Vec<Arc<str>> {
        let mut ids: Vec<Arc<str>> = self.entries.iter().map(|entry| Arc::clone(&entry.id)).collect();
        ids.sort();
        ids
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The texts of a rule and of its template.
    pub fn texts(&self, id: &str) -> Option<(&str, Option<&str>)> {
        let entry = self.entries.iter().find(|entry| &*entry.id == id)?;
        Some((&entry.text, entry.template.as_deref()))
    }

    /// A set of this one rule alone.
    #[must_use]
    pub fn only(&self, id: &str) -> Self {
        let mut set = Self { settings: self.settings.clone(), ..Self::default() };
        if let Some((text, template)) = self.texts(id) {
            set.add("", id, text, template);
        }
        set
    }

    /// How bad a failure of a rule is; none where there is no such rule, or it can't be read.
    pub fn severity(&self, id: &str) -> Option<Severity> {
        self.entries.iter().find(|entry| &*entry.id == id)?.severity
    }

    /// Keeps the rules at least this severe, and those that can't be read.
    pub fn keep_severe(&mut self, least: Severity) {
        let severe = |entry: &Entry| entry.severity.is_none_or(|severity| severity >= least);
        let kept: Vec<bool> = self.entries.iter().map(severe).collect();
        self.keep_these(&kept);
    }

    /// Keeps the rules whose id `wanted` accepts; whether there is any.
    pub fn keep(&mut self, wanted: impl Fn(&str) -> bool) -> bool {
        let kept: Vec<bool> = self.entries.iter().map(|entry| wanted(&entry.id)).collect();
        self.keep_these(&kept)
    }

    fn keep_these(&mut self, kept: &[bool]) -> bool {
        let stays = |at: &usize| kept.get(*at).copied().unwrap_or(false);
        for list in self.by_kind.values_mut() {
            list.retain(stays);
        }
        self.by_kind.retain(|_, list| !list.is_empty());
        self.estate.retain(stays);
        self.broken.retain(stays);
        kept.contains(&true)
    }

    /// Identity of the set: 16 hexadecimal digits (64-bit FNV-1a) over ids and texts.
    pub fn digest(&self) -> String {
        let mut entries: Vec<&Entry> = self.entries.iter().collect();
        entries.sort_by(|a, b| a.id.cmp(&b.id));
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        for entry in entries {
            for part in [&*entry.id, "\0", &*entry.text, "\0", entry.template.as_deref().unwrap_or(""), "\0"]
            {
                for byte in part.bytes() {
                    hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
                }
            }
        }
        format!("{hash:016x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_knows_each_severity() {
        let rules = RuleSet::embedded();
        for rule in rules.all().into_iter().flatten() {
            assert_eq!(rules.severity(&rule.info.id), Some(rule.info.severity), "{}", rule.info.id);
        }
    }
}
