use super::*;
use crate::eval::{SequenceKind, Value, Why};
use crate::source::FileId;
use crate::syntax::parse_plan;

fn configuration(text: &str) -> (Configuration, SourceFile) {
    let source = SourceFile::new("plan.json", text);
    let plan = parse_plan(FileId(3), &source).unwrap();
    let configuration = plan_configuration(&plan, &source, Moment::Planned, None, None);
    (configuration, source)
}

fn recorded() -> (Configuration, SourceFile) {
    configuration(include_str!("../../../tests/data/plan.json"))
}

fn get<'c>(configuration: &'c Configuration, address: &str) -> &'c Resource {
    configuration.resources.iter().find(|resource| &*resource.address == address).unwrap()
}

/// The one reference of an attribute, as `address.attribute`.
fn refers(value: &Value) -> Vec<String> {
    value.references().iter().map(|it| format!("{}|{}", it.address, it.attribute)).collect()
}

#[test]
fn resources_of_a_recorded_plan() {
    let (configuration, source) = recorded();
    assert_eq!(configuration.root, "plan.json");
    assert_eq!(configuration.resources.len(), 12);
    assert!(configuration.resources.is_sorted_by_key(|resource| resource.address.clone()));
    assert_eq!(configuration.of_kind("aws_s3_bucket").len(), 5);

    let each = get(&configuration, "aws_s3_bucket.each[\"a\"]");
    assert_eq!((&each.key, &*each.module), (&Key::Name("a".into()), ""));
    assert_eq!(source.slice(each.header.span), r#""address":"aws_s3_bucket.each[\"a\"]""#);
    let inner = get(&configuration, "module.store[1].aws_s3_bucket.this[0]");
    assert_eq!((&inner.key, &*inner.module, &*inner.name), (&Key::Index(0), "module.store[1]", "this"));
}

#[test]
fn values_are_typed_and_shaped_as_blocks_are() {
    let (configuration, _) = recorded();
    let group = get(&configuration, "aws_security_group.web");
    let crate::eval::Data::Sequence(ingress) = &group.values.get("ingress").unwrap().data else {
        panic!("a set")
    };
    assert_eq!(ingress.kind, SequenceKind::Set);
    assert_eq!(ingress.items[0].get("from_port").unwrap().as_number().unwrap().as_i64(), Some(22));
    assert!(group.values.get("tags").is_none(), "nulls are absent");

    let versioning = get(&configuration, "aws_s3_bucket_versioning.logs");
    let blocks = versioning.values.get("versioning_configuration").unwrap().as_items().unwrap();
    assert_eq!(blocks[0].get("status").unwrap().as_str(), Some("Enabled"));
    assert!(blocks[0].get("mfa_delete").is_none(), "left to the provider");
}

#[test]
fn secrets_are_marked() {
    let (configuration, _) = recorded();
    let database = get(&configuration, "aws_db_instance.main");
    assert!(database.values.get("password").unwrap().mark.sensitive);
    assert!(!database.values.get("engine").unwrap().mark.sensitive);
    assert!(database.values.get("kms_key_id").is_none(), "nobody chose a key");
}

#[test]
fn unknowns_refer_to_instances() {
    let (configuration, _) = recorded();
    let bucket = |address: &str| get(&configuration, address).values.get("bucket").unwrap();

    let logs = bucket("aws_s3_bucket_versioning.logs").as_unknown().unwrap();
    assert!(logs.not_null);
    assert_eq!(logs.why, Why::Computed("aws_s3_bucket_versioning.logs.bucket".into()));
    assert_eq!(refers(bucket("aws_s3_bucket_versioning.logs")), ["aws_s3_bucket.logs|id"]);
    assert_eq!(refers(bucket("aws_s3_bucket_versioning.each[\"b\"]")), ["aws_s3_bucket.each[\"b\"]|"]);
    assert_eq!(
        refers(bucket("module.store[1].aws_s3_bucket_public_access_block.this")),
        ["module.store[1].aws_s3_bucket.this[0]|id"]
    );
    let whole = get(&configuration, "aws_s3_bucket.logs");
    assert_eq!(refers(&whole.values), ["aws_s3_bucket.logs|"]);
}

/// A plan of buckets `a` and `b`, in module `m` bucket `c`, and one versioning whose bucket is
/// `after` (or unknown) by `expression`.
fn plan(expression: &str, after: &str) -> String {
    let bucket = |address: &str, rest: &str, id: &str| {
        let name = address.rsplit('.').next().unwrap();
        format!(
            r#"{{"address":"{address}",{rest}"mode":"managed","type":"aws_s3_bucket","name":"{name}","change":{{"actions":["no-op"],"after":{{"id":"{id}"}}}}}}"#
        )
    };
    let unknown = after == "null";
    format!(
        r#"{{"format_version":"1.2","resource_changes":[{a},{b},{c},
{{"address":"aws_s3_bucket.gone","mode":"managed","type":"aws_s3_bucket","name":"gone","change":{{"actions":["delete"],"after":null}}}},
{{"address":"aws_s3_bucket_versioning.v","mode":"managed","type":"aws_s3_bucket_versioning","name":"v",
"change":{{"actions":["update"],"after":{{"bucket":{after}}},"after_unknown":{{"bucket":{unknown}}}}}}}],
"configuration":{{"root_module":{{"resources":[{{"address":"aws_s3_bucket_versioning.v","expressions":{{"bucket":{{"references":{expression}}}}}}}],
"module_calls":{{"m":{{"expressions":{{"name":{{"references":["aws_s3_bucket.a.id","aws_s3_bucket.a"]}}}},
"module":{{"outputs":{{"id":{{"expression":{{"references":["aws_s3_bucket.c.id","aws_s3_bucket.c"]}}}},"name":{{"expression":{{"references":["var.name"]}}}}}}}}}}}}}}}}}}"#,
        a = bucket("aws_s3_bucket.a", "", "id-a"),
        b = bucket("aws_s3_bucket.b", "", "id-b"),
        c = bucket("module.m.aws_s3_bucket.c", "\"module_address\":\"module.m\",", "id-c"),
    )
}

