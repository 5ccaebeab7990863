//! Models as files: what people say of running them, and the list of those that are published.

mod play;
mod published;
mod reproductions;
