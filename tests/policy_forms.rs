//! A grant is the same to rules in whatever form it is written.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that finds nothing must fail")]

mod scratch;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use scratch::Dir;
use serde_json::{Value as Json, json};

/// A rule that fails everywhere and says what it sees.
fn rule(kinds: &str, shown: &str) -> String {
    format!(
        "rule {{\n  title    = \"Shown\"\n  severity = \"low\"\n  resource = [{kinds}]\n  criteria = {{ \"CC6.1\" = \"why\" }}\n  \
         require  = self.address == null\n  message  = \"${{self.address}} ${{jsonencode({shown})}}\"\n}}\n"
    )
}

/// What the rule saw, by address.
fn shown(dir: &Dir) -> BTreeMap<String, Json> {
    let arguments =
        ["check", "--rules", "rules-dir", "--rule", "acme/", "--no-fixes", "--format", "json", "."];
    let ran = dir.run(&arguments);
    assert_eq!(ran.code, Some(1), "{}", ran.all());
    let report: Json = serde_json::from_str(&ran.out).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| {
            let message = finding["message"].as_str().unwrap();
            let (address, seen) = message.split_once(' ').unwrap();
            (address.to_owned(), serde_json::from_str(seen).unwrap_or_else(|_| panic_at(message)))
        })
        .collect()
}

fn panic_at(message: &str) -> Json {
    assert_eq!(message, "", "the rule says no JSON");
    Json::Null
}

/// Numbers that are the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    /// Some of these, at least one, perhaps one of them twice.
    fn some(&mut self, all: &[&str]) -> Vec<String> {
        let first = self.roll(all.len());
        let mut chosen = vec![all[first].to_owned()];
        for each in all {
            if self.roll(3) == 0 {
                chosen.push((*each).to_owned());
            }
        }
        chosen
    }
}

