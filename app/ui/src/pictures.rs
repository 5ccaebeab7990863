//! Drawing and choosing pictures, and turning them into numbers.

pub mod pad;
pub mod paper;
pub mod picture_input;
pub mod raster;
