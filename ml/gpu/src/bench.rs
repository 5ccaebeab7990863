//! Matrix products for measuring.