/// A statement, as lists.
struct Statement {
    sid: Option<String>,
    deny: bool,
    action: (&'static str, Vec<String>),
    resource: (&'static str, Vec<String>),
    principal: Option<(&'static str, Vec<(&'static str, Vec<String>)>)>,
    conditions: Vec<(&'static str, &'static str, Vec<String>)>,
}

fn statement(dice: &mut Dice, at: usize) -> Statement {
    let action = if dice.roll(4) == 0 { "NotAction" } else { "Action" };
    let resource = if dice.roll(6) == 0 { "NotResource" } else { "Resource" };
    let who = if dice.roll(5) == 0 { "NotPrincipal" } else { "Principal" };
    let principals = match dice.roll(4) {
        0 => None,
        1 if who == "Principal" => Some(vec![("*", vec!["*".to_owned()])]),
        2 => Some(vec![("Service", dice.some(&["ec2.amazonaws.com", "sns.amazonaws.com"]))]),
        _ => Some(vec![
            ("AWS", dice.some(&["arn:aws:iam::111122223333:root", "*", "444455556666"])),
            ("Service", dice.some(&["ec2.amazonaws.com"])),
        ]),
    };
    let mut conditions = Vec::new();
    if dice.roll(2) == 0 {
        conditions.push(("StringLike", "aws:PrincipalOrgID", dice.some(&["o-abc", "o-def", "*"])));
        if dice.roll(2) == 0 {
            conditions.push(("StringLike", "aws:SourceAccount", dice.some(&["111122223333"])));
            conditions.push(("Bool", "aws:SecureTransport", vec!["false".to_owned()]));
        }
    }
    Statement {
        sid: (dice.roll(3) > 0).then(|| format!("S{at}")),
        deny: dice.roll(3) == 0,
        action: (action, dice.some(&["s3:GetObject", "s3:*", "*", "iam:Pass?ole", "kms:Decrypt"])),
        resource: (resource, dice.some(&["*", "arn:aws:s3:::b", "arn:aws:s3:::b/*"])),
        principal: principals.map(|who_| (who, who_)),
        conditions,
    }
}

/// A list as JSON writes it: one member may stand alone.
fn written(dice: &mut Dice, list: &[String]) -> Json {
    match list {
        [only] if dice.roll(2) == 0 => json!(only),
        _ => json!(list),
    }
}

fn as_json(dice: &mut Dice, statements: &[Statement]) -> Json {
    let mut all = Vec::new();
    for each in statements {
        let mut out = json!({ "Effect": if each.deny { "Deny" } else { "Allow" } });
        if let Some(sid) = &each.sid {
            out["Sid"] = json!(sid);
        }
        out[each.action.0] = written(dice, &each.action.1);
        out[each.resource.0] = written(dice, &each.resource.1);
        if let Some((name, who)) = &each.principal {
            out[*name] = if who[0].0 == "*" { json!("*") } else { json!({}) };
            for (kind, ids) in who.iter().filter(|(kind, _)| *kind != "*") {
                out[*name][*kind] = written(dice, ids);
            }
        }
        for (test, variable, values) in &each.conditions {
            if out["Condition"].is_null() {
                out["Condition"] = json!({});
            }
            if out["Condition"][*test].is_null() {
                out["Condition"][*test] = json!({});
            }
            out["Condition"][*test][*variable] = written(dice, values);
        }
        all.push(out);
    }
    let statement = if all.len() == 1 && dice.roll(2) == 0 { all.remove(0) } else { json!(all) };
    let mut policy = json!({ "Statement": statement });
    if dice.roll(2) == 0 {
        policy["Version"] = json!("2012-10-17");
    }
    policy
}

fn as_blocks(statements: &[Statement]) -> String {
    let mut out = String::new();
    let names = BTreeMap::from([
        ("Action", "actions"),
        ("NotAction", "not_actions"),
        ("Resource", "resources"),
        ("NotResource", "not_resources"),
        ("Principal", "principals"),
        ("NotPrincipal", "not_principals"),
    ]);
    for each in statements {
        let _ = writeln!(out, "  statement {{");
        if let Some(sid) = &each.sid {
            let _ = writeln!(out, "    sid = {sid:?}");
        }
        if each.deny {
            let _ = writeln!(out, "    effect = \"Deny\"");
        }
        for (name, list) in [&each.action, &each.resource] {
            let _ = writeln!(out, "    {} = {list:?}", names[name]);
        }
        if let Some((name, who)) = &each.principal {
            for (kind, ids) in who {
                let _ = writeln!(
                    out,
                    "    {} {{\n      type = {kind:?}\n      identifiers = {ids:?}\n    }}",
                    names[name]
                );
            }
        }
        for (test, variable, values) in &each.conditions {
            let _ = writeln!(
                out,
                "    condition {{\n      test = {test:?}\n      variable = {variable:?}\n      values = {values:?}\n    }}"
            );
        }
        let _ = writeln!(out, "  }}");
    }
    out
}

#[test]
fn the_same_policy_is_the_same_in_every_form() {
    let dir = Dir::new("policy-forms");
    let kinds = "\"aws_sqs_queue_policy\"";
    dir.write("rules-dir/rules/acme/iam/shown.hcl", rule(kinds, "policy_statements(self.policy)"));
    let mut dice = Dice(7);
    let mut text = String::new();
    let policies = 40;
    for at in 0..policies {
        let count = 1 + dice.roll(3);
        let statements: Vec<Statement> = (0..count).map(|at| statement(&mut dice, at)).collect();
        let mut forms: Vec<(&str, String)> = Vec::new();
        let mut json = || as_json(&mut dice, &statements);
        forms.push(("string", format!("{:?}", json().to_string())));
        forms.push((
            "heredoc",
            format!("<<-EOT\n    {}\n  EOT", serde_json::to_string_pretty(&json()).unwrap()),
        ));
        // An object of JSON is one of HCL.
        forms.push(("encoded", format!("jsonencode({})", json())));
        dir.write(&format!("p{at}.json"), json().to_string());
        forms.push(("file", format!("file(\"${{path.module}}/p{at}.json\")")));
        dir.write(&format!("p{at}.tftpl"), json().to_string().replace("s3:", "${service}:"));
        forms.push(("template", format!("templatefile(\"p{at}.tftpl\", {{ service = \"s3\" }})")));
        let own = as_blocks(&statements);
        let _ = writeln!(text, "data \"aws_iam_policy_document\" \"d{at}\" {{\n{own}}}");
        forms.push(("document", format!("data.aws_iam_policy_document.d{at}.json")));
        let (first, rest) = statements.split_at(1);
        let _ = writeln!(text, "data \"aws_iam_policy_document\" \"s{at}\" {{\n{}}}", as_blocks(first));
        let source = format!("source_policy_documents = [data.aws_iam_policy_document.s{at}.json]");
        let _ = writeln!(
            text,
            "data \"aws_iam_policy_document\" \"m{at}\" {{\n  {source}\n{}}}",
            as_blocks(rest)
        );
        forms.push(("merged", format!("data.aws_iam_policy_document.m{at}.minified_json")));
        for (form, policy) in forms {
            let _ = writeln!(
                text,
                "resource \"aws_sqs_queue_policy\" \"p{at}_{form}\" {{\n  policy = {policy}\n}}"
            );
        }
    }
    dir.write("main.tf", text);
    let seen = shown(&dir);
    assert_eq!(seen.len(), policies * 7);
    let mut different = BTreeSet::new();
    for at in 0..policies {
        let prefix = format!("aws_sqs_queue_policy.p{at}_");
        let mut forms = seen.iter().filter(|(address, _)| address.starts_with(&prefix));
        let (first, wanted) = forms.next().unwrap();
        assert!(!wanted.as_array().unwrap().is_empty());
        for (address, seen) in forms {
            assert_eq!(seen, wanted, "{address} and {first}");
        }
        different.insert(wanted.to_string());
    }
    assert!(different.len() > policies / 2, "{}", different.len());
}

#[test]
fn an_unknown_part_hides_no_certain_grant_from_rules() {
    let dir = Dir::new("policy-unknown");
    let policy = |statements: &str| format!("jsonencode({{ Statement = [{statements}] }})");
    let statement = |action: &str, resource: &str| {
        format!("{{ Effect = \"Allow\", Action = {action}, Resource = {resource} }}")
    };
    let star = statement("\"*\"", "\"arn:aws:s3:::b\"");
    let mut text = "variable \"x\" {\n  type = string\n}\n".to_owned();
    for (name, policy) in [
        ("certain", policy(&format!("{star}, var.x"))),
        ("maybe", policy(&format!("{}, var.x", statement("\"s3:GetObject\"", "\"*\"")))),
        ("resource", policy(&statement("\"*\"", "var.x"))),
        ("sound", policy(&statement("\"s3:${var.x}\"", "\"*\""))),
    ] {
        let _ = writeln!(text, "resource \"aws_iam_policy\" \"{name}\" {{\n  policy = {policy}\n}}");
    }
    dir.write("main.tf", text);
    let arguments = ["check", "--rule", "aws/iam/policy-no-star-action", "--no-fixes", "--format", "json"];
    let ran = dir.run(&[&arguments[..], &["--outcomes", "pass,fail,undetermined,error"]].concat());
    let report: Json = serde_json::from_str(&ran.out).unwrap();
    let outcomes: BTreeMap<&str, &str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| (finding["address"].as_str().unwrap(), finding["outcome"].as_str().unwrap()))
        .collect();
    let wanted = [
        ("aws_iam_policy.certain", "fail"),
        ("aws_iam_policy.maybe", "undetermined"),
        ("aws_iam_policy.resource", "undetermined"),
        ("aws_iam_policy.sound", "pass"),
    ];
    assert_eq!(outcomes, BTreeMap::from(wanted));
}

