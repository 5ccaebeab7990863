//! Bounties: one file per action, by who acts, or per concern.

mod anyone;
mod coin;
mod crowd;
mod hostile;
mod permit;
mod phases;
mod requester;
mod scoring;
mod trainer;
