//! What is committed beside the sources, and must follow them.

mod artifacts;
mod cid;
mod documentation;
mod gas;
mod names;
mod sizes;
mod sum;