/// The outcome of a rule for the only resource that it judges.
fn outcome(dir: &Dir, rule: &str) -> String {
    let arguments = ["check", "--rule", rule, "--no-fixes", "--format", "json"];
    let ran = dir.run(&[&arguments[..], &["--outcomes", "pass,fail,undetermined,error"]].concat());
    let report: Json = serde_json::from_str(&ran.out).unwrap();
    let findings = report["findings"].as_array().unwrap();
    match findings.as_slice() {
        [] => "not applicable".to_owned(),
        [only] => only["outcome"].as_str().unwrap().to_owned(),
        more => format!("{} findings", more.len()),
    }
}

const INPUTS: &str = "variable \"on\" {\n  type = bool\n}\nvariable \"text\" {\n  type = string\n}\n\
    variable \"map\" {\n  type = map(string)\n}\nvariable \"list\" {\n  type = list(string)\n}\n";

#[test]
fn a_part_that_is_one_of_two_is_never_read_as_nothing() {
    let dir = Dir::new("policy-either");
    let iam = |rest: &str| {
        format!(
            "resource \"aws_iam_policy\" \"p\" {{\n  policy = jsonencode({{ Statement = [{{ {rest} }}] }})\n}}\n"
        )
    };
    let stars = "Effect = \"Allow\", Resource = \"*\", Action = var.on ? [\"*\"] : [\"s3:GetObject\"]";
    let passed = "Effect = \"Allow\", Resource = var.on ? [\"*\"] : [\"arn:aws:iam::111122223333:role/a\"], Action = [\"iam:PassRole\"]";
    let queue = |rest: &str| {
        format!(
            "resource \"aws_sqs_queue_policy\" \"p\" {{\n  queue_url = \"x\"\n  policy = jsonencode({{ Statement = [{{ Effect = \"Allow\", \
             Action = \"sqs:*\", Resource = \"*\", {rest} }}] }})\n}}\n"
        )
    };
    let document = |part: &str| {
        format!(
            "data \"aws_iam_policy_document\" \"a\" {{\n  statement {{\n    actions = [\"iam:*\"]\n    resources = [\"*\"]\n  }}\n}}\n\
             data \"aws_iam_policy_document\" \"b\" {{\n  statement {{\n    actions = [\"s3:ListBucket\"]\n    resources = [\"*\"]\n  }}\n}}\n\
             data \"aws_iam_policy_document\" \"d\" {{\n  {part}\n}}\n\
             resource \"aws_iam_policy\" \"p\" {{\n  policy = data.aws_iam_policy_document.d.json\n}}\n"
        )
    };
    let sources = "source_policy_documents = var.on ? [data.aws_iam_policy_document.a.json] : [data.aws_iam_policy_document.b.json]";
    for (rule, tree, wanted) in [
        ("aws/iam/policy-no-admin-wildcard", iam(stars), "undetermined"),
        (
            "aws/iam/policy-no-star-action",
            iam(&stars.replace("Resource = \"*\"", "Resource = \"a\"")),
            "undetermined",
        ),
        (
            "aws/iam/policy-no-full-service-access",
            iam(&stars.replace("[\"*\"]", "[\"s3:*\"]")),
            "undetermined",
        ),
        ("aws/iam/policy-pass-role-scoped", iam(passed), "undetermined"),
        ("aws/iam/policy-no-full-iam-access", document(sources), "undetermined"),
        (
            "aws/iam/policy-no-full-iam-access",
            document(
                "statement {\n    actions = var.on ? [\"iam:*\"] : [\"s3:Get\"]\n    resources = [\"*\"]\n  }",
            ),
            "undetermined",
        ),
        (
            "aws/sqs/queue-policy-not-public",
            queue("Principal = var.on ? { AWS = \"*\" } : { Service = \"x\" }"),
            "undetermined",
        ),
        (
            "aws/sqs/queue-policy-not-public",
            queue(
                "Principal = \"*\", Condition = { StringEquals = { \"aws:SourceAccount\" = var.on ? [\"1\"] : [\"2\"] } }",
            ),
            "pass",
        ),
        (
            "aws/sqs/queue-policy-not-public",
            queue("Principal = \"*\", Condition = { IpAddress = { \"aws:SourceIp\" = \"${var.text}/0\" } }"),
            "undetermined",
        ),
    ] {
        dir.write("main.tf", format!("{INPUTS}{tree}"));
        assert_eq!(outcome(&dir, rule), wanted, "{rule}: {tree}");
    }
}

