//! Reach of CIDR ranges and ports.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::eval::{Data, Number, Partial, Reference, TemplatePart, Unknown, Value, kind_of};

pub(in crate::rules) use super::tri::Tri;

/// Whether a CIDR string covers every address of its family, in any spelling.
pub(super) fn world_text(text: &str) -> bool {
    let Some((address, bits)) = text.trim().rsplit_once('/') else { return false };
    let family = address.parse::<Ipv4Addr>().is_ok() || address.parse::<Ipv6Addr>().is_ok();
    family && bits.parse::<u8>() == Ok(0)
}

/// Whether a CIDR string, or one of a list, is the whole world. A pair of half worlds counts too.
pub(in crate::rules) fn is_world(value: &Value) -> Tri {
    if let (Some(open), Some(unknown)) = (value.as_open(), value.as_unknown()) {
        let sure = is_world(&Value::list(open.sure().to_vec()));
        let harmless =
            open.maybe().iter().all(|item| is_world(item) == Tri::False && item.as_str().is_none());
        return sure.or(|| if harmless { Tri::False } else { Tri::Unknown(unknown.why.clone()) });
    }
    match &value.data {
        Data::String(text) => world_text(text).into(),
        Data::Unknown(unknown) if is_narrow(unknown) => Tri::False,
        Data::Unknown(unknown) => Tri::Unknown(unknown.why.clone()),
        Data::Sequence(sequence) => {
            let has = |half: &str| Tri::any(sequence.items.iter().map(|item| is_text(item, half)));
            let pair = |low: &str, high: &str| has(low).and(|| has(high));
            let halves = pair("0.0.0.0/1", "128.0.0.0/1").or(|| pair("::/1", "8000::/1"));
            halves.or(|| Tri::any(sequence.items.iter().map(is_world)))
        }
        _ => Tri::False,
    }
}

/// Whether a range is this one. Of what is not known only a value that is one of two can be: more would make every
/// list with an unknown in it undecided, and half a world is seldom written.
fn is_text(range: &Value, wanted: &str) -> Tri {
    match range.as_unknown().map(|unknown| (unknown, &unknown.partial)) {
        Some((unknown, Some(Partial::Either(then, otherwise, _)))) => {
            let [then, otherwise] = [then, otherwise].map(|branch| is_text(branch, wanted));
            if then == otherwise { then } else { Tri::Unknown(unknown.why.clone()) }
        }
        _ => Tri::from(range.as_str() == Some(wanted)),
    }
}

