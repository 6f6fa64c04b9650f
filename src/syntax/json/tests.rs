use super::*;
use crate::syntax::ast::{BinaryOp, Block, Expr, NodeId};

fn parse(text: &str) -> Document {
    parse_json(FileId(0), &SourceFile::new("a.tf.json", text))
}

fn sound(text: &str) -> Document {
    let document = parse(text);
    assert!(document.errors.is_empty(), "{text}: {:?}", document.errors);
    document
}

/// Type and labels of the top-level blocks.
fn heads(document: &Document) -> Vec<String> {
    let head =
        |block: Block<'_>| std::iter::once(block.kind()).chain(block.labels()).collect::<Vec<_>>().join(".");
    document.body().blocks().map(head).collect()
}

fn value<'d>(document: &'d Document, block: &str, name: &str) -> Expr<'d> {
    let block = document.body().blocks_of(block).next().unwrap();
    document.expr(block.body().attribute(name).unwrap().expr())
}

/// A template as one line: `text`, `${variable}`, `(...)` for anything else.
fn template(document: &Document, id: NodeId) -> String {
    match document.expr(id) {
        Expr::Str(text) => text.to_owned(),
        Expr::Template(parts) => parts.iter().map(|id| template(document, id)).collect(),
        Expr::Interpolation(id) => format!("<{}>", document.slice(document.span(id))),
        other => format!("{other:?}"),
    }
}

#[test]
fn every_kind_of_block_is_read() {
    let document = sound(
        r#"{
  "//": "a comment",
  "terraform": {"required_version": "> 1", "required_providers": {"aws": {"source": "hashicorp/aws"}}},
  "provider": {"aws": [{"region": "a"}, {"alias": "b"}]},
  "variable": {"v": {"type": "string", "default": null}},
  "locals": {"x": 1, "y": [true, false]},
  "resource": {"aws_s3_bucket": {"one": {"bucket": "x"}, "two": {}}, "aws_vpc": {"three": {}}},
  "data": {"aws_ami": {"d": {"owners": ["self"]}}},
  "module": {"m": {"source": "./m"}},
  "output": {"o": {"value": "${local.x}"}}
}"#,
    );
    assert_eq!(
        heads(&document),
        [
            "terraform",
            "provider.aws",
            "provider.aws",
            "variable.v",
            "locals",
            "resource.aws_s3_bucket.one",
            "resource.aws_s3_bucket.two",
            "resource.aws_vpc.three",
            "data.aws_ami.d",
            "module.m",
            "output.o"
        ]
    );
    assert!(matches!(value(&document, "variable", "default"), Expr::Null));
    assert!(matches!(value(&document, "locals", "x"), Expr::Number("1")));
    assert!(matches!(value(&document, "locals", "y"), Expr::List(ids) if ids.len() == 2));
    let settings = document.body().blocks_of("terraform").next().unwrap().body();
    assert!(settings.blocks_of("required_providers").next().is_some());
}

