//! Binary numbers as decimal digits, rounded and laid out as Go's `big.Float` does.
//!
//! In: a whole significand and a power of two. Out: text. The shortest form has the fewest digits
//! that mean the same float, by Go's own rule, so that every digit is Terraform's.

use std::fmt::Write as _;

use dashu_int::ops::BitTest as _;
use dashu_int::{IBig, Sign, UBig};

/// `0.DIGITS * 10^point`, exact until it is rounded. No digits is zero.
#[derive(Clone, Debug)]
pub struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    point: i64,
}

impl Decimal {
    /// `significand * 2^exponent`, exactly.
    pub fn new(significand: &IBig, exponent: isize) -> Self {
        let (sign, size) = significand.clone().into_parts();
        let mut decimal = Self::of(size, exponent);
        decimal.negative = sign == Sign::Negative;
        decimal
    }

    fn of(size: UBig, exponent: isize) -> Self {
        let shift = exponent.unsigned_abs();
        let (number, places) =
            if exponent >= 0 { (size << shift, 0) } else { (size * UBig::from(5u8).pow(shift), shift) };
        let mut digits: Vec<u8> = number.to_string().into_bytes();
        if digits == b"0" {
            digits.clear();
        }
        let point = i64::try_from(digits.len()).unwrap_or(0) - i64::try_from(places).unwrap_or(0);
        let mut decimal = Self { negative: false, digits, point };
        decimal.trim();
        decimal
    }

    fn trim(&mut self) {
        while self.digits.last() == Some(&b'0') {
            self.digits.pop();
        }
        if self.digits.is_empty() {
            self.point = 0;
        }
    }

    fn digit(&self, at: usize) -> u8 {
        self.digits.get(at).copied().unwrap_or(b'0')
    }

    /// The fewest digits that mean this float of `precision` bits.
    pub fn shortest(significand: &IBig, exponent: isize, precision: usize) -> Self {
        let mut decimal = Self::new(significand, exponent);
        let (_, size) = significand.clone().into_parts();
        let bits = size.bit_len();
        if bits == 0 || bits > precision {
            return decimal;
        }
        // The lowest bit of the stretched number is half a unit in the last place.
        let stretch = precision + 1 - bits;
        let stretched: UBig = size << stretch;
        let exponent = exponent - isize::try_from(stretch).unwrap_or(0);
        let inclusive = (&stretched & UBig::from(2u8)) == UBig::from(0u8);
        let lower = Self::of(&stretched - UBig::from(1u8), exponent);
        let upper = Self::of(&stretched + UBig::from(1u8), exponent);
        for at in 0..decimal.digits.len() {
            let (low, here, high) = (lower.digit(at), decimal.digit(at), upper.digit(at));
            let down = low != here || (inclusive && at + 1 == lower.digits.len());
            let up = here != high && (inclusive || here + 1 < high || at + 1 < upper.digits.len());
            match (down, up) {
                (true, true) => decimal.round(at + 1),
                (true, false) => decimal.cut(at + 1),
                (false, true) => decimal.cut_up(at + 1),
                (false, false) => continue,
            }
            break;
        }
        decimal
    }

    /// Rounded to so many digits, half to even.
    fn round(&mut self, count: usize) {
        if count >= self.digits.len() {
            return;
        }
        let half = self.digit(count) == b'5' && count + 1 == self.digits.len();
        let up = if half { count > 0 && self.digit(count - 1) % 2 == 1 } else { self.digit(count) >= b'5' };
        if up { self.cut_up(count) } else { self.cut(count) }
    }

    fn cut(&mut self, count: usize) {
        self.digits.truncate(count);
        self.trim();
    }

    fn cut_up(&mut self, count: usize) {
        self.digits.truncate(count);
        while let Some(last) = self.digits.pop() {
            if last < b'9' {
                self.digits.push(last + 1);
                return;
            }
        }
        self.digits.push(b'1');
        self.point += 1;
    }

