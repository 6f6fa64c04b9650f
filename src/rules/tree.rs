//! Questions that need the tree: whose key a value names, whether the account's baseline is here, what a
//! policy is used for.
//!
//! In: a configuration, and a value, a resource or the settings. Out: three-valued answers. A reference counts as
//! what it refers to only where nothing else can come of it.

use crate::eval::{Data, Partial, Reference, Value, Why, at_path, kind_of};
use crate::graph::{Configuration, Mode, Resource, ResourceId};

use super::functions::network::Tri;
use super::functions::policy::Ours;

/// Resources that an account has once. Of these, several kinds together say that its baseline is kept in
/// this tree; one alone may be an application's: the trail that starts its pipeline, the detector that
/// watches its bucket.
const BASELINE: [&str; 7] = [
    "aws_cloudtrail",
    "aws_config_configuration_recorder",
    "aws_guardduty_detector",
    "aws_securityhub_account",
    "aws_iam_account_password_policy",
    "aws_s3_account_public_access_block",
    "aws_organizations_organization",
];
/// Resources that are a key of the customer's, or name one.
const KEYS: [&str; 5] = [
    "aws_kms_key",
    "aws_kms_replica_key",
    "aws_kms_external_key",
    "aws_kms_replica_external_key",
    "aws_kms_alias",
];
/// Data sources that name a key.
const KEY_DATA: [&str; 2] = ["aws_kms_key", "aws_kms_alias"];
/// Attributes that name the key.
const KEY_NAMES: [&str; 7] = ["", "arn", "id", "key_id", "name", "target_key_arn", "target_key_id"];
/// The provider's own keys.
const PROVIDERS: &str = "alias/aws/";
/// Where a policy bounds what others may do.
const BOUNDS: [(&str, &str); 2] =
    [("aws_iam_role", "permissions_boundary"), ("aws_iam_user", "permissions_boundary")];
/// Where a policy grants what it says.
const GRANTS: [(&str, &str); 9] = [
    ("aws_iam_role_policy_attachment", "policy_arn"),
    ("aws_iam_role_policy_attachments_exclusive", "policy_arns"),
    ("aws_iam_role", "managed_policy_arns"),
    ("aws_iam_user_policy_attachment", "policy_arn"),
    ("aws_iam_user_policy_attachments_exclusive", "policy_arns"),
    ("aws_iam_group_policy_attachment", "policy_arn"),
    ("aws_iam_group_policy_attachments_exclusive", "policy_arns"),
    ("aws_iam_policy_attachment", "policy_arn"),
    ("aws_ssoadmin_customer_managed_policy_attachment", "customer_managed_policy_reference.name"),
];
/// How far references to references are followed.
const MAX_DEPTH: u32 = 8;

/// How many kinds of them it takes.
const KINDS: usize = 2;

/// Whether the tree holds the baseline of its account: as the setting says, or where it says nothing,
/// if resources of two of its kinds are there.
pub(super) fn account_baseline(configuration: &Configuration, settings: &Value) -> Tri {
    if let Some(said) = settings.get("baseline").and_then(Value::as_bool) {
        return said.into();
    }
    let found = BASELINE.iter().map(|kind| {
        let ids = configuration.of_kind(kind).iter();
        Tri::any(ids.filter_map(|id| configuration.get(*id)).map(|resource| match &resource.uncertain {
            None => Tri::True,
            Some(why) => Tri::Unknown(why.clone()),
        }))
    });
    let (mut sure, mut maybe) = (0, Vec::new());
    for kind in found {
        match kind {
            Tri::True => sure += 1,
            Tri::Unknown(why) => maybe.push(why),
            Tri::False => {}
        }
    }
    let open = maybe.len();
    match maybe.into_iter().next() {
        _ if sure >= KINDS => Tri::True,
        Some(why) if sure + open >= KINDS => Tri::Unknown(why),
        _ => Tri::False,
    }
}

