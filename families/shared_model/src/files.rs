//! Files about models: the model itself, its metadata, a table of examples, a test set.

pub mod file;
pub mod metadata;
pub mod table;
pub mod test_set;
