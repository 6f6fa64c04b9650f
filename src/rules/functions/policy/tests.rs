use crate::eval::{Reference, Type, Unknown};

use super::*;

/// A policy with one statement whose action is read from an attribute.
fn action_from(address: &str, attribute: &str) -> Policy {
    let refers = vec![Reference { address: address.into(), attribute: attribute.into(), any: false }];
    let why = Why::Computed(format!("{address}.{attribute}").into());
    let word = Unknown { ty: Type::String, why, refers, made: false, not_null: true, partial: None };
    let pairs = [
        ("Effect", "Allow".into()),
        ("Action", Value::from(Data::Unknown(word.into()))),
        ("Resource", "*".into()),
    ];
    let statement = Value::object(pairs.map(|(name, value)| (Arc::from(name), value)));
    Policy::read(&Value::object([(Arc::from("Statement"), statement)]))
}

#[test]
fn a_word_from_a_store_may_be_a_wildcard_and_an_identity_is_none() {
    for (address, attribute) in [
        ("data.aws_ssm_parameter.actions", "value"),
        ("module.a.data.external.x", "result"),
        ("data.terraform_remote_state.x", "outputs"),
        ("terraform_data.x", "output"),
        ("aws_ssm_parameter.x", "value"),
    ] {
        let answer = action_from(address, attribute).allows_all();
        assert!(matches!(answer, Tri::Unknown(_)), "{address}.{attribute}: {answer:?}");
    }
    for (address, attribute) in [
        ("data.aws_iam_role.x", "arn"),
        ("aws_s3_bucket.x", "arn"),
        ("data.aws_caller_identity.x", "account_id"),
    ] {
        assert_eq!(action_from(address, attribute).allows_all(), Tri::False, "{address}.{attribute}");
    }
}

/// The policies that expressions come to, in a tree with roles and inputs that are not there.
fn policies(expressions: &[&str], more: &str) -> Vec<Value> {
    let mut text = format!(
        "variable \"x\" {{\n  type = string\n}}\nvariable \"on\" {{\n  type = bool\n}}\n\
         resource \"aws_iam_role\" \"r\" {{}}\nresource \"aws_s3_bucket\" \"b\" {{}}\n{more}\n"
    );
    for (at, expression) in expressions.iter().enumerate() {
        text.push_str(&format!("resource \"aws_iam_policy\" \"p{at:03}\" {{\n  policy = {expression}\n}}\n"));
    }
    let mut sources = crate::source::Sources::default();
    sources.add(crate::source::SourceFile::new("main.tf", text));
    let workspace = crate::syntax::Workspace::parse(sources);
    assert!(workspace.errors.is_empty(), "{:?}", workspace.errors);
    let root = crate::eval::Root::new(&workspace, ".");
    let configuration = crate::graph::configuration(&workspace, root);
    let ids = configuration.of_kind("aws_iam_policy").iter();
    ids.map(|id| configuration.get(*id).unwrap().values.get("policy").cloned().unwrap_or(Value::NULL))
        .collect()
}

/// The answer to a question: yes, no, or open.
fn answers(expressions: &[&str], more: &str, question: &dyn Fn(&Policy) -> Tri) -> Vec<&'static str> {
    let word = |value: &Value| match ask(value, question) {
        Tri::True => "yes",
        Tri::False => "no",
        Tri::Unknown(_) => "open",
    };
    policies(expressions, more).iter().map(word).collect()
}

fn allow(rest: &str) -> String {
    format!("jsonencode({{ Statement = [{{ Effect = \"Allow\", {rest} }}] }})")
}

#[track_caller]
fn check(cases: &[(&str, String)], more: &str, question: &dyn Fn(&Policy) -> Tri) {
    let expressions: Vec<&str> = cases.iter().map(|(_, text)| text.as_str()).collect();
    for ((wanted, text), answer) in cases.iter().zip(answers(&expressions, more, question)) {
        assert_eq!(answer, *wanted, "{text}");
    }
}

