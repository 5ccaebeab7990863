//! Private set intersection: two data owners learn which ids both have, or only how many, and nothing about the others.
//!
//! Diffie–Hellman style, over ristretto. Each side has a secret scalar that is drawn anew for each attempt. It maps its ids
//! to points, multiplies them by its scalar, pads the list to the size that the task declares, shuffles and sends it. The
//! other side multiplies each point by its own scalar as well. A point that was multiplied by both is the same on both
//! sides exactly where the id is the same; 16 bytes of its hash, the *double image*, go back in a new random order. So
//! both learn the count. Each commits to its list before it sees the other's, and to its images likewise: nobody can copy
//! what it was sent. In [`Mode::Exact`], once both accept the count, each tells its order, and both have the common
//! rows, ordered by double image.
//!
//! What it does not hide: the exact count, from either side; and a side with changed software that multiplies each of its
//! ids by another scalar learns in the count already which of *its own* ids the other side has
//! (`tests/attacks.rs`, `tagged`), and one that tells another order than its own has other rows of the other side stand for
//! the common ones, as many as there are. What limits that is the declared size, how often a grant lets it run, and whom one
//! works with.
//!
//! [`Psi`] does no I/O: messages go in and come out, work is done in portions. A tab, a native program and the tests use
//! it unchanged. The seed of 32 bytes that it is given must come from the operating system, anew for each attempt.
//!
//! | module | what it says |
//! |---|---|
//! | [`form`] | how an id is spelled, whoever typed it |
//! | [`ids`] | lists of ids that are fit for it; what is on chain of them |
//! | [`terms`] | what both sides know of the task, and where its ids land in the group |
//! | `group` | points: mapped, blinded, read from a stranger |
//! | `draws` | what is random |
//! | `message` | bytes that travel |
//! | [`run`] | one side, step by step |
//! | [`error`] | why it ends without a result |

mod draws;
pub mod error;
pub mod form;
mod group;
pub mod ids;
mod message;
pub mod run;
pub mod terms;

pub use error::{IdError, PsiError};
pub use form::Form;
pub use ids::{Ids, id_root};
pub use run::{Aligned, Progress, Psi};
pub use terms::{Mode, Role, Terms};

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests;
