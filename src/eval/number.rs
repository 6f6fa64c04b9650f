//! Terraform numbers: exact integers on a fast path, 512-bit binary floats for the rest.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr as _;

use dashu_float::FBig;
use dashu_float::round::mode::HalfEven;
use dashu_int::ops::{BitTest as _, DivRem as _};
use dashu_int::{IBig, UBig};

use super::EvalError;
use super::decimal::Decimal;

/// The float Terraform computes with: 512 bits, rounded half to even.
type Float = FBig<HalfEven, 2>;

/// Bits of precision.
const PRECISION: usize = 512;
/// Exponents past this are refused: the digits alone would fill memory.
const MAX_EXPONENT: i64 = 10_000;
/// The same for what is computed, as a power of two.
const MAX_BINARY_EXPONENT: usize = 70_000;

/// A number. Integers that fit are always `Int`, so equality is structural.
#[derive(Clone, Debug, PartialEq)]
pub enum Number {
    /// Fits an `i64`.
    Int(i64),
    /// Everything else.
    Big(Box<Float>),
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl Number {
    /// From decimal text: `10`, `-1.5`, `1e3`, `.5`.
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(int) = text.parse::<i64>() {
            return Some(Self::Int(int));
        }
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (mantissa, exponent) =
            digits.split_once(['e', 'E']).map_or((digits, None), |(a, b)| (a, Some(b)));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let numeric = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !numeric(whole) || !numeric(fraction) || whole.len() + fraction.len() == 0 || text.len() > 10_000 {
            return None;
        }
        let exponent = match exponent {
            Some(exponent) => exponent.parse::<i64>().ok()?,
            None => 0,
        };
        if exponent.abs() > MAX_EXPONENT {
            return None;
        }
        let digits = UBig::from_str(&format!("{whole}{fraction}")).ok()?;
        let size = scaled(digits, exponent - i64::try_from(fraction.len()).ok()?);
        Some(Self::from_float(if text.starts_with('-') { -size } else { size }))
    }

    /// Whether it is so large or so small that its digits would fill memory.
    pub fn is_extreme(&self) -> bool {
        matches!(self, Self::Big(float) if float.repr().exponent().unsigned_abs() > MAX_BINARY_EXPONENT)
    }

    /// Its exact digits; the fewest that mean the same number where `shortest`.
    fn decimal(&self, shortest: bool) -> Decimal {
        let float;
        let (significand, exponent) = match self {
            Self::Int(int) => {
                return Decimal::new(&(*int).into(), 0);
            }
            Self::Big(big) => {
                float = big.repr();
                (float.significand(), float.exponent())
            }
        };
        if shortest {
            Decimal::shortest(significand, exponent, PRECISION)
        } else {
            Decimal::new(significand, exponent)
        }
    }

    /// As Go's `%f` with so many digits behind the point.
    pub fn fixed(&self, places: usize) -> String {
        self.decimal(false).fixed(Some(places))
    }

    /// As Go's `%e` with so many digits behind the point.
    pub fn scientific(&self, places: usize) -> String {
        self.decimal(false).scientific(Some(places))
    }

    /// As Go's `%g`, with so many digits or the fewest that mean the number.
    pub fn general(&self, digits: Option<usize>) -> String {
        self.decimal(digits.is_none()).general(digits)
    }

    /// A whole number in another base, without a prefix.
    pub fn in_radix(&self, radix: u8) -> Option<String> {
        match self {
            Self::Int(int) => Some(IBig::from(*int).in_radix(radix).to_string()),
            Self::Big(float) if float.repr().is_int() => {
                Some(float.to_int().value().in_radix(radix).to_string())
            }
            Self::Big(_) => None,
        }
    }

    /// The number that Go writes for a 53-bit float; `None` for infinities and NaN.
    pub fn from_computed(value: f64) -> Option<Self> {
        let float = Float::try_from(value).ok().filter(|_| value.is_finite())?;
        Self::parse(&Decimal::shortest(float.repr().significand(), float.repr().exponent(), 53).fixed(None))
    }

    fn from_float(float: Float) -> Self {
        if float.repr().significand().bit_len() == 0 {
            return Self::Int(0);
        }
        // Sums may come with a bit more than is kept.
        let float = if float.repr().digits() > PRECISION {
            let (significand, exponent) = float.into_repr().into_parts();
            Float::from_parts(significand, exponent).with_precision(PRECISION).value()
        } else {
            float
        };
        if float.repr().is_int()
            && let Ok(int) = i64::try_from(float.to_int().value())
        {
            return Self::Int(int);
        }
        Self::Big(Box::new(float))
    }

    /// From a binary float; `None` for infinities and NaN.
    pub fn from_f64(value: f64) -> Option<Self> {
        let float = Float::try_from(value).ok()?;
        value.is_finite().then(|| Self::from_float(float.with_precision(PRECISION).value()))
    }

    fn float(&self) -> Float {
        match self {
            Self::Int(int) => Float::from(*int).with_precision(PRECISION).value(),
            Self::Big(float) => (**float).clone(),
        }
    }

