//! From a table, a form or a picture to the inputs of a model.

pub mod cells;
pub mod deal;
pub mod layout;
pub mod rows;
pub mod table;
pub mod words;
