//! Checks of other tools that have no rule on purpose, and why.
//!
//! In: nothing. Out: a table that `rules map` and `rules/ALIASES.md` show. Exists so that who comes from
//! another tool sees a decision, not a gap.

/// Checks that are left out for one reason.
pub(super) struct LeftOut {
    /// The other tool's ids.
    pub(super) ids: &'static [&'static str],
    /// Why, as a sentence.
    pub(super) why: &'static str,
}

/// All of them.
pub(super) const LEFT_OUT: &[LeftOut] = &[
    LeftOut {
        ids: &["CKV_AWS_196", "CKV_AWS_198", "CKV_AWS_246"],
        why: "What they look for can't exist any more, or the provider refuses it.",
    },
    LeftOut {
        ids: &["CKV_AWS_153", "CKV_AWS_217", "CKV_AWS_233", "CKV_AWS_237", "CKV2_AWS_71"],
        why: "Style, or how Terraform replaces a resource: no control depends on it.",
    },
    LeftOut {
        ids: &["CKV_AWS_120", "CKV_AWS_135", "CKV_AWS_216", "CKV_AWS_225", "CKV_AWS_300", "CKV_AWS_326"],
        why: "Performance and cost, such as caches, and not a criterion of SOC 2.",
    },
    LeftOut {
        ids: &["CKV_AWS_374"],
        why: "From which countries people may come is a decision of the business without a right answer.",
    },
    LeftOut {
        ids: &[
            "CKV_AWS_248",
            "CKV_AWS_323",
            "CKV2_AWS_1",
            "CKV2_AWS_14",
            "CKV2_AWS_23",
            "CKV2_AWS_35",
            "CKV2_AWS_62",
        ],
        why: "Nothing would follow from the finding, or it says more about the code than about what runs.",
    },
    LeftOut {
        ids: &["CKV_AWS_181", "CKV_AWS_186", "CKV_AWS_381"],
        why: "The bucket's own encryption is judged; each object or job again would say the same twice.",
    },
    LeftOut { ids: &["CKV2_AWS_36"], why: "Where a value flows to is no property of one resource." },
];

/// Why a check has no rule, where that was decided.
pub(super) fn why(id: &str) -> Option<&'static str> {
    LEFT_OUT
        .iter()
        .find(|each| each.ids.iter().any(|known| known.eq_ignore_ascii_case(id)))
        .map(|each| each.why)
}
