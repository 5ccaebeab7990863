//! What a person presses, types into, or drops files on.

pub mod busy_button;
pub mod choices;
pub mod code;
pub mod copy;
pub mod dialog;
pub mod field;
pub mod file_drop;
pub mod pager;
pub mod pasted_row;
pub mod table_notes;
