//! Files about models: the model itself, its metadata, a table of examples, a test set, a hidden one, a hidden contribution.

pub mod file;
pub mod hidden_contribution;
pub mod hidden_set;
pub mod metadata;
pub mod table;
pub mod test_set;