    fn sign(&self) -> &'static str {
        if self.negative { "-" } else { "" }
    }

    fn range(&self, from: i64, to: i64, out: &mut String) {
        for at in from..to {
            out.push(char::from(usize::try_from(at).map_or(b'0', |at| self.digit(at))));
        }
    }

    /// `-12.34`, with as many digits behind the point as there are, or as are asked for.
    pub fn fixed(mut self, places: Option<usize>) -> String {
        let places = match places {
            Some(places) => {
                let places = i64::try_from(places).unwrap_or(0);
                match usize::try_from(self.point + places) {
                    Ok(count) => self.round(count),
                    Err(_) => self.cut(0),
                }
                places
            }
            None => (i64::try_from(self.digits.len()).unwrap_or(0) - self.point).max(0),
        };
        let mut out = self.sign().to_owned();
        if self.point > 0 {
            self.range(0, self.point, &mut out);
        } else {
            out.push('0');
        }
        if places > 0 {
            out.push('.');
            self.range(self.point, self.point + places, &mut out);
        }
        out
    }

    /// `-1.234e+01`, with as many digits behind the point as there are, or as are asked for.
    pub fn scientific(mut self, places: Option<usize>) -> String {
        if let Some(places) = places {
            self.round(places + 1);
        }
        let places = places.unwrap_or_else(|| self.digits.len().saturating_sub(1));
        let mut out = self.sign().to_owned();
        self.range(0, 1, &mut out);
        if places > 0 {
            out.push('.');
            self.range(1, i64::try_from(places).unwrap_or(0) + 1, &mut out);
        }
        let exponent = if self.digits.is_empty() { 0 } else { self.point - 1 };
        let sign = if exponent < 0 { '-' } else { '+' };
        let _ = write!(out, "e{sign}{:02}", exponent.abs());
        out
    }

    /// Whichever of the two Go's `%g` takes. `self` is the shortest form where no digits are asked for.
    pub fn general(mut self, digits: Option<usize>) -> String {
        let limit = match digits {
            Some(digits) => {
                let digits = digits.max(1);
                self.round(digits);
                let have = self.digits.len();
                let whole = usize::try_from(self.point).is_ok_and(|point| have >= point) || self.point < 0;
                if digits > have && whole { have } else { digits }
            }
            None => 6,
        };
        let exponent = self.point - 1;
        if !self.digits.is_empty() && (exponent < -4 || exponent >= i64::try_from(limit).unwrap_or(i64::MAX))
        {
            return self.scientific(None);
        }
        self.fixed(None)
    }
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    fn of(number: i64, exponent: isize) -> Decimal {
        Decimal::new(&number.into(), exponent)
    }

    #[test]
    fn digits_are_laid_out_as_asked() {
        assert_eq!(of(5, -1).fixed(None), "2.5");
        assert_eq!(of(5, -1).fixed(Some(0)), "2");
        assert_eq!(of(7, -1).fixed(Some(0)), "4");
        assert_eq!(of(-1, -3).fixed(Some(2)), "-0.12");
        assert_eq!(of(1, -10).fixed(Some(1)), "0.0");
        assert_eq!(of(0, 0).fixed(Some(2)), "0.00");
        assert_eq!(of(1234, 0).scientific(Some(2)), "1.23e+03");
        assert_eq!(of(999, 0).scientific(Some(1)), "1.0e+03");
        assert_eq!(of(1, 70).general(Some(3)), "1.18e+21");
        assert_eq!(of(100, 0).general(None), "100");
    }

    #[test]
    fn the_shortest_form_is_that_of_go() {
        // 0.1 as a 53-bit float.
        let tenth = Decimal::shortest(&0x0019_9999_9999_999a_i64.into(), -56, 53);
        assert_eq!(tenth.fixed(None), "0.1");
        assert_eq!(Decimal::shortest(&1.into(), 64, 53).fixed(None), "18446744073709550000");
    }
}
