//! When a request is sent again, and how long after.
//!
//! In: the status and headers of an answer, and how often it was tried. Out: a decision. What may have
//! been done is never sent again unless doing it twice is doing it once.

use std::time::Duration;

use super::Pace;

/// How often a request that changes nothing is sent, the first time counted.
const TRIES: u32 = 4;
/// How often one that GitHub turned away because of a rate limit is sent: it was not done.
const TRIES_WHEN_LIMITED: u32 = 2;
/// What GitHub asks for where it says nothing: one minute, then longer.
const UNSAID: Duration = Duration::from_secs(60);

/// What to do with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// It stands.
    Take,
    /// Send it again after this time.
    Again(Duration),
    /// GitHub asks for more time than is allowed.
    TooLong(Duration),
}

/// What of an answer decides.
#[derive(Clone, Debug, Default)]
pub(super) struct Answer {
    /// The status; none where there was no answer.
    pub(super) status: Option<u16>,
    /// `retry-after`, in seconds.
    pub(super) retry_after: Option<u64>,
    /// `x-ratelimit-remaining` is 0.
    pub(super) exhausted: bool,
    /// `x-ratelimit-reset` without the time of the answer: seconds from then.
    pub(super) resets_in: Option<u64>,
    /// The message speaks of a secondary limit.
    pub(super) secondary: bool,
}

impl Answer {
    /// Whether GitHub turned the request away because there were too many: then it was not done.
    fn is_limited(&self) -> bool {
        match self.status {
            Some(429) => true,
            Some(403) => self.retry_after.is_some() || self.exhausted || self.secondary,
            _ => false,
        }
    }
}

/// Decides. `tried` counts from 1; `harmless` says that doing it twice is doing it once.
pub(super) fn next(answer: &Answer, tried: u32, harmless: bool, pace: &Pace) -> Next {
    let doubled = |first: Duration| first.saturating_mul(1 << (tried - 1).min(6));
    if answer.is_limited() {
        let tries = if harmless { TRIES } else { TRIES_WHEN_LIMITED };
        if tried >= tries {
            return Next::Take;
        }
        let reset = answer.resets_in.filter(|_| answer.exhausted).map(|seconds| seconds + 1);
        let asked = answer.retry_after.or(reset).map(Duration::from_secs);
        let wait = asked.unwrap_or_else(|| doubled(UNSAID));
        return if wait > pace.longest_wait { Next::TooLong(wait) } else { Next::Again(wait) };
    }
    let lost = answer.status.is_none_or(|status| matches!(status, 500 | 502 | 503 | 504));
    if lost && harmless && tried < TRIES { Next::Again(doubled(pace.first_retry)) } else { Next::Take }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16) -> Answer {
        Answer { status: Some(status), ..Answer::default() }
    }

    #[test]
    fn what_may_have_been_done_is_not_done_again() {
        let pace = Pace::default();
        let again = |seconds| Next::Again(Duration::from_secs(seconds));
        for lost in [answer(500), answer(502), answer(503), answer(504), Answer::default()] {
            assert_eq!(next(&lost, 1, false, &pace), Next::Take);
            assert_eq!(next(&lost, 1, true, &pace), again(1));
            assert_eq!(next(&lost, 3, true, &pace), again(4));
            assert_eq!(next(&lost, 4, true, &pace), Next::Take);
        }
        for plain in [200, 201, 401, 403, 404, 409, 422, 501] {
            assert_eq!(next(&answer(plain), 1, true, &pace), Next::Take);
        }
    }

    #[test]
    fn what_was_turned_away_waits_as_long_as_github_says() {
        let pace = Pace::default();
        let again = |seconds| Next::Again(Duration::from_secs(seconds));
        let after = |status, seconds| Answer { retry_after: Some(seconds), ..answer(status) };
        assert_eq!(next(&after(429, 2), 1, false, &pace), again(2));
        assert_eq!(next(&after(403, 2), 1, false, &pace), again(2));
        assert_eq!(next(&after(403, 2), 2, false, &pace), Next::Take);
        assert_eq!(next(&answer(429), 1, false, &pace), again(60));
        assert_eq!(next(&answer(429), 2, true, &pace), again(120));
        let spent = Answer { exhausted: true, resets_in: Some(9), ..answer(403) };
        assert_eq!(next(&spent, 1, false, &pace), again(10));
        let secondary = Answer { secondary: true, ..answer(403) };
        assert_eq!(next(&secondary, 1, false, &pace), again(60));
        assert_eq!(next(&after(429, 3600), 1, true, &pace), Next::TooLong(Duration::from_secs(3600)));
    }
}