#[test]
fn principals_that_are_not_known_may_be_of_any_kind() {
    let dir = Dir::new("policy-who");
    let role = |who: &str| {
        format!(
            "resource \"aws_iam_role\" \"r\" {{\n  assume_role_policy = jsonencode({{ Statement = [{{ Effect = \"Allow\", \
             Action = \"sts:AssumeRoleWithWebIdentity\", Principal = {who} }}] }})\n}}\n"
        )
    };
    let document = |kind: &str, blocks: &str| {
        format!(
            "data \"aws_iam_policy_document\" \"d\" {{\n  statement {{\n    actions   = [\"sts:AssumeRoleWithWebIdentity\", \"sqs:SendMessage\"]\n    \
             resources = [\"*\"]\n    {blocks}\n  }}\n}}\n{kind} {{\n  queue_url = \"x\"\n  \
             assume_role_policy = data.aws_iam_policy_document.d.json\n  policy = data.aws_iam_policy_document.d.json\n}}\n"
        )
    };
    let (of_role, of_queue) = ("resource \"aws_iam_role\" \"r\"", "resource \"aws_sqs_queue_policy\" \"q\"");
    let dynamic = "dynamic \"principals\" {\n      for_each = var.map\n      content {\n        type        = principals.key\n        identifiers = [principals.value]\n      }\n    }";
    let typed = "principals {\n      type        = var.text\n      identifiers = [\"*\"]\n    }";
    for (rule, tree, wanted) in [
        ("aws/iam/oidc-trust-scoped", role("var.map"), "undetermined"),
        ("aws/iam/oidc-trust-scoped", role("{ Federated = \"x\" }"), "fail"),
        ("aws/iam/oidc-trust-scoped", role("{ AWS = var.text }"), "not applicable"),
        ("aws/iam/oidc-trust-scoped", document(of_role, dynamic), "undetermined"),
        ("aws/iam/role-trust-requires-mfa", role("var.map"), "undetermined"),
        ("aws/sqs/queue-policy-not-public", document(of_queue, typed), "undetermined"),
        ("aws/sqs/queue-policy-not-public", document(of_queue, dynamic), "undetermined"),
    ] {
        dir.write("main.tf", format!("{INPUTS}{tree}"));
        assert_eq!(outcome(&dir, rule), wanted, "{rule}: {tree}");
    }
}

