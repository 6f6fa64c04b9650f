//! `trueup explain`: what a finding or a value rests on.
//!
//! In: a fingerprint, a resource, or an attribute. Out: its chains, from the verdict down to each
//! literal or missing input. What is asked for and not there is answered with what there is.

use crate::eval::{End, Root, Step, Traced};
use crate::findings::{Chain, Explained, Explanation, Finding, Outcome, State};
use crate::graph::{self, Configuration};
use crate::report;
use crate::rules::Masks;

use super::args::{Arguments, Explain, ExplainFormat};
use super::check::{colored, judge, width};
use super::{Exit, Failure, Run, print, say};

/// Digits of a fingerprint that are enough, if only one finding has them.
const DIGITS: usize = 4;
/// What evidence says of a value that is null.
const NOT_SET: &str = "(not set)";
/// Candidates that are named.
const CANDIDATES: usize = 6;

pub(super) fn run(explain: &Explain, arguments: &Arguments) -> Result<Exit, Failure> {
    let mut run = judge(&explain.input, false)?;
    run.secrets.clean(&mut run.assessment);
    let covered = run.secrets.cover(run.workspace.sources.clone());
    let masks = Masks { plain: &run.workspace.sources, covered: &covered, secrets: &run.secrets };
    let explainer = Explainer { run: &run, masks };
    let all = explainer.explain(explain.target.trim())?;
    let options = report::Options { color: colored(arguments.color), width: width(), ..Default::default() };
    print(&match explain.format {
        ExplainFormat::Terminal => report::explained(&all, &covered, &options),
        ExplainFormat::Json => report::explained_json(&all, &covered),
    });
    let unread = run.assessment.coverage.unparsed.len();
    if unread > 0 {
        say(&format!("{unread} parts of the input could not be read; `trueup check` names them"));
        return Ok(Exit::Incomplete);
    }
    Ok(Exit::Clean)
}

struct Explainer<'r> {
    run: &'r Run,
    masks: Masks<'r>,
}

