//! The accounts that a policy's Allow statements name, and whether they are ours.
//!
//! In: a policy, and the accounts that the tree or the settings call ours. Out: one object for each AWS principal:
//! `account` (its id; null where it is not known or our own), `name` (`root`, `role/x`, `user/x`), `ours`
//! (three-valued), `actions`, `conditions`. `*` is left to `policy_allows_public`.

use std::sync::Arc;

use crate::eval::{OpenList, Partial, TemplatePart, Unknown, Value, Why, kind_of};

use super::super::tri::Tri;
use super::Policy;
use super::word::Word;

/// Accounts of AWS that deliver logs of load balancers, Redshift and billing: those that the provider's data sources
/// `aws_elb_service_account`, `aws_redshift_service_account` and `aws_billing_service_account` know. Newer regions use
/// service principals.
const DELIVERY: [&str; 51] = [
    "127311923021",
    "033677994240",
    "027434742980",
    "797873946194",
    "098369216593",
    "754344448648",
    "589379963580",
    "718504428378",
    "383597477331",
    "600734575887",
    "114774131450",
    "783225319266",
    "582318560864",
    "985666609251",
    "054676820928",
    "156460612806",
    "652711504416",
    "635631232127",
    "009996457667",
    "897822967062",
    "076674570225",
    "507241528517",
    "048591011584",
    "190560391635",
    "638102146993",
    "037604701340",
    "193672423079",
    "391106570357",
    "262260360010",
    "902366379725",
    "365689465814",
    "313564881002",
    "865932855811",
    "760740231472",
    "361669875840",
    "762762565011",
    "404641285394",
    "907379612154",
    "053454850223",
    "210876761215",
    "307160386991",
    "915173422425",
    "729911121831",
    "075028567923",
    "386209384616",
    "090321488786",
    "945612479654",
    "013126148197",
    "111890595117",
    "660998842044",
    "665727464434",
];
/// Data sources that name an account of AWS itself.
const DELIVERY_DATA: [&str; 4] = [
    "aws_elb_service_account",
    "aws_redshift_service_account",
    "aws_billing_service_account",
    "aws_cloudtrail_service_account",
];
/// Stands for our own account id while an ARN is taken apart; no ARN holds it.
const OWN: &str = "\u{1}";
/// Stands for any other unknown part.
const OPEN: &str = "\u{2}";

/// The accounts that are ours, or that somebody agreed on.
#[derive(Clone, Debug, Default)]
pub(in crate::rules) struct Ours {
    /// Those that are ours for certain; there may be more.
    pub own: Vec<String>,
    /// All others that are; `None` where nobody says, so that no other id can be judged.
    pub agreed: Option<Vec<String>>,
}

/// Who is behind one principal.
struct Principal {
    account: Option<String>,
    name: String,
    ours: Tri,
}

impl Ours {
    fn are(&self, account: &str) -> Tri {
        if DELIVERY.contains(&account) {
            return Tri::True;
        }
        match &self.agreed {
            _ if self.own.iter().any(|id| id == account) => Tri::True,
            Some(ids) => ids.iter().any(|id| id == account).into(),
            None => Tri::Unknown(Why::Variable { address: "the setting accounts".into(), location: None }),
        }
    }
}

/// The AWS principals of a policy's Allow statements.
pub(in crate::rules) fn accounts(policy: &Value, ours: &Ours) -> Value {
    let policy = Policy::read(policy);
    if let Some(why) = policy.unknown {
        return Value::unknown(why);
    }
    let mut found = OpenList::default();
    let mut doubt = None;
    let possible = policy.possible.iter().map(|(statement, why)| (statement, Some(why)));
    for (statement, there) in policy.statements.iter().map(|it| (it, None)).chain(possible) {
        let grants = match statement.effect("Allow") {
            Tri::False => continue,
            Tri::True => there.cloned(),
            Tri::Unknown(why) => Some(why),
        };
        let whole = statement.value();
        let part = |name: &str| whole.get(name).cloned().unwrap_or(Value::NULL);
        statement.aws_principals(grants.as_ref(), &mut |word, why| {
            let item = match (word.map(|word| principal(word, ours)), why) {
                (Some(None), _) => return,
                (Some(Some(principal)), _) => principal.value(part("actions"), part("conditions")),
                (None, Some(why)) => Value::unknown(why.clone()),
                (None, None) => return,
            };
            match why {
                Some(why) => {
                    doubt.get_or_insert_with(|| why.clone());
                    found.push_maybe(item);
                }
                None => found.push(item),
            }
        });
    }
    for why in policy.open {
        found.push_maybe(Value::unknown(why.clone()));
        doubt.get_or_insert(why);
    }
    match doubt {
        Some(why) => found.into_value(why),
        None => Value::tuple(found.sure().to_vec()),
    }
}

