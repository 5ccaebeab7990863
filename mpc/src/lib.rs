//! Computes on numbers of which each of two seats holds one share, with a helper that deals random numbers and sees
//! nothing. No input or output: frames go through a [`Link`], random bytes are handed in.
//!
//! | module | what it does |
//! |---|---|
//! | `ring` | numbers modulo a power of two |
//! | `tensor` | stacks of matrices: [`Owned`] by one seat in the clear, or [`Shared`]; the products that the protocol knows |
//! | `bits` | many bits at once |
//! | `draw` | named random numbers; that no mask hides two things |
//! | `plan` | what a task does, step by step, and that nothing overflows |
//! | `arithmetic` | what algorithms are written with |
//! | `pair` | it by the protocol, at one of the two seats |
//! | `plain` | it in the clear |
//! | `source` | what the seats need dealt: their side of the helper, and the helper |
//! | `link` | frames |
//! | `fault` | faults that tests plant |
//!
//! What it protects, and while what holds, is in SECURITY.md.

mod arithmetic;
mod bits;
pub mod draw;
mod error;
pub mod fault;
mod link;
mod pair;
mod plain;
mod plan;
mod ring;
mod source;
mod tensor;

pub use arithmetic::{Arithmetic, OwnedProduct, SharedProduct};
pub use bits::Plane;
pub use error::{MpcError, PlanError};
pub use link::{Counted, Flow, Link, Memory, Party, Recorded, Seat, Traffic, network};
pub use pair::{Pair, Start};
pub use plain::Plain;
pub use plan::{Hidden, Operation, Plan, Planner, Use, Wrap};
pub use ring::{Blank, Ring, Tiny};
pub use source::{Choice, Dealer, Dealt, Helper, Slots, Source, Statement, audit};
pub use tensor::{Form, MatrixName, Owned, Shape, Shared};
