//! Fixes of `.tf.json` files: each in the file's own style, and nothing else changes.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod scratch;

use scratch::Dir;

const EVERYTHING: [&str; 5] = ["fix", "--write", "--allow-review", "--allow-replace", "--profile=strict"];

const TREE: &str = r#"{
  "//": "made by hand",
  "variable": {"encrypt": {"type": "bool", "default": false}},
  "resource": {
    "aws_sqs_queue": {
      "first": {"name": "first-dlq", "sqs_managed_sse_enabled": false},
      "second": {
        "name":   "second-dlq",
        "sqs_managed_sse_enabled": false
      }
    },
    "aws_ebs_volume": {
      "disk": {"availability_zone": "eu-west-1a", "size": 10, "encrypted": "${var.encrypt}"}
    },
    "aws_instance": {
      "web": {
        "ami": "ami-1",
        "instance_type": "t3.micro",
        "monitoring": true,
        "metadata_options": [
          {"http_tokens": "optional"}
        ]
      }
    },
    "aws_lb_listener": {
      "web": {
        "load_balancer_arn": "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/a/b",
        "port": 443,
        "protocol": "HTTPS",
        "certificate_arn": "arn:aws:acm:eu-west-1:111122223333:certificate/a",
        "default_action": {"type": "fixed-response", "fixed_response": {"content_type": "text/plain"}}
      }
    }
  }
}
"#;

/// Fixes a tree of one JSON file, and gives what it is then.
fn fixed(name: &str, text: &str, rules: &[&str]) -> String {
    let dir = Dir::new(name);
    dir.write("main.tf.json", text);
    let selected: Vec<&str> = rules.iter().flat_map(|rule| ["--rule", *rule]).collect();
    let all: Vec<&str> = EVERYTHING.iter().copied().chain(selected).collect();
    dir.run(&all).said(0, &["wrote main.tf.json"]);
    let once = std::fs::read_to_string(dir.0.join("main.tf.json")).unwrap();
    serde_json::from_str::<serde_json::Value>(&once).unwrap();
    dir.run(&all).said(0, &["0 proved fixes applied"]);
    assert_eq!(std::fs::read_to_string(dir.0.join("main.tf.json")).unwrap(), once);
    once
}

#[test]
fn values_keys_and_blocks_change_where_they_stand() {
    let rules = [
        "aws/sqs/queue-encrypted",
        "aws/ebs/volume-encrypted",
        "aws/ec2/instance-imdsv2",
        "aws/elb/listener-tls-policy",
    ];
    let after = fixed("json-values", TREE, &rules);
    let wanted = TREE
        .replace("\"default\": false", "\"default\": true")
        .replace("\"sqs_managed_sse_enabled\": false", "\"sqs_managed_sse_enabled\": true")
        .replace("\"http_tokens\": \"optional\"", "\"http_tokens\": \"required\"")
        .replace(
            "{\"content_type\": \"text/plain\"}}\n",
            "{\"content_type\": \"text/plain\"}},\n        \"ssl_policy\": \"ELBSecurityPolicy-TLS13-1-2-2021-06\"\n",
        );
    assert_eq!(after, wanted);
    let lines = fixed("json-crlf", &TREE.replace('\n', "\r\n"), &rules);
    assert_eq!(lines, wanted.replace('\n', "\r\n"));
}

#[test]
fn new_resources_stand_with_their_kind_or_beside_their_subject() {
    let tree = r#"{
	"resource": {
		"aws_s3_bucket": {
			"a": {"bucket": "acme-a"},
			"b": {"bucket": "acme-b", "provider": "aws.west", "count": 2}
		},
		"aws_kms_key": {}
	}
}"#;
    let after = fixed("json-companions", tree, &["aws/s3/bucket-versioning"]);
    let wanted = r#"{
	"resource": {
		"aws_s3_bucket": {
			"a": {"bucket": "acme-a"},
			"b": {"bucket": "acme-b", "provider": "aws.west", "count": 2}
		},
		"aws_s3_bucket_versioning": {
			"a": {
				"bucket": "${aws_s3_bucket.a.id}",
				"versioning_configuration": {
					"status": "Enabled"
				}
			},
			"b": {
				"provider": "aws.west",
				"count": 2,
				"bucket": "${aws_s3_bucket.b[count.index].id}",
				"versioning_configuration": {
					"status": "Enabled"
				}
			}
		},
		"aws_kms_key": {}
	}
}"#;
    assert_eq!(after, wanted);
}

