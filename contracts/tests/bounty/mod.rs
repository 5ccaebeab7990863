//! Bounties: one file per action, by who acts, or per concern.

mod anyone;
mod commitment;
mod crowd;
mod hostile;
mod permit;
mod phases;
mod reference;
mod requester;
mod scoring;
mod trainer;
