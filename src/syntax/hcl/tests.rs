use super::*;
use crate::syntax::ast::Expr;

fn parse(text: &str) -> Document {
    parse_hcl(FileId(0), &SourceFile::new("a.tf", text))
}

fn first(text: &str) -> Document {
    let document = parse(text);
    assert!(document.errors.is_empty(), "{text}: {:?}", document.errors);
    document
}

fn string(text: &str) -> String {
    let document = first(text);
    let expr = document.body().attributes().next().unwrap().expr();
    match document.expr(expr) {
        Expr::Str(text) => text.to_owned(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn sound_snippets_have_no_errors() {
    for text in [
        "",
        "\u{feff}a = 1\r\nb = 2\r\n",
        "a = 1 # x\n// y\n/* z */ b = 2",
        "a {}\nb { c = 1 }\nd \"e\" f {\n  g = 1\n}\n",
        "a = b.c[0].d[*].e.*.f.0.g\n",
        "a = x ? y : z ? 1 : 2\n",
        "a = [for k, v in x : v\n if v != 1]\n",
        "a = { for k in x : k =>\n c\n ? a\n : b... if y }\n",
        "a = provider::aws::f(1, 2...)\n",
        "a = {\n b = 1, c : 2\n (d) = 3\n \"e${f}\" = 4\n}\n",
        "a = { a = 1 }\n",
        "a = f({\n b = 1\n}, [\n 1,\n])\n",
        "a = <<EOT\n  ${x}\n%{ if y ~}\n z\n%{ endif }\nEOT\n",
        "a = \"%{ for k, v in x }${k}%{ endfor }\"\n",
        "a = -1 + !b * 2e3 >= 1 && c || d == \"x\"\n",
        "a = \"${\"nested ${\"deep\"}\"}\"\n",
    ] {
        first(text);
    }
}

#[test]
fn strings_are_decoded() {
    assert_eq!(string(r#"a = "x\n\t\"\\\u00e9\U0001F600$${y}%%{z} $ %""#), "x\n\t\"\\é😀${y}%{z} $ %");
    assert_eq!(string("a = <<-EOT\n    x\n      y\n\n    z\n    EOT\n"), "x\n  y\n\nz\n");
    // A blank counts with the mark that combines with it, as Terraform measures it.
    assert_eq!(string("a = <<-EOT\n\t \u{308}x\n  \u{200d}y\n\t\t\tz\nEOT\n"), "x\ny\n\tz\n");
    assert_eq!(string("a = <<EOT\n x EOT\nEOT y\nEOT\n"), " x EOT\nEOT y\n");
    assert_eq!(string("a = \"\""), "");
}

#[test]
fn an_error_costs_one_block() {
    for broken in [
        "resource \"a\" \"b\" {\n  x = = 1\n  y { \n }\n}\n",
        "resource \"a\" \"b\" {\n  x = \"abc\n}\n",
        "resource \"a\" \"b\" {\n  x = [1, 2\n}\n",
        "a = 1 2\n",
        "resource \"a\" \"b\" {\n  x = 1 }\n",
        "a = b.0.1\n",
        "}\n",
    ] {
        let document = parse(&format!("first {{\n}}\n{broken}last \"x\" {{\n  y = 1\n}}\n"));
        assert_eq!(document.errors.len(), 1, "{broken}: {:?}", document.errors);
        let kinds: Vec<_> = document.body().blocks().map(crate::syntax::ast::Block::kind).collect();
        assert_eq!(kinds, ["first", "last"], "{broken}");
    }
}

#[test]
fn deep_nesting_is_an_error_not_a_crash() {
    for open in ["[", "(", "{a=", "-", "!", "f(", "\"${", "a[", "x ? y : ", "a[*]", "a+", "a."] {
        let text = format!("a = {}\nb = 1\n", open.repeat(10_000));
        let handle = std::thread::Builder::new().stack_size(2 << 20).spawn(move || parse(&text).errors.len());
        assert!(handle.unwrap().join().unwrap() > 0, "{open}");
    }
    assert!(!parse(&"a {\n".repeat(10_000)).errors.is_empty());
}

#[test]
fn duplicates_and_bad_bytes_are_reported() {
    let document = parse("a = 1\na = 2\n");
    assert_eq!(document.errors.len(), 1);
    assert_eq!(document.body().attributes().count(), 1);
    let source = SourceFile::from_bytes("a.tf", b"a = 1 # \xff\n".to_vec());
    assert!(parse_hcl(FileId(0), &source).errors.is_empty());
    let source = SourceFile::from_bytes("a.tf", b"a = \"\xff\xfe\"\n".to_vec());
    assert_eq!(parse_hcl(FileId(0), &source).errors.len(), 1);
}

#[test]
fn any_cut_or_flip_is_survived() {
    let text = "r \"a\" {\n x = <<-E\n  ${f(1)}%{if a}b%{else}c%{endif}\n E\n y = [for k, v in {a = \"\\u00e9$${\"} : v.*.b[0]]\n}\n";
    for at in 0..=text.len() {
        parse(text.get(..at).unwrap_or(""));
        for byte in [b'"', b'{', b'}', b'\n', b'$', b'\\', 0, b'<', b'('] {
            let mut bytes = text.as_bytes().to_vec();
            if let Some(slot) = bytes.get_mut(at) {
                *slot = byte;
            }
            let document = parse_hcl(FileId(0), &SourceFile::from_bytes("a.tf", bytes));
            let end = u32::try_from(text.len()).unwrap();
            assert!(
                document.nodes.iter().all(|node| node.span.start <= node.span.end && node.span.end <= end)
            );
        }
    }
}

/// Real files: `TRUEUP_CORPUS=dir` prints every file with an error, to compare with `terraform fmt`.
#[test]
fn real_files_parse() {
    let Some(root) = std::env::var_os("TRUEUP_CORPUS") else { return };
    let mut folders = vec![std::path::PathBuf::from(root)];
    let mut broken = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "tf" || extension == "tfvars")
                && let Ok(bytes) = std::fs::read(&path)
            {
                let source = SourceFile::from_bytes(path, bytes);
                if let Some(error) = parse_hcl(FileId(0), &source).errors.first() {
                    let place = source.position(error.location.span.start);
                    broken.push(format!("{}:{}: {}", source.path().display(), place.line, error.message));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
