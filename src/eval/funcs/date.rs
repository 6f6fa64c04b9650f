//! Points in time, as text of RFC 3339: taken apart, compared, moved. The clock is never read.
//!
//! In: timestamps, durations and formats as Terraform has them. Out: text and numbers.

use crate::eval::{EvalError, Type, Value};

use super::{Function, any_unknown, text};

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "formatdate" => formatdate,
        "timeadd" => timeadd,
        "timecmp" => timecmp,
        _ => return None,
    })
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const SECOND: i128 = 1_000_000_000;
const DAY: i64 = 86_400;

/// A point in time with the offset it was written with.
struct Timestamp {
    /// Nanoseconds since 1970.
    nanos: i128,
    /// Seconds east of UTC.
    offset: i64,
    utc: bool,
}

/// The calendar date of a count of days since 1970.
fn civil(days: i64) -> (i64, usize, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, usize::try_from(month).unwrap_or(1), day_of_year - (153 * shifted + 2) / 5 + 1)
}

fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

impl Timestamp {
    fn parse(text: &str) -> Result<Self, EvalError> {
        Self::read(text).ok_or_else(|| EvalError::new("this is no timestamp as RFC 3339 has them"))
    }

    fn read(text: &str) -> Option<Self> {
        let number = |range: std::ops::Range<usize>| -> Option<i64> {
            let part = text.get(range)?;
            part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok())?
        };
        let mark = |at: usize, mark: &str| (text.get(at..=at) == Some(mark)).then_some(());
        let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
        let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
        for (at, sign) in [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":")] {
            mark(at, sign)?;
        }
        let rest = text.get(19..)?;
        let (fraction, zone) = match rest.strip_prefix(['.', ',']) {
            Some(rest) => rest.split_at(rest.find(|char: char| !char.is_ascii_digit())?),
            None => ("", rest),
        };
        if rest.starts_with(['.', ',']) && fraction.is_empty() {
            return None;
        }
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let longest = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        if !(1..=longest).contains(&day) || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let offset = match zone.as_bytes() {
            b"Z" => 0,
            [sign @ (b'+' | b'-'), a, b, b':', c, d] => {
                let two = |a: &u8, b: &u8| {
                    (a.is_ascii_digit() && b.is_ascii_digit())
                        .then(|| i64::from(a - b'0') * 10 + i64::from(b - b'0'))
                };
                let (hours, minutes) = (two(a, b)?, two(c, d)?);
                if hours > 24 || minutes > 60 {
                    return None;
                }
                (hours * 3_600 + minutes * 60) * if *sign == b'-' { -1 } else { 1 }
            }
            _ => return None,
        };
        let seconds = days_from_civil(year, month, day) * DAY + hour * 3_600 + minute * 60 + second - offset;
        let nanos: i128 = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
        Some(Self { nanos: i128::from(seconds) * SECOND + nanos, offset, utc: zone == "Z" })
    }

    /// Days since 1970 and the second of the day, where the timestamp was written.
    fn local(&self) -> (i64, i64) {
        let seconds = i64::try_from(self.nanos.div_euclid(SECOND)).unwrap_or(0) + self.offset;
        (seconds.div_euclid(DAY), seconds.rem_euclid(DAY))
    }

    /// `+02:00`
    fn zone(&self, colon: &str) -> String {
        let sign = if self.offset < 0 { '-' } else { '+' };
        let minutes = self.offset.abs() / 60;
        format!("{sign}{:02}{colon}{:02}", minutes / 60, minutes % 60)
    }
}

/// Whether the text is a timestamp of RFC 3339.
pub(super) fn is_timestamp(text: &str) -> bool {
    Timestamp::read(text).is_some()
}

fn formatdate(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::String) {
        return Ok(unknown);
    }
    let time = Timestamp::parse(text(args, 1)?)?;
    let mut out = String::new();
    let mut rest = text(args, 0)?;
    while let Some(first) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("''") {
            out.push('\'');
            rest = after;
            continue;
        }
        if first == '\'' {
            rest = quoted(rest, &mut out)?;
            continue;
        }
        let run = rest.find(|char| char != first).unwrap_or(rest.len());
        let run = if first.is_ascii_alphabetic() { run } else { first.len_utf8() };
        let (verb, after) = rest.split_at(run);
        if first.is_ascii_alphabetic() {
            out.push_str(&verb_text(verb, &time)?);
        } else {
            out.push_str(verb);
        }
        rest = after;
    }
    Ok(Value::from(out))
}

