//! The command line, as clap reads it. Nothing here does work.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::findings::Severity;

use super::plans::Program;

/// Finds where Terraform is out of true with SOC 2, and trues it up.
#[derive(Debug, Parser)]
#[command(name = "trueup", version, about, max_term_width = 100)]
pub(super) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(super) command: Command,
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub(super) color: Color,
    /// Threads to use; as many as there are processors by default
    #[arg(long, global = true, value_name = "N")]
    pub(super) jobs: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Judge Terraform against SOC 2: directories, files, plans, or - for stdin
    Check(Check),
    /// Print, or apply, the fixes that are proved
    Fix(Fix),
    /// Comment on a pull request: what it makes fail, with suggestions; a summary; a check run
    Review(Review),
    /// Open, update and close pull requests on GitHub with the fixes that are proved
    Pr(Pr),
    /// Show what a finding or a value rests on, down to the literal or input that decides
    Explain(Explain),
    /// List, show, create and test rules
    Rules(Rules),
    /// List the SOC 2 criteria and the rules that serve each
    Criteria(Criteria),
    /// Print the JSON Schema of what `check --format json` writes
    Schema,
    /// Set trueup up here: settings, a hook, a pipeline, a baseline; nothing is overwritten
    Init(Init),
    /// Print the completions of a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man {
        /// Write the pages of all commands to this directory instead
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
    },
}

#[derive(Clone, Debug, Args)]
pub(super) struct Input {
    /// Directories, Terraform files (each stands for its module), plans (binary, or JSON of terraform show), or - for stdin
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// A plan, or a state's JSON, whatever its name: what it introduces, keeps and resolves
    #[arg(long = "plan", value_name = "FILE")]
    pub(super) plans: Vec<PathBuf>,
    /// The directory that the plan or state was made from: findings lead to its lines
    #[arg(long, value_name = "DIR")]
    pub(super) source: Option<PathBuf>,
    /// Let Terraform show a binary plan's values; this starts the providers in its directory
    #[arg(long, value_name = "PROGRAM", num_args = 0..=1, require_equals = true, default_missing_value = "terraform")]
    pub(super) run_terraform: Option<Program>,
    /// A directory with more rules: the same layout as trueup's own (rules/, templates/)
    #[arg(long, value_name = "DIR")]
    pub(super) rules: Option<PathBuf>,
    /// Only rules whose id begins with this, whatever the profile
    #[arg(long = "rule", value_name = "ID")]
    pub(super) only: Vec<String>,
    /// How much to ask for
    #[arg(long, value_enum, default_value_t = Profile::Standard)]
    pub(super) profile: Profile,
    /// Read a file of variable values after those that Terraform reads by itself
    #[arg(long, value_name = "FILE")]
    pub(super) var_file: Vec<PathBuf>,
    /// Give a root variable a value; wins over every file
    #[arg(long, value_name = "NAME=VALUE")]
    pub(super) var: Vec<String>,
    /// Give root variables the values of `TF_VAR_` environment variables
    #[arg(long)]
    pub(super) tf_vars: bool,
    /// The value of terraform.workspace
    #[arg(long, value_name = "NAME")]
    pub(super) workspace: Option<String>,
    /// Only this environment of those that .trueup.hcl declares
    #[arg(long, value_name = "NAME")]
    pub(super) environment: Vec<String>,
    /// Ignore suppression comments in the files
    #[arg(long)]
    pub(super) no_inline_ignores: bool,
    /// Today's date for suppressions that expire (YYYY-MM-DD); without it none expires
    #[arg(long, value_name = "DATE")]
    pub(super) today: Option<String>,
}

/// What is left out since it is known, or not asked for.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Narrow {
    /// Only what is not in this baseline (see --write-baseline of check)
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,
    /// Pass over the baseline that .trueup.hcl names
    #[arg(long, conflicts_with = "baseline")]
    pub(super) no_baseline: bool,
    /// Only what is new against the commit that REV and HEAD both come from
    #[arg(long, value_name = "REV")]
    pub(super) since: Option<String>,
    /// Only what concerns files that differ from HEAD, or from where --since begins
    #[arg(long)]
    pub(super) changed_only: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Profile {
    /// Rules of severity critical and high
    Essential,
    /// And medium
    Standard,
    /// Every rule
    Strict,
}

