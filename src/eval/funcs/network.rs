//! CIDR arithmetic.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::eval::{EvalError, Number, Type, Value, Why};

use super::{Function, any_unknown, argument, text};

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "cidrcontains" => cidrcontains,
        "cidrhost" => cidrhost,
        "cidrnetmask" => cidrnetmask,
        "cidrsubnet" => cidrsubnet,
        "cidrsubnets" => cidrsubnets,
        _ => return None,
    })
}

/// A network: its address as a number, the prefix length, the address length in bits.
struct Network {
    base: u128,
    prefix: u32,
    bits: u32,
}

/// Leading zeros in a part of an IPv4 address mean nothing, as in Terraform.
fn parse_address(text: &str) -> Option<IpAddr> {
    if text.contains(':') {
        return text.parse().ok();
    }
    let parts: Vec<&str> = text.split('.').collect();
    let decimal = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if parts.len() != 4 || !parts.iter().all(decimal) {
        return None;
    }
    let numbers: Option<Vec<u8>> = parts.iter().map(|part| part.parse().ok()).collect();
    <[u8; 4]>::try_from(numbers?).ok().map(IpAddr::from)
}

impl Network {
    fn parse(text: &str) -> Result<Self, EvalError> {
        let refuse = || EvalError::new(format!("{text:?} is no CIDR range"));
        let (address, prefix) = text.split_once('/').ok_or_else(refuse)?;
        let address = parse_address(address).ok_or_else(refuse)?;
        if prefix.is_empty() || !prefix.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(refuse());
        }
        let prefix: u32 = prefix.parse().map_err(|_| refuse())?;
        let (base, bits) = match address {
            IpAddr::V4(address) => (u128::from(u32::from(address)), 32),
            IpAddr::V6(address) => (u128::from(address), 128),
        };
        if prefix > bits {
            return Err(refuse());
        }
        let host = bits - prefix;
        let base = if host >= 128 { 0 } else { base >> host << host };
        Ok(Self { base, prefix, bits })
    }

    /// The distance of the last address from the first.
    fn last(&self) -> u128 {
        u128::MAX.checked_shr(128 - (self.bits - self.prefix)).unwrap_or(0)
    }

    fn address(&self, number: u128) -> String {
        if self.bits == 32 {
            Ipv4Addr::from(u32::try_from(number).unwrap_or(u32::MAX)).to_string()
        } else {
            Ipv6Addr::from(number).to_string()
        }
    }

    fn subnet(&self, grow: u32, number: u128) -> Result<String, EvalError> {
        let prefix = self.prefix + grow;
        if prefix > self.bits {
            return Err(EvalError::new("the range has too few bits left for that"));
        }
        if grow < 128 && number >> grow != 0 {
            return Err(EvalError::new("the number does not fit into the bits that were added"));
        }
        let host = self.bits - prefix;
        let base = if host >= 128 { self.base } else { self.base | number << host };
        Ok(format!("{}/{prefix}", self.address(base)))
    }
}

fn whole(args: &[Value], at: usize) -> Result<i128, EvalError> {
    let number = argument(args, at)?.as_number().filter(|number| number.is_whole() && !number.is_extreme());
    let number = number.and_then(|number| match number {
        Number::Int(int) => Some(i128::from(*int)),
        Number::Big(_) => number.to_string().parse().ok(),
    });
    number.ok_or_else(|| EvalError::new("a whole number is needed"))
}

/// What Terraform makes of an IPv4 address written as IPv6, or of negative numbers, is not computed.
fn odd(text: &str, numbers: &[i128], name: &str, ty: &Type) -> Option<Value> {
    let odd = text.to_ascii_lowercase().starts_with("::ffff:") || numbers.iter().any(|number| *number < 0);
    odd.then(|| Value::unknown_of(ty.clone(), Why::Function(name.into())))
}

