//! How fast it reads, evaluates and judges, on trees made here: `cargo bench`.

#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark that can't run must say so")]

use std::fmt::Write as _;

use divan::Bencher;
use divan::counter::BytesCount;
use trueup::cli::{Asked, assess};
use trueup::eval::Root;
use trueup::graph;
use trueup::rules::{self, RuleSet};
use trueup::source::{FileId, Found, SourceFile, Sources};
use trueup::syntax::{Workspace, parse_hcl};

fn main() {
    // Evaluation needs more stack than a test's thread has, as in the binary.
    let pool = rayon::ThreadPoolBuilder::new().stack_size(64 << 20).build().unwrap();
    pool.install(divan::main);
}

/// Five resources at a time: a bucket and its versioning, a database, a security group, a policy.
fn text(resources: usize) -> String {
    let mut out = String::from("locals {\n  tags = { team = \"core\" }\n}\n");
    for at in 0..resources.div_ceil(5) {
        let _ = write!(
            out,
            r#"
resource "aws_s3_bucket" "b{at}" {{
  bucket = "bucket-{at}"
  tags   = merge(local.tags, {{ index = {at} }})
}}

resource "aws_s3_bucket_versioning" "b{at}" {{
  bucket = aws_s3_bucket.b{at}.id

  versioning_configuration {{
    status = "Enabled"
  }}
}}

resource "aws_db_instance" "d{at}" {{
  identifier              = "db-{at}"
  storage_encrypted       = true
  publicly_accessible     = false
  multi_az                = true
  backup_retention_period = 14
}}

resource "aws_security_group" "s{at}" {{
  ingress {{
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }}
}}

resource "aws_iam_policy" "p{at}" {{
  policy = jsonencode({{
    Statement = [{{ Effect = "Allow", Action = ["s3:GetObject"], Resource = "${{aws_s3_bucket.b{at}.arn}}/*" }}]
  }})
}}
"#
        );
    }
    out
}

fn sources(resources: usize) -> Sources {
    let mut sources = Sources::default();
    sources.add(SourceFile::new("main.tf", text(resources)));
    sources
}

#[divan::bench]
fn parse_one_file_of_5_mb(bencher: Bencher) {
    let source = SourceFile::new("main.tf", text(30_000));
    bencher.counter(BytesCount::of_str(source.text())).bench(|| parse_hcl(FileId(0), &source));
}

/// A plan in which every volume is there already and stays as it is.
fn plan(resources: usize) -> Sources {
    let mut changes = String::new();
    for at in 0..resources {
        let comma = if at == 0 { "" } else { "," };
        let values = format!(
            r#"{{"availability_zone":"eu-west-1a","encrypted":true,"id":"vol-{at}","size":10,"tags":{{"team":"core"}}}}"#
        );
        let _ = write!(
            changes,
            r#"{comma}{{"address":"aws_ebs_volume.v{at}","mode":"managed","type":"aws_ebs_volume","name":"v{at}","change":{{"actions":["no-op"],"before":{values},"after":{values},"after_unknown":{{}},"before_sensitive":{{}},"after_sensitive":{{}}}}}}"#
        );
    }
    let mut sources = Sources::default();
    sources.add(SourceFile::new(
        "plan.json",
        format!(r#"{{"format_version":"1.2","resource_changes":[{changes}]}}"#),
    ));
    sources
}

#[divan::bench(args = [100, 10_000], sample_count = 10)]
fn judge_a_plan(bencher: Bencher, resources: usize) {
    let rules = RuleSet::embedded();
    let size = plan(resources).get(FileId(0)).map_or(0, |file| file.text().len());
    bencher
        .counter(BytesCount::new(size))
        .with_inputs(|| {
            let mut found = Found::from_sources(plan(resources));
            found.plans.push(FileId(0));
            found
        })
        .bench_values(|found| assess(found, &rules, &Asked::default()).assessment.summary());
}

#[divan::bench(args = [1, 100, 10_000], sample_count = 10)]
fn evaluate(bencher: Bencher, resources: usize) {
    let workspace = Workspace::parse(sources(resources));
    bencher.bench(|| graph::configuration(&workspace, Root::new(&workspace, ".")));
}

#[divan::bench(args = [1, 100, 10_000], sample_count = 10)]
fn judge(bencher: Bencher, resources: usize) {
    let workspace = Workspace::parse(sources(resources));
    let configuration = graph::configuration(&workspace, Root::new(&workspace, "."));
    let rules = RuleSet::embedded();
    bencher.bench(|| rules::run(&rules, &configuration, &workspace));
}

#[divan::bench(args = [1, 100, 10_000], sample_count = 5)]
fn whole_run(bencher: Bencher, resources: usize) {
    let rules = RuleSet::embedded();
    bencher
        .with_inputs(|| Found::from_sources(sources(resources)))
        .bench_values(|found| assess(found, &rules, &Asked::default()).assessment.summary());
}
