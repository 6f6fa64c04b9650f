//! The named functions of rules: reasoning that needs more than ten lines.
//!
//! In: values. Out: values, three-valued: an answer that an unknown part could change is unknown.

mod bindings;
mod decode;
pub(super) mod network;
pub(super) mod policy;
mod secrets;
mod shapes;
mod tri;

use crate::eval::{EvalError, Value};

use policy::Policy;
pub(in crate::rules) use secrets::Names;
pub use secrets::{holds_secret, names_secret};
pub(in crate::rules) use shapes::spoken;

/// Names of the functions that only rules have.
pub const NAMES: &[&str] = &[
    "resources",
    "data_resources",
    "referrers",
    "referred",
    "provider_blocks",
    "backends",
    "unresolved_modules",
    "policy_statements",
    "policy_accounts",
    "policy_allows_all",
    "policy_allows_public",
    "policy_denies_insecure_transport",
    "policy_requires_mfa",
    "policy_allows",
    "role_bindings",
    "role_permissions",
    "is_world",
    "port_open",
    "world_reaches_port",
    "looks_secret",
    "customer_key",
    "attached_policy",
    "account_baseline",
    "only_bounds",
];

/// Those whose answer rests on other resources than the one that is judged.
pub const ASKING: &[&str] = &[
    "resources",
    "data_resources",
    "referrers",
    "referred",
    "provider_blocks",
    "backends",
    "unresolved_modules",
    "policy_accounts",
    "world_reaches_port",
    "customer_key",
    "attached_policy",
    "account_baseline",
    "only_bounds",
];

/// Those that answer with a boolean.
pub const BOOLEAN: &[&str] = &[
    "policy_allows_all",
    "policy_allows_public",
    "policy_denies_insecure_transport",
    "policy_requires_mfa",
    "policy_allows",
    "is_world",
    "port_open",
    "world_reaches_port",
    "looks_secret",
    "customer_key",
    "account_baseline",
    "only_bounds",
];

/// Calls a function that needs nothing but its arguments; `None` for any other name. Those of [`ASKING`]
/// are the scope's own.
pub fn call(name: &str, args: &[Value]) -> Option<Result<Value, EvalError>> {
    let wrong = |count: usize| {
        (args.len() != count).then(|| Err(EvalError::new(format!("{name} takes {count} argument(s)"))))
    };
    if decode::reads_text(name) {
        return Some(decode::call(name, args));
    }
    let count = match name {
        "port_open" => 4,
        "policy_allows" => 3,
        "looks_secret" => 2,
        "is_world"
        | "policy_statements"
        | "policy_allows_all"
        | "policy_allows_public"
        | "policy_denies_insecure_transport"
        | "policy_requires_mfa"
        | "role_bindings"
        | "role_permissions" => 1,
        _ => return None,
    };
    if let Some(error) = wrong(count) {
        return Some(error);
    }
    let result = match (name, args) {
        ("port_open", [from, to, protocol, port]) => {
            network::port_open(from, to, protocol, port).into_value()
        }
        ("looks_secret", [name, value]) => secrets::looks_secret(name, value).into_value(),
        ("is_world", [value]) => network::is_world(value).into_value(),
        ("policy_statements", [value]) => Policy::read(value).into_value(),
        ("policy_allows_all", [value]) => policy::ask(value, &Policy::allows_all).into_value(),
        ("policy_allows_public", [value]) => policy::ask(value, &Policy::allows_public).into_value(),
        ("policy_denies_insecure_transport", [value]) => {
            policy::ask(value, &Policy::denies_insecure_transport).into_value()
        }
        ("policy_requires_mfa", [value]) => policy::ask(value, &Policy::requires_mfa).into_value(),
        ("policy_allows", [policy, action, resource]) => {
            return Some(policy::allows(policy, action, resource));
        }
        ("role_bindings", [value]) => bindings::role_bindings(value),
        ("role_permissions", [value]) => bindings::role_permissions(value),
        _ => return None,
    };
    Some(Ok(result))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_asks_the_tree_or_needs_nothing_but_its_arguments() {
        for name in NAMES {
            assert_ne!(ASKING.contains(name), call(name, &[]).is_some(), "{name}");
        }
    }
}
