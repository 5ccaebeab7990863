//! What tests put in the place of a network, of time and of friendly nodes.

mod node;
#[cfg(feature = "proxy")]
mod proxy;
mod script;
mod strict;
mod virtual_time;

pub use node::Node;
#[cfg(feature = "proxy")]
pub use proxy::{Forwarded, Proxy};
pub use script::Scripted;
pub use strict::{Fate, Rules, Seen, Strict, Upstream};
pub use virtual_time::VirtualTime;
