//! Which files of a directory count, in which order, and what a replaced text rebuilds.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::Arc;

use trueup::source::{FileId, SourceFile, Sources};
use trueup::syntax::Workspace;

fn workspace(files: &[(&str, &str)]) -> Workspace {
    let mut sources = Sources::default();
    for (path, text) in files {
        sources.add(SourceFile::new(*path, *text));
    }
    Workspace::parse(sources)
}

/// The names of these files.
fn names(workspace: &Workspace, ids: &[FileId]) -> Vec<String> {
    let name = |id: &FileId| workspace.sources.get(*id).unwrap().path().to_string_lossy().into_owned();
    ids.iter().map(name).collect()
}

#[test]
fn directories_are_modules_and_other_files_are_not_read() {
    let workspace = workspace(&[
        ("main.tf", "locals {\n  a = 1\n}\n"),
        ("./m/b.tf", "output \"o\" {\n  value = 1\n}\n"),
        ("m/a.tf.json", "{\"variable\": {\"v\": {}}}"),
        ("m/notes.md", "= = ="),
        (".terraform.lock.hcl", "= = ="),
    ]);
    assert!(workspace.errors.is_empty(), "{:?}", workspace.errors);
    assert_eq!(workspace.modules.keys().collect::<Vec<_>>(), [".", "m"]);
    let module = &workspace.modules["m"];
    assert_eq!(names(&workspace, &module.files), ["m/a.tf.json", "./m/b.tf"]);
    assert!(module.outputs.contains_key("o") && module.variables.contains_key("v"));
    assert!(workspace.document(FileId(3)).is_none() && workspace.document(FileId(4)).is_none());
}

#[test]
fn a_tofu_file_hides_the_tf_file_of_its_stem_and_form() {
    let workspace = workspace(&[
        ("main.tf", "locals {\n  a = 1\n}\n"),
        ("main.tofu", "locals {\n  b = 1\n}\n"),
        ("other.tf", "locals {\n  c = 1\n}\n"),
        ("x.tf.json", "{\"locals\": {\"d\": 1}}"),
        ("x.tofu", "locals {\n  e = 1\n}\n"),
        ("y.tf.json", "{\"locals\": {\"f\": 1}}"),
        ("y.tofu.json", "{\"locals\": {\"g\": 1}}"),
        ("m/main.tf", "locals {\n  h = 1\n}\n"),
    ]);
    let names: Vec<_> = workspace.modules["."].locals.keys().map(String::as_str).collect();
    assert_eq!(names, ["b", "c", "d", "e", "g"]);
    assert!(workspace.modules["m"].locals.contains_key("h"));
}

#[test]
fn overrides_come_last_in_name_order() {
    let resource = |value: u32| format!("resource \"a\" \"b\" {{\n  x = {value}\n}}\n");
    let workspace = workspace(&[
        ("z_override.tf", &resource(3)),
        ("override.tf", &resource(2)),
        ("a_override.tf.json", "{\"resource\": {\"a\": {\"b\": {\"x\": 4}}}, \"locals\": {\"l\": 2}}"),
        ("main.tf", &resource(1)),
        ("myoverride.tf", "locals {\n  l = 1\n}\n"),
    ]);
    assert!(workspace.errors.is_empty(), "{:?}", workspace.errors);
    let module = &workspace.modules["."];
    let order = ["main.tf", "myoverride.tf", "a_override.tf.json", "override.tf", "z_override.tf"];
    assert_eq!(names(&workspace, &module.files), order);
    let declared = module.resources[&("a".to_owned(), "b".to_owned())];
    assert_eq!(names(&workspace, &[declared.file]), ["main.tf"]);
    let block = workspace.document(declared.file).unwrap().block(declared.node);
    let overrides: Vec<_> = module.overrides_of(block).iter().map(|declaration| declaration.file).collect();
    assert_eq!(names(&workspace, &overrides), ["a_override.tf.json", "override.tf", "z_override.tf"]);
    assert_eq!(names(&workspace, &[module.locals["l"].file]), ["a_override.tf.json"]);
}

#[test]
fn variable_files_come_in_the_order_of_terraform() {
    let workspace = workspace(&[
        ("b.auto.tfvars", "x = 1\n"),
        ("main.tf", ""),
        ("prod.tfvars", "x = 1\n"),
        ("terraform.tfvars.json", "{\"x\": 1}"),
        ("a.auto.tfvars.json", "{\"x\": 1}"),
        ("terraform.tfvars", "x = 1\n"),
    ]);
    assert_eq!(
        names(&workspace, &workspace.modules["."].variable_files),
        ["terraform.tfvars", "terraform.tfvars.json", "a.auto.tfvars.json", "b.auto.tfvars"]
    );
    assert!(workspace.errors.is_empty());
}

#[test]
fn names_declared_twice_are_errors() {
    let workspace = workspace(&[
        ("a.tf", "locals {\n  x = 1\n}\nvariable \"v\" {\n}\n"),
        ("b.tf", "\nlocals {\n  x = 2\n}\nvariable \"v\" {\n}\n"),
        ("m/c.tf", "locals {\n  x = 3\n}\n"),
    ]);
    let messages: Vec<_> = workspace.errors.iter().map(|error| error.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "`local.x` is declared twice: first in line 2 in another file of this directory",
            "`variable.v` is declared twice: first in line 4 in another file of this directory",
        ]
    );
    assert_eq!(workspace.modules["."].locals["x"].file, FileId(0));
}

#[test]
fn a_replaced_text_rebuilds_its_module_only() {
    let before = workspace(&[
        ("a.tf", "locals {\n  x = 1\n}\n"),
        ("b.tf", "locals {\n  y = = 1\n}\n"),
        ("m/c.tf", "locals {\n  z = = 1\n}\n"),
        ("m/d.tf", "output \"o\" {\n}\noutput \"o\" {\n}\n"),
    ]);
    assert_eq!(before.errors.len(), 3);

    // Mended: one error less, the other module is the same one.
    let mended = before.with_text(FileId(1), "locals {\n  y = 1\n}\n".to_owned());
    assert_eq!(mended.errors.len(), 2);
    assert!(mended.modules["."].locals.contains_key("y"));
    assert!(Arc::ptr_eq(&mended.modules["m"], &before.modules["m"]));
    assert!(Arc::ptr_eq(mended.document(FileId(0)).unwrap(), before.document(FileId(0)).unwrap()));
    assert_eq!(before.errors.len(), 3);
    assert_eq!(before.sources.get(FileId(1)).unwrap().text(), "locals {\n  y = = 1\n}\n");

    // Broken: a name of the other file declared again.
    let broken = mended.with_text(FileId(1), "locals {\n  x = 1\n}\n".to_owned());
    assert_eq!(broken.errors.len(), 3);
    // It gives what parsing everything afresh gives.
    let fresh = Workspace::parse(broken.sources.clone());
    assert_eq!(fresh.errors, broken.errors);
    assert_eq!(broken.with_text(FileId(9), String::new()).errors, broken.errors);
}
