//! Plans and states, through the command line: where findings lead, what a plan changes, what is refused.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value as Json;

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/plans")
}

/// A directory of one test's own with a copy of the recorded plan and its sources.
struct Dir(PathBuf);

impl Dir {
    /// Empty.
    fn new(name: &str) -> Self {
        let path =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("plans-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn with(name: &str, files: &[&str]) -> Self {
        let dir = Self::new(name);
        for file in files {
            dir.write(file, std::fs::read(data().join(file)).unwrap());
        }
        dir
    }

    fn all(name: &str) -> Self {
        Self::with(
            name,
            &[
                "live/main.tf",
                "live/terraform.tfvars",
                "live/plan.out",
                "live/plan.json",
                "live/state.json",
                "modules/store/main.tf",
                "modules/deep/main.tf",
            ],
        )
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trueup"));
        if arguments.contains(&"--rule") {
            command.args(arguments);
        } else {
            // What new rules say of the same plan changes no figure here.
            command.arg(arguments[0]).args(RULES.iter().flat_map(|rule| ["--rule", rule]));
            command.args(&arguments[1..]);
        }
        command.current_dir(&self.0).stdin(Stdio::null()).env("COLUMNS", "120");
        command
    }

    /// Exit status, and all that was said.
    fn run(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.command(arguments).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8(text).unwrap();
        assert!(!text.contains("panicked"), "{text}");
        (output.status.code().unwrap(), text)
    }

    fn json(&self, arguments: &[&str]) -> Json {
        let output = self.command(&[arguments, &["-f", "json"]].concat()).output().unwrap();
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("no JSON: {}", String::from_utf8_lossy(&output.stderr)))
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Rule and address to place, change and action.
fn places(report: &Json) -> BTreeMap<(String, String), (String, Option<String>, Option<String>)> {
    let text = |finding: &Json, key: &str| finding[key].as_str().map(str::to_owned);
    let findings = report["findings"].as_array().unwrap();
    let place = |finding: &Json| {
        let start = &finding["range"]["start"];
        let place = format!("{}:{}:{}", finding["file"].as_str().unwrap(), start["line"], start["column"]);
        (place, text(finding, "change"), text(finding, "action"))
    };
    findings
        .iter()
        .map(|finding| ((text(finding, "rule").unwrap(), text(finding, "address").unwrap()), place(finding)))
        .collect()
}

#[track_caller]
fn expect(report: &Json, rule: &str, address: &str, place: &str, change: &str, action: &str) {
    let places = places(report);
    let found = places.get(&(rule.to_owned(), address.to_owned()));
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    assert_eq!(found, Some(&(place.to_owned(), some(change), some(action))), "{places:#?}");
}

const RULES: [&str; 8] = [
    VOLUME,
    ROTATION,
    PUBLIC,
    SSH,
    "aws/rds/backup-retention",
    "aws/rds/log-exports",
    "aws/rds/multi-az",
    "aws/rds/storage-encrypted",
];
const VOLUME: &str = "aws/ebs/volume-encrypted";
const ROTATION: &str = "aws/kms/key-rotation";
const PUBLIC: &str = "aws/rds/not-public";
const SSH: &str = "aws/ec2/sg-no-ingress-ssh-from-internet";
const COPY: &str = r#"module.store["a.b/c\"d"].aws_ebs_volume.copy[0]"#;
const DEEP: &str = r#"module.store["a.b/c\"d"].module.deep.aws_kms_key.this"#;
const INPUTS: [&[&str]; 4] = [
    &["check", "live/plan.json", "--source", "live"],
    &["check", "live/plan.out", "live/plan.json"],
    &["check", "--plan", "live/plan.json", "--source", "live"],
    &["check", "live/plan.json", "live/plan.out", "--source", "live"],
];

#[test]
fn findings_lead_to_the_lines_that_were_planned() {
    let dir = Dir::all("lines");
    for input in INPUTS {
        let report = dir.json(input);
        expect(
            &report,
            VOLUME,
            "aws_ebs_volume.renamed",
            "live/main.tf:38:3",
            "kept",
            "moved from aws_ebs_volume.old",
        );
        expect(
            &report,
            VOLUME,
            "aws_ebs_volume.worse",
            "live/main.tf:45:3",
            "introduced",
            "replace because of encrypted",
        );
        expect(&report, VOLUME, COPY, "modules/store/main.tf:17:3", "introduced", "create");
        expect(&report, ROTATION, DEEP, "modules/deep/main.tf:3:3", "introduced", "create");
        expect(&report, SSH, "aws_security_group.web", "live/main.tf:75:21", "introduced", "create");
        expect(&report, PUBLIC, "aws_db_instance.same", "live/main.tf:56:3", "kept", "update");
        expect(&report, ROTATION, "aws_kms_key.better", "live/main.tf:63:3", "resolved", "update");
        expect(&report, ROTATION, "aws_kms_key.fresh", "live/main.tf:90:3", "introduced", "create");
        let gone = &places(&report)[&(VOLUME.to_owned(), "aws_ebs_volume.gone".to_owned())];
        assert_eq!((gone.1.as_deref(), gone.2.as_deref()), (Some("resolved"), Some("delete")));
        assert!(gone.0.starts_with("live/plan.json:1:"), "{}", gone.0);
        let changes = &report["changes"];
        assert_eq!(
            (&changes["introduced"], &changes["kept"], &changes["resolved"]),
            (&5.into(), &6.into(), &2.into())
        );
        let concerned =
            report["findings"].as_array().unwrap().iter().find(|it| it["address"] == COPY).unwrap();
        assert_eq!(concerned["instances"].as_array().unwrap().len(), 4);
        assert_eq!(report["summary"]["fail"], 11, "what is resolved does not fail");
    }
}

#[test]
fn values_have_the_origin_that_the_sources_know() {
    let dir = Dir::all("origins");
    let report = dir.json(&["check", "live/plan.json", "--source", "live", "--rule", VOLUME]);
    let worse =
        report["findings"].as_array().unwrap().iter().find(|it| it["address"] == "aws_ebs_volume.worse");
    let worse = worse.unwrap();
    assert_eq!(worse["why"][0]["origin"], serde_json::json!({"file": "live/terraform.tfvars", "line": 2}));
    assert_eq!(worse["fix"]["edits"][0]["file"], "live/terraform.tfvars", "it is mended where it is decided");
    assert_eq!(worse["fix"]["proved"], true);
}

#[test]
fn a_plan_without_sources_leads_to_itself() {
    let dir = Dir::with("alone", &["live/plan.json"]);
    let report = dir.json(&["check", "live/plan.json"]);
    assert_eq!(report["changes"]["introduced"], 5);
    for ((_, address), (place, ..)) in places(&report) {
        let column: usize = place.strip_prefix("live/plan.json:1:").unwrap().parse().unwrap();
        let text = dir.read("live/plan.json");
        let there = &text[column - 1..];
        assert!(address == "live/plan.json" || there.starts_with("\"address\":"), "{address}: {place}");
    }
}

#[test]
fn a_binary_plan_is_read_without_running_anything() {
    let dir = Dir::with("binary", &["live/plan.out"]);
    let report = dir.json(&["check", "live/plan.out"]);
    // The tree is not here: the plan's own sources are shown, and nothing is mended.
    expect(&report, VOLUME, "aws_ebs_volume.worse", "live/plan.out:main.tf:45:3", "", "");
    expect(&report, VOLUME, COPY, "live/plan.out:../modules/store/main.tf:17:3", "", "");
    expect(&report, ROTATION, DEEP, "live/plan.out:../modules/deep/main.tf:3:3", "", "");
    assert_eq!(report["changes"], Json::Null);
    for finding in report["findings"].as_array().unwrap() {
        assert_ne!(finding["fix"]["proved"], true, "{finding}");
    }
    let (code, text) = dir.run(&["fix", "live/plan.out"]);
    assert_eq!(code, 0);
    assert!(text.contains("not there as it was planned") && !text.contains("+++"), "{text}");
}

/// A binary plan with these sources, whose record can't be read.
fn binary_plan(list: &str, files: &[(&str, &str)]) -> Vec<u8> {
    use std::io::Write as _;

    let mut out = Vec::new();
    let mut archive = rawzip::ZipArchiveWriter::new(&mut out);
    for (name, content) in [("tfplan", "\u{ff}"), ("tfconfig/modules.json", list)].iter().chain(files) {
        let name = rawzip::path::EntryPath::verbatim(name.as_bytes().to_vec());
        let (mut entry, config) =
            archive.new_file(name).compression_method(rawzip::CompressionMethod::STORE).start().unwrap();
        let mut writer = config.wrap(Vec::new());
        writer.write_all(content.as_bytes()).unwrap();
        let (content, descriptor) = writer.finish().unwrap();
        entry.write_all(&content).unwrap();
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap();
    out
}

#[test]
fn a_default_is_not_taken_for_what_was_planned() {
    let key = "variable \"rotate\" {\n  default = true\n}\n\nresource \"aws_kms_key\" \"k\" {\n  enable_key_rotation = var.rotate\n}\n";
    let call = "\nmodule \"net\" {\n  source = \"example/net/aws\"\n  rotate = false\n}\n";
    let list = r#"[{"Key":"","Dir":"."},{"Key":"net","Source":"registry","Dir":".terraform/modules/net"}]"#;
    let files = [("tfconfig/m-/main.tf", &*format!("{key}{call}")), ("tfconfig/m-net/main.tf", key)];
    let dir = Dir::new("defaults");
    dir.write("plan.out", binary_plan(list, &files));
    let report = dir.json(&["check", "plan.out"]);
    let findings = report["findings"].as_array().unwrap();
    let of = |address: &str| findings.iter().find(|it| it["address"] == address).unwrap();
    let root = of("aws_kms_key.k");
    assert_eq!((&root["outcome"], &root["file"]), (&"undetermined".into(), &"plan.out:main.tf".into()));
    assert_eq!(report["coverage"]["undetermined_inputs"][0]["input"], "var.rotate");
    let inner = of("module.net.aws_kms_key.k");
    assert_eq!(inner["outcome"], "fail", "the call says what it is");
    assert_eq!(inner["file"], "plan.out:.terraform/modules/net/main.tf");
}

#[test]
fn variables_of_a_binary_plan_are_the_planned_ones() {
    // `encrypt` is true by default; a variable file that the plan does not hold said false.
    let dir = Dir::with("variables", &["live/plan.out"]);
    let report = dir.json(&["check", "live/plan.out", "--rule", VOLUME]);
    expect(&report, VOLUME, "aws_ebs_volume.worse", "live/plan.out:main.tf:45:3", "", "");
}

#[test]
fn files_that_are_as_planned_are_shown_and_mended() {
    let dir = Dir::all("moved-on");
    dir.write("live/main.tf", dir.read("live/main.tf").replace("size              = 20", "size = 30"));
    let report = dir.json(&["check", "live/plan.out", "live/plan.json", "--rule", VOLUME]);
    expect(
        &report,
        VOLUME,
        "aws_ebs_volume.renamed",
        "live/plan.out:main.tf:38:3",
        "kept",
        "moved from aws_ebs_volume.old",
    );
    let findings = report["findings"].as_array().unwrap();
    let of = |address: &str| findings.iter().find(|it| it["address"] == address).unwrap();
    assert_eq!(of("aws_ebs_volume.renamed")["fix"]["proved"], false);
    // With no root file as planned, the module can't be placed either.
    assert_eq!(of(COPY)["file"], "live/plan.out:../modules/store/main.tf");

    let dir = Dir::all("as-planned");
    let (code, text) =
        dir.run(&["fix", "live/plan.out", "live/plan.json", "--rule", ROTATION, "--write", "--allow-review"]);
    assert_eq!(code, 0, "{text}");
    assert!(
        dir.read("live/main.tf").contains("\"fresh\"\n  enable_key_rotation = true"),
        "{}",
        dir.read("live/main.tf")
    );
}

#[test]
fn a_tree_and_its_plan_are_told_once() {
    let dir = Dir::all("both");
    for input in [
        &["check", ".", "live/plan.out", "live/plan.json"][..],
        &["check", "live", "modules", "--plan", "live/plan.json", "--source", "live"],
    ] {
        let report = dir.json(input);
        let mut seen = BTreeMap::new();
        for finding in report["findings"].as_array().unwrap() {
            *seen.entry((finding["fingerprint"].to_string(), finding["file"].to_string())).or_insert(0) += 1;
        }
        assert!(seen.values().all(|count| *count == 1), "{seen:#?}");
        expect(&report, ROTATION, "aws_kms_key.fresh", "live/main.tf:90:3", "introduced", "create");
        let fresh =
            report["findings"].as_array().unwrap().iter().find(|it| it["address"] == "aws_kms_key.fresh");
        assert_eq!(fresh.unwrap()["fix"]["proved"], true);
    }
    let (code, patch) = dir.run(&["fix", ".", "live/plan.out", "live/plan.json"]);
    assert_eq!((code, patch.matches("--- a/live/main.tf").count()), (0, 1), "{patch}");
}

#[test]
fn sources_that_moved_on_are_told() {
    let dir = Dir::all("stale");
    dir.write("live/main.tf", dir.read("live/main.tf").replace("size              = 20", "size = 30"));
    let (_, text) = dir.run(&["check", "live/plan.json", "--source", "live"]);
    assert!(text.contains("aws_ebs_volume.worse.size: the plan has another value"), "{text}");
    let dir = Dir::all("fresh");
    let (_, text) = dir.run(&["check", "live/plan.json", "--source", "live"]);
    assert!(!text.contains("another value"), "{text}");
}

#[test]
fn instances_that_only_the_plan_knows_are_mended_in_their_block() {
    let dir = Dir::new("stand-in");
    dir.write(
        "main.tf",
        "data \"aws_regions\" \"all\" {}\n\nresource \"aws_kms_key\" \"k\" {\n  \
         for_each            = toset(data.aws_regions.all.names)\n  enable_key_rotation = false\n}\n",
    );
    let change = |key: &str| {
        serde_json::json!({"address": format!("aws_kms_key.k[\"{key}\"]"), "mode": "managed", "type": "aws_kms_key",
            "name": "k", "index": key, "change": {"actions": ["create"], "before": null,
            "after": {"enable_key_rotation": false}, "after_unknown": {"arn": true}}})
    };
    let plan = serde_json::json!({"format_version": "1.2", "resource_changes": [change("eu-west-1"), change("us-east-1")]});
    dir.write("plan.json", plan.to_string());
    let report = dir.json(&["check", "plan.json", "--source", "."]);
    let address = "aws_kms_key.k[\"eu-west-1\"]";
    expect(&report, ROTATION, address, "main.tf:5:3", "introduced", "create");
    let finding = &report["findings"][0];
    assert_eq!(finding["instances"].as_array().unwrap().len(), 2);
    assert_eq!(finding["why"][0]["origin"]["line"], 5);
    assert_eq!(
        (&finding["fix"]["proved"], &finding["fix"]["edits"][0]["text"]),
        (&true.into(), &"true".into())
    );
}

#[test]
fn comments_in_the_sources_silence_findings_of_plans() {
    let dir = Dir::all("comments");
    let comment =
        "# trueup:ignore aws/kms/key-rotation reason=\"Short-lived\"\nresource \"aws_kms_key\" \"fresh\"";
    let unused = "# trueup:ignore aws/s3/bucket-logging reason=\"Elsewhere\"\nmodule \"store\"";
    let text = dir.read("live/main.tf").replace("resource \"aws_kms_key\" \"fresh\"", comment);
    dir.write("live/main.tf", text.replace("module \"store\"", unused));
    let report = dir.json(&["check", "live/plan.json", "--source", "live"]);
    let fresh = report["findings"].as_array().unwrap().iter().find(|it| it["address"] == "aws_kms_key.fresh");
    assert_eq!(fresh.unwrap()["suppressed"]["reason"], "Short-lived");
    assert_eq!(report["changes"]["introduced"], 4);
    assert!(!report.to_string().contains("trueup/suppression"));
}

#[test]
fn drift_is_told_apart() {
    let dir = Dir::all("drift");
    let mut plan: Json = serde_json::from_str(&dir.read("live/plan.json")).unwrap();
    let mut drift = plan["resource_changes"].as_array().unwrap().clone();
    drift.retain(|change| {
        ["aws_db_instance.same", "aws_kms_key.better"].contains(&change["address"].as_str().unwrap())
    });
    for change in &mut drift {
        let mut before = change["change"]["before"].clone();
        change["change"]["after"] = before.clone();
        change["change"]["after_unknown"] = serde_json::json!({});
        before["publicly_accessible"] = false.into();
        before["enable_key_rotation"] = true.into();
        change["change"]["before"] = before;
        change["change"]["actions"] = serde_json::json!(["update"]);
    }
    plan["resource_drift"] = drift.into();
    dir.write("live/drift.json", plan.to_string());
    let report = dir.json(&["check", "live/drift.json", "--source", "live"]);
    let drifted: Vec<_> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["drift"] == true)
        .map(|finding| (finding["rule"].as_str().unwrap(), finding["change"].as_str().unwrap()))
        .collect();
    assert_eq!(drifted, [(PUBLIC, "kept"), (ROTATION, "resolved")]);
    assert_eq!(report["changes"]["drift"], 2);
    let (_, text) = dir.run(&["check", "live/drift.json", "--source", "live"]);
    for part in [
        "Changed outside Terraform:",
        "the plan keeps it",
        "the plan resolves it",
        "keeps 6, resolves 2. 2 came by",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn a_state_is_judged_as_it_is() {
    let dir = Dir::all("state");
    let report = dir.json(&["check", "live/state.json", "--source", "live"]);
    expect(&report, PUBLIC, "aws_db_instance.same", "live/main.tf:56:3", "", "");
    expect(&report, ROTATION, "aws_kms_key.better", "live/main.tf:63:3", "", "");
    assert_eq!(report["changes"], Json::Null);
    let (_, text) = dir.run(&["check", "live/state.json", "--source", "live"]);
    assert!(
        text.contains("aws_ebs_volume.gone and 1 more") && !text.contains("The plan introduces"),
        "{text}"
    );
}

#[test]
fn sarif_says_it_in_its_own_words() {
    let dir = Dir::all("sarif");
    let (_, text) = dir.run(&["check", "live/plan.json", "--source", "live", "-f", "sarif"]);
    let log: Json = serde_json::from_str(&text).unwrap();
    let mut states: BTreeMap<&str, usize> = BTreeMap::new();
    for result in log["runs"][0]["results"].as_array().unwrap() {
        let state = result["baselineState"].as_str().unwrap();
        assert_eq!(result["kind"] == "fail", state != "absent", "{result}");
        *states.entry(state).or_default() += 1;
    }
    assert_eq!(states, BTreeMap::from([("absent", 2), ("new", 5), ("unchanged", 6)]));
    assert!(!dir.run(&["check", "live", "modules", "-f", "sarif"]).1.contains("baselineState"));
}

#[test]
fn what_a_plan_keeps_secret_stays_so() {
    let dir = Dir::all("secrets");
    for format in ["terminal", "json", "sarif"] {
        for input in INPUTS.into_iter().chain([&["check", "live/plan.out"][..], &["check", "live/plan.json"]])
        {
            let (code, text) =
                dir.run(&[input, &["-f", format, "--outcomes", "fail,pass,undetermined"]].concat());
            assert_eq!(code, 1);
            assert!(!text.contains("Zx9"), "{text}");
        }
    }
}

#[test]
fn what_can_not_be_judged_is_refused() {
    let dir = Dir::all("refused");
    let plan = dir.read("live/plan.json");
    let binary = std::fs::read(dir.0.join("live/plan.out")).unwrap();
    let cases: [(&str, Vec<u8>, &str); 7] = [
        ("half.json", plan[..plan.len() / 2].into(), "the file is cut off"),
        (
            "incomplete.json",
            plan.replace("\"complete\":true", "\"complete\":false").into(),
            "marked as incomplete",
        ),
        ("errored.json", plan.replace("\"errored\":false", "\"errored\":true").into(), "marked as errored"),
        (
            "tofu.json",
            br#"{"meta":{},"encrypted_data":"eA==","encryption_version":"v0"}"#.to_vec(),
            "encrypted by OpenTofu",
        ),
        ("own.tfstate", std::fs::read(data().join("live/terraform.tfstate")).unwrap(), "own state file"),
        ("half.out", binary[..binary.len() / 2].into(), "the plan is damaged"),
        (
            "other.out",
            b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec(),
            "this ZIP is not a Terraform plan",
        ),
    ];
    for (name, content, part) in cases {
        dir.write(name, content);
        let (code, text) = dir.run(&["check", name]);
        assert_eq!(code, 2, "{name}: {text}");
        assert!(
            text.contains(part) && text.contains("help: ") && text.contains(&format!("NOT READ  {name}")),
            "{name}: {text}"
        );
    }
    let (code, text) = dir.run(&["check", "live", "--source", "live"]);
    assert!(code == 2 && text.contains("no plan is named"), "{text}");
}

#[cfg(unix)]
#[test]
fn terraform_runs_only_where_it_is_asked_for() {
    use std::os::unix::fs::PermissionsExt as _;

    let dir = Dir::all("run");
    let script = format!("#!/bin/sh\necho \"$@\" >>'{0}/ran'\ncat '{0}/live/plan.json'\n", dir.0.display());
    dir.write("bin/terraform", script);
    let program = dir.0.join("bin/terraform");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", dir.0.join("bin").display(), std::env::var("PATH").unwrap());
    let check = |arguments: &[&str]| {
        let output = dir.command(arguments).env("PATH", &path).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
    };
    check(&["check", "live/plan.out"]);
    assert!(!dir.0.join("ran").exists(), "nothing is run unasked");

    let (code, text) = check(&["check", "live/plan.out", "--run-terraform"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("The plan introduces 5, keeps 6, resolves 2."), "{text}");
    assert!(dir.read("ran").starts_with("show -no-color -json /"), "{}", dir.read("ran"));

    dir.write("bin/terraform", "#!/bin/sh\nexit 3\n");
    let (code, text) = check(&["check", "live/plan.out", "--run-terraform=terraform"]);
    assert!(
        code == Some(2) && text.contains("exit status: 3") && text.contains("help: run it yourself"),
        "{text}"
    );
    let (code, text) = check(&["check", "live/plan.json", "--run-terraform"]);
    assert!(code == Some(2) && text.contains("needs one binary plan"), "{text}");
}