#[test]
fn a_file_of_one_line_stays_one() {
    let tree = r#"{"resource":[{"aws_kms_key":{"a":{},"b":[{"description":"b"}]}},{"aws_ecr_repository":{"r":{"name":"r"}}}]}"#;
    let after = fixed("json-line", tree, &["aws/kms/key-rotation", "aws/ecr/scan-on-push"]);
    let wanted = tree
        .replace("\"a\":{}", "\"a\":{\"enable_key_rotation\":true}")
        .replace("{\"description\":\"b\"}", "{\"description\":\"b\",\"enable_key_rotation\":true}")
        .replace(
            "{\"name\":\"r\"}",
            "{\"name\":\"r\",\"image_scanning_configuration\":{\"scan_on_push\":true}}",
        );
    assert_eq!(after, wanted);
}

#[test]
fn a_key_that_goes_takes_its_comma_along() {
    let tree =
        |inside: &str| format!("{{\"resource\": {{\"aws_db_instance\": {{\"db\": {{\n  {inside}\n}}}}}}}}\n");
    let rule = ["aws/rds/database-master-password-managed"];
    let (before, after) =
        ("\"engine\": \"mysql\",\n  \"username\": \"root\"", "\"manage_master_user_password\": true");
    let secret = "\"password\": \"${var.x}\"";
    let wanted = tree(&format!("{before},\n  {after}"));
    assert_eq!(fixed("json-last", &tree(&format!("{before},\n  {secret}")), &rule), wanted);
    let first = fixed("json-first", &tree(&format!("{secret},\n  {before}")), &rule);
    assert_eq!(first, tree(&format!("{after},\n  {before}")));
}

#[test]
fn what_is_computed_or_dynamic_is_left_alone() {
    let dir = Dir::new("json-computed");
    let group = |ingress: &str| {
        format!("{{\"resource\": {{\"aws_instance\": {{\"web\": {{\"ami\": \"a\", {ingress}}}}}}}}}\n")
    };
    for (inside, says) in [
        ("\"metadata_options\": \"${var.options}\"", ""),
        (
            "\"dynamic\": {\"metadata_options\": {\"for_each\": [1], \"content\": {\"http_tokens\": \"optional\"}}}",
            "dynamic block",
        ),
    ] {
        let text = group(inside);
        dir.write("main.tf.json", &text);
        let ran = dir.run(&["fix", "--write", "--allow-review", "--rule", "aws/ec2/instance-imdsv2"]);
        assert!(ran.all().contains(says), "{}", ran.all());
        assert_eq!(std::fs::read_to_string(dir.0.join("main.tf.json")).unwrap(), text);
    }
}

#[test]
fn native_and_json_files_of_one_module_are_fixed_together() {
    let dir = Dir::new("json-mixed");
    dir.write("main.tf", "variable \"days\" {}\n\nresource \"aws_kms_key\" \"k\" {\n  enable_key_rotation     = true\n  deletion_window_in_days = var.days\n}\n");
    dir.write("terraform.tfvars.json", "{\"days\": 7}\n");
    dir.write(
        "pab.tf.json",
        "{\"resource\": {\"aws_s3_bucket_public_access_block\": {\"b\": {\"bucket\": \"${aws_s3_bucket.b.id}\", \"block_public_acls\": false}}}}\n",
    );
    dir.write("b.tf", "resource \"aws_s3_bucket\" \"b\" {\n}\n");
    let rules = ["--rule", "aws/kms", "--rule", "aws/s3/bucket-public-access-block"];
    let all: Vec<&str> = EVERYTHING.iter().copied().chain(rules).collect();
    // The key's default policy stays, and has no fix.
    dir.run(&all).said(1, &["2 proved fixes applied"]);
    let read = |name: &str| std::fs::read_to_string(dir.0.join(name)).unwrap();
    assert_eq!(read("terraform.tfvars.json"), "{\"days\": 30}\n");
    assert!(read("pab.tf.json").contains("\"block_public_acls\": true, \"block_public_policy\": true"));
}
