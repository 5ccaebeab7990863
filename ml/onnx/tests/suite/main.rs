//! The reader and the writer, on good, bad and random files.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod external;
mod files;
mod functions;
mod hostile;
mod integers;
mod reading;
mod refused;
mod round_trip;
