//! ONNX models as data: read with limits, checked, their shapes inferred, written. Nothing is computed here.
//!
//! | module | what it does |
//! |---|---|
//! | [`tensor`] | values that travel between engines |
//! | [`model`] | a checked model: nodes in an order in which they can run, constants, inputs, outputs |
//! | [`operators`] | the operators that run here, and the versions of them |
//! | [`keyed`] | maps and sets, made in few bytes |
//! | [`limits`] | how much of an untrusted file is read |
//! | [`proto`] | the messages a file is made of |
//! | [`read`] | from the bytes of a file to a checked model |
//! | [`shapes`] | shape and type of every value for given inputs |
//! | [`write`] | from a model to the bytes of a file |

pub mod keyed;
pub mod limits;
pub mod model;
pub mod operators;
pub mod proto;
pub mod read;
pub mod shapes;
pub mod tensor;
pub mod write;

pub use limits::Limits;
pub use model::{Attribute, Dim, Domain, Graph, Model, Node, Port};
pub use read::ReadError;
pub use tensor::{Data, ElementType, Tensor};