impl Principal {
    fn value(self, actions: Value, conditions: Value) -> Value {
        Value::object([
            (Arc::from("account"), self.account.map_or(Value::NULL, |it| it.as_str().into())),
            (Arc::from("name"), self.name.as_str().into()),
            (Arc::from("ours"), self.ours.into_value()),
            (Arc::from("actions"), actions),
            (Arc::from("conditions"), conditions),
        ])
    }
}

/// `None` for everybody.
fn principal(word: &Word, ours: &Ours) -> Option<Principal> {
    match word {
        Word::Known(text) if text == "*" => None,
        Word::Known(text) => Some(read(text, ours, None)),
        Word::Open(value) => {
            let unknown = value.as_unknown()?;
            Some(read(&text_of(value, unknown), ours, Some(unknown)))
        }
    }
}

/// The text of an unknown value, with marks for what is not known.
fn text_of(value: &Value, unknown: &Unknown) -> String {
    let mark = |value: &Value| if is_own_id(value) { OWN } else { OPEN }.to_owned();
    match &unknown.partial {
        Some(Partial::Template(parts)) => {
            let piece = |part: &TemplatePart| match part {
                TemplatePart::Text(text) => text.to_string(),
                TemplatePart::Unknown(value) => mark(value),
            };
            parts.iter().map(piece).collect()
        }
        _ => mark(value),
    }
}

/// Whether an unknown value is the id of the account that Terraform runs in.
fn is_own_id(value: &Value) -> bool {
    let Some(unknown) = value.as_unknown() else { return false };
    unknown.partial.is_none()
        && unknown.refers.iter().any(|it| &*it.attribute == "account_id" || &*it.attribute == "id")
        && unknown.refers.iter().all(|it| kind_of(&it.address) == ("aws_caller_identity", true))
}

fn read(text: &str, ours: &Ours, unknown: Option<&Unknown>) -> Principal {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let (account, name) = match parts.as_slice() {
        ["arn", _, _, _, account, name] => (*account, (*name).replace(OPEN, "x")),
        [account] => (*account, "root".to_owned()),
        _ => (OPEN, String::new()),
    };
    let digits = account.len() == 12 && account.chars().all(|c| c.is_ascii_digit());
    if account == OWN {
        return Principal { account: None, name, ours: Tri::True };
    }
    if digits {
        return Principal { account: Some(account.to_owned()), name, ours: ours.are(account) };
    }
    let (ours, name) = unknown.map_or((Tri::False, name), referred);
    Principal { account: None, name, ours }
}

/// A principal of which nothing but its references is known.
fn referred(unknown: &Unknown) -> (Tri, String) {
    let kinds: Vec<(&str, bool)> = unknown.refers.iter().map(|it| kind_of(&it.address)).collect();
    let is_ours = |(kind, data): &(&str, bool)| {
        if *data {
            DELIVERY_DATA.contains(kind)
                || matches!(*kind, "aws_caller_identity" | "aws_iam_role" | "aws_iam_user")
        } else {
            kind.starts_with("aws_")
        }
    };
    let ours = if unknown.partial.is_none() && !kinds.is_empty() && kinds.iter().all(is_ours) {
        Tri::True
    } else {
        Tri::Unknown(unknown.why.clone())
    };
    let user = kinds.iter().any(|(kind, _)| *kind == "aws_iam_user");
    (ours, if user { "user/x" } else { "role/x" }.to_owned())
}
