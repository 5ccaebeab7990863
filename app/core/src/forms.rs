//! What pages with forms share: what was typed outlives a reload, steps stand in the address, nobody leaves by mistake.

pub mod draft;
pub mod leaving;
pub mod steps;
