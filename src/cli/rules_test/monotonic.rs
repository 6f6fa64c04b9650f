//! An input that is not known may leave a verdict open, but never turns it round.

use std::collections::BTreeMap;

use crate::eval::{Value, Why};
use crate::findings::Outcome;
use crate::rules;

use super::Case;

impl Case<'_> {
    /// Making any one attribute unknown may make the outcome undetermined, but never flips it.
    pub(super) fn monotonic(&self) -> Vec<String> {
        let mut failures = Vec::new();
        let only = self.set.only(&self.fixture.rule);
        for configuration in &self.run.configurations {
            let judge = |configuration: &crate::graph::Configuration| -> BTreeMap<String, Outcome> {
                rules::run(&only, configuration, &self.run.workspace)
                    .into_iter()
                    .map(|verdict| {
                        let address = verdict
                            .resource
                            .and_then(|id| configuration.get(id))
                            .map(|resource| resource.address.to_string());
                        (address.unwrap_or_default(), verdict.outcome)
                    })
                    .collect()
            };
            let before = judge(configuration);
            for (at, resource) in configuration.resources.iter().enumerate() {
                let Some(entries) = resource.values.as_entries() else { continue };
                for (name, _) in entries.iter() {
                    let why = Why::Variable { address: "var.test".into(), location: None };
                    let pairs = entries.iter().map(|(key, value)| {
                        (key.clone(), if key == name { Value::unknown(why.clone()) } else { value.clone() })
                    });
                    let mut values = Value::object(pairs);
                    values.mark = resource.values.mark.clone();
                    let mut changed = configuration.with_values(at, values);
                    changed.problems.clear();
                    for (address, outcome) in judge(&changed) {
                        let flipped = match before.get(&address) {
                            Some(Outcome::Pass) => outcome == Outcome::Fail,
                            Some(Outcome::Fail) => outcome == Outcome::Pass,
                            _ => false,
                        };
                        if flipped {
                            failures.push(format!(
                                "{}: with {}.{name} unknown, {address} flips to {outcome}",
                                self.name(),
                                resource.address
                            ));
                        }
                    }
                }
            }
        }
        failures
    }
}
