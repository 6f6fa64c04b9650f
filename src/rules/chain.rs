//! The chain of a value, in words, without secrets.
//!
//! In: steps that the evaluator found, and what must not be shown. Out: a [`Chain`] for reports. A
//! step that ends where something is not known says which input would decide, and how to give it.

use crate::eval::{End, Step, Value, Why, settled};
use crate::findings::{Chain, Secrets, State};
use crate::source::{Location, Sources};

use super::functions::names_secret;
use super::show::{HIDDEN, show};

/// How long a value or a piece of source may be.
const SHOWN: usize = 60;

/// What chains may show.
pub struct Masks<'m> {
    /// The files as they are.
    pub plain: &'m Sources,
    /// The same files with secrets covered.
    pub covered: &'m Sources,
    /// The secrets themselves.
    pub secrets: &'m Secrets,
}

impl Masks<'_> {
    /// The chain that a step begins. Where it led to a verdict, whether a resource is there decided nothing.
    pub fn chain(&self, step: &Step, decided: bool) -> Chain {
        self.below(step, secret(step, 0), decided)
    }

    fn below(&self, step: &Step, hidden: bool, decided: bool) -> Chain {
        let known = step.value.as_ref().map(|value| if decided { settled(value) } else { value });
        let written = step.written.map(|at| self.written(at, hidden && step.value.is_none()));
        let words = [Some(step.name.clone()).filter(|name| !name.is_empty()), written];
        let name = words.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let unknown = known.is_some_and(|value| value.find_unknown().is_some());
        let absent = matches!(step.end, End::Absent) || known.is_some_and(Value::is_null);
        let state = match &step.end {
            End::Open(_) => State::Unknown,
            _ if unknown => State::Unknown,
            _ if absent => State::Absent,
            _ => State::Known,
        };
        let value = known.filter(|value| value.as_unknown().is_none() && !value.is_null());
        let value = value
            .map(|value| if hidden { HIDDEN.to_owned() } else { self.secrets.hide(&show(value, SHOWN)) });
        Chain {
            name: self.secrets.hide(&name),
            value,
            state,
            at: step.at,
            decides: !matches!(step.end, End::Through | End::Above),
            note: note(step).map(|note| self.secrets.hide(&note)),
            below: step.below.iter().map(|step| self.below(step, hidden, decided)).collect(),
        }
    }

    /// A piece of source on one line.
    fn written(&self, at: Location, hidden: bool) -> String {
        let plain = self.plain.text(at);
        if hidden && plain.starts_with('"') {
            return HIDDEN.to_owned();
        }
        let covered = self.covered.text(at);
        let text = if covered == plain { plain } else { HIDDEN };
        let mut text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.chars().count() > SHOWN {
            text = text.chars().take(SHOWN - 1).collect();
            text.push('…');
        }
        text
    }
}

/// Whether anything on the way is sensitive, or has a name that tells of a secret.
fn secret(step: &Step, depth: u32) -> bool {
    let last = step.name.rsplit(['.', ' ']).next().unwrap_or("");
    let marked = step.value.as_ref().is_some_and(|value| value.mark.sensitive);
    marked || names_secret(last) || depth < 100 && step.below.iter().any(|step| secret(step, depth + 1))
}

/// Why a chain ends at a step.
fn note(step: &Step) -> Option<String> {
    Some(match &step.end {
        End::Through => return None,
        End::Here => "decided here".to_owned(),
        End::Absent => "nothing sets it".to_owned(),
        End::Made => "decided here: there is an instance only then".to_owned(),
        End::Above => "as above".to_owned(),
        End::Circle => "leads back to itself".to_owned(),
        End::Cut => "not followed further".to_owned(),
        End::Open(why) => input(why),
    })
}

/// Which input would decide, and how to give it.
fn input(why: &Why) -> String {
    match why {
        Why::Variable { address, .. } => match &**address {
            "terraform.workspace" => "would decide: --workspace NAME".to_owned(),
            address => match address.strip_prefix("var.") {
                Some(name) => format!("would decide: --var {name}=VALUE, or --var-file FILE"),
                None if address.starts_with("module.") => {
                    format!("the call gives {address} no value, and it has no default")
                }
                None => format!("needs {address}: --var NAME=VALUE gives it"),
            },
        },
        Why::Computed(address) => format!("apply decides {address}; a plan may know it: --plan FILE"),
        Why::DataSource(address) => {
            format!("the provider is asked for {address}; a plan knows it: --plan FILE")
        }
        Why::Module(address) => format!("the source of {address} is not here: run terraform init first"),
        Why::Instances(address) => {
            format!("count or for_each of {address} would decide; a plan knows it: --plan FILE")
        }
        Why::Function(name) => format!("{name} is not computed here; a plan knows it: --plan FILE"),
        Why::Error(error) => error.to_mend(),
    }
}
