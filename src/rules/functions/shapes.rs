//! Secrets in commands, headers and connection strings, by shapes that nothing else has.
//!
//! In: a text. Out: where passwords and tokens stand in it: behind `curl -u user:`, `mysql -p`,
//! `Authorization: Bearer`, in a webhook's address, or as a token that says itself whose it is.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use aho_corasick::AhoCorasick;
use regex::Regex;

/// Words of which one stands in every text of a shape, and the shape. The secret is its first group; `Q` is
/// a quote, perhaps escaped, and `V` a word of a command that no variable gives.
const SHAPES: [(&[&str], &str); 17] = [
    (
        &["curl", "wget"],
        r"\b(?:curl|wget)\b[^\n|;]{0,200}?\s(?:-u ?|--(?:proxy-)?user[ =])Q?[^\s:'\x22\\$]+:(V)",
    ),
    (&["mysql", "mariadb"], r"\b(?:mysql|mariadb)[a-z-]*\b[^\n|;]{0,200}?\s-pQ?(V)"),
    (&["sshpass"], r"\bsshpass\s+-p\s*Q?(V)"),
    (&["chpasswd"], r"\becho\s+(?:-\w+\s+)?Q?[\w.-]+:(V)Q?\s*\|\s*(?:sudo\s+)?[\w/]*chpasswd\b"),
    (&["--password-stdin"], r"\becho\s+(?:-\w+\s+)?Q?(V)Q?\s*\|[^\n|;]{0,200}?\s--password-stdin\b"),
    (&["authorization"], r"(?i)\bauthorizationQ?\s*[:=]>?\s*Q?(?:bearer|basic|token)\s+([\w.~+/=-]{6,})"),
    (&["eyj"], r"\b(eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)"),
    (&["hooks.slack.com"], r"\bhooks\.slack\.com/(?:services|workflows|triggers)/([\w/-]{8,})"),
    (
        &[
            "sk_live_",
            "sk_test_",
            "rk_live_",
            "ghp_",
            "gho_",
            "ghu_",
            "ghs_",
            "ghr_",
            "github_pat_",
            "glpat-",
            "xox",
            "hvs.",
        ],
        r"(?:^|[^\w-])((?:sk_live|sk_test|rk_live)_[0-9A-Za-z]{10,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|xox[abeoprs]-[\w-]{10,}|hvs\.[\w-]{20,})",
    ),
    (
        &["--pass", "--token", "--api-key", "--client-secret", "--access-token", "--auth-token"],
        r"(?:^|\s)--(?:password|passwd|passphrase|token|api-key|client-secret|access-token|auth-token)\s+Q?([^\s'\x22\\$|;&)<>-][^\s'\x22\\$|;&)<>]*)",
    ),
    (&["pass="], r"(?:^|[\s'\x22])(?:[A-Z0-9]+_)*PASS=Q?(V)"),
    (&["accountkey=", "sharedaccesskey="], r"(?i)\b(?:accountkey|sharedaccesskey)=([\w+/]{16,}={0,2})"),
    (&["aws_secret_access_key"], r"\baws_secret_access_key\s+Q?([\w/+=]{16,})"),
    (&["</"], r"(?i)<(?:password|passwd|passphrase|secret|token|apikey)>([^<>\s$]{1,200})</"),
    (&["machine "], r"\bmachine\s+\S+\s+login\s+\S+\s+password\s+(V)"),
    (&["define("], r"\bdefine\(\s*Q\w*(?:PASSWORD|SECRET|TOKEN|_KEY|_SALT)\w*Q\s*,\s*Q(V)Q"),
    (&["vault "], r"\bvault\s+login\s+(?:-\S+\s+)*([sb]\.\w{8,}|hvs\.[\w-]{8,})"),
];

struct Shapes {
    /// Finds the words; the pattern's number leads to the shape.
    words: AhoCorasick,
    leads_to: Vec<usize>,
    /// Made where their words are met.
    all: Vec<OnceLock<Option<Regex>>>,
}

/// The shape of a number.
fn shape(known: &Shapes, at: usize) -> Option<&Regex> {
    let (_, shape) = SHAPES.get(at)?;
    let written = || shape.replace('Q', r"(?:\\?['\x22])").replace('V', r"[^\s'\x22\\$|;&)<>]+");
    known.all.get(at)?.get_or_init(|| Regex::new(&written()).ok()).as_ref()
}

static ALL: LazyLock<Option<Shapes>> = LazyLock::new(|| {
    let numbered = SHAPES.iter().enumerate();
    Some(Shapes {
        words: AhoCorasick::builder().ascii_case_insensitive(true).build(words()).ok()?,
        leads_to: numbered.flat_map(|(at, (words, _))| std::iter::repeat_n(at, words.len())).collect(),
        all: SHAPES.iter().map(|_| OnceLock::new()).collect(),
    })
});