impl Profile {
    /// The least severity that is asked for.
    pub(super) const fn least(self) -> Severity {
        match self {
            Self::Essential => Severity::High,
            Self::Standard => Severity::Medium,
            Self::Strict => Severity::Low,
        }
    }
}

impl Input {
    /// Whether `--rule` names a rule of this id.
    pub(super) fn selects(&self, id: &str) -> bool {
        self.only.iter().any(|prefix| id.starts_with(prefix.as_str()))
    }
}

#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    pub(super) input: Input,
    /// How to write the findings
    #[arg(long, short, value_enum, default_value_t = Format::Terminal)]
    pub(super) format: Format,
    /// Write to this file instead of stdout
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Write one more report from the same run, as in sarif=out.sarif, or github=- for stdout
    #[arg(long, value_name = "FORMAT=FILE")]
    pub(super) report: Vec<ReportFile>,
    /// What tells several analyses of one commit apart in SARIF
    #[arg(long, value_name = "NAME", default_value = crate::report::CATEGORY)]
    pub(super) category: String,
    /// Leave out suppressed findings; without it sarif, json, junit, csv and markdown list them as such
    #[arg(long)]
    pub(super) hide_suppressed: bool,
    #[command(flatten)]
    pub(super) narrow: Narrow,
    /// Write a baseline of everything that is open, instead of a report
    #[arg(long, value_name = "FILE", conflicts_with_all = ["baseline", "since", "changed_only"])]
    pub(super) write_baseline: Option<PathBuf>,
    /// Exit with 1 only for failures at least this severe [default: what .trueup.hcl says, or low]
    #[arg(long, value_name = "SEVERITY")]
    pub(super) threshold: Option<String>,
    /// Which outcomes to list
    #[arg(long, value_delimiter = ',', value_name = "OUTCOME", default_value = "fail,undetermined,error")]
    pub(super) outcomes: Vec<String>,
    /// Do not work out fixes
    #[arg(long)]
    pub(super) no_fixes: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Terminal,
    /// trueup's own contract: see `trueup schema`
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// A summary for a CI step or a comment
    Markdown,
    /// Code Quality report for GitLab
    Gitlab,
    /// XML as test runners write it: findings as tests
    Junit,
    /// For reviewdog
    Rdjson,
    /// A table for spreadsheets
    Csv,
}

/// `sarif=out.sarif`
#[derive(Clone, Debug)]
pub(super) struct ReportFile {
    /// How it is written.
    pub(super) format: Format,
    /// Where to.
    pub(super) path: PathBuf,
}

impl std::str::FromStr for ReportFile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, path) = text
            .split_once('=')
            .filter(|(_, path)| !path.is_empty())
            .ok_or_else(|| "name a format and a file, as in sarif=out.sarif".to_owned())?;
        let format = Format::from_str(format, false).map_err(|_| {
            let known = Format::value_variants().iter().filter_map(ValueEnum::to_possible_value);
            let known: Vec<String> = known.map(|value| value.get_name().to_owned()).collect();
            format!("{format:?} is no format; use one of {}", known.join(", "))
        })?;
        Ok(Self { format, path: PathBuf::from(path) })
    }
}

