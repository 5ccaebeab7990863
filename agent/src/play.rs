//! Playing seats of tasks.
//!
//! | module | what it does |
//! |---|---|
//! | `seat` | plays one seat of a task, and writes what came of it |
//! | `rules` | what a party confirms by itself |
//! | `party` | an owner who plays every task that its rules allow |
//! | `helper` | deals for every task that names its key |
//! | `connecting` | says why a relay cannot be reached |
//! | `relay` | passes messages, on this machine or a network of one's own |

pub mod connecting;
pub mod helper;
pub mod party;
pub mod relay;
pub mod rules;
pub mod seat;
