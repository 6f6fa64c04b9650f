//! What can be said of rules, templates and fixtures without judging any: names that the provider
//! does not know, stems that stand alone, lists that no fixture leaves out.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use crate::eval::{Data, Value};
use crate::fixes;
use crate::rules::{self, Rule};
use crate::schema;
use crate::source::{self, FixtureFile};
use crate::syntax::ast::{Block, Body};

/// Attributes that steer Terraform itself and stand in no schema.
const META: [&str; 6] = ["count", "for_each", "provider", "depends_on", "lifecycle", "dynamic"];

/// Pages about the rules, which lie beside them.
const PAGES: [&str; 2] = ["README.md", "ALIASES.md"];

/// Templates and fixtures of no rule, and fixtures that every rule needs.
pub(super) fn orphans(
    dir: &Path,
    ids: &BTreeSet<String>,
    fixtures: &[FixtureFile],
    wanted: &dyn Fn(&str) -> bool,
) -> Vec<String> {
    let mut failures = Vec::new();
    for (tree, ending) in [("rules", ".hcl"), ("templates", ".tf.tera")] {
        for id in source::stems(&dir.join(tree), ending) {
            if wanted(&id) && !ids.contains(&id) && !PAGES.contains(&id.as_str()) {
                failures.push(format!("{tree}/{id}: there is no rule of that id"));
            }
        }
    }
    for stem in source::stems(&dir.join("fixtures"), "") {
        let parts: Vec<&str> = stem.split('/').collect();
        if parts.len() < 4 && !stem.starts_with('_') {
            failures.push(format!("fixtures/{stem}: fixtures stand in cloud/service/name/"));
        }
    }
    let tested: BTreeSet<&str> = fixtures.iter().map(|fixture| fixture.rule.as_str()).collect();
    for rule in &tested {
        if !ids.contains(*rule) {
            failures.push(format!("fixtures/{rule}: there is no rule of that id"));
        }
    }
    for fixture in fixtures {
        let failing = fixture.case.strip_prefix("fixed").map(|suffix| format!("fail{suffix}"));
        let has = |case: &String| fixtures.iter().any(|it| it.rule == fixture.rule && it.case == *case);
        if let Some(failing) = failing.filter(|case| !has(case)) {
            failures.push(format!("fixtures/{}/{}: there is no {failing}", fixture.rule, fixture.case));
        }
    }
    for id in ids.iter().filter(|id| wanted(id)) {
        let has = |prefix: &str| {
            fixtures.iter().any(|fixture| fixture.rule == *id && fixture.case.starts_with(prefix))
        };
        for needed in ["fail", "pass", "unknown"] {
            if !has(needed) {
                failures.push(format!("fixtures/{id}: a fixture whose name begins with {needed} is missing"));
            }
        }
    }
    failures
}

/// Attributes that a rule reads from `self`, or asks other resources for, and that no schema has.
pub(super) fn unknown_attributes(rule: &Rule) -> Vec<String> {
    let schemas: Vec<_> = rule.resources.iter().filter_map(|kind| schema::resource(kind)).collect();
    let id = &rule.info.id;
    if schemas.len() < rule.resources.len() {
        return vec![format!("rules/{id}.hcl: a resource type is in no schema")];
    }
    let mut failures: Vec<String> = rules::reads(rule)
        .into_iter()
        .filter(|path| {
            let own = path.first().is_some_and(|name| matches!(name.as_str(), "address" | "label"));
            let past = || {
                rule.resources
                    .iter()
                    .any(|kind| schema::until(&format!("{kind}.{}", path.join("."))).is_some())
            };
            !own && !schemas.iter().any(|schema| has(schema, path)) && !past()
        })
        .map(|path| format!("rules/{id}.hcl: self.{} is in no schema of its resource types", path.join(".")))
        .collect();
    for (kind, attribute) in rules::asks(rule) {
        let path: Vec<String> = attribute.split('.').map(str::to_owned).collect();
        let known = schema::resource(&kind).or_else(|| schema::data(&kind));
        if !known.is_some_and(|schema| attribute.is_empty() || has(&schema, &path)) {
            failures.push(format!("rules/{id}.hcl: {kind} {attribute} is in no schema"));
        }
    }
    failures
}

/// Whether a path of names leads through a schema; what lies inside an attribute is its own affair.
fn has(schema: &schema::Block, path: &[String]) -> bool {
    let Some((name, rest)) = path.split_first() else { return true };
    schema.attribute(name).is_some() || schema.block(name).is_some_and(|nested| has(&nested.block, rest))
}