#[test]
fn every_action_on_every_resource_is_found_and_never_assumed() {
    let cases = [
        ("yes", allow("Action = \"*\", Resource = \"*\"")),
        ("yes", allow("Action = [\"s3:Get\", \"*:*\"], Resource = [\"*\", \"arn:aws:s3:::b\"]")),
        ("yes", allow("Action = \"**\", Resource = \"*\"")),
        ("yes", "\"{\\\"statement\\\":{\\\"effect\\\":\\\"Allow\\\",\\\"action\\\":\\\"*\\\",\\\"resource\\\":\\\"*\\\"}}\"".to_owned()),
        ("no", allow("Action = \"s3:*\", Resource = \"*\"")),
        ("no", allow("Action = \"*\", Resource = \"arn:aws:s3:::b/*\"")),
        ("no", allow("NotAction = \"iam:*\", Resource = \"*\"")),
        ("no", "jsonencode({ Statement = { Effect = \"Deny\", Action = \"*\", Resource = \"*\" } })".to_owned()),
        // A part that is not known hides nothing that is, and is no answer where it decides.
        ("open", allow("Action = \"*\", Resource = var.x")),
        ("open", allow("Action = var.x, Resource = \"*\"")),
        ("open", allow("Action = \"*\", Resource = [\"arn:aws:s3:::b\", var.x]")),
        ("yes", allow("Action = [\"*\", var.x], Resource = [\"*\", var.x]")),
        ("no", allow("Action = \"*\", Resource = aws_s3_bucket.b.arn")),
        ("no", allow("Action = \"*\", Resource = \"${aws_s3_bucket.b.arn}/*\"")),
        ("no", allow("Action = \"s3:${var.x}\", Resource = \"*\"")),
        ("open", allow("Action = \"${var.x}*\", Resource = \"*\"")),
        // A condition may choose what stands beside an identity.
        ("open", allow("Action = \"*\", Resource = var.on ? aws_s3_bucket.b.arn : \"*\"")),
        ("open", allow("Action = \"*\", Resource = lower(var.on ? aws_s3_bucket.b.arn : \"*\")")),
        ("no", allow("Action = \"*\", Resource = var.on ? aws_s3_bucket.b.arn : aws_iam_role.r.arn")),
        ("yes", allow("Action = \"*\", Resource = var.on ? \"*\" : \"**\"")),
        // What has no place in a policy is not taken for nothing.
        ("open", allow("Action = \"*\", Resource = [[\"*\"]]")),
        ("open", "\"{ not json\"".to_owned()),
        ("open", "var.x".to_owned()),
        ("no", "\"\"".to_owned()),
        ("no", "jsonencode({})".to_owned()),
    ];
    check(&cases, "", &Policy::allows_all);
}

#[test]
fn a_statement_that_is_not_known_leaves_it_open_and_a_certain_one_decides() {
    let all = "{ Effect = \"Allow\", Action = \"*\", Resource = \"*\" }";
    let little = "{ Effect = \"Allow\", Action = \"s3:GetObject\", Resource = \"*\" }";
    let of = |statements: &str| format!("jsonencode({{ Statement = [{statements}] }})");
    let cases = [
        ("yes", of(&format!("{all}, var.x"))),
        ("open", of(&format!("{little}, var.x"))),
        ("open", of("var.x")),
        ("open", "jsonencode({ Statement = var.x })".to_owned()),
        ("open", of(&format!("var.on ? {all} : {little}"))),
        ("open", of("\"text\"")),
        ("open", of(&vec![little; 10_001].join(", "))),
        ("no", of(&vec![little; 10_000].join(", "))),
        ("open", format!("var.on ? {} : {}", of(all), of(little))),
        (
            "yes",
            format!("var.on ? {} : jsonencode({{ Version = \"2012-10-17\", Statement = {all} }})", of(all)),
        ),
    ];
    check(&cases, "", &Policy::allows_all);
    // As a rule sees it: the one that is known, and an unknown beside it.
    let seen = Policy::read(policies(&[&of(&format!("{little}, var.x"))], "").first().unwrap()).into_value();
    let seen = seen.as_items().unwrap();
    assert_eq!(
        (seen.len(), seen[0].as_unknown().is_some(), seen[1].as_unknown().is_some()),
        (2, false, true)
    );
}