impl Explainer<'_> {
    fn explain(&self, target: &str) -> Result<Vec<Explained>, Failure> {
        let digits = !target.is_empty() && target.bytes().all(|byte| byte.is_ascii_hexdigit());
        if digits && target.len() <= 16 {
            return self.fingerprint(&target.to_ascii_lowercase());
        }
        let all = self.value(target);
        if !all.is_empty() {
            return Ok(all);
        }
        let concerned = |finding: &&Finding| finding.instances().iter().any(|each| each == target);
        let findings: Vec<&Finding> = self.run.assessment.findings.iter().filter(concerned).collect();
        if findings.is_empty() {
            return Err(self.nothing(target));
        }
        let open = |finding: &&&Finding| !matches!(finding.outcome, Outcome::Pass | Outcome::NotApplicable);
        let failing: Vec<&Finding> = findings.iter().filter(open).copied().collect();
        let shown = if failing.is_empty() { findings } else { failing };
        Ok(shown.into_iter().map(|finding| self.instance(finding, target)).collect())
    }

    /// A finding of several instances, as it is of this one: each may have values of its own.
    fn instance(&self, finding: &Finding, address: &str) -> Explained {
        if finding.address == address {
            return self.finding(finding);
        }
        let mut own = finding.clone();
        let told = std::mem::replace(&mut own.address, address.to_owned());
        own.message = own.message.replace(&told, address);
        for seen in &mut own.why {
            let attribute = seen.attribute.as_mut();
            if let Some((attribute, rest)) =
                attribute.and_then(|it| it.strip_prefix(&told).map(str::to_owned).map(|rest| (it, rest)))
            {
                *attribute = format!("{address}{rest}");
            }
        }
        self.finding(&own)
    }

    fn fingerprint(&self, digits: &str) -> Result<Vec<Explained>, Failure> {
        if digits.len() < DIGITS {
            return Err(Failure::new(
                format!("{digits} is too short for a fingerprint"),
                format!("give at least {DIGITS} digits; `trueup check --format json` writes them"),
            ));
        }
        let findings = &self.run.assessment.findings;
        let found: Vec<&Finding> = findings.iter().filter(|it| it.fingerprint.starts_with(digits)).collect();
        let Some(first) = found.first() else {
            let failing = findings.iter().filter(|finding| finding.outcome == Outcome::Fail);
            return Err(Failure::new(
                format!("no finding's fingerprint begins with {digits}"),
                match listed(failing) {
                    list if list.is_empty() => "nothing failed here".to_owned(),
                    list => format!("there are, among others:{list}"),
                },
            ));
        };
        if found.iter().any(|finding| finding.fingerprint != first.fingerprint) {
            return Err(Failure::new(
                format!("{digits} begins the fingerprints of {} findings", found.len()),
                format!("give more digits:{}", listed(found.into_iter())),
            ));
        }
        Ok(found.into_iter().map(|finding| self.finding(finding)).collect())
    }

    /// The chain of one value, in each root that has it.
    fn value(&self, target: &str) -> Vec<Explained> {
        let chain = |(at, configuration): (usize, &Configuration)| {
            let chain = self.chain(at, configuration, target, true)?;
            Some(explained(configuration, None, vec![chain]))
        };
        self.run.configurations.iter().enumerate().filter_map(chain).collect()
    }

    fn finding(&self, finding: &Finding) -> Explained {
        let all = self.run.configurations.iter().enumerate();
        let is_of = |configuration: &Configuration| {
            let environment = configuration.inputs.environment.as_deref();
            let here = finding.environments.is_empty()
                || environment.is_some_and(|name| finding.environments.iter().any(|each| each == name));
            here && (configuration.root == finding.address || has(configuration, &finding.address))
        };
        let found = all.clone().find(|(_, configuration)| is_of(configuration));
        let state = match finding.outcome {
            Outcome::Undetermined => State::Unknown,
            _ => State::Known,
        };
        let mut clauses: Vec<Chain> = Vec::new();
        for seen in &finding.why {
            if clauses.last().is_none_or(|clause| clause.name != seen.clause) {
                clauses.push(Chain {
                    name: seen.clause.clone(),
                    value: (state == State::Known).then(|| "false".to_owned()),
                    state,
                    at: None,
                    decides: false,
                    note: None,
                    below: Vec::new(),
                });
            }
            let chain = seen.attribute.as_ref().zip(found).and_then(|(attribute, (at, configuration))| {
                let mut chain = self.chain(at, configuration, attribute, state == State::Known)?;
                chain.name.clone_from(&seen.path);
                Some(chain)
            });
            // What a rule reads through its own locals is no one attribute.
            let plain = || Chain {
                name: seen.path.clone(),
                value: Some(seen.value.clone()).filter(|value| value != NOT_SET),
                state: if seen.value == NOT_SET { State::Absent } else { State::Known },
                at: seen.origin,
                decides: seen.origin.is_some(),
                note: None,
                below: Vec::new(),
            };
            if let Some(clause) = clauses.last_mut() {
                clause.below.push(chain.unwrap_or_else(plain));
            }
        }
        let verdict = Explanation {
            fingerprint: finding.fingerprint.clone(),
            rule: finding.rule.clone(),
            outcome: finding.outcome,
            address: finding.address.clone(),
            message: finding.message.clone(),
        };
        match found {
            Some((_, configuration)) => explained(configuration, Some(verdict), clauses),
            None => {
                Explained { root: String::new(), environment: None, verdict: Some(verdict), chains: clauses }
            }
        }
    }

    /// The chain of the value at an address in one root.
    fn chain(&self, at: usize, configuration: &Configuration, address: &str, decided: bool) -> Option<Chain> {
        let workspace = &self.run.workspace;
        let plan = self.run.made_from.get(at).and_then(Option::as_ref);
        let root = match plan {
            Some(made_from) => made_from.root(workspace),
            None => Some(Root::with(workspace, &configuration.root, configuration.inputs.clone())),
        };
        let traced = root.map(|root| graph::trace(root, address));
        let written = match traced {
            Some(Traced::Found(step)) => Some(step),
            _ => None,
        };
        if plan.is_none() {
            return written.map(|step| self.masks.chain(&step, decided));
        }
        // The plan knows the value; its sources, where they are here, say where it is from.
        let (resource, rest) = split(configuration, address)?;
        let value = crate::eval::at_path(&resource.values, rest);
        let place = value.mark.origin.map_or(resource.header, |origin| origin.location);
        let mut step = Step {
            name: address.to_owned(),
            written: None,
            value: Some(value.clone()),
            at: Some(place),
            end: End::Here,
            below: Vec::new(),
        };
        if let Some(unknown) = value.find_unknown() {
            step.end = End::Open(unknown.why.clone());
        }
        if let Some(written) = written {
            step.at = written.at.or(step.at);
            // What the sources alone can't know, the plan does.
            let open = written.value.as_ref().is_none_or(|value| value.find_unknown().is_some());
            if !open || value.find_unknown().is_some() {
                step.end = written.end;
                step.below = written.below;
            }
        }
        Some(self.masks.chain(&step, decided))
    }

    /// Nothing has this address: what is like it?
    fn nothing(&self, target: &str) -> Failure {
        let resources = || self.run.configurations.iter().flat_map(|it| &it.resources);
        let words: Vec<&str> = crate::syntax::address_parts(target);
        let known = self.run.configurations.iter().find_map(|it| split(it, target));
        if let Some((resource, rest)) = known {
            let what = match rest {
                "" => format!("no rule judges {}", resource.address),
                rest => format!("{} has no {}", resource.address, rest.trim_start_matches('.')),
            };
            let attributes = resource.values.as_entries();
            let names: Vec<&str> = attributes
                .into_iter()
                .flat_map(crate::eval::Entries::iter)
                .map(|(name, _)| &**name)
                .take(20)
                .collect();
            let help = format!("name one of its attributes: {}", names.join(", "));
            return Failure::new(report::clean(&what), report::clean(&help));
        }
        let likeness = |address: &str| {
            let parts = crate::syntax::address_parts(address);
            words.iter().filter(|word| parts.contains(word)).count()
        };
        let mut like: Vec<(usize, &str)> =
            resources().map(|it| (likeness(&it.address), &*it.address)).filter(|it| it.0 > 0).collect();
        like.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        like.dedup();
        let names: Vec<&str> = like.into_iter().map(|(_, address)| address).take(CANDIDATES).collect();
        let help = if names.is_empty() {
            "write ADDRESS.ATTRIBUTE as Terraform does: module.a.aws_s3_bucket.b.acl".to_owned()
        } else {
            format!("there is {}", report::clean(&names.join(", ")))
        };
        let message = format!("nothing here has the address {}", report::clean(target));
        Failure::new(self.run.secrets.hide(&message), help)
    }
}

