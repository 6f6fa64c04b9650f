//! The JSON Schema that is shipped is the one that the types make.

use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use serde_json::json;

use super::SCHEMA;
use super::model::Report;

fn generated() -> String {
    // Validators that are strict refuse formats that they don't know: `uint32` says nothing that
    // `minimum` does not.
    let plain = RecursiveTransform(|schema: &mut Schema| {
        if schema.get("type").is_some_and(|of| of == "integer" || of == &json!(["integer", "null"])) {
            schema.remove("format");
        }
    });
    let settings = SchemaSettings::draft2020_12().for_serialize().with_transform(plain);
    let schema = settings.into_generator().into_root_schema_for::<Report<'_>>();
    serde_json::to_string_pretty(&schema).unwrap() + "\n"
}

/// After a change of the types: `BLESS=1 cargo test --lib report::json`, then build again.
#[test]
fn the_schema_follows_from_the_types() {
    let generated = generated();
    if std::env::var_os("BLESS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/report/json/check.schema.json");
        std::fs::write(path, &generated).unwrap();
        return;
    }
    assert!(generated == SCHEMA, "src/report/json/check.schema.json is out of date: see this test's comment");
}
