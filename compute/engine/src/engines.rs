//! The engines.

mod wasmi;

#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(not(target_arch = "wasm32"))]
mod wasmtime;

pub use self::wasmi::Wasmi;
#[cfg(not(target_arch = "wasm32"))]
pub use self::wasmtime::{Goes, Wasmtime};
#[cfg(target_arch = "wasm32")]
pub use browser::Browser;
