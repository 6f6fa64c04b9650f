//! The joint proof: what is offered, what is not and why, and what it costs.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::format_collect, reason = "helpers of tests")]

use std::cell::Cell;

use trueup::findings::{Edit, Finding, Outcome, Severity};
use trueup::fixes::prove::{Candidate, Judged, prove};
use trueup::source::{FileId, SourceFile, Sources, Span};
use trueup::syntax::Workspace;

fn workspace(text: &str) -> Workspace {
    let mut sources = Sources::default();
    sources.add(SourceFile::new("main.tf", text));
    Workspace::parse(sources)
}

fn finding(address: &str, outcome: Outcome) -> Finding {
    Finding {
        fingerprint: String::new(),
        rule: "rule".into(),
        outcome,
        severity: Severity::High,
        address: address.to_owned(),
        instances: Vec::new(),
        identities: Vec::new(),
        environments: Vec::new(),
        block: None,
        module: String::new(),
        location: None,
        message: String::new(),
        why: Vec::new(),
        fix: None,
        suppressed: None,
        change: None,
        drift: false,
        action: None,
    }
}

/// The same as verdicts of one root.
fn verdicts(findings: &[Finding]) -> Vec<Judged> {
    let one = |finding: &Finding| Judged {
        rule: finding.rule.clone(),
        instance: finding.address.as_str().into(),
        place: (".".into(), None),
        block: None,
        outcome: finding.outcome,
    };
    findings.iter().map(one).collect()
}

fn judge(workspace: &Workspace) -> Vec<Judged> {
    verdicts(&findings(workspace))
}

/// Every attribute is an address: `false` fails, `true` passes, a name is undetermined.
fn findings(workspace: &Workspace) -> Vec<Finding> {
    let document = workspace.documents[0].as_ref().unwrap();
    document
        .body()
        .attributes()
        .map(|attribute| {
            let outcome = match document.slice(document.span(attribute.expr())) {
                "true" => Outcome::Pass,
                "false" => Outcome::Fail,
                _ => Outcome::Undetermined,
            };
            finding(attribute.name(), outcome)
        })
        .collect()
}

fn value_edit(workspace: &Workspace, address: &str, text: &str) -> Edit {
    let document = workspace.documents[0].as_ref().unwrap();
    let span = document.span(document.body().attribute(address).unwrap().expr());
    Edit { file: FileId(0), span, text: text.to_owned() }
}

fn plan_again(workspace: &Workspace, findings: &[Finding]) -> Vec<bool> {
    let changes = |finding| plan_one(workspace, finding).is_some_and(|edits| !edits.is_empty());
    findings.iter().map(changes).collect()
}

fn plan_one(workspace: &Workspace, finding: &Finding) -> Option<Vec<Edit>> {
    let document = workspace.documents[0].as_ref().unwrap();
    let attribute = document.body().attribute(&finding.address);
    let fails = attribute.is_some_and(|it| document.slice(document.span(it.expr())) == "false");
    fails.then(|| vec![value_edit(workspace, &finding.address, "true")])
}

/// 64 failing attributes `a00`...; the edits of the bad ones write what does not help.
fn many(bad: &[usize]) -> (Workspace, Vec<Finding>, Vec<Candidate>) {
    let text: String = (0..64).map(|index| format!("a{index:02} = false\n")).collect();
    let workspace = workspace(&text);
    let findings = findings(&workspace);
    let candidates = (0..64)
        .map(|index| {
            let text = if bad.contains(&index) { "name" } else { "true" };
            (index, vec![value_edit(&workspace, &findings[index].address, text)])
        })
        .collect();
    (workspace, findings, candidates)
}

#[test]
fn good_plans_cost_one_judgement_and_bad_ones_a_logarithm() {
    for (bad, most) in [(vec![], 1), (vec![17], 13), (vec![3, 40, 41], 39)] {
        let (workspace, findings, candidates) = many(&bad);
        let calls = Cell::new(0);
        let counted = |workspace: &Workspace| {
            calls.set(calls.get() + 1);
            judge(workspace)
        };
        let proofs = prove(&workspace, &findings, &verdicts(&findings), candidates, &counted, &plan_again);
        let refused: Vec<usize> =
            proofs.iter().filter(|(_, proof)| proof.is_err()).map(|(index, _)| *index).collect();
        assert_eq!(refused, bad);
        assert_eq!(proofs.len(), 64);
        assert!(calls.get() <= most, "{bad:?} took {} judgements", calls.get());
    }
}

#[test]
fn a_fix_that_breaks_something_else_is_refused_with_the_reason() {
    let workspace = workspace("a = false\nb = true\n");
    let before = findings(&workspace);
    let edits = vec![value_edit(&workspace, "a", "true"), value_edit(&workspace, "b", "false")];
    let proofs = prove(&workspace, &before, &verdicts(&before), vec![(0, edits)], &judge, &plan_again);
    assert_eq!(proofs, [(0, Err("the fix makes rule fail for b".to_owned()))]);
}

#[test]
fn a_fix_that_does_not_parse_is_never_judged() {
    let workspace = workspace("a = false\n");
    let before = findings(&workspace);
    let edits = vec![value_edit(&workspace, "a", "true }")];
    let never = |_: &Workspace| -> Vec<Judged> { panic!("judged a tree that does not parse") };
    let proofs = prove(&workspace, &before, &verdicts(&before), vec![(0, edits)], &never, &plan_again);
    assert_eq!(proofs, [(0, Err("main.tf would not parse after the fix".to_owned()))]);
}

#[test]
fn equal_edits_close_all_their_findings_at_once() {
    let workspace = workspace("a = false\n");
    let mut before = findings(&workspace);
    before.push(finding("b", Outcome::Fail));
    let edit = value_edit(&workspace, "a", "true");
    let proofs = prove(
        &workspace,
        &before,
        &verdicts(&before),
        vec![(0, vec![edit.clone()]), (1, vec![edit.clone()])],
        &judge,
        &plan_again,
    );
    assert_eq!(proofs, [(0, Ok(vec![edit.clone()])), (1, Ok(vec![edit]))]);
}

#[test]
fn plans_that_conflict_are_tried_alone() {
    let workspace = workspace("a = false\n");
    let before = [findings(&workspace), vec![finding("gone", Outcome::Fail)]].concat();
    let long = Edit { file: FileId(0), span: Span::new(0, 10), text: "a = true\n".to_owned() };
    let proofs = prove(
        &workspace,
        &before,
        &verdicts(&before),
        vec![(0, vec![value_edit(&workspace, "a", "true")]), (1, vec![long])],
        &judge,
        &plan_again,
    );
    assert!(proofs.iter().all(|(_, proof)| proof.is_ok()), "{proofs:?}");
}

#[test]
fn a_plan_that_would_change_again_is_refused() {
    let workspace = workspace("a = false\n");
    let before = findings(&workspace);
    let again = |_: &Workspace, findings: &[Finding]| vec![true; findings.len()];
    let edits = vec![value_edit(&workspace, "a", "true")];
    let proofs = prove(&workspace, &before, &verdicts(&before), vec![(0, edits)], &judge, &again);
    assert_eq!(proofs, [(0, Err("a second run would change a again".to_owned()))]);
}