/// Whether a resource is an IAM policy that is a permissions boundary and nothing else: it grants nothing
/// then. Where nothing is seen of its use, it may grant.
pub(super) fn only_bounds(configuration: &Configuration, subject: ResourceId) -> Tri {
    if configuration.get(subject).is_none_or(|it| &*it.kind != "aws_iam_policy") {
        return Tri::False;
    }
    let used = |places: &[(&str, &str)]| {
        Tri::any(places.iter().map(|(kind, attribute)| {
            let found = configuration.referrers(subject, kind, attribute);
            match found.possible.first() {
                _ if !found.definite.is_empty() => Tri::True,
                Some((_, why)) => Tri::Unknown(why.clone()),
                None => Tri::False,
            }
        }))
    };
    used(&BOUNDS).and(|| used(&GRANTS).negate())
}

/// The accounts that are ours: those that a provider block is allowed to work in, and those of the setting
/// `accounts`. Only the setting is a full list: an organisation has more accounts than one tree works in.
pub(super) fn our_accounts(configuration: &Configuration, settings: &Value) -> Ours {
    let texts = |list: &Value| -> Vec<String> {
        list.as_items().unwrap_or(&[]).iter().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let allowed = configuration.providers.iter().filter_map(|block| block.values.get("allowed_account_ids"));
    let agreed = settings.get("accounts").map(texts).filter(|ids| !ids.is_empty());
    Ours { own: allowed.flat_map(texts).collect(), agreed }
}

/// Whether a value names a KMS key of the customer's own, and not one of the provider's.
pub(super) fn customer_key(configuration: &Configuration, value: &Value) -> Tri {
    key(configuration, value, 0)
}

fn key(configuration: &Configuration, value: &Value, depth: u32) -> Tri {
    let unknown = match &value.data {
        Data::String(text) => return is_key(text).into(),
        Data::Unknown(unknown) => unknown,
        _ => return Tri::False,
    };
    let open = || Tri::Unknown(unknown.why.clone());
    if depth > MAX_DEPTH {
        return open();
    }
    match (&unknown.partial, unknown.refers.as_slice()) {
        (Some(Partial::Either(then, otherwise, _)), _) => {
            let both = [then, otherwise].map(|branch| key(configuration, branch, depth + 1));
            match both {
                [Tri::True, Tri::True] => Tri::True,
                [Tri::False, Tri::False] => Tri::False,
                _ => open(),
            }
        }
        (None, [only])
            if unknown.not_null && !unknown.made && is_whole(configuration, &unknown.why, only) =>
        {
            refers_to(configuration, only, depth).unwrap_or_else(open)
        }
        _ => open(),
    }
}

/// Whether an unknown is the attribute itself, and nothing that a condition put in its place.
pub(super) fn is_whole(configuration: &Configuration, why: &Why, reference: &Reference) -> bool {
    let (Why::Computed(path) | Why::DataSource(path)) = why else { return false };
    let rest = path.strip_prefix(&*reference.address).map(|rest| rest.trim_start_matches('.'));
    rest == Some(&*reference.attribute) || is_planned(configuration, why, path)
}

/// Whether it is a plan that says so: there an attribute waits for itself, and every condition that
/// could be known has been.
fn is_planned(configuration: &Configuration, why: &Why, path: &str) -> bool {
    let all = &configuration.resources;
    let ends = path.match_indices(['.', '[']).filter_map(|(end, _)| path.split_at_checked(end));
    let mut owner = ends.filter_map(|(address, rest)| {
        let at = all.binary_search_by(|it| (*it.address).cmp(address)).ok()?;
        all.get(at).map(|resource| at_path(&resource.values, rest))
    });
    owner.next_back().is_some_and(|value| value.as_unknown().is_some_and(|unknown| unknown.why == *why))
}

/// Whether what is referred to is a customer's key; `None` where that can't be known.
fn refers_to(configuration: &Configuration, reference: &Reference, depth: u32) -> Option<Tri> {
    if !KEY_NAMES.contains(&&*reference.attribute) {
        return None;
    }
    let (kind, data) = kind_of(&reference.address);
    if !data {
        // Nobody but the provider can make its aliases.
        return KEYS.contains(&kind).then_some(Tri::True);
    }
    if !KEY_DATA.contains(&kind) {
        return None;
    }
    let resource = at(configuration, &reference.address).filter(|it| it.mode == Mode::Data)?;
    let name = resource.values.get(if kind == "aws_kms_alias" { "name" } else { "key_id" })?;
    Some(key(configuration, name, depth + 1))
}

/// The resource or data source of that address.
pub(super) fn at<'c>(configuration: &'c Configuration, address: &str) -> Option<&'c Resource> {
    configuration.get(configuration.find(address)?)
}