/// Words of all shapes.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    SHAPES.iter().flat_map(|(words, _)| words.iter()).copied()
}

/// Where secrets stand, in order, none overlapping.
pub(in crate::rules) fn spoken(text: &str) -> Vec<Range<usize>> {
    let Some(known) = &*ALL else { return Vec::new() };
    // No shape is longer than the line of its word and the next one.
    let mut windows: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for word in known.words.find_overlapping_iter(text) {
        let Some(at) = known.leads_to.get(word.pattern().as_usize()) else { continue };
        let start = text.get(..word.start()).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        windows.entry((*at, start)).or_insert_with(|| {
            let ends = text.get(word.end()..).unwrap_or("").match_indices('\n');
            ends.map(|(at, _)| word.end() + at).nth(1).unwrap_or(text.len())
        });
    }
    let mut found: Vec<Range<usize>> = Vec::new();
    for ((at, start), end) in windows {
        let (Some(shape), Some(window)) = (shape(known, at), text.get(start..end)) else { continue };
        let secrets = shape.captures_iter(window).filter_map(|captures| captures.get(1));
        found.extend(secrets.map(|secret| start + secret.start()..start + secret.end()));
    }
    found.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    let mut end = 0;
    found.retain(|range| {
        let fresh = range.start >= end;
        end = end.max(range.end);
        fresh
    });
    found
}

#[cfg(test)]
mod tests {
    use super::spoken;

    fn values(text: &str) -> Vec<&str> {
        spoken(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn every_shape_is_one() {
        let known = super::ALL.as_ref().unwrap();
        assert!((0..super::SHAPES.len()).all(|at| super::shape(known, at).is_some()));
    }

    #[test]
    fn secrets_of_commands_headers_and_tokens() {
        for (text, secret) in [
            ("curl -u admin:Pw1 http://x", "Pw1"),
            ("curl -sS --user 'admin:Pw2' http://x", "Pw2"),
            ("mysql -uroot -pPw3 < x", "Pw3"),
            ("mysqldump -h db -p'Pw4' x", "Pw4"),
            ("sshpass -p Pw5 ssh x", "Pw5"),
            ("echo \"root:Pw6\" | sudo chpasswd", "Pw6"),
            ("echo \"Pw7\" | docker login -u x --password-stdin", "Pw7"),
            ("Authorization: Basic YWRtaW46eA==", "YWRtaW46eA=="),
            (r#"{\"Authorization\": \"token abcdef123\"}"#, "abcdef123"),
            ("x eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln y", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"),
            ("https://hooks.slack.com/services/T00/B00/abcDEF", "T00/B00/abcDEF"),
            ("export STRIPE_KEY=sk_live_abcDEF0123456789", "sk_live_abcDEF0123456789"),
            ("x --password Pw8", "Pw8"),
            ("docker run -e DB_PASS=Pw9 x", "Pw9"),
            ("export PASS='Pw10'", "Pw10"),
            ("DefaultEndpointsProtocol=https;AccountKey=abcdefghijklmnop==;x", "abcdefghijklmnop=="),
            ("aws configure set aws_secret_access_key abcd/EFGH+ijklmnop", "abcd/EFGH+ijklmnop"),
            ("<password>Pw11</password>", "Pw11"),
            ("machine h login u password Pw12", "Pw12"),
            ("define(\"DB_PASSWORD\", \"Pw13\");", "Pw13"),
            ("vault login s.abcdefghijkl", "s.abcdefghijkl"),
        ] {
            assert_eq!(values(text), [secret], "{text}");
        }
    }

    #[test]
    fn variables_options_and_plain_words_are_none() {
        for text in [
            "curl -u \"$U:$P\" http://x; curl --user-agent=a:b x; curl -fsSL https://x",
            "mysql -h db -u root -p$PASSWORD; mysql -P 3306 -p x",
            "sshpass -e ssh; echo $PW | docker login --password-stdin",
            "Authorization: Bearer $TOKEN, Authorization: ${var.token}",
            "gcloud secrets versions access latest --secret my-name; aws x --secret-id y",
            "docker login --username AWS --password-stdin; helm --token $T",
            "BYPASS=1 COMPASS=north; PASS=$PW",
            "a machine may login with a password of its own",
            "aws_iam_openid_connect_provider.github docs-rs-web xoxo-bar ghp_short",
        ] {
            assert!(values(text).is_empty(), "{text}: {:?}", values(text));
        }
    }
}
