//! The engines.

mod wasmi;

#[cfg(target_arch = "wasm32")]
mod browser;

pub use self::wasmi::Wasmi;
#[cfg(target_arch = "wasm32")]
pub use browser::Browser;