#[test]
fn documents_come_to_what_the_provider_makes_of_them() {
    let dir = Dir::new("policy-provider");
    let data = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/policy-documents");
    let read = |name: &str| std::fs::read_to_string(data.join(name)).unwrap();
    dir.write(
        "rules-dir/rules/acme/iam/shown.hcl",
        rule("\"aws_sqs_queue_policy\"", "policy_statements(self.policy)"),
    );
    let recorded: BTreeMap<String, Json> = serde_json::from_str(&read("recorded.json")).unwrap();
    let mut text = read("documents.tf");
    for (name, policy) in &recorded {
        let document = format!("data.aws_iam_policy_document.{name}.json");
        for (form, policy) in
            [("ours", document), ("theirs", format!("{:?}", policy.to_string()).replace("${", "$${"))]
        {
            let _ = writeln!(
                text,
                "resource \"aws_sqs_queue_policy\" \"{name}_{form}\" {{\n  policy = {policy}\n}}"
            );
        }
    }
    dir.write("main.tf", text);
    let seen = shown(&dir);
    assert_eq!(seen.len(), 2 * recorded.len());
    for name in recorded.keys() {
        let of = |form: &str| &seen[&format!("aws_sqs_queue_policy.{name}_{form}")];
        assert_eq!(of("ours"), of("theirs"), "{name}");
    }
}

#[test]
fn the_bindings_of_google_cloud_have_one_form() {
    let dir = Dir::new("policy-google");
    let kinds =
        "\"google_project_iam_policy\", \"google_project_iam_binding\", \"google_project_iam_member\"";
    let shown_as = "role_bindings(self.policy_data == null ? self : self.policy_data)";
    dir.write("rules-dir/rules/acme/gcp/shown.hcl", rule(kinds, shown_as));
    let text = r#"data "google_iam_policy" "d" {
  binding {
    role    = "roles/viewer"
    members = ["user:b@example.com", "user:a@example.com", "user:b@example.com"]
    condition {
      title      = "soon"
      expression = "request.time < timestamp(\"2030-01-01T00:00:00Z\")"
    }
  }
}
resource "google_project_iam_policy" "document" {
  project     = "p"
  policy_data = data.google_iam_policy.d.policy_data
}
resource "google_project_iam_policy" "text" {
  project     = "p"
  policy_data = "{\"bindings\":[{\"role\":\"roles/viewer\",\"members\":[\"user:a@example.com\",\"user:b@example.com\"],\"condition\":{\"title\":\"soon\",\"expression\":\"request.time < timestamp(\\\"2030-01-01T00:00:00Z\\\")\"}}]}"
}
resource "google_project_iam_binding" "binding" {
  project = "p"
  role    = "roles/viewer"
  members = ["user:a@example.com", "user:b@example.com"]
  condition {
    title      = "soon"
    expression = "request.time < timestamp(\"2030-01-01T00:00:00Z\")"
  }
}
resource "google_project_iam_member" "member" {
  project = "p"
  role    = "roles/owner"
  member  = "allUsers"
}
"#;
    dir.write("main.tf", text);
    let seen = shown(&dir);
    let viewer = json!([{ "role": "roles/viewer", "members": ["user:a@example.com", "user:b@example.com"],
        "condition": { "title": "soon", "description": null,
            "expression": "request.time < timestamp(\"2030-01-01T00:00:00Z\")" } }]);
    for address in ["policy.document", "policy.text", "binding.binding"] {
        assert_eq!(seen[&format!("google_project_iam_{address}")], viewer, "{address}");
    }
    let owner = json!([{ "role": "roles/owner", "members": ["allUsers"], "condition": null }]);
    assert_eq!(seen["google_project_iam_member.member"], owner);
}