#[derive(Clone, Debug, Args)]
pub(super) struct Init {
    /// Do not ask: settings, a hook, and a workflow of the host whose files are here
    #[arg(long, short)]
    pub(super) yes: bool,
    /// Add a hook to .pre-commit-config.yaml
    #[arg(long)]
    pub(super) hook: bool,
    /// Write a workflow or pipeline
    #[arg(long, value_enum, value_name = "HOST")]
    pub(super) workflow: Option<Host>,
    /// Remember what is open now, so that only what is new fails
    #[arg(long)]
    pub(super) baseline: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Host {
    /// .github/workflows/trueup.yml
    Github,
    /// .gitlab-ci.yml
    Gitlab,
}

#[derive(Debug, Args)]
pub(super) struct Explain {
    /// A finding's fingerprint (4 digits or more), a resource, or one of its attributes
    #[arg(value_name = "FINGERPRINT|ADDRESS.ATTRIBUTE")]
    pub(super) target: String,
    #[command(flatten)]
    pub(super) input: Input,
    /// How to write the explanation
    #[arg(long, short, value_enum, default_value_t = ExplainFormat::Terminal)]
    pub(super) format: ExplainFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ExplainFormat {
    /// A tree for people
    Terminal,
    /// The same for machines
    Json,
}

#[derive(Debug, Args)]
pub(super) struct Fix {
    #[command(flatten)]
    pub(super) input: Input,
    #[command(flatten)]
    pub(super) narrow: Narrow,
    /// With --write: exit with 1 only where failures at least this severe are left
    /// [default: what .trueup.hcl says, or low]
    #[arg(long, value_name = "SEVERITY", requires = "write")]
    pub(super) threshold: Option<String>,
    /// Print one patch for `git apply`: what happens without --write and --interactive
    #[arg(long, conflicts_with_all = ["write", "interactive"])]
    pub(super) diff: bool,
    /// Apply the fixes to the files
    #[arg(long, conflicts_with = "interactive")]
    pub(super) write: bool,
    /// Show each fix and ask
    #[arg(long)]
    pub(super) interactive: bool,
    /// With --write: also apply fixes that a person should look at
    #[arg(long)]
    pub(super) allow_review: bool,
    #[command(flatten)]
    pub(super) selection: Selection,
    /// How to print the fixes
    #[arg(long, short, value_enum, default_value_t = FixFormat::Patch)]
    pub(super) format: FixFormat,
}

/// Which fixes.
#[derive(Debug, Args)]
pub(super) struct Selection {
    /// Also apply fixes that make Terraform replace a resource
    #[arg(long)]
    pub(super) allow_replace: bool,
    /// The most that apply may do: update, create, replace or destroys-data
    #[arg(long, value_name = "EFFECT")]
    pub(super) max_effect: Option<String>,
    /// Only findings of rules that serve this criterion
    #[arg(long, value_name = "ID")]
    pub(super) criterion: Vec<String>,
    /// Only findings at least this severe
    #[arg(long, value_name = "SEVERITY")]
    pub(super) severity: Option<String>,
    /// Only findings in this file, or under this directory; the whole tree is judged all the same
    #[arg(long, value_name = "PATH")]
    pub(super) path: Vec<PathBuf>,
    /// Only the finding whose fingerprint begins with this
    #[arg(long, value_name = "HEX")]
    pub(super) fingerprint: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FixFormat {
    /// A patch for `git apply`
    Patch,
    /// Edits for programs, and what was left and why
    Json,
}

#[derive(Debug, Args)]
pub(super) struct Review {
    #[command(flatten)]
    pub(super) input: Input,
    #[command(flatten)]
    pub(super) hosting: Hosting,
    /// The pull request; by default that of the event in `GITHUB_EVENT_PATH`
    #[arg(long, value_name = "NUMBER")]
    pub(super) pr: Option<u64>,
    /// Exit with 1, and fail the check run, only for new failures at least this severe
    #[arg(long, value_name = "SEVERITY", default_value = "low")]
    pub(super) threshold: String,
    /// Suggest also what makes Terraform replace a resource that was there before
    #[arg(long)]
    pub(super) allow_replace: bool,
    /// Make no check run
    #[arg(long)]
    pub(super) no_check_run: bool,
    /// Print every request, and send none that writes
    #[arg(long)]
    pub(super) dry_run: bool,
}

#[derive(Debug, Args)]
pub(super) struct Pr {
    #[command(flatten)]
    pub(super) input: Input,
    #[command(flatten)]
    pub(super) hosting: Hosting,
    #[command(flatten)]
    pub(super) selection: Selection,
    /// The branch to change; by default what `GITHUB_BASE_REF` says, or the repository's default branch
    #[arg(long, value_name = "BRANCH")]
    pub(super) base: Option<String>,
    /// One pull request for each of these; fixes to apply and fixes to look at are apart in any case
    #[arg(long, value_enum, default_value_t = Grouping::Criterion)]
    pub(super) group: Grouping,
    /// Open no more while so many of trueup's pull requests are open
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(super) max_prs: usize,
    /// A label for new pull requests; may be given several times
    #[arg(long, value_name = "NAME", default_value = "trueup")]
    pub(super) label: Vec<String>,
    /// Print every request, and send none that writes
    #[arg(long)]
    pub(super) dry_run: bool,
    /// How to tell what was done
    #[arg(long, short, value_enum, default_value_t = PrFormat::Terminal)]
    pub(super) format: PrFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Grouping {
    /// The first SOC 2 criterion that the rule serves
    Criterion,
    /// The rule's cloud and service: aws/s3
    Service,
    /// The rule
    Rule,
    /// Everything together
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum PrFormat {
    /// For people
    Terminal,
    /// For programs
    Json,
}

/// Where on GitHub, and who asks.
#[derive(Debug, Args)]
pub(super) struct Hosting {
    /// The repository; by default what `GITHUB_REPOSITORY` says, or where the checkout's origin is
    #[arg(long, value_name = "OWNER/NAME")]
    pub(super) repo: Option<String>,
    /// Read the token from this file (- for stdin) instead of `GITHUB_TOKEN`
    #[arg(long, value_name = "FILE")]
    pub(super) token_file: Option<PathBuf>,
    /// Act as a GitHub App: its id; or `TRUEUP_APP_ID`
    #[arg(long, value_name = "ID")]
    pub(super) app_id: Option<String>,
    /// The App's private key; or `TRUEUP_APP_KEY_FILE`, or its text in `TRUEUP_APP_KEY`
    #[arg(long, value_name = "FILE")]
    pub(super) app_key_file: Option<PathBuf>,
    /// Seconds between two writes; GitHub asks for one
    #[arg(long, value_name = "SECONDS", default_value_t = 1)]
    pub(super) write_interval: u8,
}

#[derive(Debug, Args)]
pub(super) struct Rules {
    #[command(subcommand)]
    pub(super) command: RulesCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum RulesCommand {
    /// List the rules
    List {
        /// A directory with more rules
        #[arg(long, value_name = "DIR")]
        rules: Option<PathBuf>,
        /// How to write the list
        #[arg(long, short, value_enum, default_value_t = ListFormat::Terminal)]
        format: ListFormat,
        /// The same as --format json
        #[arg(long, hide = true, conflicts_with = "format")]
        json: bool,
    },
    /// Find the rule for another tool's check, or the checks that a rule stands for
    Map {
        /// Checks such as `CKV_AWS_20`, rules, or beginnings of rules' ids; all where none is named
        #[arg(value_name = "ID")]
        ids: Vec<String>,
        /// A directory with more rules
        #[arg(long, value_name = "DIR")]
        rules: Option<PathBuf>,
        /// How to write what was found
        #[arg(long, short, value_enum, default_value_t = ListFormat::Terminal)]
        format: ListFormat,
    },
    /// Write a page for each rule, and an index
    Docs {
        /// Where the pages go
        #[arg(long, value_name = "DIR")]
        dir: PathBuf,
        /// A checkout whose fixtures/ give the examples
        #[arg(long, value_name = "DIR", default_value = ".")]
        source: PathBuf,
        /// A directory with more rules
        #[arg(long, value_name = "DIR")]
        rules: Option<PathBuf>,
    },
    /// Print a rule and its template as they are written
    Show {
        /// The rule's id
        id: String,
    },
    /// Write the files of a new rule
    New {
        /// The rule's id: cloud/service/name
        id: String,
        /// Where rules/, templates/ and fixtures/ lie
        #[arg(long, value_name = "DIR", default_value = ".")]
        dir: PathBuf,
    },
    /// Run the fixtures of all rules, or of those whose id begins with ID
    Test {
        /// Where rules/, templates/ and fixtures/ lie
        #[arg(value_name = "DIR", default_value = ".")]
        dir: PathBuf,
        /// Only these rules
        #[arg(long = "rule", value_name = "ID")]
        only: Vec<String>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ListFormat {
    /// For people
    Terminal,
    /// For machines
    Json,
    /// A page for people
    Markdown,
}

#[derive(Debug, Args)]
pub(super) struct Criteria {
    /// Only this criterion
    pub(super) id: Option<String>,
}
