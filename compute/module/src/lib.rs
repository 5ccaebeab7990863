//! Modules of compute jobs.
//!
//! A job is a core WebAssembly module that somebody else runs, and is paid for by the instruction. So that everybody who
//! runs it gets the same bytes, the same count and the same stop, a module is [`check`]ed and [`instrument`]ed: it counts
//! its own instructions and the depth of its calls, and bits of NaNs that programs can see are always the same ones. Who
//! runs a job does this again from the plain module and compares the two files' identifiers.
//!
//! # What a module looks like
//! - It exports `memory`, with a maximum, and `step: () -> i32`: 1 where there is more to do, 0 where all is done. Between
//!   two steps all of its state is in its memory and its globals.
//! - It may import, from `job`, [`READ`], [`WRITE`] and [`LOG`].
//!
//! # What one instruction is
//! Each operator that runs, without those that only give structure (`block`, `loop`, `else`, `end`, `nop`). Operators that
//! move many bytes, and calls that hand bytes over, count one more for each eight bytes; a page of memory counts as its
//! bytes. A stretch of operators without a branch between them is counted as a whole. A loop without any other branch, block
//! or call than the branch back, whose rounds are known when it begins, is counted then, all of them at once: what is not paid
//! for does not begin. A loop that steps past what would end it, and would trap some time, therefore stops for all that is
//! left, before its first round.

mod charges;
mod check;
mod contained;
mod costs;
mod exact;
mod floats;
mod instrument;
mod rewrite;
mod rounds;

pub use check::{Checked, Refusal, check};
pub use instrument::{Instrumented, Kind, instrument};

/// The module that imports come from.
pub const IMPORTS: &str = "job";
/// `read(input: i32, offset: i64, pointer: i32, count: i32) -> i32`: copies bytes of an input to memory; answers how many,
/// less than asked for at the input's end, and -1 for an input that the job does not have.
pub const READ: &str = "read";
/// `write(pointer: i32, count: i32)`: bytes of memory go to the end of the result.
pub const WRITE: &str = "write";
/// `log(pointer: i32, count: i32)`: bytes of memory, as a line of the log.
pub const LOG: &str = "log";

/// Name of the exported memory.
pub const MEMORY: &str = "memory";
/// Name of the exported function that does the next piece of work.
pub const STEP: &str = "step";

/// Begins the names of what instrumenting adds to the exports.
pub const PREFIX: &str = "job:";
/// Exported global, `i64`: instructions that may still run. Whoever starts the module sets it; below zero, the module
/// stopped for this.
pub const LEFT: &str = "job:left";
/// What [`LEFT`] is where the module stopped because this machine has less memory than the module may use.
pub const NO_MEMORY: i64 = i64::MIN;
/// Exported global, `i32`: slots that the calls at the moment use, see [`MOST_SLOTS`]; zero between two steps.
pub const DEPTH: &str = "job:depth";
/// Begins the names of exported globals of the module itself, before their index among those: `job:global:0`.
pub const GLOBAL: &str = "job:global:";

/// Slots (parameters, locals and operands of 8 bytes, and four more for each call) that calls within each other may use
/// together. Engines have stacks for several times as much.
pub const MOST_SLOTS: u32 = 16_384;
/// Longest module in bytes, before and after instrumenting.
pub const LONGEST: usize = 32 << 20;
/// Largest maximum of a memory, in pages of 64 KiB: 1 GiB.
pub const MOST_PAGES: u64 = 16_384;
