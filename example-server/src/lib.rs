//! A small case server that embeds [Sclera](sclera): what a server must do so that modules can take part in it.
//!
//! It keeps the objects of DFIR-IRIS in SQLite and fires all 58 hooks of the IRIS hooks documentation, at the moments
//! that it gives. To embed the host in a server of your own, read in this order:
//!
//! - [`CaseServer::carry_out`]: the lines around a commit;
//! - [`Context`]: what every hook is told besides its objects;
//! - [`CaseServer::apply_actions`] and [`Applier`]: what modules ask for, applied once;
//! - [`start`]: making the host.
//!
//! The rest is a server: [`kinds`] says what an object is, [`store`] keeps it, [`committed`](mod@committed) shows it,
//! and `routes` speaks HTTP. There are no passwords: it is an example, for the loopback interface.

mod actions;
mod app;
mod change;
mod commit;
pub mod committed;
mod context;
mod deliveries;
mod document;
mod error;
pub mod field;
mod future;
mod heard;
mod hooks;
pub mod kind;
pub mod kinds;
pub mod lookup;
mod merge;
pub mod report;
mod routes;
mod running;
mod state;
pub mod store;

pub use actions::{Applier, Origin};
pub use commit::{CaseServer, Done, Request, Step};
pub use context::{CaseFacts, Context, User};
pub use error::Error;
pub use heard::Heard;
pub use running::{Config, RunningServer, StartError, start};
pub use state::State;
