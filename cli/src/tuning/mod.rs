//! Limits out of what deliveries took: what `sclera tune` proposes.

mod headroom;
mod limit;
mod nice;
mod proposal;
mod report;
mod toml;

pub(crate) use headroom::Headroom;
pub(crate) use limit::Limit;
pub(crate) use proposal::Proposal;
pub(crate) use report::{ModuleReport, SubscriptionReport, reports};
pub(crate) use toml::{put, snippet};
