//! Every rule is held to its fixtures: outcome, place, fix, and the property that unknowns never flip a verdict.

use std::path::Path;

#[test]
fn every_rule_agrees_with_its_fixtures() {
    let pool = rayon::ThreadPoolBuilder::new().stack_size(64 << 20).build().unwrap();
    let report =
        pool.install(|| trueup::cli::rules_test::run(Path::new(env!("CARGO_MANIFEST_DIR")), &[])).unwrap();
    assert!(report.rules >= 40, "only {} rules were tested", report.rules);
    assert!(
        report.failures.is_empty(),
        "{} failures:\n{}",
        report.failures.len(),
        report.failures.join("\n")
    );
}

#[test]
fn every_embedded_rule_loads() {
    let rules = trueup::rules::RuleSet::embedded().all();
    let broken: Vec<String> =
        rules.iter().filter_map(|rule| rule.as_ref().err()).flatten().map(ToString::to_string).collect();
    assert!(rules.len() >= 40 && broken.is_empty(), "{}", broken.join("\n"));
}
