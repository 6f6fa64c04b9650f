//! The catalogue of the first tier and the rules for AWS agree, but for what is named with its reason.
//!
//! `tests/data/catalogue`: `tier-1.txt` has the ids, one a line; `left-out.txt` the ids that have no rule, and
//! `outside.txt` the rules that are not in the catalogue, each as `id: reason`.

use std::collections::{BTreeMap, BTreeSet};

const IDS: &str = include_str!("data/catalogue/tier-1.txt");
const LEFT_OUT: &str = include_str!("data/catalogue/left-out.txt");
const OUTSIDE: &str = include_str!("data/catalogue/outside.txt");

fn reasons(text: &str) -> BTreeMap<&str, &str> {
    text.lines().filter_map(|line| line.split_once(": ")).collect()
}

#[test]
fn a_catalogue_entry_without_a_rule_and_a_rule_outside_of_it_have_a_reason() {
    let catalogue: BTreeSet<&str> = IDS.lines().collect();
    assert_eq!(catalogue.len(), 375, "the first tier has 375 entries");
    let loaded = trueup::rules::RuleSet::embedded().all();
    let ids: Vec<String> = loaded.iter().flatten().map(|rule| rule.info.id.to_string()).collect();
    let rules: BTreeSet<&str> = ids.iter().map(String::as_str).filter(|id| id.starts_with("aws/")).collect();
    for (what, found, named) in [
        ("entries without a rule", catalogue.difference(&rules), reasons(LEFT_OUT)),
        ("rules outside the catalogue", rules.difference(&catalogue), reasons(OUTSIDE)),
    ] {
        let found: BTreeSet<&str> = found.copied().collect();
        let listed: BTreeSet<&str> = named.keys().copied().collect();
        assert_eq!(found, listed, "{what}: those that are, and those that are listed");
        for (id, reason) in named {
            assert!(reason.split_whitespace().count() >= 5, "{id} needs a reason, not {reason:?}");
        }
    }
}