#[test]
fn documents_are_merged_by_the_names_of_statements() {
    let more = r#"
data "aws_iam_policy_document" "base" {
  statement {
    sid       = "one"
    actions   = ["*"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "nameless" {
  statement {
    actions   = ["*"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "narrow" {
  source_policy_documents = [data.aws_iam_policy_document.base.json]
  statement {
    sid       = "one"
    actions   = ["s3:GetObject"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "wide" {
  override_policy_documents = [data.aws_iam_policy_document.base.minified_json]
  statement {
    sid       = "one"
    actions   = ["s3:GetObject"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "maybe" {
  source_policy_documents   = [data.aws_iam_policy_document.base.json]
  override_policy_documents = [var.x]
}
data "aws_iam_policy_document" "surely" {
  source_policy_documents   = [data.aws_iam_policy_document.nameless.json]
  override_policy_documents = [var.x]
}
data "aws_iam_policy_document" "more" {
  source_policy_documents = [var.x]
  statement {
    actions   = ["s3:GetObject"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "text" {
  source_policy_documents = ["{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"},{\"Effect\":\"Deny\",\"Action\":\"${var.x}\",\"Resource\":\"*\"}]}"]
}
"#;
    let of = |name: &str| format!("data.aws_iam_policy_document.{name}.json");
    let cases = [
        ("yes", of("base")),
        ("no", of("narrow")),
        ("yes", of("wide")),
        // What overrides is not known, and may replace the statement by its name.
        ("open", of("maybe")),
        ("yes", of("surely")),
        ("open", of("more")),
        ("yes", of("text")),
    ];
    check(&cases, more, &Policy::allows_all);
}

#[test]
fn actions_are_matched_as_iam_does() {
    let cases = [
        ("yes", allow("Action = \"IAM:passrole\", Resource = \"*\"")),
        ("yes", allow("Action = \"iam:Pass*\", Resource = \"*\"")),
        ("yes", allow("Action = \"iam:Pass????\", Resource = \"*\"")),
        ("no", allow("Action = \"iam:Pass???\", Resource = \"*\"")),
        ("no", allow("Action = \"iam:*\", Resource = \"arn:aws:iam::111122223333:role/a\"")),
        ("yes", allow("NotAction = [\"s3:*\"], Resource = \"*\"")),
        ("no", allow("NotAction = [\"iam:*\"], Resource = \"*\"")),
        ("open", allow("NotAction = [var.x], Resource = \"*\"")),
        ("no", allow("Action = \"*\", Resource = aws_iam_role.r.arn")),
        ("yes", allow("Action = \"*\", NotResource = [\"arn:aws:s3:::b\"]")),
        ("open", allow("Action = \"iam:${var.x}\", Resource = \"*\"")),
    ];
    check(&cases, "", &|policy| policy.allows("iam:PassRole", "*"));
}

#[test]
fn who_is_let_in_depends_on_principals_and_conditions() {
    let public = |rest: &str| allow(&format!("Action = \"s3:GetObject\", Resource = \"*\", {rest}"));
    let when = |test: &str| public(&format!("Principal = \"*\", Condition = {{ {test} }}"));
    let cases = [
        ("yes", public("Principal = \"*\"")),
        ("yes", public("Principal = { AWS = [\"*\", \"arn:aws:iam::111122223333:root\"] }")),
        ("yes", public("NotPrincipal = { AWS = \"arn:aws:iam::111122223333:root\" }")),
        ("no", public("Principal = { Service = \"*\" }")),
        ("no", public("Principal = { AWS = aws_iam_role.r.arn }")),
        ("open", public("Principal = { AWS = var.x }")),
        ("open", public("Principal = var.x")),
        ("no", when("StringEquals = { \"aws:PrincipalOrgID\" = \"o-abc\" }")),
        ("no", when("\"ForAnyValue:StringLike\" = { \"aws:PrincipalOrgPaths\" = [\"o-abc/*\"] }")),
        ("yes", when("\"ForAllValues:StringLike\" = { \"aws:PrincipalOrgPaths\" = [\"o-abc/*\"] }")),
        ("yes", when("StringEqualsIfExists = { \"aws:SourceAccount\" = \"111122223333\" }")),
        ("yes", when("StringNotEquals = { \"aws:SourceAccount\" = \"111122223333\" }")),
        ("yes", when("StringLike = { \"aws:PrincipalOrgID\" = \"*\" }")),
        ("yes", when("Bool = { \"aws:SecureTransport\" = true }")),
        ("yes", when("StringEquals = { \"aws:PrincipalAccount\" = \"$${aws:PrincipalAccount}\" }")),
        ("no", when("ArnLike = { \"aws:SourceArn\" = \"arn:aws:sns:*:111122223333:*\" }")),
        ("yes", when("ArnLike = { \"aws:SourceArn\" = \"arn:aws:sns:*:*:*\" }")),
        ("yes", when("ArnLike = { \"aws:SourceArn\" = \"arn:aws:sns:*:*:${var.x}\" }")),
        ("open", when("ArnLike = { \"aws:SourceArn\" = \"arn:aws:sns:*:${var.x}:*\" }")),
        ("no", when("ArnLike = { \"aws:SourceArn\" = aws_s3_bucket.b.arn }")),
        ("yes", when("IpAddress = { \"aws:SourceIp\" = [\"10.0.0.0/8\", \"0.0.0.0/0\"] }")),
        ("no", when("IpAddress = { \"aws:SourceIp\" = \"192.0.2.0/24\" }")),
        ("no", when("StringEquals = { \"lambda:FunctionUrlAuthType\" = \"AWS_IAM\" }")),
        ("yes", when("StringEquals = { \"lambda:FunctionUrlAuthType\" = \"NONE\" }")),
        ("open", when("StringEquals = var.x")),
        // The id of one role, with whatever its sessions are called. The caller chooses that name.
        ("no", when("StringLike = { \"aws:userId\" = \"AROAZQI22QHWWHVPVKOM3:*\" }")),
        ("no", when("StringLike = { \"aws:userid\" = \"AIDAZQI22QHWWHVPVKOM3*\" }")),
        ("no", when("StringEquals = { \"AWS:UserID\" = \"111122223333\" }")),
        ("no", when("StringLike = { \"aws:userid\" = \"${aws_iam_role.r.unique_id}:*\" }")),
        ("no", when("StringLike = { \"aws:userid\" = \"${aws_iam_role.r.unique_id}*\" }")),
        ("yes", when("StringLike = { \"aws:userid\" = \"*:deploy\" }")),
        ("yes", when("StringLike = { \"aws:userid\" = \"AROA*\" }")),
        ("yes", when("StringLike = { \"aws:userid\" = \"AROA*:deploy\" }")),
        ("yes", when("StringEquals = { \"aws:userid\" = \"anonymous\" }")),
        ("open", when("StringLike = { \"aws:userid\" = \"${var.x}:*\" }")),
        (
            "no",
            when("StringLike = { \"s3:DataAccessPointArn\" = \"arn:aws:s3:*:111122223333:accesspoint/*\" }"),
        ),
        ("yes", when("StringLike = { \"s3:DataAccessPointArn\" = \"arn:aws:s3:*:*:accesspoint/a\" }")),
        ("no", when("StringEquals = { \"s3:DataAccessPointAccount\" = \"111122223333\" }")),
        ("no", when("StringEquals = { \"aws:PrincipalServiceName\" = \"cloudfront.amazonaws.com\" }")),
    ];
    check(&cases, "", &Policy::allows_public);
}

#[test]
fn a_refusal_counts_only_if_it_is_for_everybody() {
    let deny = |rest: &str| {
        format!(
            "jsonencode({{ Statement = {{ Effect = \"Deny\", Action = \"s3:*\", Resource = \"*\", {rest} }} }})"
        )
    };
    let insecure = "\"aws:SecureTransport\" = \"false\"";
    let cases = [
        ("yes", deny(&format!("Principal = \"*\", Condition = {{ Bool = {{ {insecure} }} }}"))),
        (
            "yes",
            deny("Principal = { AWS = \"*\" }, Condition = { bool = { \"AWS:securetransport\" = false } }"),
        ),
        (
            "no",
            deny(&format!(
                "NotPrincipal = {{ AWS = \"arn:aws:iam::1:root\" }}, Condition = {{ Bool = {{ {insecure} }} }}"
            )),
        ),
        (
            "no",
            deny(&format!(
                "Principal = \"*\", Condition = {{ Bool = {{ {insecure} }}, StringEquals = {{ \"aws:PrincipalTag/a\" = \"b\" }} }}"
            )),
        ),
        ("no", deny("Principal = \"*\"")),
        ("open", deny("Principal = \"*\", Condition = { Bool = { \"aws:SecureTransport\" = var.x } }")),
        ("open", deny(&format!("Principal = var.x, Condition = {{ Bool = {{ {insecure} }} }}"))),
    ];
    check(&cases, "", &Policy::denies_insecure_transport);
}

#[test]
fn an_unknown_part_is_the_same_in_every_form() {
    let forms = |resource: &str| {
        let json =
            format!("{{\"Statement\":[{{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":{resource}}}]}}");
        let document = format!(
            "data \"aws_iam_policy_document\" \"d\" {{\n  statement {{\n    actions   = [\"*\"]\n    resources = [{resource}]\n  }}\n}}\n\
             data \"aws_iam_policy_document\" \"m\" {{\n  source_policy_documents = [data.aws_iam_policy_document.d.json]\n}}\n"
        );
        let expressions = vec![
            format!("jsonencode({json})"),
            format!("<<EOT\n{json}\nEOT\n"),
            format!("{json:?}"),
            "data.aws_iam_policy_document.d.json".to_owned(),
            "data.aws_iam_policy_document.m.minified_json".to_owned(),
        ];
        (expressions, document)
    };
    for (resource, wanted) in [
        ("\"${var.x}\"", "open"),
        ("\"${var.x}*\"", "open"),
        ("\"arn:aws:s3:::${var.x}\"", "no"),
        ("\"${aws_s3_bucket.b.arn}/*\"", "no"),
        ("\"*\"", "yes"),
    ] {
        let (expressions, document) = forms(resource);
        let cases: Vec<(&str, String)> = expressions.into_iter().map(|it| (wanted, it)).collect();
        check(&cases, &document, &Policy::allows_all);
    }
}

#[test]
fn a_list_or_object_that_is_one_of_two_is_asked_for_both() {
    let cases = [
        ("open", allow("Action = var.on ? [\"*\"] : [\"s3:GetObject\"], Resource = \"*\"")),
        ("open", allow("Action = var.on ? \"*\" : [\"s3:GetObject\"], Resource = \"*\"")),
        ("open", allow("Action = \"*\", Resource = var.on ? [\"*\"] : [aws_s3_bucket.b.arn]")),
        ("no", allow("Action = var.on ? [\"s3:Get\"] : [\"s3:Put\"], Resource = \"*\"")),
        ("yes", allow("Action = var.on ? [\"*\"] : [\"*\", \"s3:Put\"], Resource = \"*\"")),
        ("open", allow("Action = concat([\"s3:Get\"], var.on ? [\"*\"] : []), Resource = \"*\"")),
        ("yes", allow("Action = concat([\"*\"], var.list), Resource = \"*\"")),
        ("open", allow("Action = var.list, Resource = \"*\"")),
        ("open", allow("Action = [var.on ? [\"*\"] : [\"a\"]], Resource = \"*\"")),
    ];
    check(&cases, "variable \"list\" {\n  type = list(string)\n}", &Policy::allows_all);
    let cases = [
        ("open", allow("NotAction = var.on ? [\"iam:*\"] : [\"s3:*\"], Resource = \"*\"")),
        ("no", allow("NotAction = var.on ? [\"iam:*\"] : [\"iam:Pass*\"], Resource = \"*\"")),
        ("yes", allow("NotAction = var.on ? [\"s3:*\"] : null, Action = \"iam:*\", Resource = \"*\"")),
        ("open", allow("NotAction = var.on ? [\"s3:*\"] : null, Action = \"s3:*\", Resource = \"*\"")),
    ];
    check(&cases, "", &|policy| policy.allows("iam:PassRole", "*"));
}

#[test]
fn principals_and_conditions_that_are_one_of_two_leave_it_open() {
    let public = |rest: &str| allow(&format!("Action = \"s3:GetObject\", Resource = \"*\", {rest}"));
    let when = |test: &str| public(&format!("Principal = \"*\", Condition = {{ {test} }}"));
    let cases = [
        ("open", public("Principal = var.on ? { AWS = \"*\" } : { Service = \"x\" }")),
        ("no", public("Principal = var.on ? { AWS = \"1\" } : { Service = \"x\" }")),
        ("yes", public("Principal = var.on ? { AWS = \"*\" } : \"*\"")),
        ("open", public("Principal = { AWS = var.on ? [\"*\"] : [aws_iam_role.r.arn] }")),
        ("open", public("Principal = var.who")),
        ("open", public("NotPrincipal = var.on ? { AWS = \"1\" } : null, Principal = { AWS = \"1\" }")),
        ("yes", public("NotPrincipal = var.on ? { AWS = \"1\" } : null, Principal = \"*\"")),
        ("no", when("StringEquals = { \"aws:SourceAccount\" = var.on ? [\"1\"] : [\"2\", \"3\"] }")),
        ("open", when("StringLike = { \"aws:SourceAccount\" = var.on ? [\"1\"] : [\"*\"] }")),
        ("open", when("StringEquals = { \"aws:SourceAccount\" = var.list }")),
        // No part that is not known is proof.
        ("open", when("IpAddress = { \"aws:SourceIp\" = \"${var.x}/0\" }")),
        ("no", when("IpAddress = { \"aws:SourceIp\" = \"${var.x}/24\" }")),
        ("open", when("IpAddress = { \"aws:SourceIp\" = \"0.0.0.0/${var.x}\" }")),
        ("open", when("StringLike = { \"aws:PrincipalArn\" = \"${var.x}:role/a\" }")),
        (
            "open",
            "jsonencode({ Statement = { Effect = \"A${var.x}\", Action = \"*\", Resource = \"*\", Principal = \"*\" } })"
                .to_owned(),
        ),
        (
            "no",
            "jsonencode({ Statement = { Effect = \"D${var.x}\", Action = \"*\", Resource = \"*\", Principal = \"*\" } })"
                .to_owned(),
        ),
    ];
    let more = "variable \"who\" {\n  type = map(string)\n}\nvariable \"list\" {\n  type = list(string)\n}";
    check(&cases, more, &Policy::allows_public);
}

#[test]
fn json_inside_json_is_read_and_a_hole_without_quotes_may_be_anything() {
    let text = |action: &str| {
        format!(
            "\"{{\\\"Statement\\\":{{\\\"Effect\\\":\\\"Allow\\\",\\\"Action\\\":{action},\\\"Resource\\\":\\\"*\\\"}}}}\""
        )
    };
    let cases = [
        ("yes", text("${jsonencode([\"*\", var.x])}")),
        ("open", text("${jsonencode([\"s3:Get\", var.x])}")),
        ("no", text("${jsonencode([\"s3:Get\", \"s3:${var.x}\"])}")),
        ("open", text("${var.x}")),
        ("no", text("${\"[\\\"s3:${var.x}\\\"]\"}")),
    ];
    check(&cases, "", &Policy::allows_all);
}

#[test]
fn a_name_that_is_not_known_may_be_that_of_a_statement_to_replace() {
    let document = |name: &str, sid: &str, actions: &str, rest: &str| {
        format!(
            "data \"aws_iam_policy_document\" \"{name}\" {{\n  {rest}\n  statement {{\n    sid       = {sid}\n    \
             actions   = [{actions}]\n    resources = [\"*\"]\n  }}\n}}\n"
        )
    };
    let source = "source_policy_documents = [data.aws_iam_policy_document.base.json]";
    let over = "override_policy_documents = [data.aws_iam_policy_document.base.json]";
    let more = [
        document("base", "\"A\"", "\"*\"", ""),
        document("one", "var.x", "\"s3:Get\"", source),
        document("two", "\"B${var.x}\"", "\"s3:Get\"", source),
        document("three", "var.x", "\"s3:Get\"", over),
        document("unnamed", "null", "\"s3:Get\"", source),
        document(
            "list",
            "null",
            "\"s3:Get\"",
            "source_policy_documents = concat([data.aws_iam_policy_document.base.json], var.list)",
        ),
        "variable \"list\" {\n  type = list(string)\n}\n".to_owned(),
    ]
    .concat();
    let of = |name: &str| format!("data.aws_iam_policy_document.{name}.json");
    let cases = [
        ("open", of("one")),
        ("yes", of("two")),
        ("yes", of("three")),
        ("yes", of("unnamed")),
        ("yes", of("list")),
    ];
    check(&cases, &more, &Policy::allows_all);
}

#[test]
fn statements_that_may_be_there_count_where_they_could_change_the_answer() {
    let document = |name: &str, actions: &str, rest: &str| {
        format!(
            "data \"aws_iam_policy_document\" \"{name}\" {{\n  {rest}\n  dynamic \"statement\" {{\n    for_each = var.list\n    \
             content {{\n      sid       = \"A\"\n      actions   = [{actions}]\n      resources = [\"*\"]\n    }}\n  }}\n}}\n"
        )
    };
    let own = |actions: &str| {
        format!("statement {{\n    sid = \"A\"\n    actions   = [{actions}]\n    resources = [\"*\"]\n  }}")
    };
    let source = |name: &str| format!("source_policy_documents = [data.aws_iam_policy_document.{name}.json]");
    let more = [
        document("little", "\"s3:${statement.value}\"", ""),
        document("much", "statement.value", ""),
        document("all", "\"*\"", ""),
        document("beside", "\"s3:Get\"", &own("\"*\"")),
        document(
            "over",
            "\"s3:Get\"",
            "source_policy_documents = [data.aws_iam_policy_document.surely.json]",
        ),
        document("under", "\"*\"", &source("little")),
        format!("data \"aws_iam_policy_document\" \"surely\" {{\n  {}\n}}\n", own("\"*\"")),
        format!(
            "data \"aws_iam_policy_document\" \"from\" {{\n  {}\n  {}\n}}\n",
            source("little"),
            own("\"s3:Put\"")
        ),
        "variable \"list\" {\n  type = list(string)\n}\n".to_owned(),
    ]
    .concat();
    let of = |name: &str| format!("data.aws_iam_policy_document.{name}.json");
    let cases = [
        ("no", of("little")),
        ("open", of("much")),
        ("open", of("all")),
        ("yes", of("beside")),
        ("open", of("over")),
        ("open", of("under")),
        ("no", of("from")),
    ];
    check(&cases, &more, &Policy::allows_all);
}
