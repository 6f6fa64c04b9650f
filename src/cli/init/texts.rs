//! The files that `trueup init` writes.
//!
//! In: nothing but the version. Out: their texts.

/// Where trueup lives.
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What in a hook file shows that trueup is there.
pub(super) const HOOK_MARKS: [&str; 2] = [REPOSITORY, "trueup check"];

/// `.trueup.hcl`, in which everything but the baseline is a proposal.
pub(super) fn settings(baseline: Option<&str>) -> String {
    let known = match baseline {
        Some(path) => format!("baseline = \"{path}\""),
        None => "# baseline = \".trueup-baseline.json\"".to_owned(),
    };
    format!(
        r#"# What trueup can't know by itself. Every key is explained in {REPOSITORY}#settings

settings = {{
  # The bucket that access logs go to: fixes for missing logs need it.
  # log_bucket = "acme-access-logs"
}}

# The least severity that fails a run: low, medium, high or critical.
# threshold = "medium"

# What was open when this file was written does not fail a run. Write it anew with
# trueup check --write-baseline .trueup-baseline.json
{known}

# What is judged at all.
# scope {{
#   criteria = ["CC6", "CC7"]
#   exclude  = ["examples/"]
# }}

# A finding that somebody accepted.
# exception "aws/s3/bucket-versioning" {{
#   addresses = ["aws_s3_bucket.scratch"]
#   reason    = "Holds nothing that can't be made again"
#   approver  = "Jane Doe, security"
#   until     = "2027-01-31"
# }}
"#
    )
}

/// The lines of an entry in a list of repositories.
pub(super) fn hook() -> Vec<String> {
    let lines = [
        format!("- repo: {REPOSITORY}"),
        format!("  rev: v{VERSION}"),
        "  hooks:".to_owned(),
        "    - id: trueup".to_owned(),
    ];
    lines.to_vec()
}

/// A workflow for GitHub Actions.
pub(super) fn github() -> String {
    let action = REPOSITORY.trim_start_matches("https://github.com/");
    format!(
        "name: trueup

on:
  pull_request:
  push:
    branches: [main]

permissions: {{}}

concurrency:
  group: trueup-${{{{ github.ref }}}}
  cancel-in-progress: true

jobs:
  trueup:
    runs-on: ubuntu-24.04
    permissions:
      contents: read
      security-events: write # to hand findings to code scanning
    steps:
      - uses: actions/checkout@v4
        with:
          persist-credentials: false
          fetch-depth: 0 # trueup compares with what a branch came from
      - uses: {action}@v{VERSION}
"
    )
}

/// A job for GitLab.
pub(super) fn gitlab() -> String {
    format!(
        "trueup:
  stage: test
  image: python:3.13-slim
  rules:
    - if: $CI_PIPELINE_SOURCE == \"merge_request_event\"
    - if: $CI_COMMIT_BRANCH && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  before_script:
    - pip install --quiet --disable-pip-version-check \"trueup=={VERSION}\"
  script:
    - trueup check --color always
"
    )
}
