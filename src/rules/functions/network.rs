//! Reach of CIDR ranges and ports.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::eval::{Data, Number, Value, kind_of};

use super::tri::Tri;

/// Whether a CIDR string covers every address of its family, in any spelling.
pub(super) fn world_text(text: &str) -> bool {
    let Some((address, bits)) = text.trim().rsplit_once('/') else { return false };
    let family = address.parse::<Ipv4Addr>().is_ok() || address.parse::<Ipv6Addr>().is_ok();
    family && bits.parse::<u8>() == Ok(0)
}

/// Whether a CIDR string, or one of a list, is the whole world. A pair of half worlds counts too.
pub(super) fn is_world(value: &Value) -> Tri {
    match &value.data {
        Data::String(text) => world_text(text).into(),
        // The address of a managed resource is never a whole range; what a data source reads may be.
        Data::Unknown(unknown) if unknown.refers.iter().all(|reference| kind_of(&reference.address).1) => {
            Tri::Unknown(unknown.why.clone())
        }
        Data::Sequence(sequence) => {
            let has = |half: &str| sequence.items.iter().any(|item| item.as_str() == Some(half));
            let halves = has("0.0.0.0/1") && has("128.0.0.0/1") || has("::/1") && has("8000::/1");
            Tri::from(halves).or(|| Tri::any(sequence.items.iter().map(is_world)))
        }
        _ => Tri::False,
    }
}

enum Port {
    Known(i64),
    Open(crate::eval::Why),
    Absent,
}

fn port(value: &Value) -> Port {
    match &value.data {
        Data::Number(Number::Int(number)) => Port::Known(*number),
        Data::String(text) => text.trim().parse().map_or(Port::Absent, Port::Known),
        Data::Unknown(unknown) => Port::Open(unknown.why.clone()),
        _ => Port::Absent,
    }
}

/// Whether a rule from `from` to `to` lets TCP `port` through.
pub(super) fn port_open(from: &Value, to: &Value, protocol: &Value, wanted: &Value) -> Tri {
    let name = match &protocol.data {
        Data::String(text) => text.trim().to_ascii_lowercase(),
        Data::Number(Number::Int(number)) => number.to_string(),
        // It may turn out to mean every protocol, whatever the ports.
        Data::Unknown(unknown) => return Tri::Unknown(unknown.why.clone()),
        _ => return Tri::False,
    };
    match name.as_str() {
        "-1" | "all" => Tri::True,
        "tcp" | "6" | "udp" | "17" => range(from, to, wanted),
        _ => Tri::False,
    }
}

fn range(from: &Value, to: &Value, wanted: &Value) -> Tri {
    let Port::Known(wanted) = port(wanted) else { return Tri::False };
    let low = match port(from) {
        Port::Known(low) => Tri::from(low <= wanted),
        Port::Open(why) => Tri::Unknown(why),
        Port::Absent => Tri::False,
    };
    low.and(|| match port(to) {
        Port::Known(high) => Tri::from(wanted <= high),
        Port::Open(why) => Tri::Unknown(why),
        Port::Absent => Tri::False,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::{Reference, Type, Unknown, Why};

    #[test]
    fn the_world_in_any_spelling() {
        for text in ["0.0.0.0/0", "::/0", "0:0:0:0:0:0:0:0/0", "10.0.0.0/0", "0.0.0.0/00"] {
            assert_eq!(is_world(&text.into()), Tri::True, "{text}");
        }
        assert_eq!(is_world(&"10.0.0.0/8".into()), Tri::False);
        assert_eq!(is_world(&Value::NULL), Tri::False);
        let unknown = Value::unknown(Why::Function("x".into()));
        assert_eq!(is_world(&Value::tuple(vec![unknown.clone(), "::/0".into()])), Tri::True);
        assert!(matches!(is_world(&Value::tuple(vec![unknown, "10.0.0.0/8".into()])), Tri::Unknown(_)));
        assert_eq!(is_world(&Value::tuple(vec!["128.0.0.0/1".into(), "0.0.0.0/1".into()])), Tri::True);
    }

    #[test]
    fn a_resource_is_never_the_world_but_what_is_read_may_be() {
        let from = |address: &str| {
            let refers = vec![Reference { address: address.into(), attribute: "cidr_block".into() }];
            let why = Why::Computed(address.into());
            let unknown = Unknown { ty: Type::String, why, refers, not_null: true, partial: None };
            Value::from(Data::Unknown(unknown.into()))
        };
        assert_eq!(is_world(&from("aws_vpc.main")), Tri::False);
        assert!(matches!(is_world(&from("module.net.data.http.ranges")), Tri::Unknown(_)));
    }

    #[test]
    fn ports_may_be_strings_and_all_protocols_ignore_them() {
        let open =
            |from: Value, to: Value, protocol: &str| port_open(&from, &to, &protocol.into(), &22.into());
        assert_eq!(open("20".into(), 25.into(), "tcp"), Tri::True);
        assert_eq!(open(0.into(), 0.into(), "-1"), Tri::True);
        assert_eq!(open(80.into(), 443.into(), "tcp"), Tri::False);
        assert_eq!(open(0.into(), 0.into(), "icmp"), Tri::False);
    }
}
