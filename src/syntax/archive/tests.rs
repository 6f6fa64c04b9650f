use std::io::Write as _;

use miniz_oxide::deflate::compress_to_vec;
use rawzip::{CompressionMethod, ZipArchiveWriter};

use super::zip::Limits;
use super::*;

const LIST: &[u8] = br#"[{"Key":"","Dir":"."},{"Key":"a.b","Source":"../m","Dir":"../m"}]"#;

fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut archive = ZipArchiveWriter::new(&mut out);
    for (name, content) in entries {
        let name = rawzip::path::EntryPath::verbatim(name.as_bytes().to_vec());
        let (mut entry, config) =
            archive.new_file(name).compression_method(CompressionMethod::DEFLATE).start().unwrap();
        let mut writer = config.wrap(Vec::new());
        writer.write_all(content).unwrap();
        let (_, descriptor) = writer.finish().unwrap();
        entry.write_all(&compress_to_vec(content, 6)).unwrap();
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap();
    out
}

fn plan(sources: &[(&str, &[u8])]) -> Vec<u8> {
    archive(&[&[("tfplan", &[0x08, 3][..]), ("tfconfig/modules.json", LIST)], sources].concat())
}

fn refuse(bytes: &[u8], limits: Limits) -> String {
    let error = parse_within(bytes, limits).unwrap_err();
    assert!(error.help.is_some());
    error.message
}

#[test]
fn a_recorded_plan_holds_its_sources_and_variables() {
    let plan = parse_archive(include_bytes!("../../../tests/data/plans/live/plan.out")).unwrap();
    let modules: Vec<_> = plan.modules.iter().map(|module| (&*module.key, &*module.dir)).collect();
    assert_eq!(modules, [("", "."), ("store", "../modules/store"), ("store.deep", "../modules/deep")]);
    let source = include_bytes!("../../../tests/data/plans/live/main.tf").to_vec();
    assert_eq!(plan.modules[0].files, [("main.tf".to_owned(), source)]);
    let variables = plan.variables.unwrap();
    assert_eq!(variables.get("encrypt"), Some(&false.into()));
    assert_eq!(variables.len(), 2);
}

#[test]
fn each_limit_is_held() {
    let noise: Vec<u8> = (0..4_000u32).flat_map(|at| at.wrapping_mul(2_654_435_761).to_be_bytes()).collect();
    let sources: Vec<(&str, &[u8])> = vec![("tfconfig/m-/a.tf", &noise), ("tfconfig/m-a.b/b.tf", &noise)];
    let bytes = plan(&sources);
    assert_eq!(parse_archive(&bytes).unwrap().modules[1].files.len(), 1);

    let limits = Limits::default();
    let cases = [
        (Limits { entries: 3, ..limits }, "more than 3 entries"),
        (Limits { entry_bytes: 15_999, ..limits }, "an entry is larger than 15999 bytes"),
        (Limits { total_bytes: 20_000, ..limits }, "its sources are larger than 20000 bytes"),
    ];
    for (limits, part) in cases {
        let message = refuse(&bytes, limits);
        assert!(message.contains(part), "{message}");
    }
    let bomb = plan(&[("tfconfig/m-/a.tf", &vec![b' '; 4 << 20])]);
    assert!(bomb.len() < 10_000);
    assert!(refuse(&bomb, limits).contains("an entry grows more than 200 times"));
}

#[test]
fn names_lead_nowhere() {
    for name in
        ["tfconfig/m-/../../etc/x.tf", "tfconfig/m-/a/b.tf", "tfconfig/m-/..\\x.tf", "tfconfig/m-/.tf"]
    {
        let message = refuse(&plan(&[(name, b"")]), Limits::default());
        assert!(message.contains("impossible name"), "{name}: {message}");
    }
    let twice = plan(&[("tfconfig/m-/a.tf", b"1"), ("tfconfig/m-/a.tf", b"2")]);
    assert!(refuse(&twice, Limits::default()).contains("an entry twice"));
}

#[test]
fn other_archives_and_damaged_ones_are_refused() {
    let other = archive(&[("word/document.xml", b"<x/>")]);
    assert!(refuse(&other, Limits::default()).contains("not a Terraform plan"));
    let far = format!(r#"[{{"Key":"","Dir":"{}"}}]"#, "../".repeat(10_000));
    for list in ["[]", "{}", r#"[{"Key":"a","Dir":"."}]"#, &far] {
        let list = archive(&[("tfplan", b""), ("tfconfig/modules.json", list.as_bytes())]);
        assert!(refuse(&list, Limits::default()).contains("list of modules"));
    }
    let many =
        serde_json::to_vec(&vec![serde_json::json!({"Key": "", "Dir": "."}); MAX_MODULES + 1]).unwrap();
    let many = archive(&[("tfplan", b""), ("tfconfig/modules.json", &many)]);
    assert!(refuse(&many, Limits::default()).contains("more than 10000 modules"));
    let whole = plan(&[("tfconfig/m-/a.tf", b"locals {}")]);
    for length in 0..whole.len() {
        refuse(&whole[..length], Limits::default());
    }
    // No byte that was changed on the way makes it panic, or changes a source unseen.
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x20;
        if let Ok(plan) = parse_archive(&bytes) {
            let sources = plan.modules.iter().flat_map(|module| &module.files);
            assert!(sources.into_iter().all(|(_, text)| text == b"locals {}"), "byte {at}");
        }
    }
}
