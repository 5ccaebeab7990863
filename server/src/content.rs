//! Content by CID: taking it in, giving it out, and its two homes.

pub mod car;
mod embedded;
mod kubo;
mod model_files;
mod node;
pub mod originals;
pub mod quota;
pub mod range;
mod store;
pub mod titles;
pub mod upload;

pub use embedded::Embedded;
pub use kubo::Kubo;
pub use store::{ByteStream, ContentStore, StoreError};
