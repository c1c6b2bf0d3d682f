//! Which hooks there are.
//!
//! A hook is a named point in the server's life, and the [`Catalog`] is the list of them: the 58 of
//! [the IRIS hooks documentation](https://docs.dfir-iris.org/development/hooks/), and those that an
//! embedder [declares](Catalog::declare) for its own server. A [`Hook`] says when it happens, what
//! its payload looks like (a JSON Schema), and has a sample of it; nothing here knows who listens.
//!
//! The 58 are data, in `iris/`: `hooks.tsv` is the documentation's table, `schemas/` says for each
//! kind of object which fields a request carries and which a committed object has, and `samples/`
//! are objects from one small case. What depends on the hook alone (which fields, and which of them
//! must be there) is put together by code, so that a field is described once and not once for each
//! of the hooks it appears in.

use std::collections::HashMap;
use std::sync::Arc;

mod declare_error;
mod fault;
mod hook;
mod ioc_types;
mod iris;
mod point;
mod spec;
mod tlp;
mod unknown;

#[cfg(test)]
mod tests;

pub use declare_error::DeclareError;
pub use fault::SchemaFault;
pub use hook::Hook;
pub use ioc_types::{ioc_type_name, ioc_types};
pub use point::HookKind;
pub use spec::HookSpec;
pub use tlp::{Tlp, UnknownTlp};
pub use unknown::UnknownHook;

/// The hooks that a host offers, in a fixed order.
///
/// Cloning it is cheap: the hooks are shared. [`Catalog::default`] has no hook at all, for a server
/// that declares every one itself.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    in_order: Vec<Arc<Hook>>,
    by_name: HashMap<String, Arc<Hook>>,
}

impl Catalog {
    /// The 58 hooks of the IRIS hooks documentation, in the order of its table.
    pub fn iris() -> Catalog {
        let mut catalog = Catalog::default();
        for hook in iris::hooks() {
            catalog.insert(Arc::clone(hook));
        }
        catalog
    }

    /// Adds a hook of the embedder's own.
    ///
    /// Fails, and adds nothing, if the name is taken or `spec` does not describe a hook: see
    /// [`DeclareError`].
    pub fn declare(&mut self, spec: HookSpec) -> Result<(), DeclareError> {
        let hook = spec.into_hook()?;
        if self.by_name.contains_key(hook.name()) {
            return Err(DeclareError::AlreadyDeclared {
                name: hook.name().to_owned(),
            });
        }
        self.insert(Arc::new(hook));
        Ok(())
    }

    /// The hook of that name.
    pub fn get(&self, name: &str) -> Option<&Arc<Hook>> {
        self.by_name.get(name)
    }

    /// The hook of that name, or an error that names the nearest one.
    pub fn lookup(&self, name: &str) -> Result<&Arc<Hook>, UnknownHook> {
        self.get(name)
            .ok_or_else(|| UnknownHook::new(name, self.iter().map(|hook| hook.name())))
    }

    /// The hooks in order: IRIS's first, as documented, then the declared ones.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Arc<Hook>> {
        self.in_order.iter()
    }

    /// How many hooks there are.
    pub fn len(&self) -> usize {
        self.in_order.len()
    }

    /// Whether there is no hook.
    pub fn is_empty(&self) -> bool {
        self.in_order.is_empty()
    }

    fn insert(&mut self, hook: Arc<Hook>) {
        self.by_name.insert(hook.name().to_owned(), Arc::clone(&hook));
        self.in_order.push(hook);
    }
}
