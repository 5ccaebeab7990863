//! From the bytes of a file to a checked model.
//!
//! Files of other tools are told by their bytes (`formats`). The file is untrusted: its lengths are looked at before memory is taken (`scan`), its graph is checked until
//! every node can run (`graph`), and weights that would make every answer a NaN are refused (`weights`). A model in several
//! files is joined into one before (`external`).

mod attributes;
mod error;
pub mod external;
mod file;
mod formats;
mod functions;
mod fused;
mod graph;
mod graphs;
mod integers;
mod nodes;
mod order;
mod ports;
mod scan;
mod tensors;
mod weights;
mod wire;

use prost::Message;
use prost::bytes::{Buf, Bytes};

pub use error::ReadError;

use crate::proto::{ModelProto, TensorProto};
use crate::{Limits, Model, Tensor};

impl Model {
    /// Reads and checks a model.
    ///
    /// # Errors
    /// [`ReadError`]
    pub fn read(bytes: &[u8], limits: &Limits) -> Result<Self, ReadError> {
        Self::read_from(bytes, limits)
    }

    /// [`Model::read`] of bytes that nobody else needs: weights are taken from where they lie in the file, so that they
    /// are in memory twice at most.
    ///
    /// # Errors
    /// [`ReadError`]
    pub fn read_owned(bytes: Vec<u8>, limits: &Limits) -> Result<Self, ReadError> {
        Self::read_from(Bytes::from(bytes), limits)
    }

    fn read_from(bytes: impl Buf + AsRef<[u8]>, limits: &Limits) -> Result<Self, ReadError> {
        let size = bytes.as_ref().len() as u64;
        if size > limits.bytes {
            return Err(ReadError::TooLarge { bytes: size, limit: limits.bytes });
        }
        if let Some(format) = formats::recognise(bytes.as_ref()) {
            return Err(ReadError::OtherFormat { what: format.what, next_step: format.next_step() });
        }
        scan::model(bytes.as_ref(), limits)?;
        let model = ModelProto::decode(bytes).map_err(|e| ReadError::NotOnnx { cause: e.to_string() })?;
        let model = graph::read(model, limits)?;
        weights::check(&model)?;
        Ok(model)
    }
}

impl Tensor {
    /// Reads a tensor of a file of its own (a `TensorProto`, which tools call `.pb`), and its name.
    ///
    /// # Errors
    /// [`ReadError`]
    pub fn read(bytes: &[u8], limits: &Limits) -> Result<(String, Self), ReadError> {
        let size = bytes.len() as u64;
        if size > limits.bytes {
            return Err(ReadError::TooLarge { bytes: size, limit: limits.bytes });
        }
        scan::tensor(bytes, limits)?;
        let tensor = TensorProto::decode(bytes).map_err(|e| ReadError::NotOnnx { cause: e.to_string() })?;
        let name = tensor.name.clone();
        let tensor = tensors::Tensors::new(limits).read(tensor, &format!("Tensor \"{name}\""))?;
        Ok((name, tensor))
    }
}