fn cidrhost(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::String) {
        return Ok(unknown);
    }
    let network = Network::parse(text(args, 0)?)?;
    let number = whole(args, 1)?;
    if let Some(odd) = odd(text(args, 0)?, &[], "cidrhost", &Type::String) {
        return Ok(odd);
    }
    let host = network.bits - network.prefix;
    let size = if host >= 127 { u128::MAX } else { 1 << host };
    let at = number.unsigned_abs();
    if at > size || (number >= 0 && at >= size) {
        return Err(EvalError::new("the range has no such host"));
    }
    let offset = if number < 0 { size - at } else { at };
    Ok(Value::from(network.address(network.base.wrapping_add(offset))))
}

/// Of `OpenTofu` alone: whether a range holds an address or another range.
fn cidrcontains(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::Bool) {
        return Ok(unknown);
    }
    let outer = Network::parse(text(args, 0)?)?;
    let inner = text(args, 1)?;
    let bits = if inner.contains(':') { 128 } else { 32 };
    let alone = format!("{inner}/{bits}");
    let inner = Network::parse(if inner.contains('/') { inner } else { &alone })?;
    if inner.bits != outer.bits {
        return Err(EvalError::new("both must be of IPv4, or both of IPv6"));
    }
    let offset = inner.base.checked_sub(outer.base);
    let inside = inner.prefix >= outer.prefix && offset.is_some_and(|offset| offset <= outer.last());
    Ok(Value::from(inside))
}

fn cidrnetmask(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::String) {
        return Ok(unknown);
    }
    let network = Network::parse(text(args, 0)?)?;
    if let Some(odd) = odd(text(args, 0)?, &[], "cidrnetmask", &Type::String) {
        return Ok(odd);
    }
    if network.bits != 32 {
        return Err(EvalError::new("only IPv4 ranges have a netmask"));
    }
    let mask = u32::MAX.checked_shl(32 - network.prefix).unwrap_or(0);
    Ok(Value::from(Ipv4Addr::from(mask).to_string()))
}

fn cidrsubnet(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::String) {
        return Ok(unknown);
    }
    let network = Network::parse(text(args, 0)?)?;
    let (grow, number) = (whole(args, 1)?, whole(args, 2)?);
    if let Some(odd) = odd(text(args, 0)?, &[grow, number], "cidrsubnet", &Type::String) {
        return Ok(odd);
    }
    let grow = u32::try_from(grow).ok().filter(|grow| *grow <= 128);
    let number = u128::try_from(number);
    match (grow, number) {
        (Some(grow), Ok(number)) => network.subnet(grow, number).map(Value::from),
        _ => Err(EvalError::new("the bits and the number must be 0 or more")),
    }
}

fn cidrsubnets(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, &Type::List(Box::new(Type::String))) {
        return Ok(unknown);
    }
    let network = Network::parse(text(args, 0)?)?;
    let mut at = network.base;
    let mut made = Vec::new();
    for arg in 1..args.len() {
        let grow = u32::try_from(whole(args, arg)?).ok().filter(|grow| (1..=32).contains(grow));
        let grow = grow.filter(|grow| network.prefix + grow <= network.bits);
        let grow = grow.ok_or_else(|| EvalError::new("the range has too few bits left for that"))?;
        let host = network.bits - network.prefix - grow;
        let size = 1u128.checked_shl(host).unwrap_or(0);
        // Terraform begins one range of this size further down, which must exist.
        if made.is_empty() && (network.base < size || size == 0) {
            return Err(EvalError::new("ranges at the very first address can't be divided"));
        }
        // The next free address that a range of this size may begin at.
        let begin = if size == 0 { at } else { at.div_ceil(size).saturating_mul(size) };
        let left = begin >= network.base && begin - network.base <= network.last();
        if !left {
            return Err(EvalError::new("the range has too few addresses left for that"));
        }
        made.push(Value::from(format!("{}/{}", network.address(begin), network.prefix + grow)));
        at = begin.wrapping_add(size);
    }
    Ok(Value::list(made))
}
