//! What a prefix list holds, as far as the tree says.
//!
//! In: an id as a security group's rule gives it. Out: whether the list holds the world. A list that
//! is not in the tree may hold anything; those of AWS itself hold the addresses of its services.

use std::sync::Arc;

use crate::eval::{Value, Why};
use crate::graph::{Configuration, Mode, Resource};

use super::functions::network::{Tri, is_world};

const LIST: &str = "aws_ec2_managed_prefix_list";
const ENTRY: &str = "aws_ec2_managed_prefix_list_entry";

/// Whether the prefix list of this id holds the world.
pub(super) fn is_world_list(configuration: &Configuration, id: &Value) -> Tri {
    let open = || match id.as_unknown() {
        Some(unknown) => Tri::Unknown(unknown.why.clone()),
        None => Tri::Unknown(Why::DataSource(Arc::from(id.as_str().unwrap_or("a prefix list")))),
    };
    if id.is_null() {
        return Tri::False;
    }
    let named = id.references().iter().find(|reference| reference.attribute.ends_with("id"));
    let resource = named.and_then(|reference| {
        let at = configuration.resources.binary_search_by(|it| it.address.cmp(&reference.address)).ok()?;
        configuration.resources.get(at)
    });
    match resource {
        Some(list) if &*list.kind == LIST && list.mode == Mode::Managed => entries(configuration, list),
        Some(data) if name(data).is_some_and(|name| name.starts_with("com.amazonaws.")) => Tri::False,
        _ => open(),
    }
}

fn name(data: &Resource) -> Option<&str> {
    data.values.get("name").and_then(Value::as_str)
}

/// The list's own entries, and those that are resources of their own. Together, because two halves
/// make a world.
fn entries(configuration: &Configuration, list: &Resource) -> Tri {
    let own = list.values.get("entry");
    if let Some(unknown) = own.and_then(Value::as_unknown) {
        return Tri::Unknown(unknown.why.clone());
    }
    let cidr = |entry: &Value| match entry.as_unknown() {
        Some(_) => entry.clone(),
        None => entry.get("cidr").cloned().unwrap_or(Value::NULL),
    };
    let mut sure: Vec<Value> = own.and_then(Value::as_items).unwrap_or(&[]).iter().map(cidr).collect();
    let mut all = sure.clone();
    let mut doubt = None;
    for entry in configuration.of_kind(ENTRY).iter().filter_map(|id| configuration.get(*id)) {
        let why = match belongs(entry, list) {
            Tri::False => continue,
            Tri::True => entry.uncertain.clone().filter(|_| entry.is_there_with(list) != Some(true)),
            Tri::Unknown(why) => Some(why),
        };
        all.push(cidr(&entry.values));
        match why {
            Some(why) => {
                doubt.get_or_insert(why);
            }
            None => sure.push(cidr(&entry.values)),
        }
    }
    let Some(why) = doubt else { return is_world(&Value::list(all)) };
    // An entry that may be there counts only where it changes nothing.
    match (is_world(&Value::list(sure)), is_world(&Value::list(all))) {
        (Tri::True, _) => Tri::True,
        (_, Tri::False) => Tri::False,
        _ => Tri::Unknown(why),
    }
}

/// Whether an entry is one of the list: by reference, or it can't be known which list it is for.
fn belongs(entry: &Resource, list: &Resource) -> Tri {
    let Some(id) = entry.values.get("prefix_list_id") else { return Tri::False };
    let named = id.references().iter().any(|reference| reference.address == list.address);
    match id.as_unknown() {
        Some(unknown) if named && unknown.partial.is_some() => Tri::Unknown(unknown.why.clone()),
        Some(unknown) if id.references().is_empty() => Tri::Unknown(unknown.why.clone()),
        _ => Tri::from(named),
    }
}