#[test]
fn the_permissions_of_azure_have_every_key() {
    let dir = Dir::new("policy-azure");
    dir.write(
        "rules-dir/rules/acme/azure/shown.hcl",
        rule("\"azurerm_role_definition\"", "role_permissions(self)"),
    );
    let text = r#"resource "azurerm_role_definition" "one" {
  name  = "one"
  scope = "/subscriptions/1"
  permissions {
    actions     = ["Microsoft.Storage/*", "*"]
    not_actions = []
  }
  permissions {
    data_actions = ["*"]
  }
}
resource "azurerm_role_definition" "two" {
  name              = "two"
  scope             = "/subscriptions/1"
  assignable_scopes = ["/subscriptions/2", "/subscriptions/1"]
  permissions {
    actions = ["Microsoft.Authorization/*/read"]
  }
}
"#;
    dir.write("main.tf", text);
    let seen = shown(&dir);
    let block = |actions: Json, data: Json, scopes: Json| json!({ "actions": actions, "not_actions": [], "data_actions": data, "not_data_actions": [], "scopes": scopes });
    let one = json!([
        block(json!(["*", "Microsoft.Storage/*"]), json!([]), json!(["/subscriptions/1"])),
        block(json!([]), json!(["*"]), json!(["/subscriptions/1"])),
    ]);
    assert_eq!(seen["azurerm_role_definition.one"], one);
    let two = json!(["/subscriptions/1", "/subscriptions/2"]);
    assert_eq!(seen["azurerm_role_definition.two"][0]["scopes"], two);
}

const BASELINE: &str = r#"rule {
  title    = "Topic has a key of ours"
  severity = "low"
  resource = ["aws_sns_topic"]
  criteria = { "CC6.1" = "why" }
  applies  = account_baseline()
  require = (
    customer_key(self.kms_master_key_id) == true
    || contains(setting.plain_topics, self.name)
  )
  message = "${self.address} has no key"
}
"#;

#[test]
fn rules_ask_for_settings_keys_and_the_baseline() {
    let dir = Dir::new("policy-settings");
    dir.write("rules-dir/rules/acme/sns/key.hcl", BASELINE);
    dir.write("main.tf", "resource \"aws_sns_topic\" \"a\" {\n  name = \"a\"\n}\n");
    let outcomes = |dir: &Dir| {
        let arguments =
            ["check", "--rules", "rules-dir", "--rule", "acme/", "--no-fixes", "--format", "json", "main.tf"];
        let ran = dir
            .run(&[&arguments[..], &["--outcomes", "pass,fail,undetermined,not_applicable,error"]].concat());
        let report: Json = serde_json::from_str(&ran.out).unwrap();
        report["findings"][0]["outcome"].as_str().unwrap().to_owned()
    };
    assert_eq!(outcomes(&dir), "not_applicable");
    dir.write(".trueup.hcl", "settings = { baseline = true }\n");
    assert_eq!(outcomes(&dir), "fail");
    dir.write(".trueup.hcl", "settings = { baseline = true, plain_topics = [\"a\", \"b\"] }\n");
    assert_eq!(outcomes(&dir), "pass");
    dir.write(".trueup.hcl", "settings = {}\n");
    let detector = "resource \"aws_guardduty_detector\" \"d\" {}\nresource \"aws_securityhub_account\" \"a\" {}\nvariable \"key\" {}\n";
    let topic = |key: &str| {
        format!(
            "{detector}resource \"aws_sns_topic\" \"a\" {{\n  name = \"a\"\n  kms_master_key_id = {key}\n}}\n"
        )
    };
    for (key, outcome) in
        [("\"alias/aws/sns\"", "fail"), ("\"alias/ours\"", "pass"), ("var.key", "undetermined")]
    {
        dir.write("main.tf", topic(key));
        assert_eq!(outcomes(&dir), outcome, "{key}");
    }
}

