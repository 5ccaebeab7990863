//! Several numbers at once, said outright: the program for browsers is linked for size, and then no loop becomes vector
//! instructions by itself. Elsewhere these are plain loops.
//!
//! | module | what it has |
//! |---|---|
//! | `floats` | eight floats, and where a float stands among four |
//! | `bits` | one bit for each of 128 rows |

mod bits;
mod floats;

pub(crate) use bits::{BITS, BYTES, Bits};
pub(crate) use floats::{Eight, LANES, SORTED, below};