/// Whether a range that is not known can't be the world, whatever it comes to. The address of a managed
/// resource never is; what a data source reads may be, but for the range of a network. Of two branches
/// both must be narrow, and the bits that stand behind an address decide whatever the address is.
fn is_narrow(unknown: &Unknown) -> bool {
    match &unknown.partial {
        Some(Partial::Either(then, otherwise, _)) => {
            is_world(then) == Tri::False && is_world(otherwise) == Tri::False
        }
        Some(Partial::Template(parts)) => match parts.last() {
            Some(TemplatePart::Text(text)) => {
                let bits = text.rsplit_once('/').and_then(|(_, bits)| bits.trim().parse::<u8>().ok());
                bits.is_some_and(|bits| bits > 1)
            }
            _ => false,
        },
        _ => {
            let bounded = |reference: &Reference| match kind_of(&reference.address) {
                (_, false) => true,
                // AWS takes no network that is larger than /16.
                ("aws_vpc" | "aws_subnet", true) => reference.attribute.contains("cidr_block"),
                _ => false,
            };
            !unknown.refers.is_empty() && unknown.refers.iter().all(bounded)
        }
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
    let wanted = match port(wanted) {
        Port::Known(wanted) => wanted,
        Port::Open(why) => return Tri::Unknown(why),
        Port::Absent => return Tri::False,
    };
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

/// Attributes that say who may come, as the three kinds of rules spell them.
const SOURCES: [&str; 4] = ["cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6"];
/// Those that name prefix lists.
const LISTS: [&str; 2] = ["prefix_list_ids", "prefix_list_id"];
/// Those that say what may come.
const TRAFFIC: [&str; 4] = ["from_port", "to_port", "protocol", "ip_protocol"];
/// That which says whether traffic comes in.
const DIRECTION: &str = "type";

/// All that [`world_reaches_port`] reads of a rule.
pub(in crate::rules) fn read() -> impl Iterator<Item = &'static str> {
    SOURCES.into_iter().chain(LISTS).chain(TRAFFIC).chain([DIRECTION])
}

/// Whether a prefix list, given by its id, holds the world.
pub(in crate::rules) type PrefixList<'l> = &'l dyn Fn(&Value) -> Tri;

fn list_is_world(value: &Value, list: PrefixList<'_>) -> Tri {
    match &value.data {
        Data::Null(_) => Tri::False,
        Data::Sequence(sequence) => Tri::any(sequence.items.iter().map(list)),
        _ if value.as_open().is_some() => Tri::any(value.elements().iter().map(list)),
        _ => list(value),
    }
}

fn source_is_world(rule: &Value, name: &str, list: PrefixList<'_>) -> Tri {
    let value = rule.get(name).unwrap_or(&Value::NULL);
    if LISTS.contains(&name) { list_is_world(value, list) } else { is_world(value) }
}

/// Whether a security group's rule lets anyone on the internet reach TCP `port`: an `ingress` block,
/// an `aws_security_group_rule` or an `aws_vpc_security_group_ingress_rule`.
pub(in crate::rules) fn world_reaches_port(rule: &Value, port: &Value, list: PrefixList<'_>) -> Tri {
    if let Some(unknown) = rule.as_unknown() {
        return Tri::Unknown(unknown.why.clone());
    }
    let of = |name: &str| rule.get(name).unwrap_or(&Value::NULL);
    let inward = match &of(DIRECTION).data {
        Data::Null(_) => Tri::True,
        Data::String(text) => Tri::from(&**text == "ingress"),
        Data::Unknown(unknown) => Tri::Unknown(unknown.why.clone()),
        _ => Tri::False,
    };
    let protocol = if of("ip_protocol").is_null() { of("protocol") } else { of("ip_protocol") };
    inward
        .and(|| port_open(of("from_port"), of("to_port"), protocol, port))
        .and(|| Tri::any(SOURCES.iter().chain(&LISTS).map(|name| source_is_world(rule, name, list))))
}

/// The attributes on which [`world_reaches_port`] rests, the source that lets the world in first.
pub(in crate::rules) fn attributes(rule: &Value, list: PrefixList<'_>) -> Vec<&'static str> {
    let sources = SOURCES.into_iter().chain(LISTS);
    let open: Vec<(&str, Tri)> = sources
        .map(|name| (name, source_is_world(rule, name, list)))
        .filter(|it| it.1 != Tri::False)
        .collect();
    let sure = open.iter().any(|(_, answer)| *answer == Tri::True);
    let open = open.into_iter().filter(|(_, answer)| !sure || *answer == Tri::True).map(|(name, _)| name);
    open.chain(TRAFFIC.into_iter().filter(|name| rule.get(name).is_some())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(pairs: &[(&str, Value)]) -> Value {
        Value::object(pairs.iter().map(|(name, value)| (std::sync::Arc::from(*name), value.clone())))
    }

    fn reaches(pairs: &[(&str, Value)], port: i64) -> Tri {
        let list = |id: &Value| match id.as_str() {
            Some("pl-world") => Tri::True,
            Some("pl-office") => Tri::False,
            _ => Tri::Unknown(Why::DataSource("pl".into())),
        };
        world_reaches_port(&rule(pairs), &port.into(), &list)
    }

    fn world() -> Value {
        Value::list(vec!["10.0.0.0/8".into(), "0.0.0.0/0".into()])
    }

    #[test]
    fn an_ingress_block_opens_a_port_to_the_world() {
        let block = |cidrs: Value, from: i64, to: i64| {
            [
                ("cidr_blocks", cidrs),
                ("from_port", from.into()),
                ("to_port", to.into()),
                ("protocol", "tcp".into()),
            ]
        };
        assert_eq!(reaches(&block(world(), 0, 1024), 22), Tri::True);
        assert_eq!(reaches(&block(world(), 443, 443), 22), Tri::False);
        assert_eq!(reaches(&block(Value::list(vec!["10.0.0.0/8".into()]), 22, 22), 22), Tri::False);
        assert_eq!(reaches(&block(Value::NULL, 22, 22), 22), Tri::False);
    }

    #[test]
    fn a_rule_resource_counts_only_inwards() {
        let rule = |kind: &str| {
            [
                ("type", kind.into()),
                ("ipv6_cidr_blocks", Value::list(vec!["::/0".into()])),
                ("from_port", 22.into()),
                ("to_port", 22.into()),
                ("protocol", "6".into()),
            ]
        };
        assert_eq!(reaches(&rule("ingress"), 22), Tri::True);
        assert_eq!(reaches(&rule("egress"), 22), Tri::False);
    }

    #[test]
    fn the_newer_rule_resource_has_its_own_names() {
        let rule = |protocol: &str| [("cidr_ipv4", "0.0.0.0/0".into()), ("ip_protocol", protocol.into())];
        assert_eq!(reaches(&rule("-1"), 3389), Tri::True);
        assert_eq!(reaches(&rule("icmp"), 3389), Tri::False);
    }

    #[test]
    fn prefix_lists_are_read_and_leave_it_open_only_where_nothing_else_decides() {
        let lists = |ids: &[&str], cidrs: Value, port: i64| {
            let ids = Value::list(ids.iter().map(|id| Value::from(*id)).collect());
            reaches(
                &[
                    ("prefix_list_ids", ids),
                    ("cidr_blocks", cidrs),
                    ("from_port", port.into()),
                    ("to_port", port.into()),
                    ("protocol", "tcp".into()),
                ],
                22,
            )
        };
        assert_eq!(lists(&["pl-office", "pl-world"], Value::NULL, 22), Tri::True);
        assert_eq!(lists(&["pl-office"], Value::NULL, 22), Tri::False);
        assert!(matches!(lists(&["pl-other"], Value::NULL, 22), Tri::Unknown(_)));
        assert_eq!(lists(&["pl-other"], world(), 22), Tri::True);
        assert_eq!(lists(&["pl-other"], Value::NULL, 443), Tri::False);
    }

    #[test]
    fn what_is_unknown_leaves_it_open_unless_a_known_part_decides() {
        let open = || Value::unknown(Why::Function("x".into()));
        let rule = |cidrs: Value, from: Value, kind: Value| {
            [
                ("type", kind),
                ("cidr_blocks", cidrs),
                ("from_port", from),
                ("to_port", 22.into()),
                ("protocol", "tcp".into()),
            ]
        };
        assert!(matches!(reaches(&rule(open(), 22.into(), "ingress".into()), 22), Tri::Unknown(_)));
        assert!(matches!(reaches(&rule(world(), open(), "ingress".into()), 22), Tri::Unknown(_)));
        assert!(matches!(reaches(&rule(world(), 22.into(), open()), 22), Tri::Unknown(_)));
        assert_eq!(reaches(&rule(open(), 23.into(), "ingress".into()), 22), Tri::False);
        assert_eq!(reaches(&rule(open(), open(), "egress".into()), 22), Tri::False);
    }
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
    fn a_resource_or_network_is_never_the_world_but_what_is_read_may_be() {
        let from = |address: &str| {
            let refers =
                vec![Reference { address: address.into(), attribute: "cidr_block".into(), any: false }];
            let why = Why::Computed(address.into());
            let unknown =
                Unknown { ty: Type::String, why, refers, made: false, not_null: true, partial: None };
            Value::from(Data::Unknown(unknown.into()))
        };
        assert_eq!(is_world(&from("aws_vpc.main")), Tri::False);
        assert_eq!(is_world(&from("module.net.data.aws_subnet.app[0]")), Tri::False);
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