fn explained(configuration: &Configuration, verdict: Option<Explanation>, chains: Vec<Chain>) -> Explained {
    let environment = configuration.inputs.environment.as_deref().map(str::to_owned);
    Explained { root: configuration.root.clone(), environment, verdict, chains }
}

fn has(configuration: &Configuration, address: &str) -> bool {
    configuration.resources.binary_search_by(|it| (*it.address).cmp(address)).is_ok()
}

/// The resource that an address begins with, and the rest.
fn split<'c, 'a>(
    configuration: &'c Configuration,
    address: &'a str,
) -> Option<(&'c graph::Resource, &'a str)> {
    let of = |resource: &'c graph::Resource| {
        let rest = address.strip_prefix(&*resource.address)?;
        (rest.is_empty() || rest.starts_with(['.', '['])).then_some((resource, rest))
    };
    configuration.resources.iter().filter_map(of).max_by_key(|(resource, _)| resource.address.len())
}

/// One line for each finding.
fn listed<'f>(findings: impl Iterator<Item = &'f Finding>) -> String {
    let line = |it: &Finding| {
        let address = report::clean(&it.address);
        format!("\n    {}  {}  {}  {address}", it.fingerprint, it.outcome, it.rule)
    };
    findings.take(CANDIDATES).map(line).collect()
}
