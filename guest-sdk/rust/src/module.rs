//! What a module author writes.

use serde::de::DeserializeOwned;

use crate::{Answer, Description, Error, Event, Hooks};

/// A module: what it is, which hooks it listens to, and what it does about an event.
///
/// There is no `self`, on purpose. Each call gets a fresh instance of the module, so nothing that is kept in memory
/// is there at the next call: a module is a function of its event, its configuration and what the host answers.
///
/// Make it a component with [`export!`](crate::export), and test it natively with the
#[cfg_attr(not(target_arch = "wasm32"), doc = "[mock host](crate::mock::MockHost).")]
#[cfg_attr(target_arch = "wasm32", doc = "mock host.")]
pub trait Module {
    /// The module's configuration; `()` if it has none.
    ///
    /// A field of a string type takes the operator's text as it is; a number, a boolean, a list, a map or a struct
    /// takes the value as JSON. `Option` and `#[serde(default)]` work; keys that the type does not have are ignored.
    type Config: DeserializeOwned;

    /// Says what the module is. It must depend on nothing but itself.
    fn describe() -> Description;

    /// Asks for the hooks that the module listens to.
    ///
    /// An error means that the module does not work, for example because of its configuration: nothing it asked for
    /// takes effect, and the operator reads the message.
    fn register(hooks: &Hooks, config: &Self::Config) -> Result<(), Error>;

    /// Handles one event.
    ///
    /// An error is a failed delivery: the payload stays as it was, and the subscription's failure policy says what
    /// comes next.
    fn handle(event: &Event, config: &Self::Config) -> Result<Answer, Error>;
}

/// Makes a component of a [`Module`]. Write it once, at the root of a `cdylib` crate.
///
/// On WebAssembly it exports the three functions of the contract's `module` interface, sends the [`log`](crate::log)
/// facade to the host and reports panics before the module traps. Natively it only checks the type, so that unit
/// tests link.
#[macro_export]
macro_rules! export {
    ($module:ty) => {
        const _: () = {
            const fn is_a_module<M: $crate::Module>() {}
            is_a_module::<$module>();

            #[cfg(target_arch = "wasm32")]
            type Exported = $crate::guest::Component<$module>;
            #[cfg(target_arch = "wasm32")]
    $crate::guest::bindings::export_component!(Exported with_types_in $crate::guest::bindings);
        };
    };
}