/// Whether a literal is the id, the ARN or an alias of a customer's key.
fn is_key(text: &str) -> bool {
    let text = text.trim();
    if let Some(rest) = text.strip_prefix("arn:") {
        let mut parts = rest.splitn(5, ':');
        let kms = parts.nth(1) == Some("kms");
        let name = parts.nth(2).unwrap_or("");
        return kms && (name.starts_with("key/") || is_alias(name));
    }
    // Key ids are made of these alone, and no name of an algorithm has a dash followed by so much.
    let id = |c: char| c.is_ascii_alphanumeric() || c == '-';
    is_alias(text) || text.contains('-') && text.len() >= 8 && text.chars().all(id)
}

fn is_alias(text: &str) -> bool {
    text.strip_prefix("alias/").is_some_and(|name| !name.is_empty()) && !text.starts_with(PROVIDERS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::Root;
    use crate::source::{SourceFile, Sources};
    use crate::syntax::Workspace;

    fn configuration(text: &str) -> Configuration {
        let mut sources = Sources::default();
        sources.add(SourceFile::new("main.tf", text));
        let workspace = Workspace::parse(sources);
        crate::graph::configuration(&workspace, Root::new(&workspace, "."))
    }

    /// The answers for the keys of topics, in a tree with keys of all kinds.
    fn answers(expressions: &[&str]) -> Vec<Tri> {
        let mut text = String::from(TREE);
        for (at, expression) in expressions.iter().enumerate() {
            let topic = format!("resource \"aws_sns_topic\" \"t{at:02}\" {{");
            text.push_str(&format!("{topic}\n  kms_master_key_id = {expression}\n}}\n"));
        }
        let configuration = configuration(&text);
        let topics = configuration.of_kind("aws_sns_topic").iter();
        let topics = topics.map(|id| &configuration.get(*id).unwrap().values);
        let key = |values: &Value| values.get("kms_master_key_id").cloned().unwrap_or(Value::NULL);
        topics.map(|values| customer_key(&configuration, &key(values))).collect()
    }

    const TREE: &str = r#"
variable "on" { type = bool }
variable "key" { type = string }
resource "aws_kms_key" "own" {}
resource "aws_kms_key" "some" { count = 1 }
resource "aws_kms_alias" "own" {
  name          = "alias/own"
  target_key_id = aws_kms_key.own.id
}
data "aws_kms_alias" "provider" { name = "alias/aws/sns" }
data "aws_kms_alias" "team" { name = "alias/team" }
data "aws_kms_alias" "given" { name = var.key }
data "aws_kms_key" "provider" { key_id = "alias/aws/sns" }
data "aws_kms_key" "own" { key_id = aws_kms_key.own.key_id }
data "aws_ssm_parameter" "key" { name = "key" }
locals {
  key = aws_kms_key.own.arn
}
"#;

    #[test]
    fn a_reference_to_a_key_or_its_literal_name_is_the_customers() {
        let all = [
            "aws_kms_key.own.arn",
            "aws_kms_key.own.key_id",
            "\"${aws_kms_key.own.arn}\"",
            "local.key",
            "aws_kms_key.some[0].arn",
            "one(aws_kms_key.some[*].arn)",
            "aws_kms_alias.own.name",
            "aws_kms_alias.own.target_key_arn",
            "data.aws_kms_alias.team.target_key_arn",
            "data.aws_kms_key.own.arn",
            "var.on ? aws_kms_key.own.arn : aws_kms_alias.own.arn",
            "\"1234abcd-12ab-34cd-56ef-1234567890ab\"",
            "\"mrk-1234abcd12ab34cd56ef1234567890ab\"",
            "\"arn:aws-us-gov:kms:eu-west-1:111122223333:key/1234abcd\"",
            "\"arn:aws:kms:eu-west-1:111122223333:alias/team\"",
            "\"alias/team\"",
        ];
        for (expression, answer) in all.iter().zip(answers(&all)) {
            assert_eq!(answer, Tri::True, "{expression}");
        }
    }

    #[test]
    fn the_providers_keys_and_what_is_no_key_are_not() {
        let all = [
            "null",
            "\"\"",
            "\"alias/aws/sns\"",
            "\"arn:aws:kms:eu-west-1:111122223333:alias/aws/sns\"",
            "\"arn:aws:sns:eu-west-1:111122223333:topic\"",
            "\"AES256\"",
            "data.aws_kms_alias.provider.target_key_arn",
            "data.aws_kms_alias.provider.arn",
            "data.aws_kms_key.provider.id",
            "var.on ? null : \"alias/aws/sns\"",
        ];
        for (expression, answer) in all.iter().zip(answers(&all)) {
            assert_eq!(answer, Tri::False, "{expression}");
        }
    }

    #[test]
    fn what_may_be_either_is_not_known() {
        let all = [
            "var.key",
            "data.aws_ssm_parameter.key.value",
            "data.aws_kms_alias.given.target_key_arn",
            "var.on ? aws_kms_key.own.arn : \"alias/aws/sns\"",
            "var.on ? aws_kms_key.own.arn : null",
            "aws_kms_key.own.description == \"x\" ? \"alias/aws/sns\" : aws_kms_key.own.arn",
            "aws_kms_key.own.policy",
            "{ a = aws_kms_key.own.arn, b = \"alias/aws/sns\" }[var.key]",
            "\"alias/${var.key}\"",
        ];
        for (expression, answer) in all.iter().zip(answers(&all)) {
            assert!(matches!(answer, Tri::Unknown(_)), "{expression}: {answer:?}");
        }
    }

    #[test]
    fn the_baseline_is_a_setting_or_resources_of_two_kinds_that_are_certainly_there() {
        let on = Value::object([("baseline".into(), true.into())]);
        let none = Value::object([]);
        let of = |text: &str, settings: &Value| account_baseline(&configuration(text), settings);
        assert_eq!(of("resource \"aws_sqs_queue\" \"q\" {}", &none), Tri::False);
        assert_eq!(of("resource \"aws_sqs_queue\" \"q\" {}", &on), Tri::True);
        let detector = "resource \"aws_guardduty_detector\" \"d\" {}\n";
        let both = format!("{detector}resource \"aws_cloudtrail\" \"t\" {{}}\n");
        // One kind may be an application's own, however many there are of it.
        assert_eq!(of(detector, &none), Tri::False);
        assert_eq!(
            of(&format!("{detector}resource \"aws_guardduty_detector\" \"e\" {{}}"), &none),
            Tri::False
        );
        assert_eq!(of(&both, &none), Tri::True);
        let off = Value::object([("baseline".into(), false.into())]);
        assert_eq!(of(&both, &off), Tri::False);
        let counted = |count: &str| {
            format!(
                "variable \"on\" {{}}\n{detector}resource \"aws_cloudtrail\" \"t\" {{\n  count = {count}\n}}\n"
            )
        };
        let maybe = counted("var.on ? 1 : 0");
        assert!(matches!(of(&maybe, &none), Tri::Unknown(_)));
        assert_eq!(of(&maybe, &on), Tri::True);
        assert_eq!(of(&counted("0"), &none), Tri::False);
    }
}