/// Attributes and blocks that a template writes and that the provider does not know. Both sides of
/// every `{% if %}` are looked at.
pub(super) fn unknown_in_template(rule: &Rule) -> Vec<String> {
    let Some(template) = &rule.template else { return Vec::new() };
    let name = format!("templates/{}.tf.tera", rule.info.id);
    let text = rules::without_tags(template);
    let document = fixes::template::read(&name, &text);
    let mut failures = Vec::new();
    // The schemas are those of resources: what a provider block takes is left to `terraform validate`.
    let mut found = document.body().blocks_of("provider").next().is_some();
    for block in document.body().blocks_of("resource") {
        found = true;
        let kind = block.label(0).unwrap_or("");
        let kinds: Vec<&str> = if kind == rules::PLACEHOLDER {
            rule.resources.iter().map(|kind| &**kind).collect()
        } else {
            vec![kind]
        };
        let schemas: Vec<Arc<schema::Block>> =
            kinds.iter().filter_map(|kind| schema::resource(kind)).collect();
        if schemas.is_empty() {
            failures.push(format!("{name}: {kind} is in no schema"));
            continue;
        }
        let schemas: Vec<&schema::Block> = schemas.iter().map(|schema| &**schema).collect();
        unknown_in(block.body(), &schemas, &format!("{name}: {}", kinds.join(", ")), &mut failures);
    }
    if !found {
        failures.push(format!("{name}: no resource or provider block can be read in it"));
    }
    failures
}

fn unknown_in(body: Body<'_>, schemas: &[&schema::Block], path: &str, failures: &mut Vec<String>) {
    for attribute in body.attributes() {
        let name = attribute.name();
        let known = schemas.iter().any(|schema| schema.attribute(name).is_some());
        // `path` ends in the type, where it is one: older providers may have had the name.
        let kind = path.rsplit(' ').next().unwrap_or(path);
        let had = || schema::until(&format!("{kind}.{name}")).is_some();
        if !known && !META.contains(&name) && !had() {
            failures.push(format!("{path} has no attribute {name}"));
        }
    }
    for block in body.blocks() {
        let (kind, inner) = unwrapped(block);
        let Some(inner) = inner else { continue };
        let nested: Vec<&schema::Block> =
            schemas.iter().filter_map(|schema| schema.block(kind)).map(|nested| &*nested.block).collect();
        // Blocks may be written for an attribute that holds a list of objects.
        let attribute = schemas.iter().any(|schema| schema.attribute(kind).is_some());
        if !nested.is_empty() {
            unknown_in(inner, &nested, &format!("{path} {kind}"), failures);
        } else if !attribute && !META.contains(&kind) {
            failures.push(format!("{path} has no block {kind}"));
        }
    }
}

/// A block, or what a `dynamic` block makes.
fn unwrapped(block: Block<'_>) -> (&str, Option<Body<'_>>) {
    match (block.kind(), block.label(0)) {
        ("dynamic", Some(kind)) => (kind, block.body().blocks_of("content").next().map(Block::body)),
        (kind, _) => (kind, Some(block.body())),
    }
}

/// Whether an optional list of the subject is not there.
pub(super) fn is_absent(values: &Value, path: &[String]) -> bool {
    let Some((name, rest)) = path.split_first() else { return false };
    let Some(value) = values.get(name) else { return true };
    match &value.data {
        Data::Null(_) => true,
        Data::Sequence(sequence) => match sequence.items.first() {
            None => true,
            Some(first) => !rest.is_empty() && is_absent(first, rest),
        },
        Data::Mapping(_) => is_absent(value, rest),
        _ => false,
    }
}

/// The lists of the subject that a rule walks over and that may be left out.
pub(super) fn lists(rule: &Rule) -> BTreeSet<Vec<String>> {
    let required = |path: &Vec<String>| {
        rule.resources.iter().all(|kind| {
            let schema = schema::resource(kind);
            path.len() == 1
                && schema.is_some_and(|schema| {
                    let name = path.first().map_or("", String::as_str);
                    schema.attribute(name).is_some_and(|it| it.required)
                        || schema.block(name).is_some_and(|it| it.min.unwrap_or(0) > 0)
                })
        })
    };
    rules::walks(rule).into_iter().filter(|path| !required(path)).collect()
}
