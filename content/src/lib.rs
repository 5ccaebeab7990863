//! Files by their CIDs, for every binary that keeps some: the server, and whoever else needs a store.
//!
//! A CID means the same in every store: a UnixFS file in chunks of 256 KiB with raw leaves, as
//! `ipfs add --cid-version=1 --raw-leaves` names it.
//!
//! | module | what it does |
//! |---|---|
//! | [`intake`] | takes a stream of bytes in, hashes it while it is written, refuses what has another CID |
//! | [`store`] | what a store must be able to do; its errors |
//! | [`embedded`] | files in a folder; where their blocks are is told by a [`BlockIndex`] |
//! | [`index`] | that index: the trait, and one in memory that is built from the folder |
//! | [`kubo`] | files in a Kubo node |
//! | [`node`], [`car`] | links of an inner node; a file's whole DAG as CARv1 |

pub mod car;
pub mod embedded;
pub mod index;
pub mod intake;
pub mod kubo;
pub mod node;
pub mod store;

pub use embedded::Embedded;
pub use index::{BlockIndex, InMemory, IndexFailure, Place};
pub use intake::{Broken, CheckedFile, IntakeError, Leaf, take_in};
pub use kubo::Kubo;
pub use store::{ByteStream, ContentStore, StoreError, read_whole};
