//! CIDR arithmetic.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::eval::{EvalError, Number, Type, Value, convert};

use super::{Function, any_unknown, argument, text};

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
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

impl Network {
    fn parse(text: &str) -> Result<Self, EvalError> {
        let refuse = || EvalError::new(format!("{text:?} is no CIDR range"));
        let (address, prefix) = text.split_once('/').ok_or_else(refuse)?;
        let address: IpAddr = address.parse().map_err(|_| refuse())?;
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

fn whole(args: &[Value], at: usize) -> Result<i64, EvalError> {
    let number = convert::convert(argument(args, at)?, &Type::Number)?;
    number.as_number().and_then(Number::as_i64).ok_or_else(|| EvalError::new("a whole number is needed"))
}

fn cidrhost(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, Type::String) {
        return Ok(unknown);
    }
    let network = Network::parse(text(args, 0)?)?;
    let number = whole(args, 1)?;
    let host = network.bits - network.prefix;
    let size = if host >= 127 { u128::MAX } else { 1 << host };
    let at = u128::from(number.unsigned_abs());
    if at > size || (number >= 0 && at >= size) {
        return Err(EvalError::new("the range has no such host"));
    }
    let offset = if number < 0 { size - at } else { at };
    Ok(Value::from(network.address(network.base.wrapping_add(offset))))
}

fn cidrnetmask(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, Type::String) {
        return Ok(unknown);
    }
    let network = Network::parse(text(args, 0)?)?;
    if network.bits != 32 {
        return Err(EvalError::new("only IPv4 ranges have a netmask"));
    }
    let mask = u32::MAX.checked_shl(32 - network.prefix).unwrap_or(0);
    Ok(Value::from(Ipv4Addr::from(mask).to_string()))
}

fn cidrsubnet(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, Type::String) {
        return Ok(unknown);
    }
    let network = Network::parse(text(args, 0)?)?;
    let grow = u32::try_from(whole(args, 1)?).ok().filter(|grow| *grow <= 128);
    let number = u128::try_from(whole(args, 2)?);
    match (grow, number) {
        (Some(grow), Ok(number)) => network.subnet(grow, number).map(Value::from),
        _ => Err(EvalError::new("the bits and the number must be 0 or more")),
    }
}

fn cidrsubnets(args: &[Value]) -> Result<Value, EvalError> {
    if let Some(unknown) = any_unknown(args, Type::List(Box::new(Type::String))) {
        return Ok(unknown);
    }
    let network = Network::parse(text(args, 0)?)?;
    let mut at = network.base;
    let mut made = Vec::new();
    for arg in 1..args.len() {
        let grow = u32::try_from(whole(args, arg)?).ok().filter(|grow| network.prefix + grow <= network.bits);
        let grow = grow.ok_or_else(|| EvalError::new("the range has too few bits left for that"))?;
        let host = network.bits - network.prefix - grow;
        let size = 1u128.checked_shl(host).unwrap_or(0);
        // The next free address that a range of this size may begin at.
        let begin = if size == 0 { at } else { at.div_ceil(size) * size };
        made.push(Value::from(format!("{}/{}", network.address(begin), network.prefix + grow)));
        at = begin.wrapping_add(size);
    }
    Ok(Value::list(made))
}
