//! A plan to a [`Configuration`].
//!
//! In: a [`Plan`], and where it is known what it was made from. Out: the same resources that evaluating
//! the Terraform files would give, so that nothing after this module asks which of the two was read.
//! Terraform has evaluated already; what is left is to type the values, to say what is unknown, to find
//! what the unknown refers to, and to lead each instance back to its block.

mod blocks;
mod join;
mod references;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use foldhash::HashMap;
use rayon::prelude::*;
use serde_json::value::RawValue;

use crate::eval::Reference;
use crate::schema;
use crate::source::{Location, Problem, SourceFile};
use crate::syntax::{Change, Json, Plan, Side};

use super::build::{MAX_RESOURCES, finish};
use super::{Configuration, Key, Mode, Resource};

pub use blocks::Blocks;
pub use join::{joined, patched};

use references::Resolver;
use values::{Met, Reader};

/// Which of the three pictures a plan holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// As the last apply left it, before anything was changed outside Terraform.
    Applied,
    /// As it is.
    Now,
    /// As it will be.
    Planned,
}

/// The resources of a plan at one moment. What does not differ from `planned`, the same plan's at another
/// one, is taken over from there and shares its values.
pub fn plan_configuration(
    plan: &Plan<'_>,
    source: &SourceFile,
    moment: Moment,
    blocks: Option<&Blocks<'_>>,
    planned: Option<&Configuration>,
) -> Configuration {
    let mut configuration = Configuration {
        root: source.path().to_string_lossy().into_owned(),
        anchor: Some(Location::new(plan.file, plan.start)),
        ..Configuration::default()
    };
    configuration.files.insert(plan.file);
    let drifted: HashMap<&str, &Change<'_>> = match moment {
        Moment::Applied => plan.drift.iter().map(|change| (&*change.address, change)).collect(),
        Moment::Now | Moment::Planned => HashMap::default(),
    };
    let mut chosen = sides(plan, moment, &drifted);
    if chosen.len() > MAX_RESOURCES {
        let message =
            format!("the plan has more than the {MAX_RESOURCES} resource instances that are judged");
        configuration.problems.push(Problem::unjudged(message, None));
        chosen.truncate(MAX_RESOURCES);
    }
    let resolver = resolver(plan, &chosen);
    configuration.resources = chosen
        .par_iter()
        .map_init(Met::default, |met, (change, side)| {
            let known = planned.filter(|_| !drifted.contains_key(&*change.address) && change.stays_as(side));
            let known = known.and_then(|planned| planned.get(planned.find(&change.address)?));
            known.cloned().or_else(|| resource(plan, change, *side, &resolver, blocks, met))
        })
        .flatten_iter()
        .collect();
    configuration.files.extend(configuration.resources.iter().map(|resource| resource.file));
    if moment == Moment::Planned && blocks.is_some() {
        configuration.problems.extend(lost(&configuration));
    }
    finish(configuration)
}

fn resolver<'p>(plan: &'p Plan<'_>, chosen: &[(&'p Change<'_>, Side<'p>)]) -> Resolver<'p> {
    let values: BTreeMap<&str, &RawValue> =
        chosen.iter().map(|(change, side)| (&*change.address, side.values)).collect();
    let modules: BTreeSet<&str> = chosen.iter().map(|(change, _)| &*change.module).collect();
    Resolver::new(plan.configuration.as_ref(), values, modules)
}

/// The instances that exist at a moment, each with its values then; `drifted` are those that differ from
/// what the plan's changes start from.
fn sides<'p, 'a>(
    plan: &'p Plan<'a>,
    moment: Moment,
    drifted: &HashMap<&str, &'p Change<'a>>,
) -> Vec<(&'p Change<'a>, Side<'a>)> {
    let then = |change: &Change<'a>| match moment {
        Moment::Planned => change.after,
        Moment::Now | Moment::Applied => change.before,
    };
    let stays = |change: &&Change<'a>| !drifted.contains_key(&*change.address);
    let all = plan.changes.iter().filter(stays).chain(drifted.values().copied());
    all.filter_map(|change| Some((change, then(change)?))).collect()
}

/// Says which instances have no block in the sources that were given.
fn lost(configuration: &Configuration) -> Option<Problem> {
    let mut lost = configuration.resources.iter().filter(|resource| resource.block.is_none());
    let first = lost.next()?;
    let more = match lost.count() {
        0 => String::new(),
        more => format!(" and {more} more of the plan"),
    };
    let message = format!(
        "{}{more} can't be found in the plan's sources: they are not those it was made from",
        first.address
    );
    Some(Problem::refused(message, Some(first.header)))
}

fn resource<'a>(
    plan: &Plan<'_>,
    change: &'a Change<'_>,
    side: Side<'a>,
    resolver: &Resolver<'_>,
    blocks: Option<&Blocks<'_>>,
    met: &Met<'a>,
) -> Option<Resource> {
    let schema = if change.data { schema::data(&change.kind) } else { schema::resource(&change.kind) };
    let place = resolver.place(change);
    let reader = Reader { met, resolver, place: &place, address: &change.address };
    let mut values = reader.read((change.data, &change.kind), side, schema.as_deref())?;
    let address: Arc<str> = Arc::from(&*change.address);
    values.mark.reference = Some(Arc::new(Reference::whole(Arc::clone(&address))));
    let found = blocks.and_then(|blocks| blocks.find(change));
    Some(Resource {
        address,
        module: Arc::from(&*change.module),
        mode: if change.data { Mode::Data } else { Mode::Managed },
        kind: Arc::from(&*change.kind),
        name: Arc::from(&*change.name),
        key: match &change.index {
            Some(Json::Number(number)) => number.as_u64().map_or(Key::Unknown, Key::Index),
            Some(Json::String(name)) => Key::Name(Arc::from(&**name)),
            _ => Key::None,
        },
        values,
        file: found.map_or(plan.file, |found| found.file),
        block: found.map(|found| found.node),
        header: found.map_or(Location::new(plan.file, change.span), |found| found.header),
        span: found.map_or(change.span, |found| found.span),
        uncertain: None,
        presence: Arc::default(),
    })
}

#[cfg(test)]
mod tests;