/// A plan of a topic whose key is made in the same plan.
fn plan(reference: &str, kind: &str) -> String {
    let provider = "registry.terraform.io/hashicorp/aws";
    let resource = |kind: &str, name: &str| json!({ "address": format!("{kind}.{name}"), "mode": "managed", "type": kind, "name": name, "provider_name": provider });
    let change = |kind: &str, name: &str, unknown: Json| {
        let mut change = resource(kind, name);
        change["change"] =
            json!({ "actions": ["create"], "before": null, "after": {}, "after_unknown": unknown });
        change
    };
    let mut topic = resource("aws_sns_topic", "a");
    topic["expressions"] = json!({ "kms_master_key_id": { "references": [reference] } });
    json!({
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": { "root_module": { "resources": [] } },
        "resource_changes": [
            change("aws_sns_topic", "a", json!({ "kms_master_key_id": true })),
            change(kind, "k", json!({ "arn": true, "id": true })),
        ],
        "configuration": { "root_module": { "resources": [topic, resource(kind, "k")] } },
    })
    .to_string()
}

#[test]
fn a_plan_says_whose_key_is_made() {
    let dir = Dir::new("policy-plan");
    dir.write("rules-dir/rules/acme/sns/key.hcl", BASELINE.replace("  applies  = account_baseline()\n", ""));
    for (reference, kind, outcome) in [
        ("aws_kms_key.k.arn", "aws_kms_key", "pass"),
        ("aws_sqs_queue.k.arn", "aws_sqs_queue", "undetermined"),
    ] {
        dir.write("plan.json", plan(reference, kind));
        let arguments = [
            "check",
            "--rules",
            "rules-dir",
            "--rule",
            "acme/",
            "--no-fixes",
            "--format",
            "json",
            "plan.json",
        ];
        let ran = dir.run(&[&arguments[..], &["--outcomes", "pass,fail,undetermined,error"]].concat());
        let report: Json = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(report["findings"][0]["outcome"], outcome, "{}", ran.out);
    }
}

#[test]
fn a_fixture_may_say_what_is_set() {
    let dir = Dir::new("policy-fixtures");
    dir.write("rules/acme/sns/key.hcl", BASELINE);
    let topic =
        |key: &str| format!("resource \"aws_sns_topic\" \"a\" {{\n  name              = \"a\"\n{key}}}\n");
    let base = "fixtures/acme/sns/key";
    dir.write(&format!("{base}/skip.tf"), topic(""));
    dir.write(&format!("{base}/pass/main.tf"), topic(""));
    dir.write(
        &format!("{base}/pass/.trueup.hcl"),
        "settings = { baseline = true, plain_topics = [\"a\"] }\n",
    );
    dir.write(&format!("{base}/fail/main.tf"), topic(""));
    dir.write(&format!("{base}/fail/.trueup.hcl"), "settings = { baseline = true }\n");
    let unknown = "  kms_master_key_id = var.key\n";
    dir.write(&format!("{base}/unknown/main.tf"), format!("variable \"key\" {{}}\n{}", topic(unknown)));
    dir.write(&format!("{base}/unknown/.trueup.hcl"), "settings = { baseline = true }\n");
    dir.run(&["rules", "test", "."]).said(0, &["4 fixtures, 0 failed"]);
    dir.write(&format!("{base}/unknown/.trueup.hcl"), "unheard_of = {}\n");
    dir.run(&["rules", "test", "."]).said(1, &["fixtures/acme/sns/key/unknown", "unheard_of"]);
}
