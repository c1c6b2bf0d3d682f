//! A module author's project.

#[cfg_attr(not(test), expect(dead_code, reason = "`sclera build` is about to use it"))]
pub(crate) mod component;
#[cfg_attr(not(test), expect(dead_code, reason = "`sclera build` is about to use it"))]
pub(crate) mod contract;
