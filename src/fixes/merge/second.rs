//! Whether a companion would be a second one.
//!
//! A block that is added beside the subject goes with every instance of the subject: those of other
//! module calls, of other keys, and in other roots. One that has a companion of that type already,
//! such as a bucket with a policy where its module is called, would get two that undo each other.

use crate::graph::{Configuration, Resource, ResourceId};
use crate::schema;
use crate::source::Span;
use crate::syntax::ast::{Attribute, Block};

use super::{Context, MergeError, alike};

/// Attributes that tell several companions of one type apart.
const APART: [&str; 2] = ["name", "method_path"];

/// Refuses `stated`, which the module does not have, where an instance of the subject has its like.
pub(super) fn refuse(context: &Context<'_>, subject: Block<'_>, stated: Block<'_>) -> Result<(), MergeError> {
    let Some(kind) = stated.label(0).filter(|_| stated.kind() == "resource") else { return Ok(()) };
    // A template that leaves out what the type requires speaks of a block that is there.
    let lacks = |name: &str| stated.body().attribute(name).is_none();
    if schema::resource(kind)
        .is_some_and(|block| block.attributes().any(|(name, it)| it.required && lacks(name)))
    {
        return Err(MergeError::Elsewhere(format!("{kind}.{}", stated.label(1).unwrap_or_default())));
    }
    let pointing = pointing(context, subject, stated);
    let concerned =
        |it: &&&Configuration| it.files.contains(&context.resource.file) && !it.of_kind(kind).is_empty();
    for configuration in context.every.iter().filter(concerned) {
        for (id, instance) in alike(configuration, context.resource) {
            for attribute in &pointing {
                let found = companion(context, configuration, (id, kind, attribute), stated);
                if let Some((companion, has)) = found {
                    return Err(MergeError::Second {
                        instance: instance.address.clone(),
                        has,
                        companion: companion.address.clone(),
                        kind: kind.to_owned(),
                    });
                }
            }
        }
    }
    Ok(())
}

/// The attributes by which a stated block points at the subject.
fn pointing<'s>(context: &'s Context<'_>, subject: Block<'_>, stated: Block<'s>) -> Vec<&'s str> {
    let name = format!("{}.{}", subject.label(0).unwrap_or_default(), subject.label(1).unwrap_or_default());
    let points = |span: Span| {
        let rest = context.rendered.slice(span).strip_prefix(&name);
        rest.is_some_and(|rest| rest.starts_with(['.', '[']))
    };
    let attributes = stated.body().attributes();
    let pointing = attributes.filter(|attribute| points(context.rendered.span(attribute.expr())));
    pointing.map(Attribute::name).collect()
}

/// A resource that points at an instance as the stated one would, and whether that is sure.
fn companion<'c>(
    context: &Context<'_>,
    configuration: &'c Configuration,
    (id, kind, attribute): (ResourceId, &str, &str),
    stated: Block<'_>,
) -> Option<(&'c Resource, &'static str)> {
    let apart = |other: &Resource| {
        APART.iter().any(|name| {
            let here = stated
                .body()
                .attribute(name)
                .map(|it| context.rendered.slice(context.rendered.span(it.expr())));
            let there = other.values.get(name).and_then(|value| value.as_str());
            here.zip(there).is_some_and(|(here, there)| here.trim_matches('"') != there)
        })
    };
    let referrers = configuration.referrers(id, kind, attribute);
    let sure = referrers.definite.iter().map(|id| (*id, "has"));
    let possible = referrers.possible.iter().map(|(id, _)| (*id, "may have"));
    sure.chain(possible)
        .filter_map(|(id, has)| Some((configuration.get(id)?, has)))
        .find(|(other, _)| !apart(other))
}
