//! Stacks of matrices: whose numbers one seat holds in the clear ([`Owned`]), and those held as shares ([`Shared`]).

mod arrange;
mod form;
mod like;
mod linear;
mod owned;
mod shape;
mod shared;

pub use form::Form;
pub(crate) use like::{product, rounded};
pub(crate) use linear::bits;
pub use owned::{MatrixName, Owned};
pub use shape::Shape;
pub use shared::Shared;
