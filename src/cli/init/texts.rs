//! The files that `trueup init` writes.
//!
//! In: nothing but the version. Out: their texts.

/// Where trueup lives. Whoever uses it puts the account in.
const REPOSITORY: &str = "OWNER/trueup";
/// The commit of release 7.0.1 of actions/checkout.
const CHECKOUT: &str = "3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1";
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What in a hook file shows that trueup is there.
pub(super) const HOOK_MARKS: [&str; 2] = ["/trueup", "trueup check"];
/// What to do with [`REPOSITORY`].
pub(super) const OWNER: &str = "put the account that trueup's repository lies under in place of OWNER";

/// `.trueup.hcl`, in which everything but the baseline is a proposal.
pub(super) fn settings(baseline: Option<&str>) -> String {
    let known = match baseline {
        Some(path) => format!("baseline = \"{path}\""),
        None => "# baseline = \".trueup-baseline.json\"".to_owned(),
    };
    format!(
        r#"# What trueup can't know by itself. trueup's README explains every key.

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
        format!("- repo: https://github.com/{REPOSITORY}"),
        format!("  rev: v{VERSION}"),
        "  hooks:".to_owned(),
        "    - id: trueup".to_owned(),
    ];
    lines.to_vec()
}

/// A workflow for GitHub Actions.
pub(super) fn github() -> String {
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
      - uses: actions/checkout@{CHECKOUT}
        with:
          persist-credentials: false
      - uses: {REPOSITORY}@v{VERSION}
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