/// Text between quotes stands for itself; two quotes are one. What follows is handed back.
fn quoted<'a>(text: &'a str, out: &mut String) -> Result<&'a str, EvalError> {
    let inner = text.get(1..).unwrap_or("");
    let mut chars = inner.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        if char != '\'' {
            out.push(char);
        } else if chars.next_if(|(_, next)| *next == '\'').is_some() {
            out.push('\'');
        } else {
            return Ok(inner.get(at + 1..).unwrap_or(""));
        }
    }
    Err(EvalError::new("a quote in the format is not closed"))
}

fn verb_text(verb: &str, time: &Timestamp) -> Result<String, EvalError> {
    let (days, second) = time.local();
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    let half = if hour % 12 == 0 { 12 } else { hour % 12 };
    let weekday = DAYS.get(usize::try_from((days + 4).rem_euclid(7)).unwrap_or(0)).copied().unwrap_or("");
    let name = MONTHS.get(month.saturating_sub(1)).copied().unwrap_or("");
    let short = |name: &str| name.chars().take(3).collect();
    Ok(match verb {
        "YYYY" => format!("{year:04}"),
        "YY" => format!("{:02}", year % 100),
        "MMMM" => name.to_owned(),
        "MMM" => short(name),
        "MM" => format!("{month:02}"),
        "M" => month.to_string(),
        "DD" => format!("{day:02}"),
        "D" => day.to_string(),
        "EEEE" => weekday.to_owned(),
        "EEE" => short(weekday),
        "hh" => format!("{hour:02}"),
        "h" => hour.to_string(),
        "HH" => format!("{half:02}"),
        "H" => half.to_string(),
        "AA" => if hour < 12 { "AM" } else { "PM" }.to_owned(),
        "aa" => if hour < 12 { "am" } else { "pm" }.to_owned(),
        "mm" => format!("{minute:02}"),
        "m" => minute.to_string(),
        "ss" => format!("{second:02}"),
        "s" => second.to_string(),
        "Z" if time.utc || time.offset == 0 => "Z".to_owned(),
        "Z" | "ZZZZZ" => time.zone(":"),
        "ZZZ" if time.utc || time.offset == 0 => "UTC".to_owned(),
        "ZZZ" | "ZZZZ" => time.zone(""),
        _ => return Err(EvalError::new(format!("{verb:?} is no part of a date format"))),
    })
}

/// Go's durations: `1h30m`, `-1.5s`, `500ms`. In nanoseconds.
fn duration(text: &str) -> Option<i128> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() || rest.len() > 200 {
        return None;
    }
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let unit_at = rest.find(|char: char| !char.is_ascii_digit() && char != '.')?;
        let (number, after) = rest.split_at(unit_at);
        let unit_end = after.find(|char: char| char.is_ascii_digit() || char == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at(unit_end);
        let unit: i128 = match unit {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => SECOND,
            "m" => 60 * SECOND,
            "h" => 3_600 * SECOND,
            _ => return None,
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
            return None;
        }
        if !whole.is_empty() {
            total += whole.parse::<i64>().map(i128::from).ok()?.checked_mul(unit)?;
        }
        if !fraction.is_empty() {
            let digits = fraction.get(..fraction.len().min(18))?;
            let scale = 10i128.checked_pow(u32::try_from(digits.len()).ok()?)?;
            total += digits.parse::<i128>().ok()?.checked_mul(unit)? / scale;
        }
        if total > i128::from(i64::MAX) {
            return None;
        }
        rest = after;
    }
    Some(sign * total)
}

fn timeadd(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::String) {
        return Ok(unknown);
    }
    let mut time = Timestamp::parse(text(args, 0)?)?;
    time.nanos += duration(text(args, 1)?).ok_or_else(|| EvalError::new("this is no duration"))?;
    let (days, second) = time.local();
    let (year, month, day) = civil(days);
    if year < 0 {
        return Ok(Value::error(EvalError::new("the year is outside those that RFC 3339 can write")));
    }
    let zone = if time.utc || time.offset == 0 { "Z".to_owned() } else { time.zone(":") };
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    // Fractions of a second are not written.
    Ok(Value::from(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{zone}")))
}

fn timecmp(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::Number) {
        return Ok(unknown);
    }
    let (a, b) = (Timestamp::parse(text(args, 0)?)?, Timestamp::parse(text(args, 1)?)?);
    Ok(Value::from(a.nanos.cmp(&b.nanos) as i64))
}
