//! What a root says of its providers and of where its state lies.
//!
//! In: the `provider` and `terraform` blocks of a module instance. Out: one object for each, with the block's values
//! and, beside them, the provider's name (`provider`) or the backend's type (`type`). Rules ask for them by
//! `provider_blocks` and `backends`; a plan has none.

use std::sync::Arc;

use crate::eval::{Entries, ModuleScope, Origin, Value, Why};
use crate::source::Location;
use crate::syntax::ast::Block;

use super::resource::{Key, Mode, Resource};

/// Arguments that hold credentials: of a provider, or of a backend.
const CREDENTIALS: [&str; 3] = ["access_key", "secret_key", "token"];
/// What the S3 backend can't do without: where one is missing, `-backend-config` gives it.
const REQUIRED_BY_S3: [&str; 2] = ["bucket", "key"];
/// What `-backend-config` may also give then, as far as rules ask for it.
const GIVEN_WITH_THEM: [&str; 6] =
    ["access_key", "dynamodb_table", "encrypt", "kms_key_id", "secret_key", "use_lockfile"];

/// The provider blocks of one module instance, in the shape of resources: `provider.aws`.
pub(super) fn providers(scope: &ModuleScope<'_>) -> Vec<Resource> {
    let blocks = scope.module.providers.iter().filter_map(|declaration| {
        let doc = scope.document(*declaration).ok()?;
        let block = doc.block(declaration.node);
        let over = scope.module.overrides_of(block);
        // Override files are rare here: what they change is not followed, so the block says nothing.
        let values = over.is_empty().then(|| described(scope, block, "provider")).flatten()?;
        let name = block.label(0)?;
        let alias = values.get("alias").and_then(Value::as_str);
        let module = if scope.path.is_empty() { String::new() } else { format!("{}.", scope.path) };
        let address = alias.map_or_else(
            || format!("{module}provider.{name}"),
            |alias| format!("{module}provider.{name}.{alias}"),
        );
        let named = [("address", address.as_str()), ("label", alias.unwrap_or(name))];
        Some(Resource {
            values: with(&values, named.map(|(key, text)| (Arc::from(key), Value::from(text)))),
            address: address.into(),
            module: Arc::clone(&scope.path),
            mode: Mode::Managed,
            kind: "provider".into(),
            name: name.into(),
            key: Key::None,
            file: doc.file(),
            block: Some(declaration.node),
            header: header(block),
            span: block.span(),
            uncertain: None,
            presence: Arc::default(),
        })
    });
    blocks.collect()
}

/// An object with more entries.
fn with(object: &Value, more: impl IntoIterator<Item = (Arc<str>, Value)>) -> Value {
    let pairs = object.as_entries().map(Entries::iter).into_iter().flatten();
    let mut all = Value::object(pairs.map(|(key, value)| (Arc::clone(key), value.clone())).chain(more));
    all.mark = object.mark.clone();
    all
}

/// The backends that a root declares: at most one, unless an override file replaces it.
pub(super) fn backends(scope: &ModuleScope<'_>) -> Vec<Value> {
    let settings = scope.module.settings.iter().rev().filter_map(|declaration| {
        let doc = scope.document(*declaration).ok()?;
        let block = doc.block(declaration.node).body().blocks_of("backend").next()?;
        described(scope, block, "type").map(|backend| with_partial(backend, block))
    });
    settings.take(1).collect()
}

/// A block's values with its label under `name`. Credentials are marked: no report shows them.
fn described(scope: &ModuleScope<'_>, block: Block<'_>, name: &str) -> Option<Value> {
    let label = block.label(0)?;
    let body = scope.block_values(block);
    let pairs = body.as_entries().map(Entries::iter).into_iter().flatten();
    let pairs = pairs
        .map(|(key, value)| (Arc::clone(key), value.clone().sensitive_if(CREDENTIALS.contains(&&**key))));
    let mut object = Value::object(pairs.chain([(Arc::from(name), Value::from(label))]));
    object.mark.origin = Some(Origin { location: header(block), literal: false });
    Some(object)
}

fn header(block: Block<'_>) -> Location {
    Location::new(block.document().file(), block.header_span())
}

/// A partial S3 backend: what it leaves out, the command line may say.
fn with_partial(backend: Value, block: Block<'_>) -> Value {
    let said = |name: &str| backend.get(name).is_some_and(|value| !value.is_null());
    if block.label(0) != Some("s3") || REQUIRED_BY_S3.iter().all(|name| said(name)) {
        return backend;
    }
    let missing = GIVEN_WITH_THEM.into_iter().filter(|name| !said(name));
    let open = missing.map(|name| {
        let address = format!("-backend-config {name}").into();
        let why = Why::Variable { address, location: Some(header(block)) };
        (Arc::from(name), Value::unknown(why))
    });
    with(&backend, open)
}