    /// As an integer, if it is one that fits.
    pub fn as_i64(&self) -> Option<i64> {
        if let Self::Int(int) = self { Some(*int) } else { None }
    }

    /// The nearest binary float.
    #[allow(clippy::cast_precision_loss, reason = "nearest is what is asked for")]
    pub fn as_f64(&self) -> f64 {
        match self {
            Self::Int(int) => *int as f64,
            Self::Big(float) => float.to_f64().value(),
        }
    }

    /// Whether it is a whole number.
    pub fn is_whole(&self) -> bool {
        match self {
            Self::Int(_) => true,
            Self::Big(float) => float.repr().is_int(),
        }
    }

    /// Rounded down to a whole number.
    #[must_use]
    pub fn floor(&self) -> Self {
        match self {
            Self::Int(_) => self.clone(),
            Self::Big(float) => Self::from_float(float.floor()),
        }
    }

    /// Rounded up to a whole number.
    #[must_use]
    pub fn ceil(&self) -> Self {
        match self {
            Self::Int(_) => self.clone(),
            Self::Big(float) => Self::from_float(float.ceil()),
        }
    }

    /// The number with its sign turned.
    #[must_use]
    pub fn negated(&self) -> Self {
        match self {
            Self::Int(int) => int.checked_neg().map_or_else(|| Self::from_float(-self.float()), Self::Int),
            Self::Big(float) => Self::from_float(-(**float).clone()),
        }
    }

    /// Sum.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        if let (Self::Int(a), Self::Int(b)) = (self, other)
            && let Some(sum) = a.checked_add(*b)
        {
            return Self::Int(sum);
        }
        Self::from_float(self.float() + other.float())
    }

    /// Difference.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        self.plus(&other.negated())
    }

    /// Product.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        if let (Self::Int(a), Self::Int(b)) = (self, other)
            && let Some(product) = a.checked_mul(*b)
        {
            return Self::Int(product);
        }
        Self::from_float(self.float() * other.float())
    }

    /// Quotient; division by zero is refused.
    pub fn over(&self, other: &Self) -> Result<Self, EvalError> {
        if *other == Self::Int(0) {
            return Err(EvalError::new("division by zero"));
        }
        Ok(Self::from_float(self.float() / other.float()))
    }

    /// Remainder with the sign of the left side. By zero it is the left side, as in Terraform.
    pub fn modulo(&self, other: &Self) -> Result<Self, EvalError> {
        if *other == Self::Int(0) {
            return Ok(self.clone());
        }
        if let (Self::Int(a), Self::Int(b)) = (self, other) {
            return Ok(Self::Int(a.wrapping_rem(*b)));
        }
        let (a, b) = (self.float(), other.float());
        let quotient = (a.clone() / b.clone()).trunc();
        Ok(Self::from_float(a - quotient * b))
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => a.cmp(b),
            _ => self.float().cmp(&other.float()),
        }
    }
}

impl fmt::Display for Number {
    /// As Terraform turns numbers into strings: plain decimals, never an exponent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(int) => write!(f, "{int}"),
            Self::Big(_) => f.write_str(&self.decimal(true).fixed(None)),
        }
    }
}

/// `digits * 10^exponent`, rounded once.
fn scaled(digits: UBig, exponent: i64) -> Float {
    let power = UBig::from(10u8).pow(usize::try_from(exponent.unsigned_abs()).unwrap_or(0));
    if exponent >= 0 {
        return Float::from_parts(IBig::from(digits * power), 0).with_precision(PRECISION).value();
    }
    // More bits than are kept, the last of which tells whether anything is left.
    let shift = (PRECISION + 8 + power.bit_len()).saturating_sub(digits.bit_len());
    let (quotient, rest) = (digits << shift).div_rem(&power);
    let sticky = UBig::from(u8::from(rest != UBig::from(0u8)));
    let exponent = isize::try_from(shift + 1).unwrap_or(isize::MAX);
    Float::from_parts(IBig::from((quotient << 1) + sticky), -exponent).with_precision(PRECISION).value()
}

#[cfg(test)]
mod tests {
    use super::Number;

    fn shown(text: &str) -> String {
        Number::parse(text).unwrap().to_string()
    }

    #[test]
    fn numbers_print_as_terraform_prints_them() {
        assert_eq!(shown("1.50"), "1.5");
        assert_eq!(shown("1e3"), "1000");
        assert_eq!(shown("18446744073709551616"), "18446744073709551616");
        let sum = Number::parse("0.1").unwrap().plus(&Number::parse("0.2").unwrap());
        assert_eq!(sum.to_string(), "0.3");
        let third = Number::Int(1).over(&Number::Int(3)).unwrap().to_string();
        assert!(third.starts_with("0.33333333333333333333333333333"), "{third}");
        assert_eq!(Number::Int(i64::MAX).plus(&Number::Int(1)).to_string(), "9223372036854775808");
        assert_eq!(Number::Int(-7).modulo(&Number::Int(3)).unwrap(), Number::Int(-1));
        assert!(Number::Int(1).over(&Number::Int(0)).is_err());
        assert!(Number::parse("1e999999").is_none());
    }
}
