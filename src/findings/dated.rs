//! Facts of the outside world that rules hold, and whether they have grown old.
//!
//! In: an assessment with the rules that judged, and the day. Out: a note in its ledger for each rule
//! whose facts are more than a year old. Exists because a list of versions that nobody renews calls
//! safe what no longer is.

use crate::source::Problem;

use super::Assessment;

/// Whether a text is a day as `YYYY-MM-DD`.
pub fn is_date(text: &str) -> bool {
    let number = |part: &str, size: usize| {
        let digits = part.len() == size && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<u32>().ok()).flatten()
    };
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let whole = parts.next().is_none() && year.and_then(|year| number(year, 4)).is_some();
    let month = month.and_then(|month| number(month, 2)).is_some_and(|month| (1..=12).contains(&month));
    let day = day.and_then(|day| number(day, 2)).is_some_and(|day| (1..=31).contains(&day));
    whole && month && day
}

/// The day one year after `day`.
fn a_year_after(day: &str) -> Option<String> {
    let (year, rest) = day.split_once('-')?;
    Some(format!("{:04}-{rest}", year.parse::<u32>().ok()?.checked_add(1)?))
}

/// Notes which rules judged by facts that are more than a year old on `today` (`YYYY-MM-DD`).
pub fn note_outdated(assessment: &mut Assessment, today: &str) {
    let mut notes = Vec::new();
    for (id, rule) in &assessment.rules {
        let Some(dated) = &rule.dated else { continue };
        if a_year_after(&dated.as_of).is_some_and(|until| *today > *until) {
            notes.push(Problem::outdated(format!(
                "{id} judges by a table of {} ({})",
                dated.as_of, dated.source
            )));
        }
    }
    assessment.coverage.problems.extend(notes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_strictly() {
        for good in ["2026-07-31", "2024-02-29"] {
            assert!(is_date(good), "{good}");
        }
        for bad in
            ["", "2026-7-31", "2026-13-01", "2026-01-32", "2026-01", "2026-01-01-01", "20\u{661}6-01-01"]
        {
            assert!(!is_date(bad), "{bad}");
        }
        assert_eq!(a_year_after("2026-07-31").as_deref(), Some("2027-07-31"));
    }
}
