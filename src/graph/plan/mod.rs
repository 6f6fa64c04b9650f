//! A plan to a [`Configuration`].
//!
//! In: a [`Plan`]. Out: the same resources that evaluating the Terraform files would give, so that
//! nothing after this module asks which of the two was read. Terraform has evaluated already; what
//! is left is to type the values, to say what is unknown, and to find what the unknown refers to.

mod references;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value as Json;

use crate::eval::Reference;
use crate::schema;
use crate::source::{FileId, Location, SourceFile};
use crate::syntax::{Change, Plan};

use super::build::{MAX_RESOURCES, finish};
use super::{Configuration, Key, Mode, Resource};

use references::Resolver;
use values::Reader;

/// The resources of a plan.
pub fn plan_configuration(plan: &Plan<'_>, file: FileId, source: &SourceFile) -> Configuration {
    let mut configuration = Configuration {
        root: source.path().to_string_lossy().into_owned(),
        anchor: Some(Location::new(file, plan.start)),
        ..Configuration::default()
    };
    configuration.files.insert(file);
    let mut planned: Vec<(&Change<'_>, Json)> = Vec::new();
    for change in plan.changes.iter().filter(|change| !change.gone) {
        if planned.len() >= MAX_RESOURCES {
            let message =
                format!("the plan has more than the {MAX_RESOURCES} resource instances that are judged");
            configuration.problems.push((message, None));
            break;
        }
        let after = json(change.after);
        if after.is_object() {
            planned.push((change, after));
        }
    }
    let values: BTreeMap<&str, &Json> =
        planned.iter().map(|(change, after)| (&*change.address, after)).collect();
    let modules: BTreeSet<&str> = planned.iter().map(|(change, _)| &*change.module).collect();
    let resolver = Resolver::new(plan.configuration.as_ref(), values, modules);
    let resources = planned.iter().map(|(change, after)| resource(change, after, &resolver, file)).collect();
    configuration.resources = resources;
    finish(configuration)
}

fn json(raw: Option<&serde_json::value::RawValue>) -> Json {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or(Json::Null)
}

fn resource(change: &Change<'_>, after: &Json, resolver: &Resolver<'_>, file: FileId) -> Resource {
    let schema = if change.data { schema::data(&change.kind) } else { schema::resource(&change.kind) };
    let place = resolver.place(change);
    let reader = Reader { resolver, place: &place, address: &change.address };
    let unknown = json(change.after_unknown);
    let sensitive = json(change.after_sensitive);
    let mut values = reader.block(
        after,
        &unknown,
        &sensitive,
        place.config.map(|config| &config.expressions),
        schema.as_deref(),
        "",
    );
    let address: Arc<str> = Arc::from(&*change.address);
    values.mark.reference = Some(Arc::new(Reference { address: Arc::clone(&address), attribute: "".into() }));
    let header = Location::new(file, change.span);
    Resource {
        address,
        module: Arc::from(&*change.module),
        mode: if change.data { Mode::Data } else { Mode::Managed },
        kind: Arc::from(&*change.kind),
        name: Arc::from(&*change.name),
        key: match &change.index {
            Some(Json::Number(number)) => number.as_u64().map_or(Key::Unknown, Key::Index),
            Some(Json::String(name)) => Key::Name(Arc::from(name.as_str())),
            _ => Key::None,
        },
        values,
        file,
        block: None,
        header,
        span: change.span,
        uncertain: None,
    }
}

#[cfg(test)]
mod tests;
