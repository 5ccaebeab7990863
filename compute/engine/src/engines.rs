//! The engines.

#[cfg(feature = "wasmi")]
mod wasmi;

#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(not(target_arch = "wasm32"))]
mod kept;
#[cfg(not(target_arch = "wasm32"))]
mod wasmtime;

#[cfg(feature = "wasmi")]
pub use self::wasmi::Wasmi;
#[cfg(not(target_arch = "wasm32"))]
pub use self::wasmtime::{Goes, Wasmtime};
#[cfg(target_arch = "wasm32")]
pub use browser::Browser;