fn bucket_refers(expression: &str, after: &str) -> Vec<String> {
    let (configuration, _) = configuration(&plan(expression, after));
    refers(get(&configuration, "aws_s3_bucket_versioning.v").values.get("bucket").unwrap())
}

#[test]
fn the_number_of_unknown_blocks_is_unknown() {
    let (configuration, _) = configuration(
        r#"{"format_version":"1.2","resource_changes":[{"address":"aws_autoscaling_group.a","mode":"managed","type":"aws_autoscaling_group","name":"a",
"change":{"actions":["create"],"after":{"min_size":1},"after_unknown":{"traffic_source":true}}}],
"configuration":{"root_module":{"resources":[{"address":"aws_autoscaling_group.a","expressions":{}}]}}}"#,
    );
    let sources = get(&configuration, "aws_autoscaling_group.a").values.get("traffic_source").unwrap();
    assert!(sources.as_unknown().is_some(), "{sources:?}");
}

#[test]
fn references_pass_through_modules() {
    assert_eq!(bucket_refers(r#"["module.m.id","module.m"]"#, "null"), ["module.m.aws_s3_bucket.c|id"]);
    assert_eq!(bucket_refers(r#"["module.m.name","module.m"]"#, "null"), ["aws_s3_bucket.a|id"]);
}

#[test]
fn of_several_resources_none_is_claimed() {
    let either = r#"["var.x","aws_s3_bucket.a.id","aws_s3_bucket.a","aws_s3_bucket.b.id","aws_s3_bucket.b"]"#;
    assert!(bucket_refers(either, "null").is_empty());
}

#[test]
fn a_known_value_is_a_reference_where_it_equals_the_attribute() {
    let expression = r#"["aws_s3_bucket.a.id","aws_s3_bucket.a"]"#;
    assert_eq!(bucket_refers(expression, "\"id-a\""), ["aws_s3_bucket.a|id"]);
    assert!(bucket_refers(expression, "\"prefix-id-a\"").is_empty());
}

#[test]
fn what_is_deleted_is_gone_and_what_stays_is_kept() {
    let (configuration, _) = configuration(&plan("[]", "null"));
    assert_eq!(configuration.of_kind("aws_s3_bucket").len(), 3);
}

#[test]
fn what_was_met_before_is_read_as_in_a_tree_of_all() {
    let plans = [
        include_str!("../../../tests/data/plan.json"),
        include_str!("../../../tests/data/plans/live/plan.json"),
        r#"{"format_version":"1.2","resource_changes":[
            {"address":"aws_ebs_volume.a","type":"aws_ebs_volume","name":"a","change":{"actions":["create"],"before":null,
             "after":{"size":"8","tags":{"a":"b"},"tags":{"c":null},"type":null},"after_unknown":{"id":true,"tags":{"c":true}},
             "before_sensitive":false,"after_sensitive":{"tags":{}}}},
            {"address":"data.aws_ebs_volume.a","mode":"data","type":"aws_ebs_volume","name":"a","change":{"actions":["read"],
             "before":null,"after":{"size":"8","tags":{"c":null}},"after_unknown":{},"after_sensitive":true}},
            {"address":"aws_lb.a","type":"aws_lb","name":"a","change":{"actions":["create"],"before":null,
             "after":{"access_logs":[],"subnet_mapping":[{"subnet_id":"x"}],"name":"\u0061"},
             "after_unknown":{"access_logs":[{}],"subnet_mapping":[{}]},"after_sensitive":{"name":true}}}]}"#,
    ];
    let mut read = 0;
    for text in plans {
        let source = SourceFile::new("plan.json", text);
        let plan = parse_plan(FileId(0), &source).unwrap();
        for moment in [Moment::Planned, Moment::Now] {
            let chosen = sides(&plan, moment, &HashMap::default());
            let (resolver, met) = (resolver(&plan, &chosen), Met::default());
            // Twice: what is remembered, too.
            for (change, side) in chosen.iter().chain(&chosen) {
                let place = resolver.place(change);
                let reader =
                    Reader { met: &met, resolver: &resolver, place: &place, address: &change.address };
                let schema =
                    if change.data { schema::data(&change.kind) } else { schema::resource(&change.kind) };
                let by_attributes = reader.read((change.data, &change.kind), *side, schema.as_deref());
                let tree = reader.tree(*side, schema.as_deref());
                assert_eq!(format!("{by_attributes:?}"), format!("{tree:?}"), "{}", change.address);
                read += 1;
            }
        }
    }
    assert!(read > 60, "{read} instances are too few to tell");
}
