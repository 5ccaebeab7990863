//! From the bytes of a file to a checked model.
//!
//! The file is a stranger's: its graph is checked until every node can run.

mod attributes;
mod error;
mod graph;
mod nodes;
mod order;
mod ports;
mod tensors;

use prost::Message;

pub use error::ReadError;

use crate::proto::ModelProto;
use crate::{Limits, Model};

impl Model {
    /// Reads and checks a model.
    ///
    /// # Errors
    /// [`ReadError`]
    pub fn read(bytes: &[u8], limits: &Limits) -> Result<Self, ReadError> {
        let size = bytes.len() as u64;
        if size > limits.bytes {
            return Err(ReadError::TooLarge { bytes: size, limit: limits.bytes });
        }
        let model = ModelProto::decode(bytes).map_err(|e| ReadError::NotOnnx { cause: e.to_string() })?;
        graph::read(model, limits)
    }
}
