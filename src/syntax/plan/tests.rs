use super::*;

fn refuse(text: &str) -> PlanError {
    parse_plan(FileId(0), &SourceFile::new("plan.json", text)).unwrap_err()
}

#[test]
fn says_what_is_wrong() {
    let cases = [
        ("", "empty"),
        ("[1]", "no plan"),
        ("{\"a\": 1}", "not a Terraform plan"),
        ("{\"format_version\": \"1.2\",\n \"resource_changes\": [{\"addr", "line 2"),
        ("{\"format_version\": \"1.0\"}", "state is empty"),
        ("{\"format_version\": \"1.2\", \"complete\": false, \"resource_changes\": []}", "incomplete"),
        (
            "{\"serial\": 1, \"lineage\": \"x\", \"encrypted_data\": \"x\", \"encryption_version\": \"v0\"}",
            "encrypted by OpenTofu",
        ),
        ("{\"version\": 4, \"lineage\": \"x\", \"resources\": []}", "own state file"),
        ("{\"format_version\": \"2.0\", \"resource_changes\": []}", "format_version"),
        ("{\"format_version\": \"1.2\", \"errored\": true, \"resource_changes\": []}", "errored"),
        ("{\"@level\":\"info\"}\n{}", "log of"),
        ("{\"format_version\": \"1.2\", \"resource_changes\": [\n{\"address\": 7}]}", "line 2"),
    ];
    for (text, part) in cases {
        let error = refuse(text);
        assert!(error.message.contains(part), "{text}: {}", error.message);
        assert!(error.help.is_some(), "{text}");
    }
}

#[test]
fn never_repeats_content() {
    let error = refuse("{\"format_version\": \"1.2\", \"errored\": \"hunter2\", \"resource_changes\": []}");
    assert!(!error.message.contains("hunter2"), "{}", error.message);
}

#[test]
fn finds_the_address_in_the_text() {
    let text = r#"{"format_version":"1.2","resource_changes":[
        {"address": "a.b[\"x\"]", "mode":"managed","type":"a","name":"b","index":"x","change":{"actions":["no-op"],"after":{}}}]}"#;
    let source = SourceFile::new("plan.json", text);
    let plan = parse_plan(FileId(0), &source).unwrap();
    assert_eq!(plan.changes.len(), 1);
    assert_eq!(source.slice(plan.changes[0].span), r#""address": "a.b[\"x\"]""#);
}