#[test]
fn spans_point_into_the_json() {
    let text = r#"{"resource": {"a": {"b": {"c": "x", "d": [1]}}}}"#;
    let document = sound(text);
    let block = document.body().blocks().next().unwrap();
    assert_eq!(document.slice(block.kind_span()), "\"resource\"");
    assert_eq!(text.as_bytes()[block.open() as usize], b'{');
    assert_eq!(text.as_bytes()[block.close() as usize], b'}');
    assert_eq!(&text[block.open() as usize..=block.close() as usize], r#"{"c": "x", "d": [1]}"#);
    let slices: Vec<_> = block
        .body()
        .attributes()
        .map(|a| (a.name(), document.slice(a.span()), document.slice(document.span(a.expr()))))
        .collect();
    assert_eq!(slices, [("c", r#""c": "x""#, r#""x""#), ("d", r#""d": [1]"#, "[1]")]);
}

#[test]
fn arrays_of_objects_are_several_blocks() {
    let document = sound(r#"{"resource": [{"a": {"b": {}}}, {"a": [{"c": {}}, {"d": [{}, {}]}]}]}"#);
    assert_eq!(heads(&document), ["resource.a.b", "resource.a.c", "resource.a.d", "resource.a.d"]);
    // A nested block can't be told from an attribute without a schema: it stays a list of objects.
    let document = sound(r#"{"resource": {"a": {"b": {"ingress": [{"port": 1}, {"port": 2}]}}}}"#);
    let Expr::List(ids) = value(&document, "resource", "ingress") else { panic!() };
    assert!(ids.iter().all(|id| matches!(document.expr(id), Expr::Object(_))));
}

#[test]
fn dynamic_blocks_have_their_label_and_content() {
    let document = sound(
        r#"{"resource": {"a": {"b": {"dynamic": {"ingress": {"for_each": "${var.x}", "content": {"port": 1}}}}}}}"#,
    );
    let block = document.body().blocks().next().unwrap();
    let dynamic = block.body().blocks_of("dynamic").next().unwrap();
    assert_eq!(dynamic.label(0), Some("ingress"));
    assert!(dynamic.body().attribute("for_each").is_some());
    let content = dynamic.body().blocks_of("content").next().unwrap();
    assert!(content.body().attribute("port").is_some());
}

#[test]
fn strings_are_templates() {
    for (json, expected) in [
        (r#""plain""#, "plain"),
        (r#""a${b}c""#, "a<b>c"),
        (r#""${b}""#, "<b>"),
        (r#""$${b} %%{c}""#, "${b} %{c}"),
        (r#""\n\t\"\\\/\u00e9\ud83d\ude00""#, "\n\t\"\\/é😀"),
        (r#""${f(\"x\")}\n""#, "<f(\\\"x\\\")>\n"),
        (r#""${f(\"a${b}\")}""#, "<f(\\\"a${b}\\\")>"),
        (r#""é${b}ü""#, "é<b>ü"),
    ] {
        let document = sound(&format!(r#"{{"locals": {{"x": {json}}}}}"#));
        let block = document.body().blocks().next().unwrap();
        let id = block.body().attribute("x").unwrap().expr();
        assert_eq!(template(&document, id), expected, "{json}");
        assert_eq!(document.slice(document.span(id)), json);
    }
    let document = sound(r#"{"locals": {"x": "${f(\"a\\nb\")}"}}"#);
    let Expr::Template(parts) = value(&document, "locals", "x") else { panic!() };
    let Expr::Interpolation(call) = document.expr(parts.get(0).unwrap()) else { panic!() };
    let Expr::Call { args, .. } = document.expr(call) else { panic!() };
    assert!(matches!(document.expr(args.get(0).unwrap()), Expr::Str("a\nb")));
}

#[test]
fn operators_may_be_escaped() {
    for (json, op) in [
        (r#""${a \u003e b}""#, BinaryOp::Greater),
        (r#""${a \u003c= b}""#, BinaryOp::LessEq),
        (r#""${a \u0026\u0026 b}""#, BinaryOp::And),
        (r#""${\"x\u0027\" == b}""#, BinaryOp::Eq),
    ] {
        let document = sound(&format!(r#"{{"locals": {{"x": {json}}}}}"#));
        let Expr::Template(parts) = value(&document, "locals", "x") else { panic!() };
        let Expr::Interpolation(id) = document.expr(parts.get(0).unwrap()) else { panic!() };
        assert!(matches!(document.expr(id), Expr::Binary { op: found, .. } if found == op), "{json}");
    }
    sound(r#"{"locals": {"x": "${{for k in a : k =\u003e k}}", "y": "${{for k in a : k => k}}"}}"#);
}

#[test]
fn keys_of_objects_are_templates_too() {
    let document = sound(r#"{"locals": {"x": {"a": 1, "${b}": 2}}}"#);
    let Expr::Object(ids) = value(&document, "locals", "x") else { panic!() };
    let keys: Vec<_> = ids.pairs().map(|(key, _)| template(&document, key)).collect();
    assert_eq!(keys, ["a", "<b>"]);
}

#[test]
fn variable_files_hold_plain_strings() {
    let source = SourceFile::new("terraform.tfvars.json", r#"{"a": "${x}\n", "resource": {"b": 1}}"#);
    let document = parse_json(FileId(0), &source);
    assert!(document.errors.is_empty());
    assert_eq!(document.body().blocks().count(), 0);
    let id = document.body().attribute("a").unwrap().expr();
    assert!(matches!(document.expr(id), Expr::Str("${x}\n")));
}

#[test]
fn errors_name_their_place() {
    for (text, line, part) in [
        ("{\n  \"a\": 1,\n  \"b\" 2\n}", 3, "`:`"),
        ("{\n  \"a\": 1,\n}", 3, "double quotes"),
        ("{\n  \"a\": [1 2]\n}", 2, "`]`"),
        ("{\n  \"a\": 01\n}", 2, "not a number"),
        ("{\n  \"a\": nul\n}", 2, "JSON value"),
        ("{\n  \"a\": \"x\n}", 2, "not closed"),
        ("{\n  \"a\": 1", 2, "`}`"),
        ("[]", 1, "JSON object"),
        ("", 1, "JSON value"),
        ("{}\n{}", 2, "end of the file"),
        ("{\"resource\": {\"a\":\n 1}}", 2, "object"),
        ("{\"locals\": {\n\"x\": \"${a\"}}", 2, "`}`"),
        ("{\"locals\": {\n\"x\": \"\\q\"}}", 2, "escape"),
        ("{\"locals\": {\n\"x\": \"${a /* \", \"y\": \" */ }\"}}", 2, "within its string"),
        ("{\"locals\": {\n\"x\": \"${f(\\\"a\\nb\\\")}\"}}", 2, "not closed"),
    ] {
        let source = SourceFile::new("a.tf.json", text);
        let errors = parse_json(FileId(0), &source).errors;
        let error = errors.first().unwrap_or_else(|| panic!("{text} is accepted"));
        assert_eq!(source.position(error.location.span.start).line, line, "{text}: {error:?}");
        assert!(error.message.contains(part), "{text}: {error:?}");
    }
}

#[test]
fn a_broken_template_costs_its_attribute_only() {
    let document = parse(r#"{"locals": {"x": "${", "y": 1}, "module": {"m": {"source": "s"}}}"#);
    assert_eq!(document.errors.len(), 1);
    assert_eq!(heads(&document), ["locals", "module.m"]);
    assert!(matches!(value(&document, "locals", "y"), Expr::Number("1")));
}

#[test]
fn any_text_is_survived() {
    let text = r#"{"//": "é", "resource": {"a": [{"b": {"c": "${f(\"x\")} \u00e9\\", "dynamic": {"d": {"content": [{"e": -1.5e3}]}}}}]}}"#;
    for (at, old) in text.char_indices() {
        for new in ["", "\"", "{", "}", "[", "$", "${", "%{", "\\", "\n", ",", "\0", "é"] {
            for changed in [
                format!("{}{new}", &text[..at]),
                format!("{}{new}{}", &text[..at], &text[at + old.len_utf8()..]),
            ] {
                let document = parse(&changed);
                for error in &document.errors {
                    assert!(changed.get(error.location.span.range()).is_some(), "{changed}: {error:?}");
                }
                for block in document.body().blocks() {
                    assert!(changed.get(block.span().range()).is_some(), "{changed}");
                    for attribute in block.body().attributes() {
                        assert!(changed.get(document.span(attribute.expr()).range()).is_some(), "{changed}");
                    }
                }
            }
        }
    }
}
