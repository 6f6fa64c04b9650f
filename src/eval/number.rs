//! Terraform numbers: exact integers on a fast path, 512-bit binary floats for the rest.

use dashu_float::FBig;
use dashu_float::round::mode::HalfEven;

/// The float Terraform computes with: 512 bits, rounded half to even.
pub type Float = FBig<HalfEven, 2>;

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
